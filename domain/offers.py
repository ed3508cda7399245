"""Offers: which commands a person could give on a case now; the same rules that decide also offer."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, get_args

from domain.commands import PersonCommand
from domain.decide import refusal

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState

_COMMANDS: tuple[type, ...] = get_args(PersonCommand)
_ON_TASK = frozenset(command for command in _COMMANDS if any(f.name == "task" for f in fields(command)))


@dataclass(frozen=True, slots=True)
class Offer:
    """One command that would be accepted, as far as the state alone tells; `task` is None for commands on the case."""

    command: type
    task: int | None


def on_task(command: type) -> bool:
    """Tell whether a command is about one task."""
    return command in _ON_TASK


def offers(state: CaseState, actor: Actor) -> tuple[Offer, ...]:
    """List what the actor may do on the case now, commands in their declared order, tasks by number."""
    found = []
    for command in _COMMANDS:
        if command in _ON_TASK:
            found += [Offer(command, t.no) for t in state.tasks if refusal(state, command, t, actor) is None]
        elif refusal(state, command, None, actor) is None:
            found.append(Offer(command, None))
    return tuple(found)
