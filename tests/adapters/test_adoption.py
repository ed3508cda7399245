"""Adoption on the real record: the list before equals what then changes, and every difference has its reason."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from adapters.calendar_files import bundled_calendar
from adapters.db.counters import counters
from adapters.db.discrepancies import discrepancies
from adapters.drafts import read_draft
from adapters.policy_files import bundled_document
from domain import commands as c
from domain.actors import SYSTEM
from domain.processes.publication import Counts, Subject
from domain.text import Text
from tests.support.cases import ASSIST, LEAD, LEADER, STAFF, WATERMAN
from tests.support.publications import approve, drive, listed, propose, published, state_of, without_makeup_day
from tests.support.records import Office, open_office
from tests.support.servers import Database

FRIDAY = datetime(2026, 2, 13, 1, 0, tzinfo=UTC)
"""Friday 2026-02-13, 09:00 in Beijing; the Saturday after it is a make-up day before the Spring Festival."""
DRAFT = without_makeup_day(date(2026, 2, 14))


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        await opened.set_now(FRIDAY - timedelta(days=4))
        yield opened


async def running(office: Office, count: int) -> list[UUID]:
    """Raise cases over the days before the Friday: two kinds, some approved, claimed or on the scene."""
    cases: list[UUID] = []
    await office.set_now(FRIDAY - timedelta(days=4))
    for n in range(count):
        kind = ("public_request", "emergency", "key_work")[n % 3]
        case = (await office.blow(LEAD, ASSIST, kind=kind, rules="beijing/1")).case_id
        if kind != "emergency" and n % 4:
            await office.do(case, c.Approve(), LEADER)
        if n % 5 == 0:
            state = await office.record.state(case)
            if state is not None and state.status == "mustering":
                await office.do(case, c.Claim(1), WATERMAN)
        cases.append(case)
        if n % 10 == 9:
            await office.wait(hours=3)
    await office.set_now(FRIDAY)
    return cases


async def due(office: Office) -> dict[tuple[UUID, str], datetime]:
    rows = await office.rows("SELECT case_id, key, due FROM clocks WHERE ended_at IS NULL")
    return {(row.case_id, row.key): row.due for row in rows}


async def differences_of(office: Office, process: UUID) -> Any:
    async with office.engine.connect() as connection:
        return await discrepancies(connection, process, await state_of(office, process))


async def test_the_list_is_what_then_changes(office: Office) -> None:
    cases = await running(office, 60)
    for case in cases:
        await office.do(case, c.Tick(), SYSTEM, "")  # what is due by now is no matter of the calendar
    before = await due(office)
    process = await listed(office, DRAFT)
    found = await office.rows("SELECT * FROM publication_impact WHERE process_id = :id", id=process)
    told = (await state_of(office, process)).listed
    assert told.cases == len(cases)
    assert told.clocks == len(found) > 20
    await approve(office, process)
    await drive(office, process)
    after = await due(office)
    changed = {named: (before[named], at) for named, at in after.items() if before.get(named) not in (None, at)}
    assert {(r.case_id, r.key): (r.old_due, r.new_due) for r in found} == changed
    assert (await state_of(office, process)).adopted == told
    assert all(old < new for old, new in changed.values()), "a working day less brings nothing closer"
    adopted = "SELECT count(*) FROM case_events WHERE kind = 'case_adopted'"
    assert await office.scalar(adopted) == len(cases), "one event per case"
    assert await differences_of(office, process) == []
    assert await office.differences() == []


async def test_commands_between_list_and_adoption_explain_each_difference(office: Office) -> None:
    cases = await running(office, 30)
    await office.set_now(FRIDAY + timedelta(hours=8))  # an hour before the weekend that was none
    claimed, approved, withdrawn = [
        (await office.blow(kind="public_request", rules="beijing/1")).case_id for _ in range(3)
    ]  # fmt: skip
    await office.do(claimed, c.Approve(), LEADER)
    process = await listed(office, DRAFT)
    query = "SELECT case_id, key FROM publication_impact WHERE process_id = :id"
    moved = {(row.case_id, row.key) for row in await office.rows(query, id=process)}
    assert {(claimed, "claim:1"), (approved, "approval"), (withdrawn, "approval")} <= moved
    await office.wait(minutes=10)
    await office.do(claimed, c.Claim(1), WATERMAN)  # this clock has ended before the adoption
    await office.do(approved, c.Approve(), LEADER)  # its departments' clocks begin after the list
    await office.do(withdrawn, c.Withdraw(Text("误报")), STAFF)
    fresh = (await office.blow(kind="public_request", rules="beijing/1")).case_id
    await approve(office, process)
    await drive(office, process)
    found = {(d.case_id, d.key): d for d in await differences_of(office, process)}
    assert found[claimed, "claim:1"].why == found[approved, "approval"].why == "ended"
    assert found[withdrawn, "approval"].why == "ended"
    assert {d.why for (case, _), d in found.items() if case == fresh} == {"started"}
    begun = {key for (case, key), d in found.items() if case == approved and d.why == "started"}
    assert begun >= {"claim:1", "claim:2"}
    assert {d.why for d in found.values()} == {"ended", "started"}
    assert {case for case, _ in found} <= {claimed, approved, withdrawn, fresh}, "the others did as listed"
    assert all(d.number.startswith("BJ-") for d in found.values())
    assert (await state_of(office, process)).adopted.cases == len(cases) + 3
    assert await office.differences() == []


async def test_a_case_that_is_touched_first_goes_over_first_and_once(office: Office) -> None:
    await running(office, 9)
    touched = (await office.blow(kind="public_request", rules="beijing/1")).case_id
    process = await listed(office, DRAFT)
    await approve(office, process)
    await drive(office, process, steps=1)  # put into force; no page of the adoption yet
    outcome = await office.do(touched, c.Approve(), LEADER)
    kinds = [row.kind for row in await office.rows(
        "SELECT kind FROM case_events WHERE case_id = :id ORDER BY seq", id=touched
    )]  # fmt: skip
    assert kinds.index("case_adopted") < kinds.index("case_approved")
    assert {k.spec.calendar for k in outcome.state.clocks if k.is_open} == {"beijing/2"}
    published_at = (await state_of(office, process)).published_at
    at = await office.scalar("SELECT at FROM case_events WHERE case_id = :id AND kind = 'case_adopted'", id=touched)
    assert at == published_at, "dated when the version came into force"
    await drive(office, process)
    once = "SELECT count(*) FROM case_events WHERE case_id = :id AND kind = 'case_adopted'"
    assert await office.scalar(once, id=touched) == 1
    assert await differences_of(office, process) == []


async def test_pages_may_be_repeated_and_crossed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.db.impact.LIST_PAGE", 7)
    monkeypatch.setattr("adapters.db.impact.ADOPT_PAGE", 4)
    cases = await running(office, 16)
    process = (await propose(office, DRAFT)).id
    await asyncio.gather(*(drive(office, process) for _ in range(3)))
    assert (await state_of(office, process)).listed.cases == len(cases)
    await approve(office, process)
    await asyncio.gather(*(drive(office, process) for _ in range(3)))
    state = await state_of(office, process)
    assert (state.status, state.adopted.cases, state.page) == ("done", len(cases), 5)
    assert await office.scalar("SELECT count(*) FROM case_events WHERE kind = 'case_adopted'") == len(cases)
    assert await differences_of(office, process) == []
    assert await office.differences() == []


async def test_a_draft_that_ends_before_a_clock_is_listed_as_failing(office: Office) -> None:
    await running(office, 3)
    held = bundled_calendar("beijing")
    short = replace(held, version=2, years=held.years - {2026, 2027}, provisional_years=frozenset(), exceptions={
        d: s for d, s in held.exceptions.items() if s.notice not in (2026, 2027) and d.year < 2026
    })  # fmt: skip
    process = await listed(office, read_draft(Subject.CALENDAR, short.to_dict()))
    state = await state_of(office, process)
    assert state.listed.failed > 0
    with pytest.raises(Exception, match="does not reach"):
        await approve(office, process)


async def test_two_versions_in_a_row_are_both_lived_through(office: Office) -> None:
    case = (await office.blow(kind="public_request", rules="beijing/1")).case_id
    other = (await office.blow(kind="public_request", rules="beijing/1")).case_id
    await office.set_now(FRIDAY)
    for version, day in ((2, date(2026, 2, 14)), (3, date(2026, 2, 28))):
        process = await listed(office, without_makeup_day(day, version))
        await approve(office, process)
        await drive(office, process, steps=1)
        await office.do(other, c.Tick(), SYSTEM, "")
        await office.wait(hours=2)
    await office.do(case, c.Tick(), SYSTEM, "")
    adopted = (
        "SELECT body ->> 'calendar' AS calendar, at FROM case_events"
        " WHERE case_id = :id AND kind = 'case_adopted' ORDER BY seq"
    )
    seen = [(row.calendar, row.at) for row in await office.rows(adopted, id=case)]
    assert [calendar for calendar, _ in seen] == ["beijing/2", "beijing/3"]
    assert seen == [(row.calendar, row.at) for row in await office.rows(adopted, id=other)]


async def test_a_rule_pack_is_adopted_only_when_it_was_published(office: Office) -> None:
    case = (await office.blow(kind="public_request", rules="beijing/1")).case_id
    await office.do(case, c.Approve(), LEADER)
    state = await office.record.state(case)
    assert state is not None
    assert state.rules_ref == "beijing/1", "the newer pack that ships is for new cases only"
    draft = read_draft(Subject.RULE_PACK, await asyncio.to_thread(bundled_document, "beijing", 2))
    process = await published(office, draft)
    state = await office.record.state(case)
    assert state is not None
    assert state.rules_ref == "beijing/2"
    assert await office.scalar("SELECT rules FROM cases WHERE id = :id", id=case) == "beijing/2"
    assert await differences_of(office, process) == []
    newer = (await office.blow(kind="public_request", rules="beijing/2")).state
    assert newer.rules_ref == "beijing/2"
    assert set((await counters(office.engine)).values()) == {0}


async def test_a_district_calendar_concerns_its_district_only(office: Office) -> None:
    case = (await office.blow(kind="public_request", rules="beijing/1")).case_id
    own = replace(bundled_calendar("beijing"), name="beijing:110102", version=1)
    process = await listed(office, read_draft(Subject.CALENDAR, own.to_dict()))
    assert (await state_of(office, process)).listed == Counts()
    near = replace(bundled_calendar("beijing"), name="beijing:110101", version=1)
    process = await published(office, read_draft(Subject.CALENDAR, near.to_dict()))
    assert (await state_of(office, process)).adopted.cases == 1
    state = await office.record.state(case)
    assert state is not None
    assert state.calendar == "beijing:110101/1"
    later = await listed(office, DRAFT)
    assert (await state_of(office, later)).listed == Counts(), "the district has its own"
