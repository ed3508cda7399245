"""Directory and people: current versions, search by spelling, personal tokens."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from adapters.db import directory, people
from adapters.db.directory import Directories, find_orgs
from adapters.db.engine import create_engine
from adapters.db.people import BadTokenError, UnknownUserError
from domain.actors import Actor, Role
from domain.dutylist import How, UnroutableError
from domain.organisations import OrgKind

pytestmark = pytest.mark.slow


@pytest.fixture
async def engine(city):
    made = create_engine(city.app, "batch")
    yield made
    await made.dispose()


async def test_a_token_speaks_for_its_user_until_it_is_revoked_or_expires(engine):
    now = datetime.now(UTC)
    async with engine.begin() as conn:
        token = await people.issue_token(conn, "dhm.staff", "laptop")
        late = await people.issue_token(conn, "dhm.staff", "old", now - timedelta(seconds=1))
        soon = await people.issue_token(conn, "dhm.staff", "new", now + timedelta(days=1))
    assert token.startswith("wst_")
    assert len(token) > 40
    async with engine.begin() as conn:
        stored = (await conn.execute(text("SELECT hash FROM user_tokens"))).scalars().all()
        assert all(len(h) == 32 for h in stored)
        assert not any(token.encode() in bytes(h) for h in stored)
        expected = Actor("dhm.staff", "110101001", frozenset({Role.STREET_STAFF}))
        assert await people.resolve_user(conn, token) == expected
        assert await people.resolve_user(conn, soon) == expected
        for bad in (late, token[:-1], token + "x", "", "wst_", "a\0b"):
            with pytest.raises(BadTokenError):
                await people.resolve_user(conn, bad)
        assert await people.revoke_token(conn, token)
        assert not await people.revoke_token(conn, token)
        with pytest.raises(BadTokenError):
            await people.resolve_user(conn, token)
        assert await people.revoke_tokens(conn, "dhm.staff", "new") == 1
        with pytest.raises(BadTokenError):
            await people.resolve_user(conn, soon)


async def test_who_left_is_no_actor_and_holds_no_valid_token(engine):
    async with engine.begin() as conn:
        token = await people.issue_token(conn, "dhm.staff", "laptop")
        await conn.execute(text("UPDATE users SET active = false WHERE id = 'dhm.staff'"))
        with pytest.raises(BadTokenError):
            await people.resolve_user(conn, token)
        with pytest.raises(UnknownUserError):
            await people.actor(conn, "dhm.staff")
        with pytest.raises(UnknownUserError):
            await people.issue_token(conn, "dhm.staff", "again")
        with pytest.raises(UnknownUserError):
            await people.issue_token(conn, "nobody", "x")


async def test_users_of_a_unit_and_of_an_area(engine):
    async with engine.connect() as conn:
        held = await directory.load(conn)
        police = await people.users_of(conn, "110101001-GA", held)
        around = await people.users_within(conn, "110101001", held)
    assert [u.id for u in police] == ["dhm.ga.head", "dhm.ga.worker"]
    assert police[0].org_name == "东华门派出所"
    assert {u.org[:9] for u in around} == {"110101001"}
    assert {"dhm.staff", "dhm.ga.head", "dhm.community"} <= {u.id for u in around}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("jgm", "建国门"), ("jianguomen", "建国门"), ("建国门", "建国门"), ("110101-zf", "城管执法局"),
        ("DHMJD", "东华门"),
    ],
)
async def test_units_are_found_by_name_spelling_initials_and_code(engine, typed, first):
    async with engine.connect() as conn:
        found = await find_orgs(conn, typed)
        streets = await find_orgs(conn, typed, kinds=[OrgKind.STREET])
    assert any(row.short.startswith(first) for row in found)
    assert len(found) <= 20
    assert all(row.kind == "street" for row in streets)


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "\\", "没有的地方", "zq\0x"])
async def test_odd_search_words_find_nothing(engine, typed):
    async with engine.connect() as conn:
        assert await find_orgs(conn, typed) == ()


async def test_routing_says_how_and_refuses_what_nobody_serves(engine):
    async with engine.connect() as conn:
        held = await directory.load(conn)
    assert held.route("E99999", "110101001").how is How.DEFAULTED
    assert held.route("L02", "110101001").how is How.MATCHED
    with pytest.raises(UnroutableError):
        held.route("X1", "110101001")
    with pytest.raises(UnroutableError):
        held.route("W01", "110000")


async def test_the_cache_follows_a_new_version(engine):
    cache = Directories(fresh_s=0)
    async with engine.begin() as conn:
        first = await cache.current(conn)
        assert await cache.current(conn) is first
        await conn.execute(text("INSERT INTO org_versions (version, digest, source) VALUES (2, 'x', 'test')"))
        assert len((await cache.current(conn)).orgs) == 0
        assert len(first.orgs) > 12_000


async def test_before_the_first_seeding_the_directory_is_empty(database):
    engine = create_engine(database.app, "batch")
    async with engine.connect() as conn:
        held = await directory.load(conn)
    await engine.dispose()
    assert len(held.orgs) == 0
    assert held.org_name("110101") == "110101"
    assert held.class_name("W01") == "W01"
