"""Limits: an amount of time together with the way it is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Self

from domain.errors import DomainError
from domain.workyear import DAY_US, HOUR_US, MINUTE_US, SECOND_US

WORK_DAY_US = 8 * HOUR_US
"""A working day of `work_days_8h` is 8 working hours (domain.md 4.4), whatever the office hours add up to."""

LONGEST_US = 36_525 * DAY_US
"""A limit above 100 years is a typing mistake."""


class LimitInvalid(DomainError):
    """The text or the values are not a limit; facts: `limit`."""

    code: ClassVar[str] = "limit_invalid"


class Method(StrEnum):
    """How a limit counts (domain.md 6.1)."""

    CONTINUOUS = "continuous"
    """Every hour counts, nights and holidays too (紧急工作时); Civil Code art. 201: hours count from the moment."""
    WORK_HOURS = "work_hours"
    """Only office hours count (工作时)."""
    WORK_DAYS_8H = "work_days_8h"
    """One day is 8 working hours (工作日, counted by the hour)."""
    WORK_DAYS_WHOLE = "work_days_whole"
    """The first day does not count; ends at the close of the n-th following working day (工作日, by the day)."""
    NATURAL_CONTINUOUS = "natural_continuous"
    """n times 24 hours (自然日, counted by the hour)."""
    NATURAL_CIVIL = "natural_civil"
    """Civil Code art. 201 and 203: the first day does not count, a last day off moves on, ends at 24:00 (自然日)."""


class Unit(StrEnum):
    """Unit of a limit's amount. `DAYS` belongs to the day methods, the others to the hour methods."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


HOUR_METHODS = frozenset({Method.CONTINUOUS, Method.WORK_HOURS})
WORK_METHODS = frozenset({Method.WORK_HOURS, Method.WORK_DAYS_8H, Method.WORK_DAYS_WHOLE})
WHOLE_DAY_METHODS = frozenset({Method.WORK_DAYS_WHOLE, Method.NATURAL_CIVIL})

_UNIT_US = {Unit.SECONDS: SECOND_US, Unit.MINUTES: MINUTE_US, Unit.HOURS: HOUR_US}
_DAY_US = {Method.WORK_DAYS_8H: WORK_DAY_US, Method.NATURAL_CONTINUOUS: DAY_US}
_HOURLY = {Method.WORK_DAYS_8H: Method.WORK_HOURS, Method.NATURAL_CONTINUOUS: Method.CONTINUOUS}
_TEXT = re.compile(r"(?P<amount>[0-9]{1,9}) (?P<unit>second|minute|hour|day)s? (?P<method>[a-z0-9_]+)")


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time and its way of counting, for example `2 hours work_hours`.

    Attributes:
        amount: Not negative; 0 means due at once.
        unit: Seconds, minutes or hours for `CONTINUOUS` and `WORK_HOURS`, days for all others.
        method: How it counts.
        span_us: The counted time in microseconds (working time for working methods); 0 for the two methods that
            count whole days, whose length depends on the calendar.
    """

    amount: int
    unit: Unit
    method: Method
    span_us: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a negative or absurd amount and a unit that does not fit the method (code `limit_invalid`)."""
        if self.amount < 0:
            raise LimitInvalid(f"a limit is never negative: {self}", limit=str(self))
        if (self.unit is Unit.DAYS) == (self.method in HOUR_METHODS):
            raise LimitInvalid(f"{self.unit} do not fit the method {self.method}", limit=str(self))
        if self.amount * _UNIT_US.get(self.unit, DAY_US) > LONGEST_US:
            raise LimitInvalid(f"a limit above 100 years: {self}", limit=str(self))
        unit_us = _DAY_US.get(self.method, 0) if self.unit is Unit.DAYS else _UNIT_US[self.unit]
        object.__setattr__(self, "span_us", self.amount * unit_us)

    def __str__(self) -> str:
        """Return the text that `parse` reads, unit always in the plural."""
        return f"{self.amount} {self.unit} {self.method}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `30 minutes continuous`, `1 hour work_hours`, `5 days work_days_8h`; else raise `LimitInvalid`."""
        match = _TEXT.fullmatch(text.strip())
        if match is None or match["method"] not in set(Method):
            raise LimitInvalid(f"not a limit: {text!r}, expected '<amount> <unit> <method>'", limit=text)
        return cls(int(match["amount"]), Unit(match["unit"] + "s"), Method(match["method"]))

    def scaled(self, numerator: int, denominator: int) -> Limit:
        """Return `numerator / denominator` of this limit.

        Hour methods, `WORK_DAYS_8H` and `NATURAL_CONTINUOUS` stay exact: the unit goes down as far as needed, days
        become hours of the same kind (25 % of `5 days work_days_8h` is `10 hours work_hours`); what is left below a
        second is cut off. `WORK_DAYS_WHOLE` and `NATURAL_CIVIL` know whole days only and round **up**, so that a
        reminder counted back from the due instant comes rather early than late.

        Raises:
            LimitInvalid: code `limit_invalid`, negative numerator or denominator not above zero.
        """
        if numerator < 0 or denominator <= 0:
            raise LimitInvalid(f"not a share: {numerator}/{denominator}", limit=str(self))
        if self.method in WHOLE_DAY_METHODS:
            return Limit(-(-self.amount * numerator // denominator), Unit.DAYS, self.method)
        span = self.span_us * numerator // denominator
        if self.unit is Unit.DAYS:
            days, rest = divmod(span, _DAY_US[self.method])
            if not rest:
                return Limit(days, Unit.DAYS, self.method)
        method = _HOURLY.get(self.method, self.method)
        units = (Unit.HOURS, Unit.MINUTES, Unit.SECONDS)
        preferred = (self.unit, *units) if self.unit in units else units
        unit = next((unit for unit in preferred if span % _UNIT_US[unit] == 0), Unit.SECONDS)
        return Limit(span // _UNIT_US[unit], unit, method)
