"""Lint of channels: a promise that no clock keeps is found before the pack is published."""

from dataclasses import replace

import pytest

from contracts.words import word
from domain.case import Action, ClockCode
from domain.channel_lint import lint_channels
from domain.channels import Checker, Disposal, Entry
from tests.support.cases import clock_rule, rules2, rung

PACK = rules2().pack


def findings(*, parts=None, clocks=None, **channel):
    """Lint the shipped pack with changes to its parts, to the clocks of one kind, or to the hotline."""
    changed = replace(PACK.parts, **(parts or {}))
    if channel:
        hotline = replace(PACK.parts.channels["hotline"], **channel)
        changed = replace(changed, channels={**PACK.parts.channels, "hotline": hotline})
    kind = PACK.kinds["emergency"]
    kept = {code: rule for code, rule in {**kind.clocks, **(clocks or {})}.items() if rule is not None}
    pack = replace(PACK, parts=changed, kinds={**PACK.kinds, "emergency": replace(kind, clocks=kept)})
    return tuple(lint_channels(pack))


def calls(**changes):
    return {"call_back": replace(PACK.parts.call_back, **changes)}


def test_the_shipped_pack_is_sound_and_one_without_channels_says_nothing():
    assert findings() == ()
    assert findings(parts={"channels": None, "call_back": None}) == ()


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"source": ""}, "channel hotline: no source"),
        ({"raisers": ()}, "nobody may raise"),
        ({"entry": Entry.FILING}, "belong together"),
        ({"checker": Checker.GRID}, "belong together"),
        ({"contact": False}, "only if somebody calls"),
        ({"call_back": False}, "only if somebody calls"),
        ({"transfers": ()}, "to no emergency line"),
        ({"parts": {"call_back": None}}, "channel letter: the pack has no call-back"),
        ({"clocks": {ClockCode.CALL: None}}, "channel hotline: kind emergency has no clock call"),
        ({"clocks": {ClockCode.FILING: None}}, "channel grid: kind emergency has no clock filing"),
        ({"clocks": {ClockCode.CONFER: None}}, "has no clock confer"),
        ({"clocks": {ClockCode.ACKNOWLEDGE: None}}, "channel street: kind emergency has no clock acknowledge"),
        ({"clocks": {ClockCode.CALL_BACK: clock_rule(None)}}, "clock call_back: needs one rung call_back"),
        (
            {"clocks": {ClockCode.CHECK: clock_rule("1 hour continuous", rung("x", Action.CLOSE))}},
            "clock check: close belongs to another clock",
        ),
        ({"parts": calls(usual=5)}, "levels run from 1 to 4"),
        ({"parts": calls(levels={"hotline_2h": 0})}, "levels run from 1 to 4"),
        ({"parts": calls(levels={"nothing": 1})}, "call_back: no limit class nothing"),
        ({"parts": calls(tries=0)}, "at least one handling"),
        ({"parts": calls(rounds=0)}, "at least one handling"),
        ({"parts": calls(source="")}, "call_back: no source"),
    ],
)  # fmt: skip
def test_what_is_found(changes, finding):
    assert any(finding in text for text in findings(**changes)), findings(**changes)


def test_requests_end_in_words_that_the_screens_know():
    for disposal in Disposal:
        assert word("result", disposal) != disposal.value
