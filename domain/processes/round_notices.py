"""Whom a supervision round tells: its members, the bodies that sign, the departments that answer, the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.actors import Role
from domain.addresses import Notice
from domain.processes import round_events as e
from domain.processes.round_state import Late, Method, RoundState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _members(state: RoundState, code: str) -> Iterator[Notice]:
    for group in state.groups:
        for member in group.members:
            yield Notice(code, state.terms.office, user=member)


def _bodies(state: RoundState, code: str) -> Iterator[Notice]:
    for body in (state.terms.office, *state.terms.bodies):
        yield Notice(code, body)


def _to_department(state: RoundState, case: str, code: str) -> Iterator[Notice]:
    check = state.check(case)
    if check is not None and check.org:
        yield Notice(code, check.org, Role.DEPT_DISPATCHER)
        yield Notice(code, check.org, Role.DEPT_LEADER)


def _named(event: e.GroupNamed, state: RoundState) -> Iterator[Notice]:
    for member in event.group.members:
        yield Notice("round_member", state.terms.office, user=member)


def _drawn(event: e.CasesDrawn, state: RoundState) -> Iterator[Notice]:
    yield from _members(state, "round_begun")
    if state.terms.method is Method.WRITTEN:
        for check in event.checks:
            yield from _to_department(state, check.case, "round_reply")


def _filed(event: e.CheckFiled, state: RoundState) -> Iterator[Notice]:
    for body in state.terms.bodies:
        if body != event.signed:
            yield Notice("round_sign", body)


def _settled(event: e.CheckSettled, state: RoundState) -> Iterator[Notice]:
    if event.rectify_due is not None:
        yield from _to_department(state, event.case, "round_finding")


def _late(event: e.CheckEscalated, state: RoundState) -> Iterator[Notice]:
    """Tell those above; a department hears of its own silence, a group of its own."""
    yield Notice("round_late", event.to)
    if event.what is Late.CHECK:
        yield from _members(state, "round_late")
    else:
        yield from _to_department(state, event.case, "round_late")


def _unsummed(event: e.SummaryEscalated, _state: RoundState) -> Iterator[Notice]:
    yield Notice("round_summary", event.to)


def _all_over(_event: e.RoundSettled, state: RoundState) -> Iterator[Notice]:
    yield Notice("round_settled", state.terms.office)


def _done(_event: e.RoundSummarised, state: RoundState) -> Iterator[Notice]:
    yield from _bodies(state, "round_done")


def _cancelled(_event: e.RoundCancelled, state: RoundState) -> Iterator[Notice]:
    yield from _bodies(state, "round_cancelled")
    yield from _members(state, "round_cancelled")


NOTICES: dict[type, Callable[[Any, RoundState], Iterator[Notice]]] = {
    e.GroupNamed: _named, e.CasesDrawn: _drawn, e.CheckFiled: _filed, e.CheckSettled: _settled, e.CheckEscalated: _late,
    e.SummaryEscalated: _unsummed, e.RoundSettled: _all_over, e.RoundSummarised: _done, e.RoundCancelled: _cancelled,
}  # fmt: skip
