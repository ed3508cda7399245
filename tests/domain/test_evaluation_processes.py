"""Evaluation periods and flags as processes: who may, what follows when, and that nothing published ever changes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.words import NOTICE
from domain.actors import SYSTEM, Actor, Role
from domain.codec import event_name, from_plain, seal, to_plain, unseal
from domain.errors import Reason, Refusal
from domain.evaluation.flags import FlagKind
from domain.evaluation.windows import month_named
from domain.process import Process
from domain.processes.evaluation import (
    EVALUATION,
    EvaluationPublished,
    NoteBoards,
    NoteCount,
    OpenEvaluation,
    PublishEvaluation,
    RecountEvaluation,
)  # fmt: skip
from domain.processes.flag import FLAG, FlagLapsed, GrantFlag, ProposeFlag, RefuseFlag
from domain.text import Text
from tests.support.cases import (
    AREA,
    CITY_SUPERVISOR,
    DESK,
    DISTRICT,
    LEADER,
    POLICE,
    POLICE_HEAD,
    STAFF,
    STRANGER,
    SUPERVISOR,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    WATERMAN,
    person,
)  # fmt: skip

NOVEMBER = month_named("2026-11", 19)
DAY, MICRO = timedelta(days=1), timedelta(microseconds=1)
OTHER_SUPERVISOR = person("sup2", "110102-SUP", Role.DISTRICT_SUPERVISOR)
NOTE = Text("已核实")
OPENING = OpenEvaluation(
    "e", f"{DISTRICT}/2026-11", DISTRICT, "2026-11", NOVEMBER.start, NOVEMBER.end, NOVEMBER.end + 10 * DAY, "b/1", "d"
)
CLOSED = NOVEMBER.start
APPEAL = ProposeFlag(
    "f", "appeal/c/handle:1", DISTRICT, FlagKind.APPEAL, "c", "N-1", "handle:1", WATER, "force_majeure",
    Text("暴雨证明"), listed=True, case_closed_at=CLOSED, late=True, answer_days=10, appeal_days=30,
)  # fmt: skip
EXCLUSION = replace(APPEAL, flag=FlagKind.EXCLUSION, clock=None, unit=AREA, reason="unreasonable", case_closed_at=None)


class Story:
    """A process on a virtual clock."""

    def __init__(self, kind: Process[Any], opening: Any, opener: Actor, at: Any) -> None:
        self.kind, self.at, self.log = kind, at, []  # type: tuple[Any, Any, list[Any]]
        self.state, _, events = kind.advance(None, opening, opener, at, None)
        self.log += events

    def do(self, command: Any, actor: Actor = SYSTEM, **later: float) -> tuple[Any, ...]:
        self.at += timedelta(**later)
        self.state, due, events = self.kind.advance(self.state, command, actor, self.at, None)
        self.log += [*due, *events]
        return (*due, *events)

    def refused(self, command: Any, actor: Actor) -> Reason:
        with pytest.raises(Refusal) as raised:
            self.kind.advance(self.state, command, actor, self.at, None)
        return raised.value.reason

    def told(self) -> list[tuple[str, str, str | None]]:
        """Every notice of the log, with the state as it was after each event."""
        state, found = None, []
        for event in self.log:
            state = self.kind.apply(state, event)
            found += [(n.code, n.org, n.user or n.role) for n in self.kind.notices(event, state)]
        return found

    def owed(self) -> list[str]:
        return [step.key for step in self.kind.plan(self.state)]


def period(at: Any = NOVEMBER.end, opener: Actor = SYSTEM) -> Story:
    return Story(EVALUATION, OPENING, opener, at)


def reviewed() -> Story:
    story = period()
    story.do(NoteCount(1, 1, "c9", 2_000, last=False))
    story.do(NoteCount(1, 2, "ca", 12, last=True))
    story.do(NoteBoards(1, "digest"))
    return story


def flagged(opening: ProposeFlag = APPEAL, opener: Actor = WATER_HEAD) -> Story:
    return Story(FLAG, opening, opener, CLOSED + DAY)


def refusal(opening: ProposeFlag, opener: Actor, at: Any = CLOSED + DAY) -> Reason:
    with pytest.raises(Refusal) as raised:
        FLAG.advance(None, opening, opener, at, None)
    return raised.value.reason


class TestPeriod:
    def test_it_is_counted_composed_reviewed_and_published_by_itself(self) -> None:
        story = period()
        assert story.owed() == ["count/1/1"]
        story.do(NoteCount(1, 1, "c9", 2_000, last=False))
        assert story.owed() == ["count/1/2"]
        story.do(NoteCount(1, 2, "ca", 12, last=True))
        assert (story.owed(), story.state.cases) == (["compose/1"], 2_012)
        story.do(NoteBoards(1, "digest"))
        (step,) = EVALUATION.plan(story.state)
        assert (step.key, step.at) == ("publish", NOVEMBER.end + 10 * DAY)
        assert EVALUATION.catch_up(story.state, NOVEMBER.end + 10 * DAY, None) == ()
        (published,) = EVALUATION.catch_up(story.state, NOVEMBER.end + 10 * DAY + MICRO, None)
        assert published == EvaluationPublished(NOVEMBER.end + 10 * DAY, 1, "digest")

    def test_a_running_period_is_not_evaluated(self) -> None:
        with pytest.raises(Refusal) as raised:
            period(NOVEMBER.end - MICRO)
        assert raised.value.reason is Reason.PERIOD_NOT_OVER

    def test_pages_and_boards_are_noted_once_and_only_for_the_run(self) -> None:
        story = period()
        story.do(NoteCount(1, 1, "c9", 5, last=False))
        assert story.do(NoteCount(1, 1, "c9", 5, last=False)) == ()
        assert story.do(NoteCount(2, 2, "ca", 5, last=True)) == ()
        assert story.do(NoteBoards(1, "early")) == ()
        assert story.state.cases == 5

    def test_a_recount_takes_in_what_was_decided_since(self) -> None:
        story = reviewed()
        story.do(RecountEvaluation(Text("补录剔除")), SUPERVISOR, days=1)
        assert (story.state.run, story.state.run_at, story.state.cases) == (2, story.at, 0)
        assert story.owed() == ["count/2/1"]
        assert story.do(NoteBoards(1, "stale")) == ()
        assert story.refused(PublishEvaluation(), SUPERVISOR) is Reason.WRONG_STAGE, "nothing is composed yet"

    def test_published_it_never_changes(self) -> None:
        story = reviewed()
        story.do(PublishEvaluation(NOTE), SUPERVISOR)
        assert (story.state.status, story.state.closed_at, story.owed()) == ("published", story.at, [])
        for command in (PublishEvaluation(), RecountEvaluation(NOTE)):
            assert story.refused(command, SUPERVISOR) is Reason.WRONG_STAGE
        for command in (NoteCount(1, 3, "cb", 1, last=True), NoteBoards(1, "other")):
            assert story.do(command) == ()

    def test_who_may(self) -> None:
        story = reviewed()
        for actor in (DESK, LEADER, STAFF, WATER_HEAD, OTHER_SUPERVISOR):
            assert story.refused(PublishEvaluation(), actor) is Reason.NOT_ALLOWED
            assert story.refused(RecountEvaluation(NOTE), actor) is Reason.NOT_ALLOWED
        assert story.refused(NoteBoards(1, "x"), SUPERVISOR) is Reason.NOT_ALLOWED
        assert EVALUATION.refusal(story.state, PublishEvaluation, CITY_SUPERVISOR) is None
        assert period(opener=SUPERVISOR).state.facts.opened_by == SUPERVISOR.id


class TestFlag:
    def test_an_appeal_is_for_the_late_department_after_closing_and_in_time(self) -> None:
        assert refusal(APPEAL, POLICE_HEAD) is Reason.NOT_ALLOWED, "another department"
        assert refusal(APPEAL, WATERMAN) is Reason.NOT_ALLOWED, "a worker speaks for nobody"
        assert refusal(APPEAL, LEADER) is Reason.NOT_ALLOWED, "the street was not late"
        assert refusal(replace(APPEAL, case_closed_at=None), WATER_HEAD) is Reason.NOT_CLOSED_YET
        assert refusal(replace(APPEAL, late=False), WATER_HEAD) is Reason.CLOCK_NOT_LATE
        assert refusal(replace(APPEAL, listed=False), WATER_HEAD) is Reason.UNKNOWN_REASON
        assert refusal(APPEAL, WATER_HEAD, CLOSED + 30 * DAY + MICRO) is Reason.APPEAL_TOO_LATE
        assert flagged(opener=WATER_DISPATCHER).state.status == "proposed"
        branch = replace(APPEAL, unit=POLICE)
        assert flagged(branch, POLICE_HEAD).state.unit == POLICE, "the department speaks for its branch"

    def test_an_exclusion_is_possible_while_the_case_runs(self) -> None:
        assert flagged(EXCLUSION, LEADER).state.clock is None
        assert refusal(EXCLUSION, STRANGER) is Reason.NOT_ALLOWED

    def test_a_second_person_decides(self) -> None:
        both = replace(SUPERVISOR, roles=SUPERVISOR.roles | {Role.DISTRICT_DESK})
        own = flagged(replace(EXCLUSION, unit=both.org), both)
        assert own.refused(GrantFlag(NOTE), both) is Reason.PROPOSER_MAY_NOT_DECIDE
        story = flagged()
        for actor in (WATER_HEAD, DESK, LEADER, OTHER_SUPERVISOR):
            assert story.refused(GrantFlag(NOTE), actor) is Reason.NOT_ALLOWED
        story.do(GrantFlag(NOTE), SUPERVISOR, hours=1)
        assert (story.state.status, story.state.decided_by, story.owed()) == ("granted", SUPERVISOR.id, [])
        assert story.refused(RefuseFlag(NOTE), SUPERVISOR) is Reason.WRONG_STAGE

    def test_what_nobody_decides_lapses(self) -> None:
        story = flagged()
        assert story.owed() == ["lapse"]
        due = CLOSED + DAY + 10 * DAY
        assert FLAG.catch_up(story.state, due, None) == (), "at the instant itself it can still be decided"
        assert FLAG.catch_up(story.state, due + MICRO, None) == (FlagLapsed(due),)
        story.do(RefuseFlag(NOTE), SUPERVISOR, days=10)
        assert story.state.status == "refused"

    def test_a_decision_after_the_end_finds_it_lapsed(self) -> None:
        story = flagged()
        story.at += 11 * DAY
        assert story.refused(GrantFlag(NOTE), SUPERVISOR) is Reason.WRONG_STAGE


STORIES = {
    "opened": period, "reviewed": reviewed, "appeal": flagged, "exclusion": lambda: flagged(EXCLUSION, LEADER),
}  # fmt: skip


@pytest.mark.parametrize("story", [begin() for begin in STORIES.values()], ids=list(STORIES))
def test_events_and_states_survive_the_record(story: Story) -> None:
    names = {event_name(cls): cls for cls in story.kind.events}
    for event in story.log:
        body, _ = seal(event, lambda words: words)
        assert unseal(event_name(event), body, names) == event
    assert story.kind.fold(story.log) == story.state
    assert from_plain(story.kind.state, to_plain(story.state)) == story.state


def test_reviewers_proposers_and_readers_are_told() -> None:
    office = f"{DISTRICT}-SUP"
    month = reviewed()
    month.do(PublishEvaluation(), SUPERVISOR, hours=1)
    assert month.told() == [
        ("evaluation_review", office, Role.DISTRICT_SUPERVISOR), ("evaluation_published", office, None),
        ("evaluation_published", f"{DISTRICT}-DESK", None),
    ]  # fmt: skip
    day = Story(EVALUATION, replace(OPENING, period="2026-11-18"), SYSTEM, NOVEMBER.end)
    day.do(NoteCount(1, 1, "c9", 1, last=True))
    day.do(NoteBoards(1, "digest"))
    assert day.told() == [], "a day is there every noon"
    for command, code in ((GrantFlag(NOTE), "flag_granted"), (RefuseFlag(NOTE), "flag_refused")):
        flag = flagged()
        flag.do(command, SUPERVISOR, hours=1)
        assert flag.told() == [("flag_proposed", office, Role.DISTRICT_SUPERVISOR), (code, WATER, WATER_HEAD.id)]
    assert {code for code, _, _ in month.told() + flag.told()} <= set(NOTICE)
