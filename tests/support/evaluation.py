"""Facts for tests of evaluation: small cases by what matters, without lives behind them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.evaluation_files import bundled_scheme
from domain import commands as c
from domain.actors import Role
from domain.case import ClockCode, Outcome, Party, Status, TaskRole, TaskState
from domain.channels import Satisfied, Solved
from domain.chapters.call_back import CallBack as Call
from domain.chapters.objection import Object, RuleObjection
from domain.chapters.rating import RateDepartment, RateRaiser, RecordVoice
from domain.evaluation.board import Question
from domain.evaluation.facts import CallBack, CaseFacts, ClockFact, Satisfaction, Stamps, TaskFact
from domain.evaluation.scheme import Scheme, UnitKind
from domain.evaluation.windows import Window, month_named
from domain.events import Text
from domain.rating import Rater
from tests.support.cases import (
    DESK,
    LAMPMAN,
    LAMPS,
    MICRO,
    MONDAY,
    OFFICER,
    POLICE,
    WATER,
    WATER_DISPATCHER,
    WATERMAN,
    Life,
    handed_in,
    person,
    raise_command,
    rules2,
    small_rules,
)  # fmt: skip
from tests.support.intake import CALLER, called_in

if TYPE_CHECKING:
    from domain.events import Event

AREA, AREA2 = "110101001", "110101002"
CG, GA = "110101-CG", "110101001-GA"
NOVEMBER = month_named("2026-11", 19)
T0 = datetime(2026, 11, 2, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_task(no: int = 1, org: str = CG, **more: Any) -> TaskFact:
    """Return a lead's task, called at `T0`."""
    fields: dict[str, Any] = {
        "role": TaskRole.LEAD, "state": TaskState.ACCEPTED, "duty": True, "holder": "w1", "called_at": T0,
        "stamps": Stamps(), "rework": 0,
    }  # fmt: skip
    return TaskFact(no, org, **{**fields, **more})


def a_clock(
    code: ClockCode = ClockCode.HANDLE, *, late: bool = False, task: int | None = 1, **more: Any
) -> ClockFact:  # fmt: skip
    """Return a clock due ten hours after `T0`, met an hour before or after that."""
    due = T0 + 10 * HOUR
    fields: dict[str, Any] = {
        "due": due, "outcome": Outcome.MET, "ended_at": due + HOUR if late else due - HOUR,
    }  # fmt: skip
    return ClockFact(f"{code}:{task}", code, task, **{**fields, **more})


def a_case(number: int, **more: Any) -> CaseFacts:
    """Return a closed case of `AREA`, raised at `T0`, with one task whose handling was in time."""
    fields: dict[str, Any] = {
        "kind": "public_request", "channel": "street", "district": "110101", "area": AREA, "class_code": "W01",
        "raised_by": "staff", "raised_at": T0, "status": Status.CLOSED, "closed_at": T0 + 20 * HOUR, "rework": 0,
        "tasks": (a_task(),), "clocks": (a_clock(),),
    }  # fmt: skip
    return CaseFacts(f"case-{number:05d}", f"N-{number}", 10, **{**fields, **more})


def called_back(
    satisfied: Satisfaction | None = Satisfaction.SATISFIED, *, solved: bool = True, contacted: bool = True,
    valid: bool = True, **more: Any,
) -> CallBack:  # fmt: skip
    """Return a call-back two days after `T0`."""
    fields: dict[str, Any] = {"round": 1, "at": T0 + 48 * HOUR, **more}
    return CallBack(valid=valid, contacted=contacted, solved=solved, satisfied=satisfied, **fields)


def asked(
    kind: UnitKind = UnitKind.AREA, window: Window = NOVEMBER, scheme: Scheme | None = None, at: datetime | None = None
) -> Question:
    """Return a question under the shipped scheme."""
    return Question(kind, window, at or window.end, scheme or bundled_scheme())


def a_life(number: int, dice: random.Random, now: datetime = MONDAY) -> list[Event]:
    """Live a random case and return its events: raised, perhaps late, reworked, withdrawn or left lying."""
    life = Life(small_rules(), now=now + timedelta(hours=dice.randint(0, 24 * 40)))
    area = dice.choice((AREA, AREA2, "110102001"))
    staff = person("staff", area, Role.STREET_STAFF)
    lead, helper = dice.choice(((WATER, WATERMAN), (LAMPS, LAMPMAN), (POLICE, OFFICER)))
    parties = [Party(lead, TaskRole.LEAD)]
    if dice.random() < 0.4 and lead != LAMPS:
        parties.append(Party(LAMPS, TaskRole.ASSIST))
    where = {"area": area, "limit_class": "plain", "channel": dice.choice(("street", "hotline", "grid"))}
    life.do(
        raise_command("work", *parties, id=str(UUID(int=number)), number=f"T-{number:04d}", **where), staff
    )  # fmt: skip
    fate = dice.choice(("left", "withdrawn", "claimed", "closed", "closed", "closed", "reworked"))
    life.wait(minutes=dice.choice((5, 30, 90, 600)))
    if fate == "withdrawn":
        life.do(c.Withdraw(Text("mistake")), staff)
    workers = {1: helper, 2: LAMPMAN}
    for task in life.state.tasks if fate in ("claimed", "closed", "reworked") else ():
        if fate == "claimed":
            life.do(c.Claim(task.no), workers[task.no])
        else:
            handed_in(life.wait(minutes=dice.choice((10, 200))), task.no, workers[task.no])
    if fate == "reworked":
        life.do(c.CheckFail(Text("again")), staff)
        life.do(c.Submit(1, Text("done")), helper)
        if len(parties) > 1:
            life.do(c.Submit(2, Text("done")), LAMPMAN)
    if fate in ("closed", "reworked"):
        life.wait(minutes=dice.choice((10, 900))).do(c.CheckPass(), staff)
    return life.log


def a_life_with_answers(number: int, dice: random.Random, now: datetime = MONDAY) -> list[Event]:
    """Live a case of which people spoke: a citizen in call-backs, a department that objects, raters after the end."""
    named: dict[str, Any] = {"id": str(UUID(int=number)), "number": f"T-{number:04d}"}
    begun = now + timedelta(hours=dice.randint(0, 24 * 20))
    if dice.random() < 0.6:
        life = handed_in(called_in(at=begun, **named))
        while not life.state.annex.call_back.settled and dice.random() < 0.9:
            said = dice.choice(list(Solved)), dice.choice(list(Satisfied))
            answer = Call(dice.random() < 0.8, dice.random() < 0.7, *said)
            life.until(life.clock("call_back").spec.due + MICRO).do(answer, CALLER)
        return life.log
    life = Life(rules2(), begun)
    staff = person("staff", AREA, Role.STREET_STAFF)
    life.do(raise_command("emergency", Party(WATER, TaskRole.LEAD), **named), staff)
    if dice.random() < 0.5:
        life.do(Object(1, "not_our_property", Text("why"), Text("map")), WATER_DISPATCHER)
        if dice.random() < 0.7:
            life.do(RuleObjection(1, dice.random() < 0.5, Text("so"), LAMPS), DESK)
        return life.wait(minutes=31).log
    handed_in(life).do(c.CheckPass(), staff)
    for command, actor in (
        (RateDepartment(1, 90, dice.randint(0, 100), 70), staff),
        (RateRaiser(1, dice.randint(0, 100)), WATER_DISPATCHER),
        (RecordVoice(1, Rater.RESIDENTS, dice.randint(0, 100), dice.randint(1, 50)), staff),
    ):  # fmt: skip
        if dice.random() < 0.7:
            life.wait(hours=dice.choice((1, 30))).do(command, actor)
    return life.log
