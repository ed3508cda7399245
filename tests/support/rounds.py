"""Supervision rounds for tests: a plan, and a `RoundStory` that runs commands on a virtual clock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor, Role
from domain.errors import Reason, Refusal
from domain.process import Tick
from domain.processes.round import ROUND
from domain.processes.round_commands import CommitSeed, Draw, NameGroup, PlanRound
from domain.processes.round_state import Check, Head, Method, RoundState, Share
from domain.text import Text
from tests.support.cases import DISTRICT, LAMPS, MONDAY, SUPERVISOR, WATER, person

HOUR = timedelta(hours=1)
START = MONDAY + 24 * HOUR
INSPECTOR = person("inspector", f"{DISTRICT}-SUP", Role.DISTRICT_SUPERVISOR)
HEAD = Head("case", "c", 1, "ab" * 32)
CASES = ("c1", "c2", "c3", "c4")


def plan(method: Method = Method.ON_SITE, **changes: Any) -> PlanRound:
    """Return the plan of a round of the district's office: a day ahead, two cases for each group."""
    command = PlanRound(
        "r", "2026-11/test", DISTRICT, SUPERVISOR.org, method, START, START + 240 * HOUR, 2, Text("防汛督查"), 72, 48,
        120, 24, questions=Text("请说明办理经过") if method is Method.WRITTEN else None, summary_hours=72,
    )  # fmt: skip
    return replace(command, **changes)


def group(code: str, *members: Actor, **scope: Any) -> NameGroup:
    """Return the naming of a group as the border completes it; the inspector is in it unless others are named."""
    named = members or (INSPECTOR,)
    return NameGroup(code, tuple(m.id for m in named), member_orgs=tuple(m.org for m in named), **scope)


def share(*cases: str, group: str = "g1", orgs: tuple[str, ...] = ()) -> Share:
    return Share(group, cases, orgs or tuple(WATER if n % 2 == 0 else LAMPS for n in range(len(cases))))


class RoundStory:
    """A round on a virtual clock."""

    def __init__(self, method: Method = Method.ON_SITE, opener: Actor = SUPERVISOR, **changes: Any) -> None:
        self.at = MONDAY
        self.log: list[Any] = []
        self.state: RoundState
        self.state, _, events = ROUND.advance(None, plan(method, **changes), opener, self.at, None)
        self.log += events

    def do(self, command: Any, actor: Actor = SUPERVISOR, after: timedelta = HOUR) -> tuple[Any, ...]:
        self.at += after
        self.state, due, events = ROUND.advance(self.state, command, actor, self.at, None)
        self.log += [*due, *events]
        return (*due, *events)

    def wait(self, after: timedelta) -> tuple[Any, ...]:
        return self.do(Tick(), SYSTEM, after)

    def refused(self, command: Any, actor: Actor = SUPERVISOR) -> Reason:
        at, state, log = self.at, self.state, list(self.log)
        with pytest.raises(Refusal) as raised:
            self.do(command, actor)
        self.at, self.state, self.log = at, state, log
        return raised.value.reason

    def committed(self) -> "RoundStory":
        self.do(group("g1"))
        self.do(CommitSeed("salt-1"))
        return self

    def drawn(self, *shares: Share) -> "RoundStory":
        if self.state.salt == "":
            self.committed()
        self.wait(START - self.at)
        self.do(Draw(HEAD, shares or (share(*CASES),)), SYSTEM)
        return self

    @property
    def first(self) -> Check:
        return self.state.checks[0]

    def owed(self) -> list[str]:
        return [step.key for step in ROUND.plan(self.state)]
