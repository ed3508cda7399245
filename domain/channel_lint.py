"""What must hold in the channels of a rule pack: whoever is asked has a clock, and every clock of theirs ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import Action, ClockCode
from domain.channels import Checker, Disposal, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.parts import CallBackRule, ChannelRule
    from domain.rulepack import KindRule, RulePack

_FILING = (ClockCode.FILING, ClockCode.DISPATCH, ClockCode.POST_CHECK, ClockCode.CLOSING)
_OWN_ACTION = {ClockCode.CALL_BACK: Action.CALL_BACK, ClockCode.ACKNOWLEDGE: Action.CLOSE}


def lint_channels(pack: RulePack) -> Iterator[str]:
    """Yield every mistake as a sentence: promises of a channel that no clock keeps, numbers out of range."""
    channels, calls = pack.parts.channels, pack.parts.call_back
    if channels is None:
        return
    for code, rule in channels.items():
        yield from (f"channel {code}: {text}" for text in _lint_channel(rule, has_call_back=calls is not None))
        for kind in pack.kinds.values():
            for clock in _needs(rule):
                if clock not in kind.clocks:
                    yield f"channel {code}: kind {kind.code} has no clock {clock}"
    if calls is not None:
        yield from _lint_calls(calls, pack)
    for kind in pack.kinds.values():
        yield from _lint_actions(kind)


def _lint_channel(rule: ChannelRule, *, has_call_back: bool) -> Iterator[str]:
    if not rule.source:
        yield "no source"
    if not rule.raisers:
        yield "nobody may raise"
    if (rule.entry is Entry.FILING) != (rule.checker is Checker.GRID):
        yield "filing and the check by a grid member belong together"
    if rule.checker is Checker.CITIZEN and not (rule.call_back and rule.contact):
        yield "the citizen can say that it is done only if somebody calls, and knows the number"
    if rule.call_back and not has_call_back:
        yield "the pack has no call-back"
    if Disposal.TRANSFERRED in rule.disposals and not rule.transfers:
        yield "transferred, but to no emergency line"


def _needs(rule: ChannelRule) -> Iterator[ClockCode]:
    yield ClockCode.ACKNOWLEDGE
    if rule.entry is Entry.FILING:
        yield from _FILING
    if rule.pre_check:
        yield ClockCode.PRE_CHECK
    if rule.call_back:
        yield from (ClockCode.CALL_BACK, ClockCode.CALL)
    if rule.confer:
        yield ClockCode.CONFER


def _lint_calls(rule: CallBackRule, pack: RulePack) -> Iterator[str]:
    levels = range(1, len(rule.limits) + 1)
    if rule.usual not in levels or any(level not in levels for level in rule.levels.values()):
        yield f"call_back: levels run from 1 to {len(rule.limits)}"
    yield from (f"call_back: no limit class {code}" for code in rule.levels if code not in pack.limit_classes)
    if min(rule.rounds, rule.tries) < 1:
        yield "call_back: at least one handling and one try"
    if not rule.source:
        yield "call_back: no source"


def _lint_actions(kind: KindRule) -> Iterator[str]:
    for code, clock in kind.clocks.items():
        actions = [rung.action for rung in clock.ladder if rung.action in _OWN_ACTION.values()]
        own = _OWN_ACTION.get(code)
        if own is not None and actions != [own]:
            yield f"kind {kind.code}, clock {code}: needs one rung {own}, for nothing else ends it"
        elif own is None and actions:
            yield f"kind {kind.code}, clock {code}: {actions[0]} belongs to another clock"
