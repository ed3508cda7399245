"""Lights at their edges, and what masking leaves of names and numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts import words
from contracts.commands import FORMS
from domain.codec import EVENTS
from domain.light import Light, light
from domain.masking import mask_contacts, mask_name, mask_phone
from domain.notices import SYMBOLS

DUE = datetime(2026, 11, 23, 10, tzinfo=UTC)
NEAR = DUE - timedelta(hours=1)
MICRO = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NEAR - MICRO, Light.GREEN), (NEAR, Light.YELLOW), (DUE - MICRO, Light.YELLOW), (DUE, Light.YELLOW),
        (DUE + MICRO, Light.RED),
    ],
)  # fmt: skip
def test_done_at_due_is_in_time(now, expected):
    assert light(DUE, NEAR, now) is expected


def test_no_clock_and_paused():
    assert light(None, None, DUE) is Light.NONE
    assert light(DUE, NEAR, DUE + MICRO, paused=True) is Light.PAUSED
    assert light(DUE, None, DUE) is Light.GREEN


def test_masks():
    assert mask_name("张三丰") == "张**"
    assert mask_name("") == ""
    assert mask_phone("138 1234 5678") == "138****5678"
    assert mask_phone("12345") == "***45"
    assert mask_contacts("call (617) 635-4500 x12, a.b@city.example, ward 17, 2011") == (
        "call ([number] x12, [address], ward 17, 2011"
    )
    assert mask_contacts("5 个井盖，编号 123456") == "5 个井盖，编号 123456"


def test_every_code_of_the_core_has_words_in_both_languages():
    assert set(words.EVENT) == set(EVENTS)
    assert set(words.COMMAND) == {"raise", *FORMS}
    assert len(SYMBOLS) == len(set(SYMBOLS))
    for group in words.GROUPS.values():
        assert all(word.zh and word.en for word in group.values())
    assert words.word("status", "closed") == "已办结"
    assert words.word("status", "closed", "en") == "Closed"
    assert words.word("status", "new_one") == "new_one"
    assert words.word("status", None) == ""
    assert words.word("supervision", 2) == "黄牌督办"
