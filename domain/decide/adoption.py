"""Going over to a newer calendar or rule pack: every running clock is counted anew from its own start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.chapters.adoption import Adopt, CaseAdopted
from domain.decide.rule import RULES, Rule

if TYPE_CHECKING:
    from domain.case import CaseState
    from domain.draft import Draft
    from domain.rulepack import Rules


def is_due(state: CaseState, rules: Rules) -> bool:
    """Tell whether an open case is still judged by other versions than those in force (design 3a.11)."""
    if state.calendar == rules.calendar_ref and (state.rules or state.facts.rules) == rules.pack_ref:
        return False  # asked before every command
    known = state.calendar or next((c.spec.calendar for c in state.clocks), None)
    return not state.is_ended and (state.rules_ref != rules.pack_ref or known not in (None, rules.calendar_ref))


def adopt(draft: Draft) -> None:
    """Go over to the versions of the draft: a clock whose instants stay is left alone, the others get a generation."""
    draft.emit(CaseAdopted(draft.at, draft.rules.pack_ref, draft.rules.calendar_ref))
    for clock in draft.state.clocks:
        if clock.is_open:
            draft.recount(clock)


def _adopt(_draft: Draft, _command: Adopt) -> None:
    """Nothing of its own: a case that is touched adopts before any command is decided."""


RULES[Adopt] = Rule(_adopt)
