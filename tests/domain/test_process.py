"""Processes as such, and the publication as their first kind: who may, what follows, and the laws of every kind."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor
from domain.authority import Grant, Relation
from domain.codec import event_name, from_plain, seal, to_plain, unseal
from domain.errors import Reason, Refusal
from domain.events import Text
from domain.process import Process, ProcessRule, ProcessStep, Tick, id_of, process_reach, register
from domain.processes import OPENINGS, PROCESSES
from domain.processes.publication import (
    PUBLICATION,
    ApprovePublication,
    Counts,
    NotePage,
    ProposePublication,
    PublicationStatus,
    Publish,
    RefusePublication,
    Subject,
    WithdrawPublication,
)  # fmt: skip
from tests.support.cases import CITY_SUPERVISOR, DESK, DISTRICT, LEADER, MONDAY, STAFF, SUPERVISOR, WATERMAN, person

HOUR = timedelta(hours=1)
DESK2 = person("desk2", DESK.org, *DESK.roles)
FOREIGN_DESK = person("desk3", "110102-DESK", *DESK.roles)
NOTE = Text("已核对国务院办公厅通知")


def proposal(district: str | None = DISTRICT) -> ProposePublication:
    return ProposePublication(
        "p", "calendar/beijing/2", district, Subject.CALENDAR, "beijing/2", "d" * 64, Text("2026年放假安排")
    )


LISTED = NotePage(1, "", Counts(), last=True)


class Story:
    """A publication on a virtual clock."""

    def __init__(self, opener: Actor = DESK, district: str | None = DISTRICT) -> None:
        self.at, self.log = MONDAY, []  # type: tuple[Any, list[Any]]
        self.state, _, events = PUBLICATION.advance(None, proposal(district), opener, self.at, None)
        self.log += events

    def do(self, command: Any, actor: Actor) -> tuple[Any, ...]:
        self.at += HOUR
        self.state, due, events = PUBLICATION.advance(self.state, command, actor, self.at, None)
        self.log += [*due, *events]
        return (*due, *events)

    def refused(self, command: Any, actor: Actor) -> Reason:
        with pytest.raises(Refusal) as raised:
            self.do(command, actor)
        return raised.value.reason


def test_a_second_person_approves_and_the_draft_is_published_once() -> None:
    story = Story()
    assert [step.key for step in PUBLICATION.plan(story.state)] == ["list/1"]
    assert story.refused(ApprovePublication(NOTE), DESK2) is Reason.WRONG_STAGE, "nobody approves unseen"
    story.do(NotePage(1, "c1", Counts(250, 3, 1), last=False), SYSTEM)
    assert story.do(NotePage(1, "c1", Counts(250, 3, 1), last=False), SYSTEM) == (), "a page is noted once"
    assert [step.key for step in PUBLICATION.plan(story.state)] == ["list/2"]
    story.do(NotePage(2, "c2", Counts(10, 1, 0, 1), last=True), SYSTEM)
    assert (story.state.listed, PUBLICATION.plan(story.state)) == (Counts(260, 4, 1, 1), ())
    assert story.refused(ApprovePublication(NOTE), DESK) is Reason.PROPOSER_MAY_NOT_APPROVE
    assert PUBLICATION.refusal(story.state, ApprovePublication, DESK) is Reason.PROPOSER_MAY_NOT_APPROVE
    assert PUBLICATION.refusal(story.state, ApprovePublication, DESK2) is None
    story.do(ApprovePublication(NOTE), DESK2)
    assert [step.code for step in PUBLICATION.plan(story.state)] == ["publish"]
    assert story.do(Tick(), SYSTEM) == (), "only its activity can publish"
    assert len(story.do(Publish(), SYSTEM)) == 1
    assert story.do(Publish(), SYSTEM) == ()
    assert [step.key for step in PUBLICATION.plan(story.state)] == ["adopt/1"], "the walk begins anew"
    story.do(NotePage(1, "c1", Counts(100, 3), last=False), SYSTEM)
    story.do(NotePage(2, "c2", Counts(20, 1), last=True), SYSTEM)
    assert story.do(NotePage(3, "c3", Counts(20, 1), last=True), SYSTEM) == ()
    assert (story.state.status, story.state.closed_at is None) == (PublicationStatus.DONE, False)
    assert (story.state.adopted, PUBLICATION.plan(story.state)) == (Counts(120, 4), ())
    assert story.refused(RefusePublication(NOTE), DESK2) is Reason.WRONG_STAGE


@pytest.mark.parametrize(("command", "status"), [(RefusePublication, "refused"), (WithdrawPublication, "withdrawn")])
def test_a_proposal_may_end_otherwise(command: type, status: str) -> None:
    story = Story()
    story.do(command(NOTE), DESK2)
    assert (story.state.status, PUBLICATION.plan(story.state)) == (status, ())
    assert story.refused(ApprovePublication(), DESK2) is Reason.WRONG_STAGE


def test_a_draft_that_leaves_gaps_is_not_approved() -> None:
    story = Story()
    story.do(NotePage(1, "c", Counts(9, failed=2), last=True), SYSTEM)
    assert story.refused(ApprovePublication(), DESK2) is Reason.DRAFT_LEAVES_GAPS
    story.do(WithdrawPublication(NOTE), DESK)


def test_who_may_propose_and_decide() -> None:
    for stranger in (STAFF, WATERMAN, FOREIGN_DESK, LEADER):
        with pytest.raises(Refusal, match="role or office"):
            Story(stranger)
    Story(CITY_SUPERVISOR, None)
    with pytest.raises(Refusal):
        Story(DESK, None)
    story = Story()
    assert story.refused(Publish(), DESK) is Reason.NOT_ALLOWED
    assert story.refused(ApprovePublication(), FOREIGN_DESK) is Reason.NOT_ALLOWED
    story.do(LISTED, SYSTEM)
    story.do(ApprovePublication(), CITY_SUPERVISOR)
    assert PUBLICATION.commands() == [ApprovePublication, RefusePublication, WithdrawPublication]


def test_who_may_read() -> None:
    own, everywhere = Story().state, Story(CITY_SUPERVISOR, None).state
    for reader in (DESK, SUPERVISOR, LEADER, CITY_SUPERVISOR, SYSTEM):
        assert PUBLICATION.sees(reader, own), reader.id
    assert not PUBLICATION.sees(FOREIGN_DESK, own)
    assert PUBLICATION.sees(FOREIGN_DESK, everywhere)
    assert process_reach(WATERMAN, PUBLICATION) is None


def test_state_is_the_fold_of_the_log_as_it_is_stored() -> None:
    story = Story()
    story.do(LISTED, SYSTEM)
    story.do(ApprovePublication(NOTE), DESK2)
    story.do(Publish(), SYSTEM)
    story.do(LISTED, SYSTEM)
    names = {event_name(cls): cls for cls in PUBLICATION.events}
    stored = [unseal(event_name(e), seal(e, lambda _: "#")[0], names) for e in story.log]
    assert PUBLICATION.fold(stored) == story.state
    assert from_plain(PUBLICATION.state, to_plain(story.state)) == story.state
    assert story.state.version == len(story.log)


def test_an_opening_is_for_nothing_and_a_command_for_something() -> None:
    with pytest.raises(Refusal):
        PUBLICATION.advance(None, ApprovePublication(), DESK, MONDAY, None)
    story = Story()
    assert story.refused(proposal(), DESK) is Reason.WRONG_STAGE


def test_every_kind_is_known_by_its_opening() -> None:
    assert {p.kind for p in OPENINGS.values()} == set(PROCESSES)
    assert id_of("period", "2026-11") == id_of("period", "2026-11") != id_of("period", "2026-12")
    with pytest.raises(LookupError, match="two kinds"):
        register(PUBLICATION)
    with pytest.raises(LookupError, match="without grants"):
        register(replace(PUBLICATION, kind="other", grants={}))


def timed(**changes: Any) -> Process[Any]:
    """A publication that is refused by itself after a day, as a stand-in for kinds with clocks."""
    def steps(state: Any) -> list[ProcessStep]:
        if state.status != "proposed":
            return []
        return [ProcessStep("lapse", "lapse", state.facts.opened_at + 24 * HOUR, "desk")]

    def lapse(draft: Any, step: ProcessStep) -> None:
        PUBLICATION.rules[RefusePublication].act(draft, RefusePublication(Text(step.code)))

    return replace(PUBLICATION, steps=steps, fire=lapse, **changes)


def test_what_is_due_happens_first_once_and_at_its_instant() -> None:
    kind = timed()
    state, _, _ = kind.advance(None, proposal(), DESK, MONDAY, None)
    assert kind.catch_up(state, MONDAY + 24 * HOUR, None) == (), "at the instant itself it is in time"
    after, due, events = kind.advance(state, Tick(), SYSTEM, MONDAY + 30 * HOUR, None)
    assert (len(due), events, due[0].at) == (1, (), MONDAY + 24 * HOUR)
    assert kind.catch_up(after, MONDAY + 60 * HOUR, None) == ()
    with pytest.raises(Refusal):
        kind.advance(state, ApprovePublication(), DESK2, MONDAY + 30 * HOUR, None)


def test_a_step_that_does_not_end_is_a_fault_of_its_kind() -> None:
    kind = timed()
    state, _, _ = kind.advance(None, proposal(), DESK, MONDAY, None)
    for broken in (replace(kind, fire=None), replace(kind, fire=lambda _draft, _step: None)):
        with pytest.raises(LookupError):
            broken.catch_up(state, MONDAY + 25 * HOUR, None)


def test_a_guard_stands_before_the_status() -> None:
    grants = {**PUBLICATION.grants, Publish: (Grant(Relation.ENGINE, SYSTEM.roles),)}
    kind = replace(PUBLICATION, grants=grants, rules={**PUBLICATION.rules, Publish: ProcessRule(lambda *_: None)})
    story = Story()
    assert kind.refusal(story.state, Publish, SYSTEM) is None
    assert kind.refusal(story.state, Tick, SYSTEM) is Reason.NOT_ALLOWED
