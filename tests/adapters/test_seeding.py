"""Seeding on real PostgreSQL: everything there, fast, repeatable; imports with dry run and row errors."""

from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db import directory, seeding
from adapters.db.engine import create_engine
from adapters.db.errors import RulesFixed
from adapters.db.reference_tables import orgs, users
from domain.import_diff import ImportRefusedError

pytestmark = pytest.mark.slow

BEIJING = Path("policies/beijing")


@pytest.fixture
async def engine(database):
    made = create_engine(database.app, "batch")
    yield made
    await made.dispose()


async def seed(engine: AsyncEngine):
    async with engine.begin() as conn:
        return await seeding.seed_city(conn)


async def test_everything_is_there_and_a_second_time_changes_nothing(engine):
    first = await seed(engine)
    second = await seed(engine)
    assert [part.part for part in first] == ["calendar", "rules", "organisations", "catalogue", "dutylist", "users"]
    assert all(part.published for part in first)
    assert not any(part.published for part in second)
    assert [p.version for p in second] == [p.version for p in first]
    assert all(p.diff is None or p.diff.empty for p in second)
    async with engine.connect() as conn:
        kinds = dict((await conn.execute(select(orgs.c.kind, func.count()).group_by(orgs.c.kind))).all())
        held = await directory.load(conn)
        spelled = (await conn.execute(text("SELECT initials FROM orgs WHERE code = '110101001'"))).scalar_one()
    assert kinds["district"] == 16
    assert sum(kinds[k] for k in ("street", "area_office", "town", "township")) == 343
    assert kinds["community"] > 7000
    assert spelled == "dhmjd"
    assert held.duty_ref == "beijing/2026.1"
    assert held.route("W01", "110101001").lead == "110101-WATER"
    assert held.org_name("110101001-GA") == "东华门派出所"
    assert held.org_name("025000-PWDX") == "025000-PWDX"


async def test_a_changed_organisation_is_a_new_version_and_the_old_one_stays(engine, tmp_path):
    await seed(engine)
    lines = (BEIJING / "organisations.csv").read_text("utf-8").replace("东城区公安分局,公安分局", "东城区公安局,公安局")
    file = tmp_path / "organisations.csv"
    file.write_text(lines, "utf-8")
    async with engine.begin() as conn:
        dry = await seeding.import_organisations(conn, file, dry_run=True)
        done = await seeding.import_organisations(conn, file)
    assert [c.key for c in dry.diff.changed] == ["110101-GA"]
    assert dry.diff.changed[0].fields == ("name", "short")
    assert not dry.diff.removed
    assert not dry.published
    assert (done.version, done.published) == ("2", True)
    async with engine.connect() as conn:
        held = await directory.load(conn)
        counted = dict((await conn.execute(select(orgs.c.version, func.count()).group_by(orgs.c.version))).all())
    assert held.org_name("110101-GA") == "公安局"
    assert counted[1] == counted[2]


async def test_a_bad_row_is_named_and_nothing_is_taken(engine, tmp_path):
    await seed(engine)
    file = tmp_path / "organisations.csv"
    bad = (BEIJING / "organisations.csv").read_text("utf-8") + "99,street,坏,坏,110101,110101\n"
    file.write_text(bad, "utf-8")
    async with engine.begin() as conn:
        dry = await seeding.import_organisations(conn, file, dry_run=True)
    assert [(e.column, e.code) for e in dry.diff.errors] == [("code", "bad_code")]
    with pytest.raises(ImportRefusedError):
        async with engine.begin() as conn:
            await seeding.import_organisations(conn, file)
    async with engine.connect() as conn:
        assert (await directory.current_versions(conn))[0] == 1


async def test_users_who_left_sign_in_no_more_but_stay(engine, tmp_path):
    await seed(engine)
    file = tmp_path / "users.toml"
    entry = '[[users]]\nlogin = "dhm.staff"\nname = "赵安"\norg = "110101001"\nroles = ["street_staff"]\n'
    file.write_text(entry, "utf-8")
    async with engine.begin() as conn:
        before = (await conn.execute(select(func.count()).select_from(users))).scalar_one()
        done = await seeding.import_users(conn, file)
        again = await seeding.import_users(conn, file)
        total, active = (await conn.execute(text("SELECT count(*), count(*) FILTER (WHERE active) FROM users"))).one()
    assert len(done.diff.changed) == 1
    assert len(done.diff.removed) == before - 1
    assert (total, active) == (before, 1)
    assert again.diff.empty
    assert not again.published


async def test_a_published_duty_list_cannot_be_changed_but_a_new_version_can_follow(engine, tmp_path):
    await seed(engine)
    held = (BEIJING / "dutylist" / "2026.1.csv").read_text("utf-8")
    file = tmp_path / "2026.1.csv"
    file.write_text(held.replace("W01,供水管道破裂,WATER,", "W01,供水管道破裂,SW,"), "utf-8")
    with pytest.raises(RulesFixed):
        async with engine.begin() as conn:
            await seeding.import_duty_list(conn, file)
    async with engine.begin() as conn:
        done = await seeding.import_duty_list(conn, file, version="2026.2")
    assert [c.key for c in done.diff.changed] == ["W01"]
    async with engine.connect() as conn:
        held = await directory.load(conn)
    assert held.duty_ref == "beijing/2026.2"
    assert held.route("W01", "110101001").lead == "110101001-SW"


async def test_rows_of_a_duty_list_are_checked_against_what_is_published(engine, tmp_path):
    await seed(engine)
    file = tmp_path / "2026.3.csv"
    file.write_text("class_code,class_name,lead,assist,limit_class,source\nW01,x,NOBODY,,none,proposal\n", "utf-8")
    async with engine.begin() as conn:
        dry = await seeding.import_duty_list(conn, file, dry_run=True)
    codes = {error.code for error in dry.diff.errors}
    assert {"unknown_line", "unknown_limit_class", "class_without_rule"} <= codes
