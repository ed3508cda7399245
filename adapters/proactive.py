"""Proactive cases (主动治理): from a gap in the circle of services, and from a problem that keeps coming back."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from adapters.circle_files import bundled_circle, parse_survey
from adapters.db import business_clock, circle
from adapters.db.errors import translated
from adapters.db.queries.repeats import candidate_of, standing_topic
from adapters.insight_files import bundled_insight
from contracts.commands import RaiseRequest
from domain.authority import visible
from domain.circle import ZONE, GapState, gap_key, readable_area, state_of, sub_district
from domain.commands import Raise, RaiseTopic
from domain.errors import Reason, Refusal
from domain.matters import Matter
from domain.organisations import OrgKind, is_within
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncEngine

    from adapters.commands import Commands
    from adapters.db.directory import Directory
    from adapters.db.record import Outcome, Record
    from adapters.registry import Registry
    from contracts.circle_views import GapRaiseRequest
    from contracts.insight_views import TopicRequest
    from domain.actors import Actor
    from domain.circle import Survey
    from domain.import_diff import Parsed
    from domain.repeats import Candidate


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A survey as read, and how much of it is new to the record."""

    parsed: Parsed[Survey]
    new: int
    written: bool


async def take_survey(
    engine: AsyncEngine, registry: Registry, actor: Actor, csv: str, *, dry_run: bool
) -> Surveyed:  # fmt: skip
    """Take a survey whole, or nothing of it if a cell is wrong; the same again changes nothing."""
    city, _ = await registry.current()
    with translated():
        async with engine.begin() as connection:
            today = (await business_clock.now(connection)).astimezone(ZONE).date()
            known = {org.code for org in city.orgs.of_kind((OrgKind.COMMUNITY,), None)}
            parsed = parse_survey(csv, bundled_circle(), known, actor, today)
            if parsed.errors:
                return Surveyed(parsed, 0, written=False)
            fresh = await circle.new_answers(connection, parsed.records.values())
            if fresh and not dry_run:
                await circle.keep_survey(connection, fresh, actor.id)
    return Surveyed(parsed, len(fresh), written=not dry_run and bool(fresh))


class Proactive:
    """What people raise before anybody complains; every case goes the way of every raise."""

    def __init__(self, engine: AsyncEngine, record: Record, registry: Registry, commands: Commands) -> None:
        """Keep a pool, the record, the registry and the entry for commands."""
        self._engine = engine
        self._record = record
        self._registry = registry
        self._commands = commands

    async def survey(self, actor: Actor, csv: str, *, dry_run: bool) -> Surveyed:
        """Take a survey; see `take_survey`."""
        return await take_survey(self._engine, self._registry, actor, csv, dry_run=dry_run)

    async def raise_gap(
        self, actor: Actor, community: str, item: str, request: GapRaiseRequest, key: str
    ) -> Outcome:  # fmt: skip
        """Raise a case from a gap.

        Raises:
            Refusal: `no_gap`, `matter_stands` with the number of the case, and as every raise.
        """
        city, _ = await self._registry.current()
        survey = await self._gap(actor, community, item)
        if survey is None and not await self._record.knows(actor, key):
            raise Refusal(Reason.NO_GAP, community=community, item=item)
        asked = _from_gap(city, community, item, survey, request)
        gap = gap_key(community, item)
        try:
            return await self._commands.raise_for_gap(actor, asked, gap, key)
        except Refusal as refused:
            raise await self._telling(refused, Matter.GAP, (gap,)) from refused

    async def choose_topic(self, actor: Actor, request: TopicRequest, key: str) -> Outcome:
        """Choose a repeat problem as a monthly topic (每月一题).

        Raises:
            Refusal: `not_allowed`, `no_repeat`, `matter_stands` with the number of the topic.
        """
        case_id, insight = str(request.case_id), bundled_insight()
        with translated():
            async with self._engine.connect() as connection:
                found = await candidate_of(connection, visible(actor), insight, case_id)
                standing = None if found is None else await standing_topic(connection, insight, found)
        if (found is None or standing is not None) and not await self._record.knows(actor, key):
            if found is None:
                raise Refusal(Reason.NO_REPEAT, case=case_id)
            raise Refusal(Reason.MATTER_STANDS, case=standing)
        repeats = tuple(each.id for each in found.cases) if found is not None else (case_id,)
        plain = await self._commands.route(actor, await self._topic(request, found))
        given: dict[str, Any] = {f.name: getattr(plain, f.name) for f in fields(Raise)}
        instruction = Text(request.instruction) if request.instruction else None
        command = RaiseTopic(**given, repeats=repeats, instruction=instruction)
        try:
            return await self._commands.whistle(actor, command, key, ("choose_topic", "", request))
        except Refusal as refused:
            raise await self._telling(refused, Matter.REPEAT, repeats) from refused

    async def _topic(self, request: TopicRequest, found: Candidate | None) -> RaiseRequest:
        """Make the request of a topic; where it was chosen before, nothing of it counts but that it can be read."""
        area, class_code, place = (found.area, found.class_code, found.place) if found is not None else ("", "", "-")
        if found is None:
            state = await self._record.state(request.case_id)
            if state is None:
                raise Refusal(Reason.NO_REPEAT, case=str(request.case_id))
            area, class_code = state.facts.area, state.facts.class_code
        return RaiseRequest(
            kind="key_work", area=area, class_code=class_code, title=request.title, description=request.description,
            place=place, channel="proactive", lead=request.lead, assist=request.assist,
        )  # fmt: skip

    async def _gap(self, actor: Actor, community: str, item: str) -> Survey | None:
        area = readable_area(actor)
        if area is None or not is_within(community, area):
            return None
        with translated():
            async with self._engine.connect() as connection:
                found = await circle.latest(connection, community, item=item)
                held = await circle.gap_cases(connection, sub_district(community))
        cases = held.get(gap_key(community, item), ())
        open_to_all = (GapState.MISSING, GapState.RAISED)  # that a case stands is told by the record
        return next((survey for survey in found if state_of(survey, cases)[0] in open_to_all), None)

    async def _telling(self, refused: Refusal, sort: Matter, keys: Iterable[str]) -> Refusal:
        """Add to `matter_stands` the number of the case that stands."""
        if refused.reason is not Reason.MATTER_STANDS:
            return refused
        with translated():
            async with self._engine.connect() as connection:
                number = await circle.standing_number(connection, sort, keys)
        return Refusal(Reason.MATTER_STANDS, case=number)


def _from_gap(
    city: Directory, community: str, item: str, survey: Survey | None, request: GapRaiseRequest
) -> RaiseRequest:  # fmt: skip
    held = bundled_circle()
    found = held.items.get(item)
    if found is None:
        raise Refusal(Reason.NO_GAP, community=community, item=item)
    name = city.org_name(community)
    note = survey.note if survey is not None and survey.note else f"摸排显示{name}缺少“{found.name}”，请研究补齐。"
    return RaiseRequest(
        kind=request.kind or held.kind, channel=held.channel, area=sub_district(community),
        class_code=found.class_code, title=request.title or f"补齐社区服务：{name}缺{found.name}"[:120],
        description=request.description or note, place=request.place or name, lead=request.lead,
        assist=request.assist, campaign=request.campaign,
    )  # fmt: skip
