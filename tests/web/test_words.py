"""Writing instants, lengths of time, limits and filters for people."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.views import Amount
from domain.codec import EVENTS
from web import formats, texts
from web.asked import asked
from web.telling import _REMARKS, ALERTS, QUIET_EVENTS, _length

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_instants_are_beijing_time_with_weekday() -> None:
    assert formats.instant(NOON, NOON) == "11月23日(周一) 12:00"
    assert formats.instant(NOON) == "2026年11月23日(周一) 12:00"
    assert formats.instant(NOON, NOON + timedelta(days=60)) == "2026年11月23日(周一) 12:00"


def test_midnight_as_a_due_instant_ends_the_day_before() -> None:
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert formats.due_instant(midnight, NOON) == "11月23日(周一) 24:00"
    assert formats.instant(midnight, NOON) == "11月24日(周二) 00:00"
    assert formats.due_instant(datetime(2026, 12, 31, 16, 0, tzinfo=UTC), NOON) == "12月31日(周四) 24:00"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "不到1分钟"), (timedelta(minutes=8), "8分钟"), (timedelta(minutes=135), "2小时15分"),
        (timedelta(hours=-2), "2小时"), (timedelta(days=3, hours=2, minutes=9), "3天2小时"), (timedelta(days=1), "1天"),
    ],
)  # fmt: skip
def test_real_spans(span: timedelta, words: str) -> None:
    assert formats.real_span(span) == words


def amount(value: int, unit: str, *, working: bool) -> Amount:
    return Amount(method="x", value=value, unit=unit, working=working, seconds=0)


def test_amounts_keep_the_unit_of_their_clock() -> None:
    assert formats.amount(amount(135, "minutes", working=True)) == "2工作时15分"
    assert formats.amount(amount(135, "minutes", working=False)) == "2小时15分"
    assert formats.amount(amount(3, "days", working=True)) == "3个工作日"
    assert formats.amount(amount(3, "days", working=False)) == "3天"
    less = Amount(method="x", value=0, unit="days", working=True, seconds=1560)
    assert formats.amount(less) == "26工作分钟"
    assert formats.amount(None) == ""


def test_limits() -> None:
    assert formats.limit_words("2 hours work_hours") == "2工作时（只计工作时间）"
    assert formats.limit_words("30 minutes continuous") == "30分钟（连续计时，含夜间和节假日）"
    assert formats.limit_words("5 days work_days_whole").startswith("5个工作日")
    assert formats.limit_words("given") == "约定时间"
    assert formats.limit_words("odd text") == "odd text"


def test_date_fields_are_beijing_time() -> None:
    assert formats.from_local("2026-11-23T12:00") == "2026-11-23T12:00:00+08:00"
    assert formats.from_local("soon") == "soon"
    assert formats.to_local(NOON) == "2026-11-23T12:00"


def test_explanations_add_up_to_the_second() -> None:
    assert _length(3 * 3600 + 23 * 60 + 7, "工作时") == "3工作时23分7秒"


def test_filters_leave_out_what_they_do_not_understand() -> None:
    found = asked(
        {"status": "closed", "light": "blue", "area": "110101-GA", "q": " 漏水 ", "line": "none", "open": "yes"}
    )
    assert found.values == {"status": "closed", "q": "漏水", "line": "none", "open": "yes"}
    assert (found.filter.status, found.filter.line, found.filter.open) == (("closed",), "", True)


def test_every_named_event_exists() -> None:
    assert QUIET_EVENTS | ALERTS | set(_REMARKS) <= set(EVENTS)


def test_every_command_has_a_hint_and_an_answer() -> None:
    from contracts.commands import FORMS

    assert set(FORMS) == set(texts.COMMAND_HINT)
    assert set(FORMS) <= set(texts.DONE)
