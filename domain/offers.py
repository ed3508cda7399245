"""Offers: which commands a person could give on a case now; the same rules that decide also offer."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, get_args

from domain.commands import PersonCommand
from domain.decide import RULES, refusal

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState

_COMMANDS: tuple[type, ...] = get_args(PersonCommand)
_TASK_FIELD = {command: f for command in _COMMANDS for f in fields(command) if f.name == "task"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One command that would be accepted, as far as the state alone tells.

    Attributes:
        task: Task number; None for commands on the case.
        entry: Number of what the command names instead of a task: an order, a meeting; None for the others.
    """

    command: type
    task: int | None
    entry: int | None = None


def on_task(command: type) -> bool:
    """Tell whether a command is about one task."""
    return command in _TASK_FIELD


def offers(state: CaseState, actor: Actor) -> tuple[Offer, ...]:
    """List what the actor may do on the case now, commands in their declared order, tasks and entries by number."""
    found = []
    for command in _COMMANDS:
        topic, field = RULES[command].topic, _TASK_FIELD.get(command)
        if topic is not None:
            found += [
                Offer(command, entry.task, entry.no)
                for entry in topic.entries(state)
                if refusal(state, command, None, actor, entry) is None
            ]
            continue
        if field is not None:
            found += [Offer(command, t.no) for t in state.tasks if refusal(state, command, t, actor) is None]
        if (field is None or field.default is None) and refusal(state, command, None, actor) is None:
            found.append(Offer(command, None))
    return tuple(found)
