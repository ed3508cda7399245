"""Raising, approving, refusing and withdrawing a whistle."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import commands as c
from domain.actors import SYSTEM, Role
from domain.case import Outcome, Party, Status, TaskRole, TaskState
from domain.decide import decide
from domain.errors import Reason
from domain.events import CaseRaised, CaseWithdrawn, Text
from domain.rulepack import Approval
from tests.support.cases import (
    AREA,
    ASSIST,
    COMMUNITY,
    DESK,
    DISTRICT,
    GRID,
    HOTLINE,
    INFORM,
    LAMPS,
    LEAD,
    LEADER,
    MONDAY,
    POLICE,
    STAFF,
    STAFF2,
    STRANGER,
    WATER,
    WATERMAN,
    Life,
    arrived,
    clock_rule,
    names,
    person,
    raise_command,
    raised,
    rules,
    small_rules,
)  # fmt: skip

WHY = Text("why")
BEFORE = ("public_request", "key_work", "joint_enforcement")


@pytest.mark.parametrize("kind", BEFORE)
def test_a_whistle_that_needs_approval_calls_nobody_before_it(kind):
    life = raised(rules(), LEAD, ASSIST, kind=kind)
    assert life.state.status is Status.PENDING_APPROVAL
    assert life.state.awaiting_approval
    assert life.state.tasks == ()
    assert life.open_clocks() == ["approval"]
    assert life.clock("approval").spec.party == AREA


@pytest.mark.parametrize("kind", BEFORE)
def test_approval_issues_the_whistle_and_starts_every_clock_at_that_instant(kind):
    life = raised(rules(), LEAD, ASSIST, INFORM, kind=kind).wait(minutes=7)
    life.do(c.Approve(), LEADER)
    assert life.state.status is Status.MUSTERING
    assert not life.state.awaiting_approval
    assert life.clock("approval").outcome is Outcome.MET
    assert [(t.org, t.role, t.state) for t in life.state.tasks] == [
        (WATER, TaskRole.LEAD, TaskState.READY), (LAMPS, TaskRole.ASSIST, TaskState.READY),
        (POLICE, TaskRole.INFORM, TaskState.READY),
    ]  # fmt: skip
    assert life.open_clocks() == [f"{code}:{no}{stage}" for no in (1, 2) for code, stage in CLOCKS]
    assert {life.clock(key).spec.started_at for key in life.open_clocks()} == {MONDAY + timedelta(minutes=7)}
    assert life.state.uncalled == (1, 2, 3)


CLOCKS = (("claim", ""), ("report_in", ""), ("handle", ":handle"))


def test_an_emergency_goes_out_at_once_and_is_approved_afterwards():
    life = raised(rules(), kind="emergency")
    assert life.state.status is Status.MUSTERING
    assert life.state.awaiting_approval
    assert set(life.open_clocks()) == {"approval", "claim:1", "report_in:1", "handle:1:handle"}
    arrived(life)
    life.do(c.Approve(), LEADER)
    assert life.state.status is Status.IN_ACTION
    assert life.clock("approval").outcome is Outcome.MET
    assert life.reason(c.Approve(), LEADER) is Reason.NO_APPROVAL_PENDING


def test_without_approval_nothing_is_owed_by_the_leader():
    life = raised(small_rules(approval=Approval.NONE))
    assert life.state.status is Status.MUSTERING
    assert not life.state.awaiting_approval
    assert "approval" not in life.open_clocks()


def test_the_facts_keep_what_was_raised():
    life = Life()
    command = raise_command("emergency", LEAD, ASSIST, lat=39_914_000, lng=116_410_000, source_ref="A-1")
    event = life.do(command, STAFF)[0]
    facts = life.state.facts
    assert isinstance(event, CaseRaised)
    assert (facts.raised_by, facts.raised_at, facts.area, facts.district) == ("staff", MONDAY, AREA, DISTRICT)
    assert (facts.parties, facts.lat, facts.lng, facts.source_ref) == ((LEAD, ASSIST), 39_914_000, 116_410_000, "A-1")
    assert event.title == "路面冒水"


def test_an_agreed_time_replaces_the_limit_for_reporting_in():
    agreed = MONDAY + timedelta(days=2)
    life = raised(rules(), LEAD, kind="joint_enforcement", appointment=agreed)
    life.do(c.Approve(), LEADER)
    spec = life.clock("report_in:1").spec
    assert (spec.due, spec.limit, spec.provisional) == (agreed, "given", False)
    assert spec.near_at == MONDAY + (agreed - MONDAY) * 0.75
    assert life.clock("claim:1").spec.limit == "1 hours work_hours"


def test_an_agreed_time_that_passed_before_the_approval_gives_way_to_the_limit():
    life = raised(rules(), LEAD, kind="joint_enforcement", appointment=MONDAY + timedelta(minutes=30)).wait(hours=1)
    life.do(c.Approve(), LEADER)
    assert life.clock("report_in:1").spec.limit == "2 hours work_hours"


def test_reminders_before_the_start_of_an_agreed_time_fall_away():
    life = raised(small_rules(appointment=True), appointment=MONDAY + timedelta(minutes=5))
    assert [r.code for r in life.clock("report_in:1").spec.rungs] == ["due", "no_show", "after"]


def test_a_limit_of_zero_is_due_at_once_and_still_fires():
    life = raised(small_rules(clocks={"claim": clock_rule("0 minutes continuous", *LADDER_AT)}))
    assert life.clock("claim:1").spec.due == MONDAY
    assert names(life.wait(microseconds=1).tick()) == ["RungFired"]


LADDER_AT = small_rules().pack.kinds["work"].clocks["claim"].ladder[1:2]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "no_such"}, Reason.UNKNOWN_KIND),
        ({"limit_class": "no_such"}, Reason.UNKNOWN_LIMIT_CLASS),
        ({"parties": (ASSIST,)}, Reason.ONE_LEAD),
        ({"parties": (LEAD, Party(LAMPS, TaskRole.LEAD))}, Reason.ONE_LEAD),
        ({"parties": (Party(COMMUNITY, TaskRole.LEAD),)}, Reason.COMMUNITY_MAY_NOT_LEAD),
        ({"parties": (LEAD, Party(WATER, TaskRole.INFORM))}, Reason.ALREADY_IN_CASE),
        ({"appointment": MONDAY, "kind": "key_work"}, Reason.APPOINTMENT_PAST),
        ({"appointment": MONDAY + timedelta(1), "kind": "emergency"}, Reason.NO_APPOINTMENT),
        ({"parties": (LEAD, Party("110101001", TaskRole.ASSIST))}, Reason.RAISER_IS_NO_PARTY),
        ({"area": "110101002"}, Reason.NOT_ALLOWED),
        ({"area": DISTRICT}, Reason.NOT_ALLOWED),
        ({"area": "110000"}, Reason.NOT_ALLOWED),
    ],
)
def test_a_raise_is_refused(change, reason):
    assert Life().reason(replace(raise_command(), **change), STAFF) is reason


def test_a_community_may_assist():
    life = raised(small_rules(), LEAD, Party(COMMUNITY, TaskRole.ASSIST))
    assert life.task(2).role is TaskRole.ASSIST


def test_a_case_is_raised_once_and_everything_else_needs_a_case():
    life = raised()
    assert life.reason(raise_command("work", limit_class="plain"), STAFF) is Reason.WRONG_STATUS
    assert Life().reason(c.Claim(1), WATERMAN) is Reason.WRONG_STATUS
    assert Life().reason(c.Tick(), SYSTEM) is Reason.WRONG_STATUS


@pytest.mark.parametrize("raiser", [STAFF, LEADER, GRID, DESK, HOTLINE, person("duty", AREA, Role.STREET_DUTY_OFFICER)])
def test_who_may_raise(raiser):
    assert decide(None, raise_command(), raiser, MONDAY, rules())


@pytest.mark.parametrize("command", [c.Approve(), c.Refuse(WHY)])
def test_the_raiser_never_approves_their_own_whistle(command):
    life = Life()
    life.do(raise_command(), LEADER)
    assert life.reason(command, LEADER) is Reason.RAISER_MAY_NOT_APPROVE
    assert life.reason(command, STAFF2) is Reason.NOT_ALLOWED
    assert life.reason(command, STRANGER) is Reason.NOT_ALLOWED
    life.do(command, replace(LEADER, id="second leader"))


def test_a_refused_whistle_ends_as_withdrawn():
    life = raised(rules(), kind="public_request")
    events = life.do(c.Refuse(WHY), LEADER)
    assert names(events) == ["CaseRefused", "ClockEnded", "CaseWithdrawn"]
    assert (life.state.status, life.state.result) == (Status.WITHDRAWN, "refused")
    assert not life.state.awaiting_approval
    assert life.open_clocks() == []


def test_an_emergency_can_be_refused_until_somebody_is_on_the_scene():
    life = raised(rules(), LEAD, ASSIST, kind="emergency")
    life.do(c.Claim(1), WATERMAN)
    early = replace(life.state)
    assert [t.state for t in early.tasks] == [TaskState.CLAIMED, TaskState.READY]
    life.do(c.ReportIn(1), WATERMAN)
    refusal = life.refused(c.Refuse(WHY), LEADER)
    assert refusal.reason is Reason.ALREADY_ON_SCENE
    assert refusal.facts["orgs"] == [WATER]


def test_refusing_an_issued_emergency_takes_every_task_back():
    life = raised(rules(), LEAD, ASSIST, kind="emergency")
    life.do(c.Refuse(WHY), LEADER)
    assert {t.state for t in life.state.tasks} == {TaskState.WITHDRAWN}
    assert life.open_clocks() == []
    assert life.state.uncalled == ()


@pytest.mark.parametrize("kind", ["public_request", "emergency"])
def test_the_raiser_withdraws_before_anybody_is_there(kind):
    life = raised(rules(), kind=kind)
    event = life.do(c.Withdraw(WHY), STAFF2)[-1]
    assert isinstance(event, CaseWithdrawn)
    assert (event.result, life.state.status) == ("withdrawn", Status.WITHDRAWN)
    assert {k.outcome for k in life.state.clocks} == {Outcome.CANCELLED}
    assert not life.state.awaiting_approval


def test_nothing_is_withdrawn_once_somebody_is_on_the_scene():
    life = arrived(raised(small_rules(), LEAD, ASSIST))
    assert life.reason(c.Withdraw(WHY), STAFF) is Reason.ALREADY_ON_SCENE


def test_an_assisting_department_on_the_scene_also_bars_the_withdrawal_until_it_is_released():
    life = raised(small_rules(), LEAD, ASSIST)
    arrived(life, 2, person("l", LAMPS, Role.DEPT_WORKER))
    assert life.reason(c.Withdraw(WHY), STAFF) is Reason.ALREADY_ON_SCENE
    life.do(c.Release(2, WHY), STAFF)
    life.do(c.Withdraw(WHY), STAFF)
    assert life.state.is_ended
