"""Supervision rounds: seed, draw, checks of the three ways, what is late, what is put right, and the summary."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.words import NOTICE
from domain.actors import SYSTEM, Role
from domain.codec import event_name, from_plain, seal, to_plain, unseal
from domain.draw import draw, seed_of
from domain.errors import Reason, Refusal
from domain.events import Text
from domain.processes import round_events as e
from domain.processes.round import ROUND
from domain.processes.round_commands import (
    CancelRound,
    CommitSeed,
    ConfirmPutRight,
    Draw,
    FileCheck,
    NameGroup,
    NoteCharge,
    ReplyCheck,
    SignCheck,
    SummariseRound,
)  # fmt: skip
from domain.processes.round_state import Finding, Method, Pool, RoundState, RoundStatus
from tests.support.cases import (
    CITY_SUPERVISOR,
    DESK,
    LEADER,
    MONDAY,
    STAFF,
    SUPERVISOR,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    person,
)  # fmt: skip
from tests.support.rounds import CASES, HEAD, HOUR, INSPECTOR, START, RoundStory, group, plan, share

NOTE, SUMMARY = Text("现场已恢复"), Text("本轮督查共核验两件")


def visit(story: RoundStory, case: str, finding: Finding = Finding.OK) -> FileCheck:
    return FileCheck(case, finding, NOTE, 39_914_100, 116_404_100, story.at, "photo-1")


def test_a_round_draws_at_its_start_checks_on_site_and_ends_with_its_summary() -> None:
    story = RoundStory().committed()
    assert story.owed() == ["draw"]
    assert story.do(Draw(HEAD, (share(*CASES),)), SYSTEM) == (), "not before the period"
    story.drawn()
    expected = draw(seed_of(HEAD.hash, "salt-1"), CASES, 2)
    assert tuple(check.case for check in story.state.checks) == expected
    assert story.do(Draw(HEAD, (share("c9"),)), SYSTEM) == (), "drawn once"
    first, second = expected
    story.do(visit(story, first), INSPECTOR)
    assert story.refused(visit(story, first), INSPECTOR) is Reason.CHECK_IS_PAST_THAT
    assert story.refused(SummariseRound(SUMMARY)) is Reason.WRONG_STAGE, "one check is open"
    story.do(visit(story, second, Finding.PUT_RIGHT), INSPECTOR)
    assert f"charge/{second}" in story.owed()
    assert story.wait(HOUR) == (), "only its activity can ask the case"
    story.do(NoteCharge(second, "order"), SYSTEM)
    assert story.do(NoteCharge(second, "order"), SYSTEM) == ()
    assert story.owed() == [f"rectify/1/{second}", f"rectify/2/{second}"]
    assert story.refused(ConfirmPutRight(first, NOTE), INSPECTOR) is Reason.CHECK_IS_PAST_THAT
    story.do(ConfirmPutRight(second, NOTE), INSPECTOR)
    assert (story.state.status, story.owed()) == (RoundStatus.SETTLED, ["summary/1", "summary/2"])
    assert ROUND.refusal(story.state, SummariseRound, INSPECTOR) is None
    story.do(SummariseRound(SUMMARY))
    assert (story.state.status, story.state.closed_at) == (RoundStatus.DONE, story.at)


def test_without_a_salt_the_round_lapses_and_after_it_nobody_cancels() -> None:
    story = RoundStory()
    assert story.refused(CommitSeed("salt")) is Reason.ROUND_INCOMPLETE, "no group"
    story.do(group("g1"))
    (lapsed,) = story.wait(START - story.at + HOUR)
    assert (lapsed, story.state.status) == (e.RoundCancelled(START, "no_seed"), RoundStatus.CANCELLED)
    other = RoundStory().committed()
    for command in (CancelRound(NOTE), CommitSeed("other"), group("g2")):
        assert other.refused(command) is Reason.WRONG_STAGE
    third = RoundStory()
    third.do(CancelRound(NOTE))
    assert third.owed() == []


def test_what_is_late_is_told_twice_and_never_again() -> None:
    story = RoundStory().drawn(share("c1"))
    drawn = story.at
    assert story.wait(49 * HOUR) == (e.CheckEscalated(drawn + 48 * HOUR, "c1", "check", 1, SUPERVISOR.org),)
    assert story.wait(24 * HOUR) == (e.CheckEscalated(drawn + 72 * HOUR, "c1", "check", 2, "110101-GOV"),)
    assert story.wait(240 * HOUR) == ()
    filed = story.do(visit(story, "c1", Finding.REOPEN), INSPECTOR)
    assert filed[0].late
    settled = story.at
    story.do(NoteCharge("c1", "order"), SYSTEM)
    told = story.wait(200 * HOUR)
    assert [(t.at - settled, t.what) for t in told] == [(120 * HOUR, "rectify"), (144 * HOUR, "rectify")]
    (right, _) = story.do(ConfirmPutRight("c1", NOTE))
    assert right.late


def test_a_round_that_nobody_sums_up_is_told_to_the_office_and_then_to_the_government() -> None:
    story = RoundStory().drawn(share("c1"))
    story.do(visit(story, "c1"), INSPECTOR)
    settled = story.at
    assert story.wait(72 * HOUR) == (), "the last instant is in time"
    assert story.wait(HOUR) == (e.SummaryEscalated(settled + 72 * HOUR, 1, SUPERVISOR.org),)
    assert story.wait(24 * HOUR) == (e.SummaryEscalated(settled + 96 * HOUR, 2, "110101-GOV"),)
    assert (story.wait(240 * HOUR), story.owed()) == ((), [])
    story.do(SummariseRound(SUMMARY))
    assert story.state.status is RoundStatus.DONE
    old = RoundStory(summary_hours=0).drawn(share("c1"))
    old.do(visit(old, "c1"), INSPECTOR)
    assert old.owed() == [], "rounds of before the limit have none"


def test_members_are_known_and_speak_for_those_who_sign() -> None:
    joint = RoundStory(Method.JOINT, bodies=(SUPERVISOR.org, DESK.org))
    assert joint.refused(NameGroup("g1", ("ghost",))) is Reason.UNKNOWN_MEMBER
    assert joint.refused(NameGroup("g1", ("inspector", "ghost"), member_orgs=(SUPERVISOR.org, ""))) is (
        Reason.UNKNOWN_MEMBER
    )
    assert joint.refused(group("g1", INSPECTOR, WATER_HEAD)) is Reason.MEMBER_OF_NO_BODY
    joint.do(group("g1", INSPECTOR, DESK))
    alone = RoundStory()
    assert alone.refused(group("g1", person("far", "110102-SUP", Role.DISTRICT_SUPERVISOR))) is Reason.MEMBER_OF_NO_BODY
    alone.do(group("g1", INSPECTOR, WATER_HEAD))


def test_a_visit_has_place_time_and_photo() -> None:
    story = RoundStory().drawn(share("c1"))
    whole = visit(story, "c1")
    for lacking in ("lat", "lng", "visited_at", "photo"):
        assert story.refused(replace(whole, **{lacking: None}), INSPECTOR) is Reason.VISIT_INCOMPLETE
    for wrong in (START - HOUR, story.at + 9 * HOUR):
        assert story.refused(replace(whole, visited_at=wrong), INSPECTOR) is Reason.VISIT_INCOMPLETE
    assert story.refused(whole, SUPERVISOR) is Reason.NOT_IN_GROUP
    assert story.refused(visit(story, "c9"), INSPECTOR) is Reason.UNKNOWN_CHECK


def test_a_joint_finding_stands_when_every_body_has_signed() -> None:
    story = RoundStory(Method.JOINT, bodies=(SUPERVISOR.org, DESK.org, WATER)).drawn(share("c1"))
    assert story.refused(SignCheck("c1"), DESK) is Reason.CHECK_IS_PAST_THAT, "nothing to sign yet"
    story.do(FileCheck("c1", Finding.OK, NOTE), INSPECTOR)
    assert (story.first.signed, story.first.settled_at) == ((SUPERVISOR.org,), None)
    assert story.refused(SignCheck("c1"), LEADER) is Reason.NOT_IN_GROUP
    story.do(SignCheck("c1"), DESK)
    assert story.refused(SignCheck("c1"), DESK) is Reason.CHECK_IS_PAST_THAT
    assert story.state.status is RoundStatus.CHECKING
    story.do(SignCheck("c1"), WATER_HEAD)
    assert (story.state.status, story.first.is_over) == (RoundStatus.SETTLED, True)


def test_a_written_round_waits_for_the_answer_of_the_department() -> None:
    story = RoundStory(Method.WRITTEN).drawn(share("c1"))
    drawn = story.at
    assert story.first.reply_due == drawn + 72 * HOUR
    assert story.first.due == drawn + 120 * HOUR
    finding = FileCheck("c1", Finding.OK, NOTE)
    assert story.refused(finding, INSPECTOR) is Reason.REPLY_AWAITED
    assert story.refused(ReplyCheck("c1", NOTE), LEADER) is Reason.NOT_ALLOWED
    assert ROUND.refusal(story.state, ReplyCheck, WATER_HEAD) is None
    story.do(ReplyCheck("c1", NOTE), WATER_DISPATCHER)
    assert story.refused(ReplyCheck("c1", NOTE), WATER_DISPATCHER) is Reason.CHECK_IS_PAST_THAT
    story.do(finding, INSPECTOR)
    assert story.state.status is RoundStatus.SETTLED

    silent = RoundStory(Method.WRITTEN).drawn(share("c1"))
    (told,) = silent.wait(73 * HOUR)
    assert (told.what, told.to) == ("reply", SUPERVISOR.org)
    silent.do(finding, INSPECTOR)
    assert silent.state.status is RoundStatus.SETTLED, "an answer that never came does not hold the finding up"


def test_groups_have_their_own_share_and_an_empty_draw_is_settled() -> None:
    story = RoundStory()
    story.do(group("g2", person("other", SUPERVISOR.org, Role.DISTRICT_SUPERVISOR), kinds=("emergency",)))
    story.committed()
    story.drawn(share("a", "b", "c"), share("x", group="g2"))
    assert [(check.group, check.case) for check in story.state.checks][-1] == ("g2", "x")
    assert len(story.state.checks) == 3
    assert story.refused(visit(story, "x"), INSPECTOR) is Reason.NOT_IN_GROUP, "another group's"
    assert RoundStory().drawn(share()).state.status is RoundStatus.SETTLED


def test_who_may_plan_and_read() -> None:
    foreign = person("s2", "110102-SUP", Role.DISTRICT_SUPERVISOR)
    for stranger in (STAFF, LEADER, DESK, foreign):
        with pytest.raises(Refusal):
            RoundStory(opener=stranger, office=stranger.org)
    with pytest.raises(Refusal):
        RoundStory(office="110102-SUP")
    RoundStory(opener=CITY_SUPERVISOR, office=CITY_SUPERVISOR.org, district=None)
    state = RoundStory().state
    assert ROUND.sees(INSPECTOR, state)
    assert not ROUND.sees(foreign, state)
    assert not ROUND.sees(STAFF, state)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"starts_at": MONDAY}, Reason.PERIOD_NOT_AHEAD),
        ({"ends_at": START}, Reason.PERIOD_NOT_AHEAD),
        ({"sample": 0}, Reason.ROUND_INCOMPLETE),
        ({"pool": Pool.CLOSED}, Reason.ROUND_INCOMPLETE),
        ({"method": Method.JOINT}, Reason.ROUND_INCOMPLETE),
        ({"method": Method.WRITTEN, "questions": None}, Reason.ROUND_INCOMPLETE),
    ],
)
def test_a_plan_is_whole(changes: dict[str, object], reason: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        RoundStory(**changes)
    assert refused.value.reason is reason
    story = RoundStory()
    assert story.refused(NameGroup("g1", ())) is Reason.ROUND_INCOMPLETE
    assert story.refused(group("g1", areas=("110102001",))) is Reason.ROUND_INCOMPLETE


def test_a_schedule_plans_with_salt_and_members() -> None:
    planned = plan(Method.WRITTEN, salt="s" * 32, members=("inspector",))
    state, _, events = ROUND.advance(None, planned, SYSTEM, MONDAY, None)
    assert [event_name(event) for event in events] == ["round_planned", "group_named", "seed_committed"]
    assert state.status is RoundStatus.COMMITTED


def test_state_is_the_fold_of_the_log_as_it_is_stored() -> None:
    story = RoundStory(Method.JOINT, bodies=(SUPERVISOR.org, DESK.org)).drawn()
    first, second = (check.case for check in story.state.checks)
    story.do(FileCheck(first, Finding.REOPEN, NOTE), INSPECTOR)
    story.do(SignCheck(first), DESK)
    story.do(NoteCharge(first, "wrong_status"), SYSTEM)
    story.wait(timedelta(days=20))
    story.do(FileCheck(second, Finding.OK, NOTE), INSPECTOR)
    story.do(SignCheck(second), DESK)
    story.do(ConfirmPutRight(first, NOTE))
    story.wait(timedelta(days=9))
    story.do(SummariseRound(SUMMARY))
    names = {event_name(cls): cls for cls in ROUND.events}
    stored = [unseal(event_name(event), seal(event, lambda _: "#")[0], names) for event in story.log]
    assert ROUND.fold(stored) == story.state
    assert from_plain(RoundState, to_plain(story.state)) == story.state
    assert story.wait(HOUR) == ()


def told(story: RoundStory) -> list[tuple[str, str, str | None]]:
    """Every notice of the log, with the state as it was after each event."""
    state, found = None, []
    for event in story.log:
        state = ROUND.apply(state, event)
        found += [(n.code, n.org, n.user or n.role) for n in ROUND.notices(event, state)]
    return found


def test_who_has_to_know_is_told() -> None:
    story = RoundStory(Method.WRITTEN, bodies=(SUPERVISOR.org, DESK.org)).drawn(share("c1"))
    office, heads = SUPERVISOR.org, [(WATER, Role.DEPT_DISPATCHER), (WATER, Role.DEPT_LEADER)]
    assert told(story) == [
        ("round_member", office, INSPECTOR.id), ("round_begun", office, INSPECTOR.id),
        *[("round_reply", *head) for head in heads],
    ]  # fmt: skip
    before = len(told(story))
    story.wait(73 * HOUR)
    assert told(story)[before:] == [("round_late", office, None), *[("round_late", *head) for head in heads]]
    before = len(told(story))
    story.do(FileCheck("c1", Finding.PUT_RIGHT, NOTE), INSPECTOR)
    story.do(SignCheck("c1"), DESK)
    assert told(story)[before:] == [("round_sign", DESK.org, None), *[("round_finding", *head) for head in heads]]
    before = len(told(story))
    story.do(ConfirmPutRight("c1", NOTE))
    story.wait(80 * HOUR)
    story.do(SummariseRound(SUMMARY))
    assert told(story)[before:] == [
        ("round_settled", office, None), ("round_summary", office, None), ("round_done", office, None),
        ("round_done", DESK.org, None),
    ]  # fmt: skip
    lapsed = RoundStory()
    lapsed.do(group("g1"))
    lapsed.do(CancelRound(NOTE))
    assert told(lapsed)[1:] == [("round_cancelled", office, None), ("round_cancelled", office, INSPECTOR.id)]
    assert {code for code, _, _ in told(story) + told(lapsed)} <= set(NOTICE)
