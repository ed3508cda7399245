"""Mutual rating (互评) after the closing, blind until both sides are in; voices of others; personnel advice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actors import Role
from domain.addresses import Notice, heads
from domain.folding import BrokenLog, change_annex, nothing, task_of
from domain.rating import Rater, Rating, RatingBook, Side
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class RateDepartment:
    """Rate a department by the criteria of the rule pack (考核评价), each 0 to 100, with a bonus; blind at first."""

    task: int
    speed: int
    handling: int
    satisfaction: int
    bonus: int = 0
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class RateRaiser:
    """Say for the district's assessment how the sub-district blew and led (0 to 100); never shown by itself."""

    task: int
    score: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class RecordVoice:
    """Record how residents, units or deputies rate a department or a utility (0 to 100), gathered by the street."""

    task: int
    rater: Rater
    score: int
    voices: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class AdvisePersonnel:
    """Give an opinion on the people of a branch office (人事建议); for the district and the department's leader."""

    task: int
    advice: Text


@dataclass(frozen=True, slots=True)
class RatingOpened:
    """The case has closed: both sides may rate each other until `due`."""

    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class DepartmentRated:
    """The raiser rated a department; `score` is the weighted total with the bonus."""

    at: datetime
    task: int
    by: str
    org: str
    speed: int
    handling: int
    satisfaction: int
    bonus: int
    score: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class RaiserRated:
    """A department gave its input to the district's assessment of the sub-district."""

    at: datetime
    task: int
    by: str
    org: str
    score: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class VoiceRecorded:
    """Ratings by others were recorded; `passed_to` are those who are told beside the rated: whoever regulates it."""

    at: datetime
    task: int
    by: str
    org: str
    rater: Rater
    score: int
    voices: int
    note: Text | None = None
    passed_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonnelAdvised:
    """The sub-district gave its opinion on the people of a branch office."""

    at: datetime
    task: int
    by: str
    advice: Text


Command = RateDepartment | RateRaiser | RecordVoice | AdvisePersonnel
Event = RatingOpened | DepartmentRated | RaiserRated | VoiceRecorded | PersonnelAdvised


def _opened(state: CaseState, e: RatingOpened) -> None:
    old = state.annex.rating
    change_annex(state, rating=RatingBook(e.at, e.due, old.given if old is not None else ()))


def _given(state: CaseState, rating: Rating) -> None:
    book = state.annex.rating
    if book is None:
        msg = "a rating before the closing"
        raise BrokenLog(msg)
    change_annex(state, rating=replace(book, given=(*book.given, rating)))


def _of_department(state: CaseState, e: DepartmentRated) -> None:
    scores = (e.speed, e.handling, e.satisfaction, e.bonus)
    _given(state, Rating(e.task, Side.OF_DEPARTMENT, Rater.STREET, e.by, e.org, e.at, e.score, scores))


def _of_raiser(state: CaseState, e: RaiserRated) -> None:
    _given(state, Rating(e.task, Side.OF_RAISER, Rater.DEPARTMENT, e.by, e.org, e.at, e.score))


def _voice(state: CaseState, e: VoiceRecorded) -> None:
    _given(state, Rating(e.task, Side.VOICE, e.rater, e.by, e.org, e.at, e.score, voices=e.voices))


FOLDS: dict[type, Fold] = {
    RatingOpened: _opened,
    DepartmentRated: _of_department,
    RaiserRated: _of_raiser,
    VoiceRecorded: _voice,
    PersonnelAdvised: nothing,
}


def _say_opened(_e: RatingOpened, state: CaseState) -> Iterator[Notice]:
    yield Notice("rating_wanted", state.facts.raising_org)
    for task in state.duties():
        yield from heads(state, "rating_wanted", task.org, task.no)


def _say_voice(e: VoiceRecorded, state: CaseState) -> Iterator[Notice]:
    yield from heads(state, "voice_recorded", task_of(state, e.task).org, e.task)
    for org in e.passed_to:
        yield Notice("voice_recorded", org, Role.DEPT_LEADER, task=e.task)


NOTICES: dict[type, Says] = {RatingOpened: _say_opened, VoiceRecorded: _say_voice}
