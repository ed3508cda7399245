"""Linked cases (关联案件): one matter raised twice; the linked case stands still and ends with the main one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import Notice
from domain.annex import Link
from domain.folding import change_annex
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class LinkCase:
    """Link this case to the main one of the same matter (关联案件), named by number; the border fills in its id.

    Its clocks stand still, nobody acts on it, and it closes with the main case.
    """

    other: str
    other_id: str = ""


@dataclass(frozen=True, slots=True)
class UnlinkCase:
    """Undo the link (解除关联): another matter after all; the case goes on where it stood, its clocks with it.

    The border fills in the id of the main case.
    """

    reason: Text
    other_id: str = ""


@dataclass(frozen=True, slots=True)
class TakeLink:
    """Take a linked case; given to the main case in the transaction that links the other."""

    other: str
    other_id: str


@dataclass(frozen=True, slots=True)
class DropLink:
    """Let a linked case go; given to the main case in the transaction that unlinks the other."""

    other_id: str


@dataclass(frozen=True, slots=True)
class FollowMain:
    """The main case has ended: this one closes with its result, or goes on alone if the main one was withdrawn."""

    result: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class NoteFollowed:
    """A linked case has followed; given to the main case in the same transaction."""

    other_id: str


@dataclass(frozen=True, slots=True)
class CaseLinked:
    """This case was linked to the main one of the same matter; the named clocks stand still."""

    at: datetime
    main: str
    number: str
    clocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseUnlinked:
    """The link of this case was undone."""

    at: datetime
    main: str
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class LinkTaken:
    """Another case was linked to this one."""

    at: datetime
    case_id: str
    number: str


@dataclass(frozen=True, slots=True)
class LinkDropped:
    """A linked case was let go."""

    at: datetime
    case_id: str


@dataclass(frozen=True, slots=True)
class LinkFollowed:
    """A linked case followed this one to its end."""

    at: datetime
    case_id: str


Command = LinkCase | UnlinkCase
PairCommand = TakeLink | DropLink | FollowMain | NoteFollowed
"""What the main case, or the linked one, is told in the transaction of the other."""
Event = CaseLinked | CaseUnlinked | LinkTaken | LinkDropped | LinkFollowed


def followers(state: CaseState) -> tuple[Link, ...]:
    """Return the linked cases that have not ended with this one."""
    return tuple([link for link in state.annex.linked if not link.followed])


def _linked(state: CaseState, e: CaseLinked) -> None:
    change_annex(state, main=Link(e.main, e.number, e.at, e.clocks))


def _unlinked(state: CaseState, _e: CaseUnlinked) -> None:
    change_annex(state, main=None)


def _taken(state: CaseState, e: LinkTaken) -> None:
    change_annex(state, linked=(*state.annex.linked, Link(e.case_id, e.number, e.at)))


def _dropped(state: CaseState, e: LinkDropped) -> None:
    change_annex(state, linked=tuple([link for link in state.annex.linked if link.case_id != e.case_id]))


def _followed(state: CaseState, e: LinkFollowed) -> None:
    linked = [replace(link, followed=True) if link.case_id == e.case_id else link for link in state.annex.linked]
    change_annex(state, linked=tuple(linked))


FOLDS: dict[type, Fold] = {
    CaseLinked: _linked,
    CaseUnlinked: _unlinked,
    LinkTaken: _taken,
    LinkDropped: _dropped,
    LinkFollowed: _followed,
}


def _say(state: CaseState, code: str) -> Iterator[Notice]:
    for task in state.duties():
        yield Notice(code, task.org, task=task.no)
    yield Notice(code, state.facts.raising_org)


def _say_linked(_e: CaseLinked, state: CaseState) -> Iterator[Notice]:
    yield from _say(state, "case_linked")


def _say_unlinked(_e: CaseUnlinked, state: CaseState) -> Iterator[Notice]:
    yield from _say(state, "case_unlinked")


NOTICES: dict[type, Says] = {CaseLinked: _say_linked, CaseUnlinked: _say_unlinked}
