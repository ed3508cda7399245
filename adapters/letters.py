"""Letters of citizens from a workbook: each row becomes the request that raises it, or a reason why not.

The sheet has the columns of `COLUMNS`. Its place names are masked by the publisher, so a letter says not where it
belongs: `place_by_hash` spreads the letters over the sub-districts of the demo district by the digest of their number,
always the same way. That is a rule of the demo, not a finding.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from contracts.commands import RaiseRequest
from domain.catalogue import Catalogue, Family
from domain.dutylist import DutyList, How, UnroutableError, route
from domain.errors import DomainError
from domain.import_diff import RowError
from domain.organisations import SUB_DISTRICT_KINDS, OrgTree

COLUMNS: Final = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "一级分类")
KIND: Final = "public_request"
CHANNEL: Final = "letter"
PLACE: Final = "来信未注明地点"
FALLBACK_CLASS: Final = "L00"
"""Class of a letter whose own class is not in the catalogue; only the default rule for letters can route it."""

OUTCOMES: Final = ("matched", "defaulted", "unroutable", "duplicate", "invalid")
"""What can become of a row; together they are the rows of the sheet."""

_TITLE_MOST, _WORDS_MOST, _NAME_MOST = 120, 4000, 200

PlaceRule = Callable[[str], str]
"""From a letter's number to the sub-district that raises it."""


class LettersInvalidError(DomainError):
    """Code `letters_invalid`: the file is no workbook of letters."""

    code: ClassVar[str] = "letters_invalid"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of the sheet; `row` is the line in the sheet, the heading being line 1."""

    row: int
    number: str
    user: str
    title: str
    written_at: str
    details: str
    topic: str

    @property
    def source_ref(self) -> str:
        """Its unique name as a source."""
        return f"letter:{self.number}"


@dataclass(frozen=True, slots=True)
class RoutedLetter:
    """A letter with the request that raises it and the way its lead was found."""

    letter: Letter
    how: How
    lead: str
    request: RaiseRequest


@dataclass(frozen=True, slots=True)
class LetterPlan:
    """What an import of letters will do: every row of the sheet is in exactly one of the two lists."""

    routed: tuple[RoutedLetter, ...]
    refused: tuple[RowError, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows were `matched`, `defaulted`, `unroutable` (no rule or unit), `duplicate` or `invalid`."""
        found = Counter(str(each.how) for each in self.routed)
        bad = Counter(e.code if e.code in ("unroutable", "duplicate") else "invalid" for e in self.refused)
        return {name: found[name] + bad[name] for name in OUTCOMES}


def read_letters(path: Path) -> tuple[Letter, ...]:
    """Read the first sheet of a workbook, in order of its rows; blank rows are passed over.

    Raises:
        LettersInvalidError: no workbook, or a column is missing.
    """
    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError) as error:
        raise LettersInvalidError(f"{path}: {error}", file=str(path)) from error
    heading = [_text(cell) for cell in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in heading]
    if missing:
        raise LettersInvalidError(f"{path}: no column {', '.join(missing)}", file=str(path), columns=missing)
    places = [heading.index(name) for name in COLUMNS]
    return tuple(
        Letter(row, *(_text(cells[place]) for place in places))
        for row, cells in enumerate(rows[1:], start=2)
        if any(_text(cell) for cell in cells)
    )


def _text(cell: Any) -> str:
    """Return a cell as trimmed text; a number without fraction as Excel keeps it loses its `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def place_by_hash(orgs: OrgTree, district: str) -> PlaceRule:
    """Return the rule that spreads letters evenly over a district's sub-districts by SHA-256 of their number."""
    areas = [org.code for org in orgs.of_kind(SUB_DISTRICT_KINDS, district)]
    if not areas:
        raise LettersInvalidError(f"no sub-district in {district}", district=district)
    return lambda number: areas[int.from_bytes(hashlib.sha256(number.encode()).digest()[:8], "big") % len(areas)]


def plan_letters(
    letters: Sequence[Letter], catalogue: Catalogue, orgs: OrgTree, duty_list: DutyList, place: PlaceRule
) -> LetterPlan:
    """Route every letter by its class through the duty list.

    Errors per row: `unroutable`, `missing` (a value), `duplicate` (a number again), `invalid` (see the message).
    """
    routed: list[RoutedLetter] = []
    refused: list[RowError] = []
    seen: set[str] = set()
    for letter in letters:
        empty = next((c for c, v in zip(COLUMNS, _values(letter), strict=True) if not v and c != "留言用户"), None)
        if empty is not None:
            refused.append(RowError(letter.row, empty, "missing", "must not be empty"))
        elif letter.number in seen:
            refused.append(RowError(letter.row, "留言编号", "duplicate", f"letter {letter.number} stands twice"))
        else:
            seen.add(letter.number)
            found = _route(letter, catalogue, orgs, duty_list, place(letter.number))
            (routed if isinstance(found, RoutedLetter) else refused).append(found)  # type: ignore[arg-type]
    return LetterPlan(tuple(routed), tuple(refused))


def _values(letter: Letter) -> tuple[str, ...]:
    return letter.number, letter.user, letter.title, letter.written_at, letter.details, letter.topic


def _route(
    letter: Letter, catalogue: Catalogue, orgs: OrgTree, duty_list: DutyList, area: str
) -> RoutedLetter | RowError:
    known = catalogue.named(letter.topic, Family.LETTER)
    code = known.code if known is not None else FALLBACK_CLASS
    try:
        routing = route(code, area, orgs, duty_list)
        request = RaiseRequest(
            kind=KIND,
            channel=CHANNEL,
            area=area,
            class_code=code,
            title=_cut(letter.title, _TITLE_MOST),
            description=_cut(letter.details, _WORDS_MOST),
            place=PLACE,
            reporter_name=_cut(letter.user, _NAME_MOST) or None,
            source_ref=letter.source_ref,
        )
    except UnroutableError as error:
        return RowError(letter.row, "一级分类", error.code, error.message)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return RowError(letter.row, str(first["loc"][0]), "invalid", first["msg"])
    return RoutedLetter(letter, routing.how if known is not None else How.DEFAULTED, routing.lead, request)


def _cut(words: str, most: int) -> str:
    """Trim, drop characters that no screen shows, and cut with … what is longer than a field takes."""
    clean = "".join(c for c in words if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
    return clean if len(clean) <= most else clean[: most - 1] + "…"
