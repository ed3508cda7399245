"""Commands of the drive: let time pass, note that departments were called, note the last step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import commands as c
from domain.decide.rule import RULES, Rule
from domain.events import DepartmentsCalled, WoundUp

if TYPE_CHECKING:
    from domain.draft import Draft


def _tick(_draft: Draft, _command: c.Tick) -> None:
    """Nothing of its own: whatever is due was applied by `catch_up` before this command was decided."""


def _mark_called(draft: Draft, command: c.MarkCalled) -> None:
    owed = tuple(no for no in command.tasks if no in draft.state.uncalled)
    if owed:
        draft.emit(DepartmentsCalled(draft.at, owed))


def _wind_up(draft: Draft, _command: c.WindUp) -> None:
    if draft.state.owes_all_clear:
        draft.emit(WoundUp(draft.at))


RULES[c.Tick] = Rule(_tick)
RULES[c.MarkCalled] = Rule(_mark_called)
RULES[c.WindUp] = Rule(_wind_up)
