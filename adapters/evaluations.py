"""Evaluation at the border: periods are opened, by schedule or by hand, and flags proposed with what the case says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import uuid_utils.compat as uuid
from pydantic import Field
from sqlalchemy import select

from adapters.db import business_clock, evaluations
from adapters.db.errors import CaseNotFound, ProcessExists, translated
from adapters.db.queries.evaluation import BadPeriodError
from adapters.db.tables import cases
from adapters.evaluation_files import bundled_scheme, bundled_text
from contracts.commands import Request, Slug, Words
from domain.actors import SYSTEM, Actor
from domain.authority import covers, sees, visible
from domain.case import CaseState, Outcome
from domain.errors import DomainError, Reason, Refusal
from domain.evaluation.flags import FlagKind
from domain.evaluation.windows import Window, day_of, month_before, month_of, window_named
from domain.organisations import district_of
from domain.process import id_of
from domain.processes import evaluation, flag
from domain.processes.evaluation import OpenEvaluation
from domain.processes.flag import ProposeFlag
from domain.text import Text

if TYPE_CHECKING:
    from adapters.db.engine import Pool
    from adapters.db.record import ProcessOutcome, Record
    from adapters.process_commands import ProcessCommands


class ClockNotFound(DomainError):
    """Code `clock_not_found`: the case has no such clock."""

    code: ClassVar[str] = "clock_not_found"


class PeriodRequest(Request):
    """A period to be evaluated by hand; the schedule opens each one by itself when it is over."""

    district: str = Field(pattern=r"^[0-9]{6}$")
    period: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$", description="2026-11, or 2026-11-18 for a day.")


class FlagRequest(Request):
    """An exclusion (剔除) or an appeal against lateness (申诉)."""

    flag: FlagKind
    case_id: UUID
    clock: str | None = Field(
        None, pattern=r"^[a-z_]+(:[0-9]+)?(:[A-Za-z0-9_]+)?$", description="Of an appeal: key of the late clock."
    )
    reason: Slug = Field(description="Code of a listed reason, see `/evaluation/scheme`.")
    evidence: Words


class Evaluations:
    """Openings of both kinds; what follows is each process's own life."""

    def __init__(self, engine: Pool, record: Record, commands: ProcessCommands | None = None) -> None:
        """Keep a pool, the record, and the entry for commands of persons (none where only schedules act)."""
        self._engine = engine
        self._record = record
        self._commands = commands

    async def open_period(self, actor: Actor, request: PeriodRequest, key: str) -> ProcessOutcome:
        """Evaluate a period of a district that is over.

        Raises:
            BadPeriodError: code `bad_period`.
            ProcessExists: it is evaluated already.
            Refusal: `period_not_over`, `not_allowed`.
        """
        now, digest = await self._prepared()
        try:
            window = window_named(request.period, now, bundled_scheme().first_day)
        except ValueError as error:
            raise BadPeriodError("Name a month such as 2026-11, or a day.", period=request.period) from error
        command = _opening(request.district, window, digest)
        process = id_of(evaluation.KIND, command.name)
        return await self._entry.open(actor, process, command, request, key, "open_evaluation")

    async def open_all(self, at: datetime, *, daily: bool) -> int:
        """Open the period that was over at an instant, for every district that has cases; return how many are new.

        Doing it twice changes nothing: a period of a district is there once.
        """
        first_day = bundled_scheme().first_day
        window = day_of(at - timedelta(days=1)) if daily else month_before(month_of(at, first_day), first_day)
        _, digest = await self._prepared()
        opened = 0
        for district in await self._districts():
            command = _opening(district, window, digest)
            try:
                await self._record.transact(id_of(evaluation.KIND, command.name), command, SYSTEM, "")
                opened += 1
            except ProcessExists:
                continue
        return opened

    async def propose_flag(self, actor: Actor, request: FlagRequest, key: str) -> ProcessOutcome:
        """Ask that a case, or its lateness, is not counted.

        Raises:
            CaseNotFound: no such case, or none that the actor may see.
            ClockNotFound: code `clock_not_found`.
            ProcessExists: this lateness was appealed before.
            Refusal: as `domain.processes.flag` says.
        """
        case = await self._record.state(request.case_id)
        if case is None or not sees(visible(actor), case):
            raise CaseNotFound("No such case.", case=str(request.case_id))
        command = _proposal(actor, request, case)
        process = id_of(flag.KIND, command.name) if request.flag is FlagKind.APPEAL else uuid.uuid7()
        return await self._entry.open(actor, process, command, request, key, "propose_flag")

    @property
    def _entry(self) -> ProcessCommands:
        if self._commands is None:
            raise LookupError("commands of persons need the entry for commands")
        return self._commands

    async def _prepared(self) -> tuple[datetime, str]:
        """Return the business instant and the digest of the scheme in force, whose text is kept."""
        with translated():
            async with self._engine.begin() as connection:
                now = await business_clock.now(connection)
                return now, await evaluations.keep_scheme(connection, bundled_scheme().ref, bundled_text())

    async def _districts(self) -> list[str]:
        with translated():
            async with self._engine.connect() as connection:
                query = select(cases.c.district).distinct().order_by(cases.c.district)
                return list((await connection.execute(query)).scalars())


def _opening(district: str, window: Window, digest: str) -> OpenEvaluation:
    scheme = bundled_scheme()
    is_day = window.end - window.start <= timedelta(days=1)
    review = timedelta(days=0 if is_day else scheme.review_days)
    return OpenEvaluation(
        "", f"{district}/{window.name}", district, window.name, window.start, window.end, window.end + review,
        scheme.ref, digest,
    )  # fmt: skip


def _proposal(actor: Actor, request: FlagRequest, case: CaseState) -> ProposeFlag:
    scheme, facts = bundled_scheme(), case.facts
    is_appeal = request.flag is FlagKind.APPEAL
    listed = scheme.appeals if is_appeal else scheme.exclusions
    clock = case.clock(request.clock or "") if is_appeal else None
    if is_appeal and clock is None:
        raise ClockNotFound("The case has no such clock.", clock=request.clock)
    late = clock is not None and clock.outcome is Outcome.MET and (clock.ended_at or clock.spec.due) > clock.spec.due
    unit = clock.spec.party if clock is not None else _unit(actor, case)
    mark = request.clock if is_appeal else uuid.uuid7()
    district = district_of(unit) or facts.district
    return ProposeFlag(
        "", f"{request.flag}/{facts.id}/{mark}", district, request.flag, facts.id, facts.number,
        clock.spec.key if clock is not None else None, unit, request.reason, Text(request.evidence),
        any(reason.code == request.reason for reason in listed), case.closed_at, late, scheme.answer_days,
        scheme.appeal_days,
    )  # fmt: skip


def _unit(actor: Actor, case: CaseState) -> str:
    """Return for which party of the case the actor asks: its sub-district, a department called, or the desk itself."""
    parties = (case.facts.area, *(task.org for task in case.duties()), f"{case.facts.district}-DESK")
    found = next((party for party in parties if covers(actor.org, party)), None)
    if found is None:
        raise Refusal(Reason.NOT_A_PARTY, org=actor.org)
    return found
