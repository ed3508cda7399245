"""The form of a rule: in which statuses a command is accepted, what guards it, and what it causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.case import Status
from domain.errors import Reason, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.actors import Actor
    from domain.case import CaseState, Task, TaskState
    from domain.draft import Draft

    Guard = Callable[[CaseState, Task | None, Actor], None]
    EntryGuard = Callable[[CaseState, Any, Actor], None]
    Act = Callable[[Draft, Any], None]

MUSTER_OR_ACT = frozenset({Status.MUSTERING, Status.IN_ACTION})


@dataclass(frozen=True, slots=True)
class Topic:
    """What commands name by number beside tasks: the entries of a chapter in the annex of a case.

    Attributes:
        field: Field of the commands that holds the number, for example `order`.
        entries: Its entries in a case; each has a number `no`, and `task` if it belongs to a task, else None.
    """

    field: str
    entries: Callable[[CaseState], tuple[Any, ...]]

    def find(self, state: CaseState, no: int) -> Any:
        """Return an entry.

        Raises:
            Refusal: `unknown_entry`.
        """
        for entry in self.entries(state):
            if entry.no == no:
                return entry
        raise Refusal(Reason.UNKNOWN_ENTRY, **{self.field: no})


@dataclass(frozen=True, slots=True)
class Rule:
    """One command's rule.

    Attributes:
        act: Emits the events into the draft; may refuse on the command's own fields.
        statuses: Case statuses that accept the command; None for any.
        task_states: Task states that accept it; None for any or for commands without a task.
        guard: Refuses with a more telling reason than the two tables; looks at the state only, so that
            `allowed_actions` can ask it without a command.
        topic: What the command names by number, if it is no task; the grants look at the entry's task then.
        entry_guard: Refuses on the entry that is named; looks at state and entry only, for the same reason.
    """

    act: Act
    statuses: frozenset[Status] | None = None
    task_states: frozenset[TaskState] | None = None
    guard: Guard | None = None
    topic: Topic | None = None
    entry_guard: EntryGuard | None = None


RULES: dict[type, Rule] = {}
"""Every command's rule, filled by the modules beside this one."""
