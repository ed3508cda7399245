"""One case in full: facts, tasks, clocks with the explanation of every due instant, and what the reader may do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock, people
from adapters.db.directory import Directory
from adapters.db.errors import CaseNotFound
from adapters.db.log import LogRow, read_log
from adapters.db.queries.amounts import calendars, over_by
from adapters.db.queries.annex import help_details, order_details, rating_view
from adapters.db.queries.cases import case_row, joined, shown_columns
from adapters.db.queries.channel_detail import intake_view, people_of
from adapters.db.queries.meetings import meetings
from adapters.db.queries.relief import explanation, relief_details, standards
from adapters.db.queries.scope import visible
from adapters.db.queries.timeline import Texts, fired_instants, read_texts, timeline
from adapters.db.queries.topics import topic_links
from adapters.db.rules_store import RulesStore
from adapters.db.tables import cases
from contracts.commands import MICRO, name_of
from contracts.views import AllowedAction, CaseDetail, CaseRow, ClockDetail, ObjectionDetail, RungView, TaskDetail
from domain.actors import Actor
from domain.authority import visible as reach_of
from domain.calendar import WorkCalendar
from domain.case import CaseState, Clock, ClockCode, Outcome, Task
from domain.codec import from_plain
from domain.light import Light, light
from domain.masking import mask_name, mask_phone
from domain.offers import offers


@dataclass(frozen=True, slots=True)
class _Read:
    """Everything of one case, as read in one transaction."""

    row: CaseRow
    state: CaseState
    now: datetime
    log: list[LogRow]
    texts: Texts
    names: dict[str, str]
    calendars: dict[str, WorkCalendar | None]
    directory: Directory


async def case_detail(
    conn: AsyncConnection, actor: Actor, case: UUID | str, directory: Directory, rules: RulesStore
) -> CaseDetail:
    """Return a case as the reader may see it.

    Args:
        conn: A connection for reading.
        actor: Who reads; decides whether the case is seen at all and which actions are offered.
        case: Id of the case, or its number.
        directory: Gives units and classes their names.
        rules: Gives the calendars that explain the due instants.

    Raises:
        CaseNotFound: code `case_not_found`; also if it lies outside the reader's reach.
    """
    read = await _read(conn, actor, case, directory, rules)
    facts, state = read.state.facts, read.state
    first = read.texts.get(1, {})
    name, phone = first.get("reporter_name"), first.get("reporter_phone")
    return CaseDetail(
        **dict(read.row), channel=facts.channel, limit_class=facts.limit_class, duty=facts.duty, rules=facts.rules,
        description=first.get("description"), place=first.get("place"), reporter_name=mask_name(name) if name else None,
        reporter_phone=mask_phone(phone) if phone else None, lat=_degrees(facts.lat), lng=_degrees(facts.lng),
        raised_by=facts.raised_by, raised_by_name=read.names.get(facts.raised_by, facts.raised_by),
        appointment=facts.appointment, awaiting_approval=state.awaiting_approval, source_ref=facts.source_ref,
        campaign=facts.campaign, gap=facts.gap, **await topic_links(conn, reach_of(actor), state),
        intake=intake_view(state, read.log, read.texts, read.names, directory),
        direction=facts.direction, raiser=facts.raising_org, raiser_name=directory.org_name(facts.raising_org),
        joint_areas=facts.joint_areas, joint_names=tuple(directory.org_name(a) for a in facts.joint_areas),
        support=first.get("support"), objections=_objections(read),
        as_of=read.now, tasks=tuple(_task(task, read) for task in state.tasks),
        clocks=tuple(_clocks(read)), timeline=timeline(
            read.log, read.texts, state, read.names, directory, reader=actor, now=read.now
        ),
        help_offers=help_details(state, read.texts, actor, read.names, directory),
        meetings=meetings(state, directory, read.now), orders=order_details(state, read.log, directory, read.now),
        rating=rating_view(state, actor, directory, read.now),
        **relief_details(state, read.log, read.texts, read.names, directory, read.now),
        standards=await standards(conn, rules, state),
        allowed_actions=allowed_actions(state, actor), etag=f'"{state.version}"',
    )  # fmt: skip


def allowed_actions(state: CaseState, actor: Actor) -> tuple[AllowedAction, ...]:
    """Return the commands that the actor may give now, by the rules that will decide them."""
    found = []
    for offer in offers(state, actor):
        task = state.task(offer.task) if offer.task is not None else None
        org = task.org if task else None
        found.append(AllowedAction(name=name_of(offer.command), task=offer.task, org=org, entry=offer.entry))
    return tuple(found)


async def find_case(conn: AsyncConnection, actor: Actor, case: UUID | str) -> UUID:
    """Return the id of a case by id or number, if the reader may see it; raises `CaseNotFound`."""
    by = cases.c.id == case if isinstance(case, UUID) else cases.c.number == case.replace("\0", "")
    found = await conn.execute(select(cases.c.id).where(by, visible(reach_of(actor), cases)))
    case_id: UUID | None = found.scalar_one_or_none()
    if case_id is None:
        raise CaseNotFound("No such case.", case=str(case))
    return case_id


async def _read(
    conn: AsyncConnection, actor: Actor, case: UUID | str, directory: Directory, rules: RulesStore
) -> _Read:  # fmt: skip
    case_id = await find_case(conn, actor, case)
    one = select(cases.c.id).where(cases.c.id == case_id).subquery("one")
    query = select(*shown_columns(), cases.c.state).select_from(joined(one, one.c.id))
    row = (await conn.execute(query)).mappings().one()
    now = await business_clock.now(conn)
    state = from_plain(CaseState, row["state"])
    log = [entry for entry in await read_log(conn, case_id) if entry.seq <= state.version]
    people_in = {entry.actor for entry in log} | {state.facts.raised_by} | people_of(state)
    for task in state.tasks:
        people_in |= {task.holder or "", *task.handlers}
    for offer in state.annex.helping.offers:
        people_in |= set(offer.takers)
    return _Read(
        row=case_row(row, directory, now), state=state, now=max(now, state.at), log=log,
        texts=await read_texts(conn, case_id), names=await people.names(conn, people_in),
        calendars=await calendars(conn, rules, (clock.spec.calendar for clock in state.clocks)), directory=directory,
    )  # fmt: skip


def _task(task: Task, read: _Read) -> TaskDetail:
    return TaskDetail(
        no=task.no, org=task.org, org_name=read.directory.org_name(task.org), role=task.role, state=task.state,
        tie=task.tie, before=task.before, called_at=task.called_at, stages=task.stages,
        stage=task.stages[task.stage] if task.stage < len(task.stages) else None,
        holder=task.holder, holder_name=read.names.get(task.holder or ""), handlers=task.handlers, late=task.late,
        no_show=task.no_show, rework=task.rework, suspended_until=task.suspended_until, urged=task.urged,
        marks=tuple(mark.action.value for mark in task.marks),
    )  # fmt: skip


def _objections(read: _Read) -> tuple[ObjectionDetail, ...]:
    name = read.directory.org_name
    return tuple([
        ObjectionDetail(
            task=o.task, org=o.org, org_name=name(o.org), ground=o.ground, at=o.at, by=o.by, suggests=o.suggests,
            suggests_name=name(o.suggests) if o.suggests else None, upheld=o.upheld, next=o.next,
            next_name=name(o.next) if o.next else None, ruled_at=o.ruled_at, silent=o.silent, precedent=o.precedent,
        )
        for o in read.state.annex.objections
    ])  # fmt: skip


def _clocks(read: _Read) -> list[ClockDetail]:
    """Show the latest generation of each clock: running, then paused ones by due instant, then ended ones by end."""
    fired = fired_instants(read.log)
    running = sorted((c for c in read.state.clocks if c.is_live), key=lambda c: (not c.is_open, c.spec.due))
    ended = sorted((c for c in read.state.clocks if not c.is_live), key=lambda c: c.ended_at or c.spec.due)
    return [_clock(clock, fired, read) for clock in (*running, *ended)]


def _clock(clock: Clock, fired: dict[tuple[str, int, str], datetime], read: _Read) -> ClockDetail:
    spec = clock.spec
    end = clock.ended_at or clock.paused_at or read.now
    paused = clock.outcome is Outcome.PAUSED or (clock.is_open and spec.code is ClockCode.SUSPENSION)
    shown = light(spec.due, spec.near_at, read.now, paused=paused) if clock.is_live else Light.NONE
    rungs = (
        RungView(
            code=r.code, at=r.at, action=r.action, to=r.to, level=r.level,
            fired_at=fired.get((spec.key, spec.generation, r.code)),
        )
        for r in spec.rungs
    )  # fmt: skip
    calendar = read.calendars[spec.calendar]
    return ClockDetail(
        key=spec.key, code=spec.code, generation=spec.generation, party=spec.party,
        party_name=read.directory.org_name(spec.party), task=spec.task, stage=spec.stage, outcome=clock.outcome,
        started_at=spec.started_at, due=spec.due, near_at=spec.near_at, ended_at=clock.ended_at, late=end > spec.due,
        paused_at=clock.paused_at, light=shown, limit=spec.limit,
        calendar=spec.calendar, provisional=spec.provisional, over_by=over_by(spec.due, end, spec.limit, calendar),
        rungs=tuple(rungs), explanation=explanation(clock, read.state, calendar),
    )  # fmt: skip


def _degrees(micro: int | None) -> float | None:
    return micro / MICRO if micro is not None else None
