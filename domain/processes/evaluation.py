"""Evaluation periods (考核周期): counted page by page, composed, reviewed, published; a published one never changes.

What is counted is kept beside the events: the version of every case that was looked at. Together with the version of
the formulas and the flags decided by then, every published figure comes out of the events of the cases again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never, get_args

from domain.actors import Role
from domain.addresses import Notice
from domain.authority import Grant, Relation
from domain.errors import Reason, Refusal
from domain.evaluation.windows import Window
from domain.process import (
    Opening,
    Process,
    ProcessCommand,
    ProcessDraft,
    ProcessFacts,
    ProcessRule,
    ProcessStep,
    facts_of,
    register,
)  # fmt: skip
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = "evaluation"


class EvaluationStatus(StrEnum):
    """Where a period stands."""

    COUNTING = "counting"
    COMPOSING = "composing"
    REVIEW = "review"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class EvaluationState:
    """A period as the fold of its events.

    Attributes:
        start: First instant of the period.
        end: First instant after it.
        publish_at: Published by itself then, unless a person does it earlier.
        scheme: Version of the formulas (`name/version`).
        scheme_digest: SHA-256 of their text, which lies in the record.
        run: 1, 2, ...: counted anew each time somebody asks for it during the review.
        run_at: Flags decided by this instant count.
        page: Pages of cases counted in this run; `cursor` is the last case.
        cases: Cases counted in this run.
        digest: SHA-256 of the boards of this run; None until they are composed.
    """

    facts: ProcessFacts
    version: int
    at: datetime
    status: EvaluationStatus
    period: str
    start: datetime
    end: datetime
    publish_at: datetime
    scheme: str
    scheme_digest: str
    run: int
    run_at: datetime
    page: int = 0
    cursor: str = ""
    cases: int = 0
    digest: str | None = None
    closed_at: datetime | None = None

    @property
    def window(self) -> Window:
        """The period."""
        return Window(self.period, self.start, self.end)


@dataclass(frozen=True, slots=True)
class OpenEvaluation(Opening):
    """Evaluate a period that is over."""

    id: str
    name: str
    district: str | None
    period: str
    start: datetime
    end: datetime
    publish_at: datetime
    scheme: str
    scheme_digest: str
    rules: str | None = None


@dataclass(frozen=True, slots=True)
class NoteCount(ProcessCommand):
    """Note that a page of cases was counted; by the engine."""

    run: int
    page: int
    cursor: str
    cases: int
    last: bool


@dataclass(frozen=True, slots=True)
class NoteBoards(ProcessCommand):
    """Note that the boards of a run stand; by the engine."""

    run: int
    digest: str


@dataclass(frozen=True, slots=True)
class RecountEvaluation(ProcessCommand):
    """Count anew (重新计算), with what was decided on exclusions and appeals since."""

    reason: Text


@dataclass(frozen=True, slots=True)
class PublishEvaluation(ProcessCommand):
    """Publish the boards (发布通报); they never change afterwards."""

    note: Text | None = None


@dataclass(frozen=True, slots=True)
class EvaluationOpened:
    """A period is evaluated."""

    at: datetime
    facts: ProcessFacts
    period: str
    start: datetime
    end: datetime
    publish_at: datetime
    scheme: str
    scheme_digest: str


@dataclass(frozen=True, slots=True)
class CasesCounted:
    """A page of cases was counted."""

    at: datetime
    run: int
    page: int
    cursor: str
    cases: int
    last: bool


@dataclass(frozen=True, slots=True)
class BoardsComposed:
    """The boards of a run stand."""

    at: datetime
    run: int
    digest: str


@dataclass(frozen=True, slots=True)
class EvaluationRecounted:
    """Somebody asked for another count."""

    at: datetime
    run: int
    reason: Text


@dataclass(frozen=True, slots=True)
class EvaluationPublished:
    """The boards of the last run are published: by a person, or by the end of the review."""

    at: datetime
    run: int
    digest: str
    note: Text | None = None


Event = EvaluationOpened | CasesCounted | BoardsComposed | EvaluationRecounted | EvaluationPublished


def evolve(state: EvaluationState | None, event: Event) -> EvaluationState:
    """Fold one event."""
    status = EvaluationStatus
    if isinstance(event, EvaluationOpened):
        return EvaluationState(
            event.facts, 0, event.at, status.COUNTING, event.period, event.start, event.end, event.publish_at,
            event.scheme, event.scheme_digest, 1, event.at,
        )  # fmt: skip
    if state is None:
        raise ValueError("an evaluation begins with its opening")
    match event:
        case CasesCounted():
            counted = replace(state, page=event.page, cursor=event.cursor, cases=state.cases + event.cases)
            return replace(counted, status=status.COMPOSING) if event.last else counted
        case BoardsComposed():
            return replace(state, status=status.REVIEW, digest=event.digest)
        case EvaluationRecounted():
            return replace(
                state, status=status.COUNTING, run=event.run, run_at=event.at, page=0, cursor="", cases=0, digest=None
            )
        case EvaluationPublished():
            return replace(state, status=status.PUBLISHED, closed_at=event.at)
        case _:
            assert_never(event)


def _say(event: BoardsComposed | EvaluationPublished, state: EvaluationState) -> Iterator[Notice]:
    """Tell of months only, those who review them and those who read them; a day is there every noon."""
    if state.window.is_month and state.facts.district is not None:
        if isinstance(event, BoardsComposed):
            yield Notice("evaluation_review", f"{state.facts.district}-SUP", Role.DISTRICT_SUPERVISOR)
            return
        for line in ("SUP", "DESK"):
            yield Notice("evaluation_published", f"{state.facts.district}-{line}")


def steps(state: EvaluationState) -> Iterator[ProcessStep]:
    """Yield what is owed: the next page of cases, the boards, and the end of the review."""
    match state.status:
        case EvaluationStatus.COUNTING:
            key = f"count/{state.run}/{state.page + 1}"
            yield ProcessStep(key, "count", state.at, state.period, at_once=True, outside=True)
        case EvaluationStatus.COMPOSING:
            yield ProcessStep(f"compose/{state.run}", "compose", state.at, state.period, at_once=True, outside=True)
        case EvaluationStatus.REVIEW:
            yield ProcessStep("publish", "publish", state.publish_at, state.period)
        case EvaluationStatus.PUBLISHED:
            return


def _open(draft: ProcessDraft[EvaluationState], command: OpenEvaluation) -> None:
    if draft.at < command.end:
        raise Refusal(Reason.PERIOD_NOT_OVER, end=command.end.isoformat())
    draft.emit(EvaluationOpened(
        draft.at, facts_of(draft, KIND, command), command.period, command.start, command.end, command.publish_at,
        command.scheme, command.scheme_digest,
    ))  # fmt: skip


def _note_count(draft: ProcessDraft[EvaluationState], command: NoteCount) -> None:
    """Note the page that the count is at; one noted before, or of an older run, changes nothing."""
    state = draft.state
    if (command.run, command.page) == (state.run, state.page + 1) and state.status is EvaluationStatus.COUNTING:
        draft.emit(CasesCounted(
            draft.at, command.run, command.page, command.cursor, command.cases, command.last
        ))  # fmt: skip


def _note_boards(draft: ProcessDraft[EvaluationState], command: NoteBoards) -> None:
    if command.run == draft.state.run and draft.state.status is EvaluationStatus.COMPOSING:
        draft.emit(BoardsComposed(draft.at, command.run, command.digest))


def _recount(draft: ProcessDraft[EvaluationState], command: RecountEvaluation) -> None:
    draft.emit(EvaluationRecounted(draft.at, draft.state.run + 1, command.reason))


def _publish(draft: ProcessDraft[EvaluationState], command: PublishEvaluation) -> None:
    state = draft.state
    draft.emit(EvaluationPublished(draft.at, state.run, state.digest or "", command.note))


def _fire(draft: ProcessDraft[EvaluationState], _step: ProcessStep) -> None:
    draft.emit(EvaluationPublished(draft.at, draft.state.run, draft.state.digest or ""))


_REVIEW = frozenset[str]({EvaluationStatus.REVIEW})
_SUPERVISION = (
    Grant(Relation.DISTRICT, frozenset({Role.DISTRICT_SUPERVISOR})),
    Grant(Relation.CITY, frozenset({Role.CITY_SUPERVISOR})),
)
_ENGINE = (Grant(Relation.ENGINE, frozenset({Role.SYSTEM})),)


def _told(state: EvaluationState) -> tuple[tuple[str, str], ...]:
    counted = (("run", state.run), ("page", state.page), ("cases", state.cases))
    return (("period", state.period), ("scheme", state.scheme), *((word, str(n)) for word, n in counted))


EVALUATION = register(Process(
    kind=KIND,
    state=EvaluationState,
    events=get_args(Event),
    opening=OpenEvaluation,
    rules={
        OpenEvaluation: ProcessRule(_open),
        NoteCount: ProcessRule(_note_count),
        NoteBoards: ProcessRule(_note_boards),
        RecountEvaluation: ProcessRule(_recount, _REVIEW),
        PublishEvaluation: ProcessRule(_publish, _REVIEW),
    },
    grants={
        OpenEvaluation: (*_SUPERVISION, *_ENGINE), NoteCount: _ENGINE, NoteBoards: _ENGINE,
        RecountEvaluation: _SUPERVISION, PublishEvaluation: _SUPERVISION,
    },
    evolve=evolve,
    steps=steps,
    codes=("count", "compose", "publish"),
    fire=_fire,
    readers=frozenset({Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR}),
    facts=_told,
    says={BoardsComposed: _say, EvaluationPublished: _say},
))  # fmt: skip
"""The kind `evaluation` (考核)."""
