"""Lists, detail and notices on real PostgreSQL, for cases that real commands made."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import text

from adapters.db import business_clock, directory, people
from adapters.db.engine import create_engine
from adapters.db.errors import CaseNotFound
from adapters.db.queries.cases import CaseOrder, count_cases, list_cases
from adapters.db.queries.detail import case_detail
from adapters.db.queries.filters import Filter
from adapters.db.queries.notices import list_notices, mark_all_read, mark_read, unread_count
from adapters.db.queries.paging import BadCursorError, Slice, decode, encode
from adapters.db.queries.search import SearchTooShortError
from adapters.db.queries.tasks import TaskOrder, list_tasks
from adapters.db.record import Record
from adapters.db.rules_store import RulesStore
from domain import commands as c
from domain.actors import Actor, Role
from domain.authority import Reach, visible
from domain.case import Party, TaskRole
from domain.events import Personal, Text
from domain.light import Light

pytestmark = pytest.mark.slow

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STAFF = Actor("dhm.staff", "110101001", frozenset({Role.STREET_STAFF}))
LEADER = Actor("dhm.leader", "110101001", frozenset({Role.STREET_LEADER}))
OFFICER = Actor("dhm.ga.worker", "110101001-GA", frozenset({Role.DEPT_WORKER}))
POLICE = Actor("dhm.ga.head", "110101001-GA", frozenset({Role.DEPT_DISPATCHER, Role.DEPT_WORKER}))
DESK = Actor("desk", "110101-DESK", frozenset({Role.DISTRICT_DESK}))
OTHER = Actor("other", "110102001", frozenset({Role.STREET_STAFF}))
NEIGHBOUR = Actor("jsh.staff", "110101002", frozenset({Role.STREET_STAFF}))
ALL = Reach(everything=True)


def a_raise(**changes):
    fields = {
        "id": "", "number": "", "kind": "emergency", "channel": "street", "area": "110101001", "class_code": "W01",
        "limit_class": "default", "rules": "beijing/2", "duty": "beijing/2026.1",
        "parties": (Party("110101001-GA", TaskRole.LEAD), Party("110101-WATER", TaskRole.ASSIST)),
        "title": Text("建国门路面漏水"), "description": Text("井盖旁冒水，Wi-Fi 机柜进水"),
        "place": Text("东华门大街1号"),
        "reporter_name": Personal("张三丰"), "reporter_phone": Personal("13812345678"),
    }  # fmt: skip
    return c.Raise(**{**fields, **changes})


@asynccontextmanager
async def opened(database):
    """Two cases raised at Monday 09:00 Beijing time; the first task of the first one is claimed."""
    engine, owner = create_engine(database.app, "batch"), create_engine(database.owner, "batch")
    async with owner.begin() as conn:
        await business_clock.set_now(conn, MONDAY)
    rules = RulesStore(engine)
    record = Record(engine, rules)
    noise = a_raise(
        area="110101002", title=Text("噪音扰民"), description=Text("夜间施工噪音"), class_code="L07",
        parties=(Party("110101-HB", TaskRole.LEAD),),
    )  # fmt: skip
    first = await record.transact(uuid4(), a_raise(), STAFF, "")
    second = await record.transact(uuid4(), noise, NEIGHBOUR, "")
    await record.transact(first.case_id, c.Claim(1), OFFICER, "")
    async with engine.connect() as conn:
        units = await directory.load(conn)
    yield SimpleNamespace(engine=engine, rules=rules, record=record, first=first, second=second, units=units)
    await engine.dispose()
    await owner.dispose()


@pytest.fixture(scope="module")
async def world(module_city):
    async with opened(module_city) as made:
        yield made


@pytest.fixture
async def conn(world):
    async with world.engine.connect() as connection:
        yield connection


async def test_a_row_has_names_title_lead_and_the_nearest_clock(world, conn):
    page = await list_cases(conn, visible(STAFF), world.units)
    row = next(r for r in page.items if r.id == str(world.first.case_id))
    assert (row.area_name, row.class_name, row.title) == ("东华门", "供水管道破裂", "建国门路面漏水")
    assert (row.lead_org, row.lead_name) == ("110101001-GA", "东华门派出所")
    assert (row.next_clock, row.light, row.status) == ("claim", Light.GREEN, "mustering")
    assert row.next_due == row.raised_at + timedelta(minutes=5)
    assert row.version > world.first.version


async def test_nobody_sees_beyond_the_reach(world, conn):
    async def seen(actor):
        return {r.id for r in (await list_cases(conn, visible(actor), world.units)).items}

    first, second = str(world.first.case_id), str(world.second.case_id)
    assert await seen(STAFF) == {first}
    assert await seen(OFFICER) == {first}
    assert await seen(DESK) == {first, second}
    assert await seen(OTHER) == set()
    with pytest.raises(CaseNotFound):
        await case_detail(conn, OTHER, world.first.case_id, world.units, world.rules)
    with pytest.raises(CaseNotFound):
        await case_detail(conn, DESK, uuid4(), world.units, world.rules)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Filter(area="110101001"), ["first"]),
        (Filter(district="110101"), ["second", "first"]),
        (Filter(line="HB"), ["second"]),
        (Filter(org="110101-GA"), ["first"]),
        (Filter(class_code=("L07",)), ["second"]),
        (Filter(kind=("key_work",)), []),
        (Filter(status=("mustering",), open=True), ["second", "first"]),
        (Filter(open=False), []),
        (Filter(light=Light.GREEN), ["second", "first"]),
        (Filter(light=Light.RED), []),
        (Filter(light=Light.NONE), []),
        (Filter(light=Light.PAUSED), []),
        (Filter(overdue=False), ["second", "first"]),
        (Filter(overdue=True), []),
        (Filter(escalated=True), []),
        (Filter(holder="nobody"), []),
        (Filter(words="漏水"), ["first"]),
        (Filter(words="噪音 施工"), ["second"]),
        (Filter(words="噪音 漏水"), []),
        (Filter(words="ｗｉ－ｆｉ"), ["first"]),
        (Filter(words="BJ-110101-20261123"), ["first"]),
        (Filter(words="bj-110101002"), []),
        (Filter(words="水", area="110101001"), ["first"]),
        (Filter(words="张三丰"), []),
        (Filter(words="%%"), []),
        (Filter(words="100_漏水"), []),
    ],
)
async def test_filters(world, conn, asked, found):
    page = await list_cases(conn, ALL, world.units, asked)
    names = {str(world.first.case_id): "first", str(world.second.case_id): "second"}
    expected = set(found) | ({"second"} if asked.words.startswith("BJ-") else set())
    assert {names[r.id] for r in page.items} == expected
    assert await count_cases(conn, ALL, asked) == len(expected)


async def test_one_character_needs_a_narrow_list(world, conn):
    with pytest.raises(SearchTooShortError):
        await list_cases(conn, ALL, world.units, Filter(words="水"))
    assert (await list_cases(conn, visible(STAFF), world.units, Filter(words="水"))).items


@pytest.mark.parametrize("order", list(CaseOrder))
async def test_pages_of_cases_join_without_gap_or_repeat(world, conn, order):
    whole = [r.id for r in (await list_cases(conn, ALL, world.units, order=order)).items]
    got, cursor = [], None
    for reach in (ALL, Reach(area="110101")):
        got, cursor = [], None
        while True:
            page = await list_cases(conn, reach, world.units, order=order, part=Slice(cursor, 1))
            got += [r.id for r in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert got == whole
    assert len(whole) == 2


@pytest.mark.parametrize("bad", ["x", "", "AAAA", "WzFd", encode("tasks:due", ("a", "b")), "é", "W10=", "bnVsbA"])
async def test_a_foreign_cursor_is_refused(world, conn, bad):
    if bad:
        with pytest.raises(BadCursorError):
            await list_cases(conn, ALL, world.units, part=Slice(bad))


def test_cursors_come_back_as_they_went():
    values = (MONDAY, uuid4(), 7, "handle:1:repair")
    assert decode("o", encode("o", values), "tuis") == values
    for shape, value in (("i", 2**40), ("s", "a\0b"), ("t", "2026-01-01T00:00:00"), ("t", "0001-01-01T00:00:00+14:00")):
        with pytest.raises(BadCursorError):
            decode("o", encode("o", (value,)), shape)


async def test_tasks_show_their_own_clock_and_holder(world, conn):
    page = await list_tasks(conn, visible(OFFICER), world.units)
    mine = next(t for t in page.items if t.task == 1)
    other = next(t for t in page.items if t.task == 2)
    assert (mine.state, mine.holder, mine.holder_name) == ("claimed", "dhm.ga.worker", "孔雅正")
    assert (mine.next_clock, other.next_clock) == ("report_in", "claim")
    assert (other.org_name, other.role) == ("自来水", "assist")
    held = await list_tasks(conn, ALL, world.units, Filter(holder="dhm.ga.worker"))
    assert [t.task for t in held.items] == [1]
    newest = await list_tasks(conn, ALL, world.units, Filter(org="110101-WATER"), order=TaskOrder.NEWEST)
    assert [(t.case_id, t.org) for t in newest.items] == [(str(world.first.case_id), "110101-WATER")]
    got, cursor = [], None
    while True:
        page = await list_tasks(conn, Reach(area="110101"), world.units, part=Slice(cursor, 1))
        got += [(t.case_id, t.task) for t in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert len(got) == len(set(got)) == 3


async def test_the_detail_explains_and_offers(world, conn):
    detail = await case_detail(conn, OFFICER, world.first.number, world.units, world.rules)
    assert (detail.reporter_name, detail.reporter_phone) == ("张**", "138****5678")
    assert detail.description == "井盖旁冒水，Wi-Fi 机柜进水"
    assert [e.seq for e in detail.timeline] == list(range(1, detail.version + 1))
    assert detail.etag == f'"{detail.version}"'
    said = detail.timeline[0].texts
    assert said == {"title": detail.title, "description": detail.description, "place": "东华门大街1号"}
    assert "张三丰" not in detail.model_dump_json()
    assert "13812345678" not in detail.model_dump_json()
    claim = next(k for k in detail.clocks if k.key == "claim:2")
    assert claim.explanation["method"] == "continuous"
    assert claim.explanation["due"] == claim.due.isoformat()
    assert claim.rungs
    assert all(r.fired_at is None for r in claim.rungs)
    offered = {(a.name, a.task) for a in detail.allowed_actions}
    assert ("report_in", 1) in offered
    assert not any(name == "check_pass" for name, _ in offered)
    assert not any(task == 2 for _, task in offered)
    staff = await case_detail(conn, STAFF, world.first.case_id, world.units, world.rules)
    assert {("urge", 1), ("urge", 2), ("add_department", None)} <= {(a.name, a.task) for a in staff.allowed_actions}
    assert staff.raised_by_name == "赵安平"


async def test_an_erased_text_is_none_and_an_agreed_instant_says_so(city):
    agreed = MONDAY + timedelta(hours=3)
    async with opened(city) as world, world.engine.begin() as conn:
        outcome = await world.record.transact(uuid4(), a_raise(kind="joint_enforcement", appointment=agreed), STAFF, "")
        await world.record.transact(outcome.case_id, c.Approve(), LEADER, "")
        erase = text("UPDATE case_texts SET body = NULL, salt = NULL WHERE case_id = :case")
        await conn.execute(erase, {"case": outcome.case_id})
        detail = await case_detail(conn, STAFF, outcome.case_id, world.units, world.rules)
    assert detail.title is None
    assert detail.timeline[0].texts["title"] is None
    report_in = next(k for k in detail.clocks if k.key == "report_in:1")
    assert (report_in.due, report_in.limit) == (agreed, "given")
    assert report_in.explanation["origin"] == "agreed"


async def test_notices_reach_person_unit_and_role_only(world, conn):
    async def codes(actor, **more):
        return [n.code for n in (await list_notices(conn, actor, world.units, **more)).items]

    assert "called" in await codes(OFFICER)
    assert "claimed" in await codes(OFFICER)
    assert "claimed" not in await codes(POLICE)
    assert "approval_wanted" in await codes(LEADER)
    assert "approval_wanted" not in await codes(STAFF)
    assert await codes(OTHER) == []
    before = await unread_count(conn, OFFICER)
    page = await list_notices(conn, OFFICER, world.units, part=Slice(None, 1))
    rest = await list_notices(conn, OFFICER, world.units, part=Slice(page.next_cursor, 100))
    assert before == 1 + len(rest.items)
    async with world.engine.begin() as writer:
        assert await mark_read(writer, OFFICER, [int(page.items[0].id)]) == 1
        assert await mark_read(writer, OFFICER, [int(page.items[0].id)]) == 0
        assert await mark_read(writer, OTHER, [int(page.items[0].id)]) == 0
    assert await unread_count(conn, OFFICER) == before - 1
    assert (await list_notices(conn, OFFICER, world.units)).items[0].read
    assert len(await codes(OFFICER, unread=True)) == before - 1
    async with world.engine.begin() as writer:
        await mark_all_read(writer, OFFICER, int(page.items[0].id))
    assert await unread_count(conn, OFFICER) == 0


async def test_names_fall_back_to_ids(conn):
    found = await people.names(conn, ["dhm.staff", "system", "import", "gone", None, ""])
    assert found == {"dhm.staff": "赵安平", "system": "系统", "import": "历史导入", "gone": "gone"}
