"""Hotline orders: requests that end at intake, dispatch with copies, the lead that stays, the citizen who is called."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import commands as c
from domain.actors import Role
from domain.case import Party, Status, TaskRole, TaskState, Tie
from domain.channels import Disposal, Nature, Satisfied, Solved
from domain.chapters.call_back import CallBack, CalledBack, HandledAgain
from domain.chapters.channel import Confer
from domain.errors import Reason
from domain.events import Text
from domain.notices import notices
from domain.offers import offers
from domain.plan import StepCode, plan
from tests.support.cases import (
    AREA,
    DESK,
    DISTRICT,
    HOTLINE,
    LAMPMAN,
    LAMPS,
    LEADER,
    MICRO,
    MONDAY,
    STAFF,
    STAFF2,
    WATER,
    WATERMAN,
    Life,
    arrived,
    handed_in,
    names,
    person,
    raise_command,
    rules,
    rules2,
)  # fmt: skip
from tests.support.intake import (
    BADLY,
    CALLER,
    HEAT,
    HEATMAN,
    LAMPS_ASSIST,
    NOBODY,
    PHONE,
    STREET_LEADS,
    WELL,
    called_in,
)

SAID = Text("说明")
DAY = timedelta(days=1)


# -- intake ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("disposal", Disposal)
def test_a_request_may_end_at_intake_and_calls_nobody(disposal):
    target = {Disposal.TRANSFERRED: "119", Disposal.TOLD_PROGRESS: "BJ-110101-20261123-0001"}.get(disposal, "")
    life = called_in(nature=Nature.INQUIRY, disposal=disposal, target=target, told=SAID)
    state = life.state
    assert (state.status, state.result, state.tasks, state.clocks) == (Status.CLOSED, disposal.value, (), ())
    assert names(life.log) == ["CaseRaised", "RequestDisposed", "CaseClosed"]
    assert plan(state) == ()
    assert [n for e in life.log for n in notices(e, state)] == []


def test_what_ends_at_intake_says_where_it_went():
    life = Life(rules2())
    for disposal, target in ((Disposal.TRANSFERRED, ""), (Disposal.TRANSFERRED, "114"), (Disposal.TOLD_PROGRESS, "")):
        command = raise_command(channel="hotline", reporter_phone=PHONE, disposal=disposal, target=target)
        assert life.reason(command, HOTLINE) is Reason.TARGET_MISSING
    street = raise_command(disposal=Disposal.ANSWERED)
    assert life.reason(street, STAFF) is Reason.DISPOSAL_NOT_HERE
    assert Life(rules()).reason(street, STAFF) is Reason.CHAPTER_NOT_IN_FORCE


def test_each_channel_has_its_own_people_and_asks_for_a_number():
    life = Life(rules2())
    assert life.reason(raise_command(channel="hotline", reporter_phone=PHONE), STAFF) is Reason.CHANNEL_NOT_YOURS
    assert life.reason(raise_command(channel="street"), HOTLINE) is Reason.CHANNEL_NOT_YOURS
    assert life.reason(raise_command(channel="hotline"), HOTLINE) is Reason.CONTACT_MISSING
    assert life.reason(raise_command(channel="pigeon"), STAFF) is Reason.UNKNOWN_CHANNEL
    Life(rules()).do(raise_command(channel="pigeon"), STAFF)  # a pack without channels does not tell them apart


# -- dispatch --------------------------------------------------------------------------------------------------------


def test_an_order_is_dispatched_at_once_by_the_hotline():
    life = called_in()
    facts = life.state.facts
    assert (life.state.status, life.state.awaiting_approval) == (Status.MUSTERING, False)
    assert (facts.raiser, facts.raising_org, facts.area) == (HOTLINE.org, HOTLINE.org, AREA)
    assert life.reason(c.Approve(), LEADER) is Reason.NO_APPROVAL_PENDING


def test_a_firm_leads_and_the_sub_district_gets_a_copy():
    life = called_in()
    copy = life.task(2)
    assert (copy.org, copy.role, copy.tie, copy.is_duty) == (AREA, TaskRole.INFORM, Tie.NOTICE, False)
    assert not [k for k in life.state.clocks if k.spec.task == 2]
    told = {(n.code, n.org) for e in life.log for n in notices(e, life.state)}
    assert {("called", WATER), ("copied", AREA)} <= told


def test_a_sub_district_leads_and_the_district_gets_a_copy():
    life = called_in(STREET_LEADS)
    assert [(t.org, t.role) for t in life.state.tasks] == [
        (AREA, TaskRole.LEAD), (f"{DISTRICT}-DESK", TaskRole.INFORM)
    ]  # fmt: skip
    handed_in(life, worker=STAFF)
    assert life.state.status is Status.CHECKING


def test_a_matter_without_owner_is_led_by_the_desk():
    desk = f"{DISTRICT}-DESK"
    life = called_in(Party(desk, TaskRole.LEAD))
    assert [(t.org, t.role) for t in life.state.tasks] == [(desk, TaskRole.LEAD), (AREA, TaskRole.INFORM)]
    life.do(c.AddDepartment(LAMPS, TaskRole.ASSIST), DESK)
    handed_in(life, worker=DESK)
    handed_in(life, 3, LAMPMAN)
    assert life.state.status is Status.CHECKING


def test_the_lead_cannot_push_the_order_away():
    life = called_in(STREET_LEADS, LAMPS_ASSIST)
    assert life.reason(c.Withdraw(SAID), STAFF) is Reason.RAISER_ONLY
    assert life.reason(c.Release(1, SAID), STAFF) is Reason.LEAD_STAYS
    life.do(c.Withdraw(SAID), HOTLINE)  # the hotline may take back what it gave
    assert life.state.status is Status.WITHDRAWN


def test_the_hotline_takes_back_only_its_own():
    life = Life(rules2())
    life.do(raise_command("emergency"), STAFF)
    assert life.reason(c.Withdraw(SAID), HOTLINE) is Reason.RAISER_ONLY


def test_with_several_units_the_lead_meets_with_them():
    life = called_in(STREET_LEADS, LAMPS_ASSIST)
    due = life.clock("confer:1").spec.due
    assert due == MONDAY + DAY  # one working day from Monday 09:00
    assert life.reason(Confer(1, SAID), LAMPMAN) is Reason.NOT_ALLOWED
    life.wait(hours=2).do(Confer(1, SAID), STAFF)
    assert not life.clock("confer:1").is_open
    assert life.reason(Confer(1, SAID), STAFF) is Reason.NO_MEETING_OWED
    alone = called_in(STREET_LEADS)
    assert alone.state.clock("confer:1") is None


def test_a_meeting_that_is_not_held_is_told_above():
    life = called_in(STREET_LEADS, LAMPS_ASSIST)
    life.until(life.clock("confer:1").spec.due + MICRO).tick()
    assert "due" in life.clock("confer:1").fired
    assert life.state.escalation >= 1


# -- the citizen's limit ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit_class", "asked", "level", "limit"),
    [
        ("hotline_2h", 0, 1, timedelta(hours=2)), ("hotline_24h", 0, 2, DAY), ("hotline_7d", 0, 3, 7 * DAY),
        ("hotline_15d", 0, 4, 15 * DAY), ("default", 0, 3, 7 * DAY), ("hotline_7d", 1, 1, timedelta(hours=2)),
    ],
)  # fmt: skip
def test_every_order_carries_the_citizens_limit_by_level(limit_class, asked, level, limit):
    life = called_in(limit_class=limit_class, urgency=asked)
    clock = life.clock("call_back")
    assert life.state.facts.urgency == level
    assert clock.spec.due == MONDAY + limit
    assert clock.spec.party == HOTLINE.org


def test_a_unit_that_says_done_is_not_called_back_earlier():
    life = called_in()
    handed_in(life)
    assert life.state.status is Status.CHECKING
    assert life.open_clocks() == ["call_back"]
    assert life.reason(WELL, CALLER) is Reason.CALL_BACK_NOT_DUE
    assert life.reason(c.CheckPass(), STAFF) is Reason.CALL_BACK_AWAITED
    assert life.reason(c.CheckFail(SAID), STAFF) is Reason.CALL_BACK_AWAITED
    life.until(MONDAY + DAY).tick()
    assert not life.state.annex.call_back.asked, "at the due instant the limit still runs"
    life.wait(microseconds=1).tick()
    assert life.state.annex.call_back.asked
    life.do(WELL, CALLER)
    assert (life.state.status, life.state.result) == (Status.CLOSED, "solved")
    assert life.task(1).state is TaskState.ACCEPTED


@pytest.mark.parametrize("reach", ["claimed", "on scene", "nothing"])
def test_a_late_unit_is_called_back_on_time_all_the_same(reach):
    life = called_in()
    if reach != "nothing":
        life.do(c.Claim(1), WATERMAN)
    if reach == "on scene":
        life.do(c.ReportIn(1), WATERMAN)
    before = life.state.status
    life.until(MONDAY + DAY + MICRO).tick()
    assert life.state.status is before
    life.do(WELL, CALLER)
    assert not life.state.is_ended, "the citizen has what they want, the unit has not handed in"
    if reach == "on scene":
        life.do(c.Submit(1, SAID, late_reason=SAID), WATERMAN)
        assert (life.state.status, life.state.result) == (Status.CLOSED, "solved")


def test_the_hotline_is_asked_by_a_step_of_its_own():
    life = called_in()
    handed_in(life)
    life.wait(hours=1).tick()
    steps = [s for s in plan(life.state) if s.code is StepCode.CALL_BACK]
    assert [(s.at, s.key) for s in steps] == [(MONDAY + DAY, "call_back/1/call")]
    life.until(MONDAY + DAY + MICRO)
    fired = life.tick()
    told = [n for e in fired for n in notices(e, life.state)]
    assert [(n.code, n.org, n.role) for n in told if n.code == "rung:call_back"] == [
        ("rung:call_back", HOTLINE.org, Role.HOTLINE_CALLBACK)
    ]
    assert life.open_clocks() == ["call"]


def test_nobody_who_handled_it_calls_back():
    life = called_in()
    both = person("waterman", CALLER.org, Role.HOTLINE_CALLBACK)
    handed_in(life)
    life.until(MONDAY + DAY + MICRO)
    assert life.reason(WELL, both) is Reason.HANDLER_MAY_NOT_CHECK
    assert life.reason(WELL, HOTLINE) is Reason.NOT_ALLOWED


def test_a_call_that_is_not_made_is_told_above():
    life = called_in()
    handed_in(life)
    life.until(MONDAY + DAY + MICRO).tick()
    call = life.clock("call").spec
    assert call.due == MONDAY + 2 * DAY  # a working day
    life.wait(days=3).tick()
    assert life.clock("call").fired == ("due", "late")
    assert life.state.escalation == 1


def test_somebody_who_is_not_reached_is_called_again_and_then_counts_as_invalid():
    life = called_in()
    handed_in(life)
    life.until(MONDAY + DAY + MICRO)
    life.do(NOBODY, CALLER)
    again = life.clock("call_back").spec
    assert (again.generation, again.limit) == (2, "4 hours work_hours")
    assert life.reason(NOBODY, CALLER) is Reason.CALL_BACK_NOT_DUE
    life.until(again.due + MICRO).do(NOBODY, CALLER)
    life.until(life.clock("call_back").spec.due + MICRO).do(NOBODY, CALLER)
    assert (life.state.status, life.state.result) == (Status.CLOSED, "unreached")
    assert life.task(1).state is TaskState.SUBMITTED, "handed in, and nobody said that it is done"
    assert [call.valid for call in life.state.annex.call_back.calls] == [False] * 3


def test_reached_at_the_second_try():
    life = called_in()
    handed_in(life)
    life.until(MONDAY + DAY + MICRO).do(NOBODY, CALLER)
    life.until(life.clock("call_back").spec.due + MICRO).do(WELL, CALLER)
    calls = life.state.annex.call_back
    assert (life.state.result, calls.solved, calls.round) == ("solved", 1, 1)


@pytest.mark.parametrize(
    "answer",
    [
        BADLY, CallBack(valid=True, solved=Solved.PARTLY, satisfied=Satisfied.BASICALLY),
        CallBack(valid=True, contacted=True, solved=Solved.YES, satisfied=Satisfied.DISSATISFIED),
    ],
)  # fmt: skip
def test_not_solved_or_not_satisfied_is_handled_again(answer):
    life = called_in()
    handed_in(life)
    first = life.clock("handle:1:handle").spec
    life.until(MONDAY + DAY + MICRO)
    events = life.do(answer, CALLER)
    assert [type(e) for e in events if isinstance(e, CalledBack | HandledAgain)] == [CalledBack, HandledAgain]
    assert (life.state.status, life.task(1).state) == (Status.IN_ACTION, TaskState.ON_SCENE)
    again = life.clock("handle:1:handle").spec
    assert (again.generation, again.due) == (first.generation + 1, life.now + DAY)
    assert life.clock("call_back").spec.due == life.now + DAY
    assert life.state.escalation == 2, "the desk joins"
    assert ("handle_again", f"{DISTRICT}-DESK") in {(n.code, n.org) for e in events for n in notices(e, life.state)}
    life.wait(hours=2).do(c.Submit(1, SAID, late_reason=SAID), WATERMAN)
    life.until(life.clock("call_back").spec.due + MICRO).do(WELL, CALLER)
    assert (life.state.result, life.state.annex.call_back.solved) == ("solved", 2)


def test_after_the_third_handling_it_closes_as_unsolved():
    life = called_in()
    handed_in(life)
    for handling in (1, 2, 3):
        life.until(life.clock("call_back").spec.due + MICRO).do(BADLY, CALLER)
        if handling < 3:
            life.wait(hours=1).do(c.Submit(1, SAID, late_reason=SAID), WATERMAN)
    calls = life.state.annex.call_back
    assert (life.state.status, life.state.result) == (Status.CLOSED, "unsolved")
    assert (calls.round, calls.solved, [c_.round for c_ in calls.calls]) == (3, 0, [1, 2, 3])


def test_only_those_who_handed_in_begin_anew():
    life = called_in(STREET_LEADS, LAMPS_ASSIST)
    handed_in(life, worker=STAFF)
    arrived(life, 2, LAMPMAN)
    running = life.clock("handle:2:handle").spec
    life.until(MONDAY + DAY + MICRO).do(BADLY, CALLER)
    assert life.clock("handle:2:handle").spec.generation == running.generation, "an unrelated clock goes on"
    assert life.clock("handle:1:handle").spec.generation == 2
    assert life.state.annex.call_back.round == 2


# -- other channels with a citizen -----------------------------------------------------------------------------------


def letter(**changes):
    life = Life(rules2())
    life.do(raise_command(channel="letter", limit_class="hotline_7d", **changes), STAFF)
    life.do(c.Approve(), LEADER)
    return life


def test_the_raisers_early_check_waits_for_the_citizen():
    life = handed_in(letter(reporter_phone=PHONE))
    assert life.clock("call_back").spec.due == MONDAY + 7 * DAY
    life.do(c.CheckPass(SAID), STAFF2)
    assert (life.state.status, life.task(1).state) == (Status.CHECKING, TaskState.ACCEPTED)
    assert life.state.annex.call_back.checked
    assert life.open_clocks() == ["call_back"]
    assert life.reason(c.CheckPass(), STAFF2) is Reason.CALL_BACK_AWAITED
    life.until(MONDAY + 7 * DAY + MICRO).do(WELL, CALLER)
    assert (life.state.status, life.state.result) == (Status.CLOSED, "solved")


def test_a_check_after_the_call_back_closes():
    life = arrived(letter(reporter_phone=PHONE))
    life.until(MONDAY + 7 * DAY + MICRO).do(WELL, CALLER)
    life.do(c.Submit(1, SAID, late_reason=SAID), WATERMAN)
    assert life.state.status is Status.CHECKING
    life.do(c.CheckPass(), STAFF2)
    assert (life.state.status, life.state.result) == (Status.CLOSED, "solved")


def test_not_solved_takes_an_accepted_result_back():
    life = handed_in(letter(reporter_phone=PHONE))
    life.do(c.CheckPass(SAID), STAFF2)
    life.until(MONDAY + 7 * DAY + MICRO).do(BADLY, CALLER)
    assert (life.state.status, life.task(1).state) == (Status.IN_ACTION, TaskState.ON_SCENE)
    assert not life.state.annex.call_back.checked
    life.do(c.Submit(1, SAID, late_reason=SAID), WATERMAN)
    life.do(c.CheckPass(SAID), STAFF2)
    life.until(life.clock("call_back").spec.due + MICRO).do(WELL, CALLER)
    assert (life.state.result, life.state.annex.call_back.solved) == ("solved", 2)


def test_a_letter_without_a_number_closes_with_the_check():
    life = handed_in(letter())
    assert life.state.annex.call_back is None
    life.do(c.CheckPass(), STAFF2)
    assert (life.state.status, life.state.result) == (Status.CLOSED, "solved")


# -- the examples of domain.md 8 -------------------------------------------------------------------------------------


def beijing(text):
    return datetime.fromisoformat(f"2026-11-{text}:00+08:00").astimezone(UTC)


def test_8_1_sand_martins_on_the_river_bank():
    """A level 1 order to three units: all on site within two hours, the call-back when the limit ends."""
    from tests.support.cases import GARDENER, GARDENS, OFFICER, POLICE

    life = called_in(
        Party(WATER, TaskRole.LEAD), Party(GARDENS, TaskRole.ASSIST), Party(POLICE, TaskRole.ASSIST),
        at=beijing("23T09:00"), limit_class="hotline_2h",
    )  # fmt: skip
    assert life.state.facts.urgency == 1
    assert life.clock("call_back").spec.due == beijing("23T11:00")
    for no, worker in ((1, WATERMAN), (2, GARDENER), (3, OFFICER)):
        life.do(c.Claim(no), worker)
    life.until(beijing("23T10:59"))
    for no, worker in ((1, WATERMAN), (2, GARDENER), (3, OFFICER)):
        life.do(c.ReportIn(no), worker)
    assert life.state.status is Status.IN_ACTION
    life.until(beijing("23T11:00") + MICRO).tick()
    assert life.state.annex.call_back.asked, "the units are still at work"
    life.until(beijing("23T12:00")).do(c.Submit(1, Text("机械已撤离"), late_reason=SAID), WATERMAN)
    life.until(beijing("23T16:00"))
    life.do(c.Submit(2, Text("已设立保护区围栏"), late_reason=SAID), GARDENER)
    life.do(c.Submit(3, Text("已现场看护"), late_reason=SAID), OFFICER)
    assert life.state.status is Status.CHECKING
    life.do(WELL, CALLER)
    assert (life.state.result, life.state.annex.call_back.solved) == ("solved", 1)


def test_8_7_a_heating_complaint():
    """Accepted in a minute, at the door in an hour; called back a day after the dispatch; 基本满意."""
    life = called_in(
        Party(HEAT, TaskRole.LEAD), at=beijing("20T18:06"), class_code="W10", nature=Nature.COMPLAINT
    )  # fmt: skip
    assert [t.org for t in life.state.tasks] == [HEAT, AREA]
    life.until(beijing("20T18:07")).do(c.Claim(1), HEATMAN)
    life.until(beijing("20T18:16")).do(c.StageReport(1, Text("已电话联系")), HEATMAN)
    life.until(beijing("20T19:05")).do(c.ReportIn(1), HEATMAN)
    life.until(beijing("20T19:40")).do(c.Submit(1, Text("已更换阀门"), late_reason=SAID), HEATMAN)
    assert life.reason(WELL, CALLER) is Reason.CALL_BACK_NOT_DUE
    life.until(beijing("21T18:06") + MICRO).do(WELL, CALLER)
    call = life.state.annex.call_back.calls[0]
    assert (call.contacted, call.solved, call.satisfied) == (True, Solved.YES, Satisfied.BASICALLY)
    assert life.state.result == "solved"


def test_8_8_second_handling_solves_it():
    """A sub-district leads with two offices; not solved at the first call-back, solved a week later: at the second."""
    life = called_in(STREET_LEADS, LAMPS_ASSIST, at=beijing("02T10:00"), limit_class="hotline_7d")
    assert life.clock("call_back").spec.due == beijing("09T10:00")
    life.until(beijing("03T10:00"))
    arrived(life, 1, STAFF)
    handed_in(life, 2, LAMPMAN)
    life.until(beijing("08T10:00")).do(c.Submit(1, SAID, late_reason=SAID), STAFF)
    life.until(beijing("09T10:00") + MICRO).do(BADLY, CALLER)
    assert life.state.annex.call_back.round == 2
    assert ("desk", life.state.status) == ("desk", Status.IN_ACTION)
    assert any(o.command is c.AddDepartment for o in offers(life.state, DESK)), "the district desk joins"
    for no, worker in ((1, STAFF), (2, LAMPMAN)):
        life.until(beijing("15T10:00")).do(c.Submit(no, SAID, late_reason=SAID), worker)
    life.until(beijing("16T10:00") + 2 * MICRO).do(WELL, CALLER)
    calls = life.state.annex.call_back
    assert (life.state.result, calls.solved) == ("solved", 2)
    assert [call.solved for call in calls.calls] == [Solved.NO, Solved.YES], "the first one counts as unsolved"
