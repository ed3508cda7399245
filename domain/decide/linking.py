"""Linking two cases of one matter: the linked one stands still, and ends with the main one or goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import ENDED, Move, MoveKind, Status
from domain.chapters.linking import (
    CaseLinked,
    CaseUnlinked,
    DropLink,
    FollowMain,
    LinkCase,
    LinkDropped,
    LinkFollowed,
    LinkTaken,
    NoteFollowed,
    TakeLink,
    UnlinkCase,
    followers,
)  # fmt: skip
from domain.decide.rule import RULES, Rule
from domain.errors import Reason, Refusal
from domain.events import CaseClosed

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.draft import Draft
    from domain.text import Text


def _may_be_linked(state: CaseState, _task: Task | None, _actor: Actor) -> None:
    if followers(state):
        raise Refusal(Reason.LINK_CHAIN, linked=[link.number for link in followers(state)])


def _link(draft: Draft, command: LinkCase) -> None:
    """Let the running clocks stand still; one that stood still before stays as it is when the link is undone."""
    if command.other_id == draft.state.facts.id:
        raise Refusal(Reason.SAME_CASE)
    running = tuple(clock for clock in draft.state.clocks if clock.is_open)
    for clock in running:
        draft.pause_clock(clock)
    draft.emit(CaseLinked(draft.at, command.other_id, command.other, tuple(clock.spec.key for clock in running)))


def _take(draft: Draft, command: TakeLink) -> None:
    draft.emit(LinkTaken(draft.at, command.other_id, command.other))


def _is_linked(state: CaseState, _task: Task | None, _actor: Actor) -> None:
    if state.annex.main is None:
        raise Refusal(Reason.NOT_LINKED)


def _unlink(draft: Draft, command: UnlinkCase) -> None:
    link = draft.state.annex.main
    if link is None or link.case_id != command.other_id:
        raise Refusal(Reason.NOT_LINKED)
    _go_on(draft, command.reason)


def _go_on(draft: Draft, reason: Text | None = None) -> None:
    """Let the clocks go on with the time that was left: nobody could act in between."""
    link = draft.state.annex.main
    if link is None:
        return
    draft.emit(CaseUnlinked(draft.at, link.case_id, reason))
    for key in link.paused:
        clock = draft.state.clock(key)
        if clock is None or not clock.is_live:
            continue
        if draft.at == link.at:
            draft.resume_clock(clock)
        else:
            draft.recount(clock, Move(MoveKind.PAUSE, link.at, clock.spec.due, until=draft.at))


def _drop(draft: Draft, command: DropLink) -> None:
    if any(link.case_id == command.other_id for link in followers(draft.state)):
        draft.emit(LinkDropped(draft.at, command.other_id))


def _follow(draft: Draft, command: FollowMain) -> None:
    if draft.state.annex.main is None or draft.state.is_ended:
        return
    if command.withdrawn:
        _go_on(draft)
        return
    draft.cancel_clocks()
    draft.emit(CaseClosed(draft.at, command.result))


def _followed(draft: Draft, command: NoteFollowed) -> None:
    if any(link.case_id == command.other_id for link in followers(draft.state)):
        draft.emit(LinkFollowed(draft.at, command.other_id))


_OPEN = frozenset(Status) - ENDED
_MOVING = _OPEN - {Status.SUSPENDED}

RULES[LinkCase] = Rule(_link, _MOVING, guard=_may_be_linked)
RULES[TakeLink] = Rule(_take, _OPEN)
RULES[UnlinkCase] = Rule(_unlink, _OPEN, guard=_is_linked)
RULES[DropLink] = Rule(_drop)
RULES[FollowMain] = Rule(_follow)
RULES[NoteFollowed] = Rule(_followed)
