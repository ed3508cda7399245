"""What a supervision round owes: the draw at its start, what a finding asks of a case, who is told of what is late."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.organisations import area_of
from domain.process import ProcessStep
from domain.processes import round_events as e
from domain.processes.round_state import Check, Late, RoundState, RoundStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from domain.process import ProcessDraft

_ALARMS = (1, 2)


def steps(state: RoundState) -> Iterator[ProcessStep]:
    """Yield the draw, what a finding asks of a case, and who is told of what is late."""
    terms = state.terms
    if state.status is RoundStatus.PLANNED:
        yield ProcessStep("lapse", "lapse", terms.starts_at, terms.office)
    elif state.status is RoundStatus.COMMITTED:
        yield ProcessStep("draw", "draw", terms.starts_at, terms.office, outside=True)
    elif state.status is RoundStatus.CHECKING:
        for check in state.checks:
            if check.rectify_due is not None and not check.charge and check.settled_at is not None:
                key = f"charge/{check.case}"
                yield ProcessStep(key, "charge", check.settled_at, check.org, at_once=True, outside=True)
            yield from (step for step, _ in _alarms(state, check))
    elif state.status is RoundStatus.SETTLED:
        yield from (step for step, _ in _missing_summary(state))


def _missing_summary(state: RoundState) -> Iterator[tuple[ProcessStep, e.SummaryEscalated]]:
    """Yield who will be told when nobody sums the round up, as `_alarms`."""
    terms = state.terms
    if state.settled_at is None or not terms.summary_hours:
        return
    for level, to in zip(_ALARMS, _offices(state), strict=True):
        key = f"{Late.SUMMARY}/{level}"
        if key not in state.told:
            at = state.settled_at + timedelta(hours=terms.summary_hours + terms.again_hours * (level - 1))
            yield ProcessStep(key, "escalate", at, to), e.SummaryEscalated(at, level, to)


def _offices(state: RoundState) -> tuple[str, str]:
    """Return whom something late is told to: the office, then the government above it."""
    return state.terms.office, f"{area_of(state.terms.office)}-GOV"


def _alarms(state: RoundState, check: Check) -> Iterator[tuple[ProcessStep, e.CheckEscalated]]:
    """Yield who will be told when, with the event that tells it: first the office, then the government above it."""
    offices = _offices(state)
    for what, due in _waited_for(check):
        for level, to in zip(_ALARMS, offices, strict=True):
            if f"{what}/{level}" not in check.told:
                at = due + timedelta(hours=state.terms.again_hours) * (level - 1)
                step = ProcessStep(f"{what}/{level}/{check.case}", "escalate", at, to)
                yield step, e.CheckEscalated(at, check.case, what, level, to)


def _waited_for(check: Check) -> Iterator[tuple[Late, datetime]]:
    if check.reply_due is not None and check.replied_at is None and check.finding is None:
        yield Late.REPLY, check.reply_due
    if check.settled_at is None:
        yield Late.CHECK, check.due
    elif check.rectify_due is not None and check.righted_at is None:
        yield Late.RECTIFY, check.rectify_due


def fire(draft: ProcessDraft[RoundState], step: ProcessStep) -> None:
    """Let the round lapse without a salt, or tell of what is late."""
    if step.code == "lapse":
        draft.emit(e.RoundCancelled(draft.at, "no_seed"))
        return
    state = draft.state
    missing = next((event for each, event in _missing_summary(state) if each.key == step.key), None)
    if missing is not None:
        draft.emit(e.SummaryEscalated(draft.at, missing.level, missing.to))
        return
    found = next(event for check in state.checks for each, event in _alarms(state, check) if each.key == step.key)
    draft.emit(e.CheckEscalated(draft.at, found.case, found.what, found.level, found.to))


def told(state: RoundState) -> tuple[tuple[str, str], ...]:
    """Tell method and counts, for lists and the operator's screen."""
    checks = state.checks
    counted = {
        "groups": len(state.groups), "checks": len(checks), "settled": sum(k.settled_at is not None for k in checks),
        "over": sum(k.is_over for k in checks), "late": sum(bool(k.told) for k in checks),
    }  # fmt: skip
    return (("method", state.terms.method.value), *((word, str(n)) for word, n in counted.items()))
