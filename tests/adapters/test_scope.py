"""The reach in SQL against its oracle `authority.sees`, on random cases, for readers of every sort."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from adapters.db.areas import within
from adapters.db.engine import create_engine
from adapters.db.history import append_history
from adapters.db.queries.scope import branches, clock_party, covered, task_office, visible
from adapters.db.tables import cases, clocks, tasks
from domain.actors import Actor, Role
from domain.authority import Reach, covers, sees
from domain.authority import visible as reach_of
from domain.case import ClockCode, ClockSpec, Facts, Party, TaskRole
from domain.events import CaseIssued, CaseRaised, ClockStarted, TaskAdded, TaskClaimed, Text
from domain.evolve import fold
from domain.organisations import district_of, is_within

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
WRITER = Actor("writer", "", frozenset({Role.SYSTEM}))
DISTRICTS = ("110101", "110102", "110105", "120101")
AREAS = tuple(f"{d}{n:03d}" for d in DISTRICTS for n in (1, 2))
COMMUNITIES = tuple(f"{a}001" for a in AREAS[:5])
LINES = ("ZF", "GA", "ZJ", "WATER")
ORGS = (
    *(f"{a}-{x}" for a in AREAS for x in LINES[:2]), *(f"{d}-{x}" for d in DISTRICTS for x in LINES), *COMMUNITIES,
    "110000-ETOWN",
)  # fmt: skip


PEOPLE = ("x", "y", "z")
JOINT = tuple(a for a in AREAS if a.startswith("11"))


def a_life(number: int, dice: random.Random):
    area = dice.choice(AREAS + COMMUNITIES[:2])
    orgs = dice.sample(ORGS, dice.randint(0, 4))
    parties = tuple(Party(o, TaskRole.ASSIST) for o in orgs)
    facts = Facts(
        id=str(UUID(int=number)), number=f"T-{number}", kind="public_request", channel="street",
        district=district_of(area) or area, area=area, class_code="W01", limit_class="default",
        raised_by=dice.choice(PEOPLE), raised_at=AT, rules="beijing/1", parties=parties, duty="named",
        raiser=dice.choice(ORGS) if dice.random() < 0.3 else "", sensitive=dice.random() < 0.4,
        joint_areas=tuple(dice.sample(JOINT, dice.randint(1, 2))) if dice.random() < 0.3 else (),
    )  # fmt: skip
    clock = ClockSpec(
        "check", ClockCode.CHECK, area, None, None, 1, AT, AT, AT + timedelta(hours=1), AT, "given", "b/1", False, ()
    )
    events = [CaseRaised(AT, facts, False, Text("t"), Text("d"), Text("p")), CaseIssued(AT), ClockStarted(AT, clock)]
    for no, org in enumerate(orgs, start=1):
        events.append(TaskAdded(AT, no, org, TaskRole.ASSIST, ("handle",)))
        mine = replace(clock, key=f"claim:{no}", code=ClockCode.CLAIM, party=org, task=no)
        events.append(ClockStarted(AT, mine))
        if dice.random() < 0.5:
            events.append(TaskClaimed(AT, no, dice.choice(PEOPLE)))
    return events


@pytest.fixture(scope="module")
async def world(module_database):
    dice = random.Random(7)
    lives = [a_life(n, dice) for n in range(1, 301)]
    engine = create_engine(module_database.app, "batch")
    async with engine.begin() as conn:
        await append_history(conn, [[(e, WRITER) for e in life] for life in lives])
    yield engine, {UUID(life[0].facts.id): fold(life) for life in lives}
    await engine.dispose()


PLACES = [
    Reach(), Reach(everything=True), Reach(area="110000"), Reach(area="120000"),
    *(Reach(area=a) for a in DISTRICTS + AREAS + COMMUNITIES), *(Reach(org=o) for o in ORGS),
]  # fmt: skip
REACHES = [replace(p, user=user, inner=inner) for p in PLACES for user in ("", "x") for inner in (False, True)]


async def ids(engine, query):
    async with engine.connect() as conn:
        return list((await conn.execute(query)).scalars())


@pytest.mark.parametrize("table", [cases, tasks, clocks], ids=str)
async def test_sql_shows_what_the_oracle_sees(world, table):
    engine, states = world
    key = table.c.id if table is cases else table.c.case_id
    held = set(await ids(engine, select(key)))
    reached = set()
    for reach in REACHES:
        expected = {case for case, state in states.items() if sees(reach, state)} & held
        shown = await ids(engine, select(key).where(visible(reach, table)))
        assert set(shown) == expected, reach
        reached.add(len(expected))
        parts = [await ids(engine, select(key).where(part)) for part in branches(reach, table)]
        assert set().union(*parts) == expected
        assert sum(map(len, parts)) == len(shown), f"{reach}: a row in two branches"
    assert len(reached) > 20, "the reaches hardly differ"


async def test_rows_that_do_not_say_whether_their_case_is_sensitive_are_looked_up(world):
    engine, states = world
    bare = select(tasks.c.case_id, tasks.c.district, tasks.c.area).subquery("bare")
    held = set(await ids(engine, select(bare.c.case_id)))
    for reach in REACHES:
        expected = {case for case, state in states.items() if sees(reach, state)} & held
        assert set(await ids(engine, select(bare.c.case_id).where(visible(reach, bare)))) == expected, reach


async def test_every_role_sees_by_its_unit(world):
    engine, states = world
    for role in Role:
        for org in ("110101", "110101001", "110101-DESK", "110101-GOV", "110101-ZF", "110101001-ZF", "110101001001"):
            reach = reach_of(Actor("x", org, frozenset({role})))
            expected = {case for case, state in states.items() if sees(reach, state)}
            assert set(await ids(engine, select(cases.c.id).where(visible(reach, cases)))) == expected, (role, org)


async def test_offices_and_areas_are_covered_as_in_the_core(world):
    engine, _ = world
    async with engine.connect() as conn:
        all_tasks = (await conn.execute(select(tasks.c.case_id, tasks.c.no, tasks.c.org))).all()
        for org in ORGS:
            got = (await conn.execute(select(tasks.c.org).where(covered(org, task_office(tasks))))).scalars().all()
            assert sorted(got) == sorted(t.org for t in all_tasks if covers(org, t.org)), org
            party = (await conn.execute(select(clocks.c.party).where(covered(org, clock_party(clocks))))).scalars()
            assert all(covers(org, each) for each in party)
        for area in ("110000", *DISTRICTS, *AREAS, *COMMUNITIES):
            got = (await conn.execute(select(tasks.c.org).where(within(tasks.c.org, area)))).scalars().all()
            assert sorted(got) == sorted(t.org for t in all_tasks if is_within(t.org, area)), area
