"""The overdue report against an oracle in Python, on random clocks, as of now and of past instants."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from adapters.calendar_files import bundled_calendar
from adapters.db import business_clock, directory
from adapters.db.engine import create_engine
from adapters.db.history import append_history
from adapters.db.queries.amounts import bucket_of, over_by
from adapters.db.queries.filters import Filter
from adapters.db.queries.overdue import FutureError, Question, overdue
from adapters.db.queries.paging import Slice
from adapters.db.rules_store import RulesStore
from contracts.report_views import Bucket, ClockSet
from domain.actors import SYSTEM, Actor, Role
from domain.authority import Reach
from domain.case import Action, ClockCode, ClockSpec, Facts, Outcome, Party, Rung, TaskRole
from domain.events import (
    CaseIssued,
    CaseRaised,
    ClockEnded,
    ClockPaused,
    ClockStarted,
    RungFired,
    TaskAdded,
    Text,
    Urged,
)
from domain.organisations import line_of

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
WRITER = Actor("dhm.staff", "110101001", frozenset({Role.STREET_STAFF}))
AREAS = ("110101001", "110101002", "110102001", "110102002")
ALL = Reach(everything=True)
CALENDAR = bundled_calendar("beijing")
REF = f"{CALENDAR.name}/{CALENDAR.version}"
LIMITS = ("2 hours work_hours", "30 minutes continuous", "3 days work_days_8h", "5 days work_days_whole", "given")


def a_clock(key, generation, at, dice, party, task):
    due = at + timedelta(minutes=dice.choice((-30, 0, 1, 60, 61, 240, 1440, 4320, 9000)))
    near = at + (due - at) * 0.75 if due > at else due
    rung = Rung("due", due, Action.ESCALATE, ("desk",), 1)
    code = ClockCode(key.partition(":")[0])
    return ClockSpec(
        key, code, party, task, None, generation, at, at, due, near, dice.choice(LIMITS), REF, False, (rung,)
    )  # fmt: skip


def a_life(number, dice):
    area = dice.choice(AREAS)
    org = f"{dice.choice((area, area[:6]))}-{dice.choice(('ZF', 'GA'))}"
    at = NOW - timedelta(minutes=dice.randint(2, 20_000))
    facts = Facts(
        id=str(UUID(int=number)), number=f"T-{number:04d}", kind="public_request", channel="street",
        district=area[:6], area=area, class_code="W01", limit_class="default", raised_by="dhm.staff", raised_at=at,
        rules="beijing/1", parties=(Party(org, TaskRole.LEAD),), duty="named",
    )  # fmt: skip
    log = [
        (CaseRaised(at, facts, False, Text("标题"), Text("d"), Text("p")), WRITER), (CaseIssued(at), WRITER),
        (TaskAdded(at, 1, org, TaskRole.LEAD, ("handle",)), WRITER),
    ]  # fmt: skip
    clocks = []
    for key, party, task in (("claim:1", org, 1), ("handle:1:handle", org, 1), ("check", area, None)):
        begun = at
        for generation in range(1, dice.choice((1, 1, 2)) + 1):
            spec = a_clock(key, generation, begun, dice, party, task)
            log.append((ClockStarted(begun, spec), WRITER))
            clock = SimpleNamespace(spec=spec, ended=None, paused=None, outcome=Outcome.OPEN, fired=[], facts=facts)
            clocks.append(clock)
            end = begun + timedelta(minutes=dice.randint(0, 10_000))
            if end >= NOW or dice.random() < 0.3:
                if end < NOW and dice.random() < 0.5:  # it stands still from then on
                    clock.paused = end
                    log.append((ClockPaused(end, key, generation), WRITER))
                break
            if spec.due < end and spec.due >= begun:
                log.append((RungFired(spec.due, key, generation, "due", Action.ESCALATE, ("desk",), 1), SYSTEM))
                clock.fired.append(spec.due)
            clock.ended, clock.outcome = end, dice.choice((Outcome.MET, Outcome.MET, Outcome.CANCELLED))
            log.append((ClockEnded(end, key, generation, clock.outcome), WRITER))
            begun = end
    log[3:] = sorted(log[3:], key=lambda entry: entry[0].at)
    return log, clocks


@pytest.fixture(scope="module")
async def world(module_city):
    dice = random.Random(11)
    made = [a_life(n, dice) for n in range(1, 121)]
    engine, owner = create_engine(module_city.app, "batch"), create_engine(module_city.owner, "batch")
    async with owner.begin() as conn:
        await business_clock.set_now(conn, NOW)
    async with engine.begin() as conn:
        await append_history(conn, [log for log, _ in made])
    async with engine.connect() as conn:
        units = await directory.load(conn)
    clocks = [clock for _, each in made for clock in each]
    logs = [log for log, _ in made]
    yield SimpleNamespace(engine=engine, units=units, clocks=clocks, rules=RulesStore(engine), logs=logs)
    await engine.dispose()
    await owner.dispose()


def expected(clocks, wanted, at):
    found = []
    for k in clocks:
        here = k.spec.set_at <= at and (k.ended is None or k.ended > at)
        paused = here and k.paused is not None and k.paused <= at
        running = here and not paused
        met = k.outcome is Outcome.MET and k.ended <= at
        fits = {
            ClockSet.OVERDUE_OPEN: running and k.spec.due < at,
            ClockSet.SUSPENDED: paused,
            ClockSet.NEAR_DUE: running and k.spec.due >= at and k.spec.near_at <= at,
            ClockSet.OVERDUE_DONE: met and k.ended > k.spec.due,
            ClockSet.IN_TIME_DONE: met and k.ended <= k.spec.due,
        }
        if fits[wanted]:
            found.append(k)
    return found


def key_of(clock):
    return (clock.facts.id, clock.spec.key, clock.spec.generation)


async def whole(world, question, reach=ALL, size=7):
    rows, cursor = [], None
    async with world.engine.connect() as conn:
        while True:
            asked = replace(question, part=Slice(cursor, size))
            report = await overdue(conn, reach, world.units, world.rules, asked)
            rows += report.items
            cursor = report.next_cursor
            if cursor is None:
                return rows, report


INSTANTS = [None, *(NOW - timedelta(minutes=m) for m in (1, 700, 5000, 12_000, 30_000))]


@pytest.mark.parametrize("wanted", list(ClockSet))
@pytest.mark.parametrize("as_of", INSTANTS, ids=str)
async def test_a_set_holds_what_the_oracle_says_in_order_and_counts_right(world, wanted, as_of):
    rows, report = await whole(world, Question(wanted, as_of, counts=True))
    oracle = expected(world.clocks, wanted, report.as_of)
    assert sorted((r.case_id, r.key, r.generation) for r in rows) == sorted(map(key_of, oracle))
    done = wanted in (ClockSet.OVERDUE_DONE, ClockSet.IN_TIME_DONE)
    places = [r.ended_at if done else r.due for r in rows]
    assert places == sorted(places, reverse=done)
    counts = report.counts
    assert counts.total == len(oracle)
    assert counts.buckets == {b: sum(r.bucket is b for r in rows) for b in Bucket}
    assert {c.code: c.count for c in counts.by_area} == Counter(k.facts.district for k in oracle)
    assert {c.code: c.count for c in counts.by_line} == Counter(line_of(k.spec.party) or "" for k in oracle)


async def test_rows_say_how_much_over_in_the_clocks_own_unit(world):
    rows, report = await whole(world, Question(as_of=NOW - timedelta(minutes=5)))
    by_key = {key_of(k): k for k in world.clocks}
    assert {r.limit for r in rows} == set(LIMITS)
    for row in rows:
        clock = by_key[row.case_id, row.key, row.generation]
        calendar = None if row.limit == "given" else CALENDAR
        assert row.over_by == over_by(row.due, report.as_of, row.limit, calendar)
        assert row.bucket is bucket_of(report.as_of - row.due)
        assert row.alerts == sum(at <= report.as_of for at in clock.fired)
        assert row.ended_at is None
        earlier = [k for k in world.clocks if key_of(k)[:2] == key_of(clock)[:2] and k.spec.generation < row.generation]
        late = [k for k in earlier if k.outcome is not Outcome.CANCELLED and k.spec.due < (k.ended or report.as_of)]
        assert row.repeated == bool(late)
        assert row.last_actor == "dhm.staff"
        assert row.last_actor_name == "赵安平"
    units = {(row.over_by.unit, row.over_by.working) for row in rows}
    assert units == {("minutes", True), ("minutes", False), ("days", True)}


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (Filter(district="110101"), lambda k: k.facts.district == "110101"),
        (Filter(area="110102002"), lambda k: k.facts.area == "110102002"),
        (Filter(line="ZF"), lambda k: line_of(k.spec.party) == "ZF"),
        (Filter(org="110101-ZF"), lambda k: line_of(k.spec.party) == "ZF" and k.spec.party.startswith("110101")),
        (Filter(clock=("check",)), lambda k: k.spec.code is ClockCode.CHECK),
        (Filter(clock=("claim", "handle"), role=("lead",)), lambda k: k.spec.task == 1),
        (Filter(kind=("emergency",)), lambda _: False),
        (Filter(open=True, class_code=("W01",)), lambda _: True),
        (Filter(status=("closed",)), lambda _: False),
        (Filter(state=("ready",)), lambda k: k.spec.task == 1),
        (Filter(words="标题"), lambda _: True),
        (Filter(words="T-0001"), lambda k: k.facts.number == "T-0001"),
    ],
)
async def test_filters_narrow_list_and_counts_alike(world, asked, fits):
    for wanted in (ClockSet.OVERDUE_OPEN, ClockSet.OVERDUE_DONE):
        rows, report = await whole(world, Question(wanted, asked=asked, counts=True), size=50)
        oracle = [k for k in expected(world.clocks, wanted, report.as_of) if fits(k)]
        assert sorted((r.case_id, r.key, r.generation) for r in rows) == sorted(map(key_of, oracle))
        assert report.counts.total == len(oracle)


@pytest.mark.parametrize(
    "reach", [Reach(), Reach(area="110101"), Reach(area="110102001"), Reach(org="110101-ZF"), Reach(org="110102001-GA")]
)
async def test_readers_get_their_part_only(world, reach):
    rows, report = await whole(world, Question(counts=True), reach)
    all_rows, _ = await whole(world, Question())
    lead = {log[0][0].facts.id: log[0][0].facts.parties[0].org for log in world.logs}

    def fits(row):
        if reach.area:
            return row.area.startswith(reach.area) or lead[row.case_id].startswith(reach.area)
        mine = reach.org or "-"
        same = line_of(lead[row.case_id]) == line_of(mine) if reach.org else False
        return same and lead[row.case_id].startswith(mine.partition("-")[0])

    assert [(r.case_id, r.key) for r in rows] == [(r.case_id, r.key) for r in all_rows if fits(r)]
    assert report.counts.total == len(rows)
    if reach.area:
        assert all(len(cut.code) == 9 for cut in report.counts.by_area)


@pytest.mark.parametrize("wanted", [ClockSet.OVERDUE_OPEN, ClockSet.IN_TIME_DONE])
async def test_every_figure_of_a_bucket_opens_its_list(world, wanted):
    _, report = await whole(world, Question(wanted, counts=True), size=50)
    for bucket, count in report.counts.buckets.items():
        rows, narrowed = await whole(world, Question(wanted, bucket=bucket, counts=True))
        assert len(rows) == count
        assert all(row.bucket is bucket for row in rows)
        assert narrowed.counts == report.counts


async def test_the_future_cannot_be_asked(world):
    with pytest.raises(FutureError):
        await whole(world, Question(as_of=NOW + timedelta(days=2)))


async def test_done_at_the_due_instant_is_in_time_and_an_instant_later_is_not(city):
    engine, owner = create_engine(city.app, "batch"), create_engine(city.owner, "batch")
    async with owner.begin() as conn:
        await business_clock.set_now(conn, NOW)
    dice = random.Random(1)
    for number, offset in ((1, 0), (2, 1)):
        log, _ = a_life(number, dice)
        at = log[0][0].at
        spec = replace(a_clock("handle:1:handle", 1, at, dice, "110101-ZF", 1), due=at + timedelta(minutes=1))
        end = spec.due + timedelta(microseconds=offset)
        life = [*log[:3], (ClockStarted(at, spec), WRITER), (ClockEnded(end, spec.key, 1, Outcome.MET), WRITER)]
        async with engine.begin() as conn:
            await append_history(conn, [[*life, (Urged(end, 1), WRITER)]])
    async with engine.connect() as conn:
        units = await directory.load(conn)
        got = {
            wanted: [r.number for r in (await overdue(conn, ALL, units, RulesStore(engine), Question(wanted))).items]
            for wanted in ClockSet
        }
    assert got[ClockSet.IN_TIME_DONE] == ["T-0001"]
    assert got[ClockSet.OVERDUE_DONE] == ["T-0002"]
    await engine.dispose()
    await owner.dispose()
