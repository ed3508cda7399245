"""Areas as SQL: which codes lie in a government area, as a range that an index can walk."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_

from domain.organisations import district_of

_CITY_PREFIX: Final = 2


def within(column: ColumnElement[Any], area: str) -> ColumnElement[bool]:
    """Write `domain.organisations.is_within` for a column of area codes: a range of the index, not a pattern.

    Args:
        column: Area or organisation codes; the database compares text by code point (locale C.UTF-8).
        area: Government area: city, district, sub-district or community.
    """
    prefix = area[:_CITY_PREFIX] if district_of(area) is None else area
    return and_(column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1))
