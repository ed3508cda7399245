"""Grid events: the seven steps, each with its clock; the first clerk owns; a grid member looks, the clerk closes."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import commands as c
from domain.actors import Role
from domain.case import Status, TaskRole, TaskState
from domain.channels import Filing
from domain.chapters.grid import CancelFiling, Dispatch, FileCase, PostCheck, PreCheck
from domain.errors import Reason
from domain.events import Text
from domain.notices import notices
from domain.offers import offers
from tests.support.cases import (
    AREA,
    DESK,
    GRID,
    LAMPMAN,
    LAMPS,
    LEADER,
    MICRO,
    MONDAY,
    STAFF,
    WATER,
    WATERMAN,
    arrived,
    handed_in,
    names,
    person,
)  # fmt: skip
from tests.support.intake import CLERK, CLERK2, GRID2, LAMPS_ASSIST, WATER_LEADS, collected, filed

SAID = Text("说明")
MINUTES = timedelta(minutes=1)


def grid(life):
    return life.state.annex.grid


def checking(**changes):
    life = filed(collected(**changes))
    return handed_in(life)


def test_collection_waits_to_be_filed_and_calls_nobody():
    life = collected()
    assert (life.state.status, grid(life).step) == (Status.PENDING_APPROVAL, Filing.FILING)
    assert (life.state.tasks, life.state.awaiting_approval) == ((), False)
    assert life.open_clocks() == ["filing"]
    assert life.clock("filing").spec.due == MONDAY + 15 * MINUTES
    assert life.reason(c.Approve(), LEADER) is Reason.NO_APPROVAL_PENDING
    told = {(n.code, n.role) for e in life.log for n in notices(e, life.state)}
    assert ("filing_wanted", Role.ACCEPTANCE_CLERK) in told


def test_the_first_clerk_to_file_owns_the_event():
    life = collected()
    life.do(FileCase("water_cover_danger"), CLERK)
    refused = life.refused(FileCase("water_cover_noise"), CLERK2)
    assert (refused.reason, refused.facts) == (Reason.ALREADY_FILED, {"owner": "clerk"})
    assert life.reason(CancelFiling(SAID), CLERK2) is Reason.ALREADY_FILED
    assert (grid(life).owner, grid(life).step) == ("clerk", Filing.DISPATCH)
    assert life.state.facts.limit_class == "water_cover_danger"
    assert life.open_clocks() == ["dispatch"]


def test_no_standard_no_filing():
    life = collected()
    assert life.reason(FileCase("none_such"), CLERK) is Reason.UNKNOWN_LIMIT_CLASS
    assert life.reason(Dispatch(), DESK) is Reason.NOT_FILED
    assert life.reason(FileCase("water_cover_danger"), STAFF) is Reason.NOT_ALLOWED


def test_the_departments_clocks_count_from_the_dispatch_by_the_chosen_standard():
    life = collected(WATER_LEADS, LAMPS_ASSIST)
    life.wait(minutes=7).do(FileCase("water_cover_danger"), CLERK)
    life.wait(minutes=3).do(Dispatch(note=SAID), DESK)
    assert life.state.status is Status.MUSTERING
    assert [t.org for t in life.state.tasks] == [WATER, LAMPS]
    assert life.clock("handle:1:handle").spec.due == life.now + timedelta(hours=2)
    assert life.reason(Dispatch(), DESK) is Reason.WRONG_STATUS


def test_the_dispatcher_may_name_another_lead():
    life = collected(WATER_LEADS, LAMPS_ASSIST)
    life.do(FileCase("water_cover_danger"), CLERK)
    assert life.reason(Dispatch("110101001001"), DESK) is Reason.COMMUNITY_MAY_NOT_LEAD
    assert life.reason(Dispatch(AREA), DESK) is Reason.RAISER_IS_NO_PARTY
    life.do(Dispatch(LAMPS), DESK)
    assert [(t.org, t.role) for t in life.state.tasks] == [(LAMPS, TaskRole.LEAD)]


def test_an_event_that_is_not_filed_ends():
    life = collected()
    life.do(CancelFiling(SAID), CLERK)
    assert (life.state.status, life.state.result, grid(life).owner) == (Status.CLOSED, "not_filed", "clerk")
    assert life.open_clocks() == []
    assert [n.user for e in life.log for n in notices(e, life.state) if n.code == "filing_cancelled"] == ["grid"]


@pytest.mark.parametrize(("step", "key"), [("filing", "filing"), ("dispatch", "dispatch")])
def test_slow_steps_are_told_above(step, key):
    life = collected()
    if step == "dispatch":
        life.do(FileCase("water_cover_danger"), CLERK)
    life.wait(minutes=15).tick()
    assert life.clock(key).fired == (), "at the due instant it is in time"
    life.wait(microseconds=1).tick()
    assert life.clock(key).fired == ("due",)
    assert life.state.escalation == 1


# -- looking before filing -------------------------------------------------------------------------------------------


def test_what_others_report_is_looked_at_first():
    life = collected(by=STAFF)
    assert grid(life).step is Filing.PRE_CHECK
    assert life.clock("pre_check").spec.due == MONDAY + 30 * MINUTES
    assert life.reason(FileCase("water_cover_danger"), CLERK) is Reason.PRE_CHECK_FIRST
    life.wait(minutes=10).do(PreCheck(found=True, note=SAID), GRID)
    assert life.open_clocks() == ["filing"]
    assert life.reason(PreCheck(found=True), GRID2) is Reason.ALREADY_CHECKED
    life.do(FileCase("water_cover_danger"), CLERK)


def test_what_is_not_there_can_only_be_cancelled():
    life = collected(by=STAFF)
    life.do(PreCheck(found=False), GRID)
    assert life.reason(FileCase("water_cover_danger"), CLERK) is Reason.NOT_FOUND_ON_SITE
    life.do(CancelFiling(SAID), CLERK2)
    assert life.state.result == "not_filed"


def test_a_grid_members_own_report_needs_no_look_and_a_case_without_grid_has_no_steps():
    from tests.support.cases import raised, rules2

    life = raised(rules2(), kind="emergency")
    for command, actor in (
        (PreCheck(found=True), GRID), (FileCase("default"), CLERK), (CancelFiling(SAID), CLERK), (Dispatch(), DESK),
        (PostCheck(passed=True), GRID),
    ):  # fmt: skip
        assert life.reason(command, actor) is Reason.NO_GRID_EVENT


# -- looking after handling, and closing -----------------------------------------------------------------------------


def test_a_grid_member_looks_and_the_clerk_closes():
    life = checking()
    assert life.open_clocks() == ["post_check"]
    assert life.clock("post_check").spec.due == life.now + 30 * MINUTES
    assert life.reason(c.CheckPass(), CLERK) is Reason.POST_CHECK_FIRST
    assert life.reason(c.CheckPass(), STAFF) is Reason.NOT_OWNER, "the raising sub-district does not close a grid event"
    life.wait(minutes=12).do(PostCheck(passed=True, note=SAID), GRID2)
    assert life.open_clocks() == ["closing"]
    assert life.clock("closing").spec.limit == "90 minutes work_hours"
    assert life.reason(PostCheck(passed=False), GRID) is Reason.ALREADY_CHECKED
    assert life.reason(c.CheckPass(), CLERK2) is Reason.NOT_OWNER
    life.do(c.CheckPass(), CLERK)
    assert (life.state.status, life.state.result, life.task().state) == (
        Status.CLOSED, "solved", TaskState.ACCEPTED
    )  # fmt: skip


def test_what_is_not_done_goes_back_and_is_looked_at_again():
    life = checking()
    life.do(PostCheck(passed=False, note=SAID), GRID)
    assert life.reason(c.CheckPass(), CLERK) is Reason.POST_CHECK_FAILED
    life.do(c.CheckFail(SAID), CLERK)
    assert (life.state.status, life.task().rework) == (Status.IN_ACTION, 1)
    life.wait(minutes=30).do(c.Submit(1, SAID, late_reason=SAID), WATERMAN)
    assert life.open_clocks() == ["post_check"]
    assert life.reason(c.CheckPass(), CLERK) is Reason.POST_CHECK_FIRST, "the first look was at the first result"
    life.do(PostCheck(passed=True), GRID)
    life.do(c.CheckPass(), DESK)  # the desk stands in for a clerk who is away
    assert life.state.result == "solved"


def test_whoever_handled_it_does_not_look():
    life = filed(collected())
    arrived(life)
    helper = person("waterman", AREA, Role.GRID_MEMBER)
    life.do(c.Submit(1, SAID, late_reason=SAID), WATERMAN)
    assert life.reason(PostCheck(passed=True), helper) is Reason.HANDLER_MAY_NOT_CHECK
    assert not [o for o in offers(life.state, helper) if o.command is PostCheck]


def test_a_department_takes_its_worker_back_before_the_task_goes_on():
    """Giving work back is possible before it was handed in, and not after (domain.md 4.2)."""
    life = filed(collected())
    life.do(c.Claim(1), WATERMAN)
    life.do(c.Unclaim(1, SAID), WATERMAN)
    assert life.task().state is TaskState.READY
    handed_in(life)
    assert life.reason(c.Unclaim(1, SAID), WATERMAN) in {Reason.WRONG_STATUS, Reason.WRONG_TASK_STATE}


def beijing(text):
    return datetime.fromisoformat(f"2026-11-{text}:00+08:00").astimezone(UTC)


def test_8_5_a_burst_main_comes_in_as_a_grid_event():
    """Saturday 21:05 reported, 21:12 filed, 21:15 dispatched; three stages; a grid member looks, the clerk closes."""
    life = collected(
        WATER_LEADS, LAMPS_ASSIST, at=beijing("21T21:05"), kind="emergency", class_code="W01",
        limit_class="burst_pipe_staged",
    )  # fmt: skip
    assert life.clock("filing").spec.due == beijing("21T21:20"), "around the clock"
    life.until(beijing("21T21:12")).do(FileCase("burst_pipe_staged"), CLERK)
    assert life.clock("dispatch").spec.due == beijing("21T21:27")
    life.until(beijing("21T21:15")).do(Dispatch(), DESK)
    assert life.clock("claim:1").spec.due == beijing("21T21:20")
    assert life.clock("report_in:1").spec.due == beijing("21T21:45")
    assert life.clock("handle:1:fence").spec.due == beijing("22T00:15")
    life.until(beijing("21T21:18")).do(c.Claim(1), WATERMAN)
    life.until(beijing("21T21:20") + MICRO).tick()
    assert life.state.escalation == 1, "the second department is silent: the desk phones"
    life.until(beijing("21T21:24")).do(c.Claim(2), LAMPMAN)
    life.until(beijing("21T21:41")).do(c.ReportIn(1), WATERMAN)
    life.until(beijing("21T21:52")).do(c.ReportIn(2), LAMPMAN)
    assert (life.task(2).no_show, life.task(2).late) == (True, True), "late, kept and marked"
    life.until(beijing("21T22:10")).do(c.Submit(1, Text("已止水"), late_reason=Text("已止水")), WATERMAN)
    life.until(beijing("22T05:30")).do(c.Submit(1, Text("已修复"), late_reason=Text("已修复")), WATERMAN)
    assert life.clock("handle:1:restore").spec.due == beijing("27T18:00")
    for _ in range(3):
        life.do(c.Submit(2, SAID, late_reason=SAID), LAMPMAN)
    life.until(beijing("25T16:00")).do(c.Submit(1, Text("路面已恢复"), late_reason=Text("路面已恢复")), WATERMAN)
    life.until(beijing("25T16:20")).do(PostCheck(passed=True), GRID)
    life.do(c.CheckPass(), CLERK)
    assert (life.state.status, life.state.result) == (Status.CLOSED, "solved")
    assert names(life.log).count("EventFiled") == 1


def test_the_sub_district_blows_for_a_filed_event():
    """domain.md 8.2: its duty officer or leader dispatches what the clerk has filed, nobody else of it."""
    life = collected()
    filing = life.do(FileCase("illegal_building_active"), CLERK)
    told = {(n.org, n.role) for e in filing for n in notices(e, life.state) if n.code == "dispatch_wanted"}
    assert told == {(DESK.org, Role.DISTRICT_DESK), (AREA, Role.STREET_DUTY_OFFICER)}
    assert life.reason(Dispatch(), STAFF) is Reason.NOT_ALLOWED
    assert life.reason(Dispatch(), GRID) is Reason.NOT_ALLOWED
    life.do(Dispatch(), LEADER)
    assert life.state.status is Status.MUSTERING
