"""Search in lists: a case number from its beginning, else words in the texts of a case, by pairs of characters.

Most Chinese words have two characters, which a trigram index cannot find; pairs of characters can (ux.md 8).
"""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar, Final

from sqlalchemy import ColumnElement, and_, func, not_, select, text

from adapters.db.tables import case_texts, cases
from domain.errors import DomainError

_NUMBER: Final = re.compile(r"[A-Za-z]{1,8}-?[0-9][0-9A-Za-z-]*|[A-Za-z]{1,8}-", re.ASCII)
_LONGEST: Final = 100


class SearchTooShortError(DomainError):
    """Code `search_too_short`: one character is searched only in a list narrowed to an area, a unit or a holder."""

    code: ClassVar[str] = "search_too_short"


def looks_like_number(words: str) -> bool:
    """Tell whether somebody typed the beginning of a case number, such as `BJ-110101-2026`."""
    return _NUMBER.fullmatch(words.strip()) is not None


def terms(words: str) -> tuple[str, ...]:
    """Split what was typed at blanks, in the form in which texts are compared (NFKC, lower case); at most 100 long."""
    return tuple(unicodedata.normalize("NFKC", words.replace("\0", "")[:_LONGEST]).lower().split())


def matching(words: str, ids: ColumnElement[object], *, narrowed: bool) -> ColumnElement[bool]:
    """Return the filter that keeps the cases found.

    Args:
        words: What was typed, not blank. Every word of it must stand somewhere in the case.
        ids: Column with the ids of the cases.
        narrowed: The list is small without the search, so a single character may be looked for too.

    Raises:
        SearchTooShortError: code `search_too_short`.
    """
    if looks_like_number(words):
        start = words.strip().upper()
        past = start[:-1] + chr(ord(start[-1]) + 1)
        return ids.in_(select(cases.c.id).where(cases.c.number >= start, cases.c.number < past))
    return and_(*(_standing(term, ids, narrowed=narrowed) for term in terms(words)))


def _standing(term: str, ids: ColumnElement[object], *, narrowed: bool) -> ColumnElement[bool]:
    t = case_texts.c
    pattern = "%" + re.sub(r"([\\%_])", r"\\\1", term) + "%"
    folded = func.lower(func.normalize(t.body, text("NFKC")))
    found = select(t.case_id).where(not_(t.personal), folded.like(pattern))
    if len(term) > 1:
        found = found.where(t.grams.contains(func.grams(term)))
    elif not narrowed:
        raise SearchTooShortError("Type two characters or more, or narrow the list first.", term=term)
    return ids.in_(found)
