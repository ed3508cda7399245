"""Periods in the real record: counted page by page, equal to what the events say, published and never rewritten."""

import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adapters.db import directory, evaluations
from adapters.db.errors import sqlstate
from adapters.db.evaluation_tables import evaluation_boards
from adapters.db.history import append_history
from adapters.db.queries.evaluation_periods import counted_facts, list_periods, read_board, read_list, read_period
from adapters.db.queries.paging import Slice
from adapters.db.seeding import seed_city
from adapters.evaluations import Evaluations, PeriodRequest
from adapters.process_commands import ProcessCommands
from domain.actors import Actor, Role
from domain.evaluation.flags import Flags, View
from domain.evaluation.scheme import UnitKind
from domain.evaluation.windows import month_named
from domain.process import id_of
from domain.processes.evaluation import EvaluationState, PublishEvaluation, RecountEvaluation
from domain.text import Text
from tests.support.cases import LEADER, MONDAY, SUPERVISOR, WATER, WATER_HEAD
from tests.support.evaluation import AREA, a_life, a_life_with_answers
from tests.support.evaluations import drive_evaluation
from tests.support.records import Office, open_office
from tests.support.servers import Database

pytestmark = pytest.mark.slow

WRITER = Actor("writer", "", frozenset({Role.SYSTEM}))
DECEMBER = month_named("2026-12", 19)
NAME = "110101/2026-12"
PROCESS = id_of("evaluation", NAME)


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        dice = random.Random(5)
        lives = [a_life(number, dice) for number in range(1, 91)]
        lives += [a_life_with_answers(number, dice) for number in range(91, 121)]
        async with opened.owner.begin() as conn:
            await seed_city(conn)
        async with opened.engine.begin() as conn:
            await append_history(conn, [[(e, WRITER) for e in life] for life in lives], drive=False)
        yield opened


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluations, "PAGE", 25)


async def state_of(office: Office) -> EvaluationState:
    state = await office.record.process(PROCESS)
    assert isinstance(state, EvaluationState)
    return state


async def opened(office: Office) -> Evaluations:
    await office.set_now(DECEMBER.end)
    entry = Evaluations(office.engine, office.record, ProcessCommands(office.record, lambda _: None))
    assert await entry.open_all(DECEMBER.end, daily=False) == 2, "both districts that have cases"
    assert await entry.open_all(DECEMBER.end, daily=False) == 0, "a period is opened once"
    return entry


async def bodies(office: Office, run: int = 1) -> dict[tuple[str, str], Any]:
    async with office.engine.connect() as conn:
        rows = await conn.execute(evaluation_boards.select().filter_by(process_id=PROCESS, run=run))
        return {(row.kind, row.view): row.body for row in rows}


async def test_a_period_is_counted_in_pages_and_equals_its_events(office: Office) -> None:
    await opened(office)
    answer = await drive_evaluation(office.record, office.engine, PROCESS)
    state = await state_of(office)
    assert answer.plan is not None
    assert (answer.plan.status, answer.plan.owed) == ("review", ())
    assert state.page > 2
    async with office.engine.connect() as conn:
        facts = await counted_facts(conn, PROCESS, 1)
        city = await directory.load(conn)
        scheme = await evaluations.read_scheme(conn, state.scheme_digest)
    kept = await office.scalar("SELECT count(*) FROM evaluation_cases WHERE process_id = :p", p=PROCESS)
    assert len(facts) == state.cases == kept
    again = evaluations.bodies_of(state, scheme, city.orgs, evaluations.sums_of(state, scheme, Flags(), facts))
    assert {(k.value, v.value): body for (k, v), body in again.items()} == await bodies(office)
    assert evaluations.digest_of(again) == state.digest, "the chain of events vouches for the boards"


async def test_every_figure_of_the_board_opens_its_list_from_the_events(office: Office) -> None:
    await opened(office)
    await drive_evaluation(office.record, office.engine, PROCESS)
    await office.record.transact(PROCESS, PublishEvaluation(), SUPERVISOR, "publish-1")
    async with office.owner.connect() as conn:  # without a limit of time: many lists in one transaction
        city = await directory.load(conn)
        state = await read_period(conn, LEADER, PROCESS)
        for kind, unit, reader in ((UnitKind.AREA, AREA, LEADER), (UnitKind.DEPARTMENT, WATER, WATER_HEAD)):
            board = await read_board(conn, city, reader, state, kind, View.ALL)
            (row,) = [row for row in board.rows if row.unit == unit]
            for indicator, figure in row.figures.items():
                listed = await read_list(
                    conn, reader, PROCESS, state, kind=kind, view=View.ALL, unit=unit, indicator=indicator,
                    part=Slice(limit=200),
                )  # fmt: skip
                assert listed.figure == figure, indicator
                assert sum(item.base for item in listed.items) == figure.base
        assert len(board.rows) > 5


async def test_published_it_is_never_rewritten_and_read_by_the_whole_district(office: Office) -> None:
    await opened(office)
    await drive_evaluation(office.record, office.engine, PROCESS)
    stranger = Actor("x", "110102001", frozenset({Role.STREET_STAFF}))
    async with office.engine.connect() as conn:
        assert [p.status for p in (await list_periods(conn, SUPERVISOR, None)).items] == ["review"]
        assert (await list_periods(conn, LEADER, None)).items == ()
    before = await bodies(office)
    await office.record.transact(PROCESS, RecountEvaluation(Text("复核")), SUPERVISOR, "recount-1")
    await drive_evaluation(office.record, office.engine, PROCESS)
    await office.record.transact(PROCESS, PublishEvaluation(), SUPERVISOR, "publish-1")
    assert await bodies(office, 2) == before
    async with office.engine.connect() as conn:
        assert [(p.status, p.run) for p in (await list_periods(conn, LEADER, None)).items] == [("published", 2)]
        assert (await list_periods(conn, stranger, None)).items == ()
    for statement in (
        "UPDATE evaluation_boards SET body = '{}'", "DELETE FROM evaluation_boards", "DELETE FROM evaluation_sums",
        "UPDATE evaluation_cases SET version = 1",
    ):  # fmt: skip
        with pytest.raises(DBAPIError) as refused:
            async with office.engine.begin() as conn:
                await conn.execute(text(f"{statement} WHERE process_id = :p"), {"p": PROCESS})
        assert sqlstate(refused.value) == "42501", statement
    assert await office.differences() == []


async def test_it_is_published_by_itself_when_the_review_is_over(office: Office) -> None:
    await opened(office)
    await drive_evaluation(office.record, office.engine, PROCESS)
    await office.wait(days=10, hours=1)
    answer = await drive_evaluation(office.record, office.engine, PROCESS)
    assert answer.plan is not None
    assert (answer.plan.status, answer.plan.closed) == ("published", True)
    assert (await state_of(office)).closed_at == (await state_of(office)).publish_at


async def test_days_are_published_at_once_and_a_page_may_be_repeated(office: Office) -> None:
    entry = await opened(office)
    await office.set_now(MONDAY.replace(day=28, hour=5))
    request = PeriodRequest(district="110101", period="2026-11-28")
    day = (await entry.open_period(SUPERVISOR, request, "open-day-1")).id
    again = await entry.open_period(SUPERVISOR, request, "open-day-1")
    assert again.replayed
    await drive_evaluation(office.record, office.engine, day, steps=1)
    state = await office.record.process(day)
    assert isinstance(state, EvaluationState)
    await drive_evaluation(office.record, office.engine, UUID(state.facts.id))
    await office.wait(minutes=1)
    answer = await drive_evaluation(office.record, office.engine, day)
    assert answer.plan is not None
    assert (answer.plan.status, answer.plan.name) == ("published", "110101/2026-11-28")
