"""Reopening a closed case: by hand within its window, or by whatever finds that it was not solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import Status, TaskState
from domain.chapters import reopening as x
from domain.clocks import resolve_due
from domain.decide.adoption import adopt, is_due
from domain.decide.channel import call_back_again
from domain.decide.handling import start_stage
from domain.decide.requests import in_force
from domain.decide.rule import RULES, Rule
from domain.errors import Reason, Refusal

if TYPE_CHECKING:
    from domain.draft import Draft
    from domain.text import Text

BY_HAND = "by_hand"


def _reopen(draft: Draft, command: x.Reopen) -> None:
    part = in_force(draft.rules.pack.parts.reopen)
    closed_at = draft.state.closed_at or draft.at
    last = resolve_due(closed_at, part.window_of(draft.state.facts.kind), draft.rules.calendar).at
    if draft.at > last:
        raise Refusal(Reason.REOPEN_WINDOW_OVER, until=last.isoformat())
    if not reopenings_left(draft):
        raise Refusal(Reason.REOPEN_LIMIT, most=part.most)
    if not reopen(draft, BY_HAND, command.reason):
        raise Refusal(Reason.NOTHING_TO_RETURN, handed_in=[])


def reopenings_left(draft: Draft) -> int:
    """Return how often the case may still be reopened."""
    part = draft.rules.pack.parts.reopen
    return max(0, part.most - len(draft.state.annex.reopenings)) if part is not None else 0


def reopen(draft: Draft, cause: str, reason: Text | None = None) -> bool:
    """Send a closed case back to work: its accepted tasks handle their last stage again, with limits from now.

    The record begins a new epoch with it. Asks for no window and no count: whoever calls has its own.

    Args:
        cause: Short code of what found that it was not solved, for example `call_back`.

    Returns:
        False where no department ever handed anything in; nothing happens then.
    """
    tasks = tuple(t.no for t in draft.state.tasks if t.state is TaskState.ACCEPTED and t.stages)
    if not tasks:
        return False
    handling = len(draft.state.annex.reopenings) + 2
    draft.emit(x.CaseReopened(draft.at, handling, tasks, cause, reason))
    if is_due(draft.state, draft.rules):
        adopt(draft)
    for no in tasks:
        start_stage(draft, no)
    call_back_again(draft)
    return True


RULES[x.Reopen] = Rule(_reopen, frozenset({Status.CLOSED}))

__all__ = ["reopen", "reopenings_left"]
