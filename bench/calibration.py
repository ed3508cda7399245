"""How far the early warning can be trusted: forecasts on a real city's history against what happened.

    python -m bench.calibration [FILE]

FILE is the Boston zip (see its SOURCE.md); by default ../shared/data/boston-311-2011h2. Cases opened from 1 October
2011 on that have a limit are asked about: when they open, and again when half of their limit is used up and they still
run. Each forecast rests on what was known at the beginning of its week, older cases that still ran then as running.
Late is what the file's own instants say.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from adapters.history_files import read_cases
from adapters.history_mapping import bundled_mapping
from adapters.insight_files import bundled_insight
from domain.forecast import History, Past, calibration, expected_error
from domain.history import HistoricalCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domain.forecast import Bin

FILE = Path("boston-311-2011h2", "311_service_requests_2011.zip")
FIRST_WEEK = datetime(2011, 10, 1, 4, tzinfo=UTC)
"""Midnight of 1 October 2011 in Boston."""
LAST_DAY = datetime(2012, 1, 1, 5, tzinfo=UTC)
_DATA = Path(__file__).parents[2] / "shared" / "data"
_HALF = 0.5
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Judged:
    """The forecasts of one question.

    Attributes:
        moment: Share of the limit used up when it was asked.
        asked: Cases asked about; `answered` of them had enough of a past.
        bins: The calibration table.
        base: Share of the answered cases that were late.
        brier: Mean squared error of the forecasts; `brier_base` that of always stating `base`.
    """

    moment: float
    asked: int
    answered: int
    bins: tuple[Bin, ...]
    base: float
    brier: float
    brier_base: float

    @property
    def error(self) -> float:
        """Mean distance of stated and seen, weighed by the sizes of the bins."""
        return expected_error(self.bins)


def read_history(file: Path) -> tuple[HistoricalCase, ...]:
    """Read every case of the file that can be read."""
    rows = read_cases(file, bundled_mapping("boston-2011"))
    return tuple(row.case for row in rows if isinstance(row.case, HistoricalCase))


def judge(
    cases: Iterable[HistoricalCase], moments: tuple[float, ...] = (0.0, _HALF), every: int = 1
) -> Iterator[Judged]:  # fmt: skip
    """Forecast the later cases week by week from the earlier ones, and compare; `every` so many weeks only one."""
    held = sorted(cases, key=lambda c: c.raised_at)
    numbers = bundled_insight().forecast
    for moment in moments:
        asked, answered = 0, []
        for begin in islice(_weeks(), 0, None, every):
            since = begin - timedelta(days=numbers.past_days)
            past = (_past(c, begin) for c in held if since <= c.raised_at < begin)
            history = History(past, numbers.least)
            for case in held:
                if not _asked_in(case, begin, moment):
                    continue
                asked += 1
                limit = _limit(case)
                found = history.ask(case.class_code, case.org, limit * moment, limit * (1 - moment))
                if found is not None:
                    answered.append((found.late, _late(case)))
        base = sum(late for _, late in answered) / len(answered)
        yield Judged(
            moment, asked, len(answered), calibration(answered), base,
            sum((stated - late) ** 2 for stated, late in answered) / len(answered), base * (1 - base),
        )  # fmt: skip


def _weeks() -> Iterator[datetime]:
    begin = FIRST_WEEK
    while begin < LAST_DAY:
        yield begin
        begin += _WEEK


def _past(case: HistoricalCase, known_until: datetime) -> Past:
    ended = case.closed_at is not None and case.closed_at <= known_until
    until = case.closed_at if ended and case.closed_at is not None else known_until
    limit = case.due - case.raised_at if case.due is not None else timedelta()
    return Past(case.class_code, case.org, limit, until - case.raised_at, ended)


def _limit(case: HistoricalCase) -> timedelta:
    if case.due is None:
        raise ValueError(case.number)
    return case.due - case.raised_at


def _late(case: HistoricalCase) -> bool:
    return case.due is not None and (case.closed_at is None or case.closed_at > case.due)


def _asked_in(case: HistoricalCase, begin: datetime, moment: float) -> bool:
    """Tell whether the moment of a case lies in a week, and the case still ran then."""
    if case.due is None or case.due <= case.raised_at:
        return False
    at = case.raised_at + _limit(case) * moment
    return begin <= at < begin + _WEEK and (case.closed_at is None or case.closed_at > at)


def main() -> None:
    """Print a table for each moment."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else _DATA / FILE
    console = Console(width=120)
    for found in judge(read_history(file)):
        table = Table("stated", "mean stated", "seen late", "cases", title=f"{found.moment:.0%} of the limit used up")
        for row in found.bins:
            table.add_row(f"{row.low:.0%}-{row.high:.0%}", f"{row.stated:.1%}", f"{row.seen:.1%}", str(row.size))
        console.print(table)
        console.print(
            f"{found.answered} of {found.asked} cases had enough of a past; late {found.base:.1%}; mean distance of "
            f"stated and seen {found.error:.1%}; Brier score {found.brier:.3f} against {found.brier_base:.3f}"
        )


if __name__ == "__main__":
    main()
