"""Figures from the read model against the same figures from the events, and against every reader's reach."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.db.engine import create_engine
from adapters.db.evaluation_facts import facts_by_id
from adapters.db.history import append_history
from adapters.db.queries.evaluation_facts import period_facts
from domain.actors import Actor, Role
from domain.authority import Reach
from domain.evaluation.board import board
from domain.evaluation.facts import facts_from
from domain.evaluation.scheme import UnitKind
from domain.evaluation.windows import day_of, month_named
from domain.organisations import is_within
from tests.support.cases import MONDAY
from tests.support.evaluation import a_life, a_life_with_answers, asked

pytestmark = pytest.mark.slow

WRITER = Actor("writer", "", frozenset({Role.SYSTEM}))
EVERYTHING = Reach(everything=True)


@pytest.fixture(scope="module")
async def world(module_database):
    dice = random.Random(11)
    lives = [a_life(number, dice) for number in range(1, 201)]
    lives += [a_life_with_answers(number, dice) for number in range(201, 281)]
    engine = create_engine(module_database.app, "batch")
    async with engine.begin() as conn:
        await append_history(conn, [[(e, WRITER) for e in life] for life in lives], drive=False)
    yield engine, {life[0].facts.id: facts_from(life) for life in lives}
    await engine.dispose()


async def test_facts_of_the_read_model_are_those_of_the_events(world):
    engine, from_events = world
    async with engine.connect() as conn:
        found = await facts_by_id(conn, [UUID(each) for each in from_events])
    assert {facts.id: facts for facts in found} == from_events


@pytest.mark.parametrize("kind", list(UnitKind))
async def test_a_period_finds_every_case_that_counts(world, kind):
    engine, from_events = world
    windows = [month_named(name, 19) for name in ("2026-11", "2026-12", "2027-01", "2027-02")]
    windows += [day_of(MONDAY + timedelta(days=n)) for n in (0, 3, 9, 30)]
    async with engine.connect() as conn:
        for window in windows:
            question = asked(kind, window)
            found = await period_facts(conn, EVERYTHING, kind, None, window)
            counted = {r.unit: r for r in board(question, found)}
            for row in board(question, from_events.values()):
                if any(figure.base for figure in row.figures.values()):
                    assert counted[row.unit] == row, (window.name, row.unit)


async def test_scopes_and_reaches_narrow_the_cases(world):
    engine, from_events = world
    month = month_named("2026-12", 19)
    async with engine.connect() as conn:
        async def ids(reach, kind=UnitKind.AREA, scope=None):
            return {facts.id for facts in await period_facts(conn, reach, kind, scope, month)}

        everything = await ids(EVERYTHING)
        for area in ("110101", "110101001"):
            expected = {each for each in everything if is_within(from_events[each].area, area)}
            assert await ids(EVERYTHING, scope=area) == expected
        called = {each for each in everything if any(t.org == "110101-WATER" for t in from_events[each].tasks)}
        assert await ids(EVERYTHING, UnitKind.DEPARTMENT, "110101-WATER") == called
        assert await ids(Reach(org="110101-WATER"), UnitKind.DEPARTMENT) == called
        assert await ids(Reach(org="110101-WATER"), scope="110102") <= called
        assert await ids(Reach()) == set()
