"""Boards of units and the lists behind their figures, computed from the read model at the moment of asking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock, evaluations, people
from adapters.db.directory import Directory
from adapters.db.queries.evaluation_facts import period_facts
from adapters.db.queries.overdue import FutureError
from adapters.db.queries.paging import FIRST, Slice, encode
from contracts.evaluation_views import Board, BoardRow, FigureList, FigureView, ListEntry
from domain.actors import NOBODY, Actor
from domain.authority import Reach, covers
from domain.errors import DomainError
from domain.evaluation.access import NO_EAR, Ear, fits, is_told, may_judge, widest
from domain.evaluation.board import Figure, Question, Row, behind, board, figure, line_unit, percent, rounded, summary
from domain.evaluation.facts import CaseFacts
from domain.evaluation.flags import View, seen
from domain.evaluation.scheme import Indicator, Measure, Scheme, UnitKind
from domain.evaluation.windows import window_named
from domain.organisations import SUB_DISTRICT_KINDS, OrgKind, line_of

_PLACES = 2
_OFFICES: Final = frozenset({OrgKind.DEPARTMENT, OrgKind.UTILITY})


class BadPeriodError(DomainError):
    """Code `bad_period`: no assessment month and no day has this name."""

    code: ClassVar[str] = "bad_period"


class UnknownUnitError(DomainError):
    """Code `unknown_unit`: no such unit of this kind, or none whose figures the reader may see."""

    code: ClassVar[str] = "unknown_unit"


class UnknownIndicatorError(DomainError):
    """Code `unknown_indicator`: the scheme has no such indicator."""

    code: ClassVar[str] = "unknown_indicator"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the figures.

    Attributes:
        period: Name of the period, see `domain.evaluation.windows.window_named`.
        scope: Area or organisation whose units are compared; None for all that the reader may see. For persons the
            office whose people are asked for.
        view: All cases, or as assessed: with the exclusions and appeals granted so far.
        reader: Who asks; some figures are only told to those who assess.
    """

    kind: UnitKind
    period: str
    scheme: Scheme
    scope: str | None = None
    view: View = View.ALL
    reader: Actor = NOBODY


async def live_board(conn: AsyncConnection, reach: Reach, city: Directory, asked: Asked) -> Board:
    """Return the units of a kind side by side, as far as the reader may see all of their cases.

    Raises:
        BadPeriodError: code `bad_period`.
        FutureError: code `as_of_future`, the period has not begun.
        UnknownUnitError: code `unknown_unit`, for persons of an office that is not the reader's.
    """
    question, scope = await _question(conn, asked), _scope(reach, asked)
    cases = await _viewed(conn, asked.view, await period_facts(
        conn, reach, asked.kind, scope, question.window
    ))  # fmt: skip
    allowed = {unit for unit in _units(city, asked.kind, scope) if may_judge(reach, asked.kind, unit)}
    rows = [
        row for row in board(question, _own(asked.kind, scope, cases), sorted(allowed))
        if row.unit in allowed or asked.kind is UnitKind.PERSON
    ]  # fmt: skip
    return await shown_board(conn, city, question, rows, asked)


async def live_list(
    conn: AsyncConnection, reach: Reach, asked: Asked, unit: str, indicator: str, part: Slice = FIRST
) -> FigureList:  # fmt: skip
    """Return the list behind one figure of one unit; its sums are the figure of the board.

    Raises:
        BadPeriodError: code `bad_period`.
        FutureError: code `as_of_future`.
        UnknownUnitError: code `unknown_unit`.
        UnknownIndicatorError: code `unknown_indicator`.
        BadCursorError: code `bad_cursor`.
    """
    rule = asked.scheme.indicator(indicator)
    if rule is None:
        raise UnknownIndicatorError("The scheme has no such indicator.", indicator=indicator)
    office = asked.scope or "" if asked.kind is UnitKind.PERSON else unit
    if not fits(asked.kind, office) or not may_judge(reach, asked.kind, office):
        raise UnknownUnitError("No such unit.", unit=unit)
    question = await _question(conn, asked)
    found = await period_facts(conn, reach, asked.kind, office, question.window)
    cases = _own(asked.kind, office, await _viewed(conn, asked.view, found))
    return shown_list(question, rule, unit, cases, part, Ear.of(asked.reader, question.window, question.at))


def shown_list(
    question: Question, rule: Indicator, unit: str, cases: Iterable[CaseFacts], part: Slice, ear: Ear
) -> FigureList:  # fmt: skip
    """Show one page of the list behind a figure; where single scores are never told, without them.

    Raises:
        UnknownIndicatorError: code `unknown_indicator`, the figure is not told to this reader.
    """
    held = tuple(cases)
    known = {case.id: case for case in held}
    listed = sorted(behind(question, rule, unit, held), key=lambda c: (known[c.case].number, c.task or 0))
    order = f"figure:{question.window.name}:{question.kind}:{unit}:{rule.code}"
    after = part.after(order, "si")
    rest = [c for c in listed if after is None or (known[c.case].number, c.task or 0) > after]
    page = rest[: part.size]
    last = (known[page[-1].case].number, page[-1].task or 0) if len(rest) > len(page) else None
    whole = figure(rule, sum(c.base for c in listed), sum((c.score for c in listed), Fraction(0)))
    if not is_told(rule, whole.base, ear):
        raise UnknownIndicatorError("This figure is not told here.", indicator=rule.code)
    items = tuple(
        ListEntry(case_id=c.case, number=known[c.case].number, task=c.task, base=c.base,
                  score=None if rule.veiled else str(c.score),
                  version=known[c.case].version)
        for c in page
    )  # fmt: skip
    return FigureList(
        indicator=rule.code, unit=unit, figure=figure_view(rule, whole), items=items,
        next_cursor=encode(order, last) if last else None,
    )  # fmt: skip


async def shown_board(
    conn: AsyncConnection, city: Directory, question: Question, rows: Iterable[Row], asked: Asked
) -> Board:  # fmt: skip
    """Show a board with the names of its units."""
    held = tuple(rows)
    named = await people.names(conn, [r.unit for r in held]) if question.kind is UnitKind.PERSON else {}
    window = question.window
    ear = Ear.of(asked.reader, window, question.at)
    return Board(
        kind=question.kind, period=window.name, start=window.start, end=window.end, as_of=question.at, view=asked.view,
        scheme=question.scheme.ref,
        rows=tuple(board_row(question.scheme, r, _name(city, named, r.unit), ear) for r in held),
        summary=board_row(question.scheme, summary(question, held), "", NO_EAR),
    )  # fmt: skip


def board_row(scheme: Scheme, row: Row, name: str, ear: Ear) -> BoardRow:
    """Show one unit, without the figures that are not told to the reader."""
    figures = {
        rule.code: figure_view(rule, row.figures[rule.code]) for rule in scheme.indicators
        if is_told(rule, row.figures[rule.code].base, ear)
    }  # fmt: skip
    return BoardRow(
        unit=row.unit, name=name, received=row.received, figures=figures, rank=row.rank, grade=row.grade,
        total=None if row.total is None else str(row.total), marks=dict(row.marks),
    )  # fmt: skip


def figure_view(rule: Indicator, held: Figure) -> FigureView:
    """Show one figure: exact, and rounded for people."""
    if held.value is None:
        value = None
    elif rule.measure is Measure.RATE:
        value = str(percent(held.value, _PLACES))
    else:
        value = str(rounded(held.value, _PLACES))
    return FigureView(base=held.base, score=str(held.score), value=value)


async def _viewed(
    conn: AsyncConnection, view: View, cases: tuple[CaseFacts, ...]
) -> tuple[CaseFacts, ...]:  # fmt: skip
    if view is View.ALL:
        return cases
    now = await business_clock.now(conn)
    return seen(view, await evaluations.flags_of(conn, (c.id for c in cases), now), cases)


async def _question(conn: AsyncConnection, asked: Asked) -> Question:
    now = await business_clock.now(conn)
    try:
        window = window_named(asked.period, now, asked.scheme.first_day)
    except ValueError as error:
        example = "Name a month such as 2026-11, or a day such as 2026-11-18."
        raise BadPeriodError(example, period=asked.period) from error
    if window.start > now:
        raise FutureError("This period has not begun yet.", as_of=window.start.isoformat())
    return Question(asked.kind, window, min(now, window.end), asked.scheme)


def _scope(reach: Reach, asked: Asked) -> str | None:
    """Return where cases are looked for: as asked, else as far as the reader sees."""
    if asked.kind is UnitKind.PERSON:
        office = asked.scope or reach.org or ""
        if not fits(UnitKind.PERSON, office) or not may_judge(reach, UnitKind.PERSON, office):
            raise UnknownUnitError("Name an office whose people you may see.", unit=office)
        return office
    if asked.kind is UnitKind.LINE:
        return asked.scope if asked.scope and fits(UnitKind.LINE, asked.scope) else reach.org
    return asked.scope or (reach.org if asked.kind is not UnitKind.AREA and reach.org else widest(reach))


def _units(city: Directory, kind: UnitKind, scope: str | None) -> Iterable[str]:
    """Return the units that a board names even if they had no case: sub-districts, departments and branches."""
    if kind is UnitKind.PERSON:
        return ()
    if scope is not None and "-" in scope:
        mine = city.orgs.children(scope) if kind is UnitKind.BRANCH else ()
        return (*(o.code for o in mine), *((scope,) if fits(kind, scope) else ()))
    if kind is UnitKind.LINE:
        own = city.orgs.of_kind(_OFFICES, None) if scope is None else ()
        return (*{line_unit(o.code) for o in own}, *((scope,) if scope and fits(kind, scope) else ()))
    if kind is UnitKind.AREA:
        return (o.code for o in city.orgs.of_kind(SUB_DISTRICT_KINDS, scope))
    kinds = {OrgKind.BRANCH} if kind is UnitKind.BRANCH else _OFFICES
    found = city.orgs.of_kind(kinds, scope) if scope is None or "-" not in scope else ()
    return (o.code for o in found if fits(kind, o.code))


def _own(kind: UnitKind, scope: str | None, cases: Iterable[CaseFacts]) -> Iterable[CaseFacts]:
    """Leave to persons only the tasks that they held in the office asked for."""
    if kind is not UnitKind.PERSON or scope is None:
        return cases
    return tuple(case.only(lambda org: covers(scope, org)) for case in cases)


def _name(city: Directory, named: dict[str, str], unit: str) -> str:
    if unit in named or not unit:
        return named.get(unit) or unit
    name = city.org_name(unit)
    return name if name != unit else city.lines.get(line_of(unit) or "", unit)
