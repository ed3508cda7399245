"""Rating: who may rate whom, within a window after the closing, each side once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import Status, TaskState
from domain.chapters import rating as r
from domain.clocks import resolve_due
from domain.decide.rule import RULES, Rule
from domain.errors import Reason, Refusal
from domain.organisations import line_of
from domain.rating import Rated, Rater, RatingBook, Side, Use, kind_of, weighted

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.draft import Draft
    from domain.review_parts import RatingPart

_CLOSED = frozenset({Status.CLOSED})
_FULL = 100


def open_window(draft: Draft) -> None:
    """Let both sides rate each other from the closing on, if the rule pack has the chapter."""
    part = draft.rules.pack.parts.rating
    if part is not None:
        due = resolve_due(draft.at, part.window, draft.rules.calendar).at
        draft.emit(r.RatingOpened(draft.at, due))


def _part(draft: Draft) -> RatingPart:
    part = draft.rules.pack.parts.rating
    if part is None:
        raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
    return part


def _open_book(state: CaseState, task: Task | None, _actor: Actor) -> None:
    """Guard: the case has closed under rules with a window, and the department had a duty in it."""
    if state.annex.rating is None:
        raise Refusal(Reason.RATING_IS_OVER)
    if task is not None and not task.is_duty:
        raise Refusal(Reason.INFORM_ONLY, task=task.no)


def _has_said(side: Side, state: CaseState, task: Task | None, actor: Actor) -> None:
    _open_book(state, task, actor)
    book = state.annex.rating
    if task is not None and book is not None and book.of(task.no, side) is not None:
        raise Refusal(Reason.RATED_ONCE, task=task.no)


def _of_department_once(state: CaseState, task: Task | None, actor: Actor) -> None:
    _has_said(Side.OF_DEPARTMENT, state, task, actor)


def _of_raiser_once(state: CaseState, task: Task | None, actor: Actor) -> None:
    _has_said(Side.OF_RAISER, state, task, actor)


def _within(draft: Draft, part: RatingPart, rater: Rater, rated: str, *uses: Use) -> RatingBook:
    """Check window and table.

    Raises:
        Refusal: `rating_is_over`, `may_not_rate`.
    """
    book = draft.state.annex.rating
    if book is None or draft.at > book.due:
        raise Refusal(Reason.RATING_IS_OVER, due=book.due.isoformat() if book else None)
    kind = kind_of(rated, part.utilities)
    if kind is None or part.use_of(rater, kind) not in uses:
        raise Refusal(Reason.MAY_NOT_RATE, rater=rater, rated=rated)
    return book


def _in_range(most: int, **scores: int) -> None:
    wrong = {name: value for name, value in scores.items() if not 0 <= value <= most}
    if wrong:
        raise Refusal(Reason.SCORE_OUT_OF_RANGE, most=most, **wrong)


def _rate_department(draft: Draft, command: r.RateDepartment) -> None:
    part, task = _part(draft), draft.task(command.task)
    _within(draft, part, _raiser_kind(draft.state), task.org, Use.SINGLY)
    scores = {"speed": command.speed, "handling": command.handling, "satisfaction": command.satisfaction}
    _in_range(_FULL, **scores)
    _in_range(part.most_bonus, bonus=command.bonus)
    weights = (part.speed, part.handling, part.satisfaction)
    total = weighted(tuple(scores.values()), weights, command.bonus)
    draft.emit(r.DepartmentRated(
        draft.at, task.no, draft.actor.id, draft.actor.org, **scores, bonus=command.bonus, score=total,
        note=command.note,
    ))  # fmt: skip


def _raiser_kind(state: CaseState) -> Rater:
    return Rater.STREET if line_of(state.facts.raising_org) is None else Rater.DEPARTMENT


def _rate_raiser(draft: Draft, command: r.RateRaiser) -> None:
    part, task = _part(draft), draft.task(command.task)
    rater = Rater.DEPARTMENT if line_of(task.org) is not None else Rater.COMMUNITY
    _within(draft, part, rater, draft.state.facts.raising_org, Use.ASSESSMENT)
    _in_range(_FULL, score=command.score)
    draft.emit(r.RaiserRated(draft.at, task.no, draft.actor.id, draft.actor.org, command.score, command.note))


def _record_voice(draft: Draft, command: r.RecordVoice) -> None:
    part, task = _part(draft), draft.task(command.task)
    book = _within(draft, part, command.rater, task.org, Use.SURVEY)
    if book.of(task.no, Side.VOICE, command.rater) is not None:
        raise Refusal(Reason.RATED_ONCE, task=task.no)
    _in_range(_FULL, score=command.score)
    is_utility = kind_of(task.org, part.utilities) is Rated.UTILITY
    if not command.voices:
        raise Refusal(Reason.SCORE_OUT_OF_RANGE, voices=0)
    draft.emit(r.VoiceRecorded(
        draft.at, task.no, draft.actor.id, draft.actor.org, command.rater, command.score, command.voices, command.note,
        (f"{draft.state.facts.district}-{part.regulator}",) if is_utility else (),
    ))  # fmt: skip


def _is_branch(state: CaseState, task: Task | None, _actor: Actor) -> None:
    """Guard: an opinion is on a branch office, which the sub-district leads (街道办事处条例 art. 11(4))."""
    if state.is_ended and state.annex.rating is None:
        raise Refusal(Reason.RATING_IS_OVER)
    if task is not None and kind_of(task.org, ()) is not Rated.BRANCH:
        raise Refusal(Reason.MAY_NOT_RATE, rated=task.org)


def _advise(draft: Draft, command: r.AdvisePersonnel) -> None:
    _part(draft)
    draft.emit(r.PersonnelAdvised(draft.at, command.task, draft.actor.id, command.advice))


_ISSUED = frozenset(Status) - {Status.PENDING_APPROVAL}
_DONE = frozenset({TaskState.ACCEPTED})

RULES[r.RateDepartment] = Rule(_rate_department, _CLOSED, _DONE, _of_department_once)
RULES[r.RateRaiser] = Rule(_rate_raiser, _CLOSED, _DONE, _of_raiser_once)
RULES[r.RecordVoice] = Rule(_record_voice, _CLOSED, _DONE, _open_book)
RULES[r.AdvisePersonnel] = Rule(_advise, _ISSUED, guard=_is_branch)

__all__ = ["open_window"]
