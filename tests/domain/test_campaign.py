"""Campaigns: who opens them for where, what belongs into one, that no row of a batch is lost; and their report."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.evaluation_files import bundled_scheme
from domain import commands as c
from domain.actors import SYSTEM, Actor
from domain.batches import COLUMNS, MORE, read_batch
from domain.campaign_report import COUNTS, INDICATORS, cells, contributions, counts, figure_of, finished_share, period
from domain.case import Status
from domain.codec import event_name, seal, unseal
from domain.errors import Reason, Refusal
from domain.evaluation.facts import facts_from
from domain.processes.campaign import (
    CAMPAIGN,
    CampaignClosed,
    CampaignEnded,
    CampaignStatus,
    CloseCampaign,
    NoteBatch,
    OpenCampaign,
    RowOutcome,
    StartBatch,
    refuse_unfit,
)  # fmt: skip
from domain.text import Text
from tests.support.cases import (
    AREA,
    CITY_SUPERVISOR,
    DESK,
    DISTRICT,
    LAMP_DISPATCHER,
    LEADER,
    MONDAY,
    OTHER_AREA,
    OTHER_DISTRICT,
    STAFF,
    STRANGER,
    SUPERVISOR,
    WATERMAN,
    Life,
    arrived,
    checked,
    handed_in,
    raised,
    rules,
    rules2,
    small_rules,
)  # fmt: skip

DAY = timedelta(days=1)
OPENING = OpenCampaign(
    "c", "KQDD-2026", DISTRICT, "beijing/2", Text("开墙打洞专项整治"), DESK.org, (DISTRICT,), ("W23",),
    MONDAY, MONDAY + 30 * DAY,
)  # fmt: skip
PLACES = "area,place\n110101001,东华门大街1号\n110101002,景山前街2号\n110101001,南池子大街3号\n"


def batch(rows: str = PLACES, **changes: str) -> StartBatch:
    said = {"kind": "joint_enforcement", "class_code": "W23", "title": "开墙打洞", "description": "排查发现"} | changes
    return StartBatch(
        said["kind"], said["class_code"], Text(said["title"]), Text(said["description"]), Text(rows)
    )  # fmt: skip


class Story:
    """A campaign on a virtual clock."""

    def __init__(self, opening: OpenCampaign = OPENING, opener: Actor = DESK, pack: Any = None) -> None:
        self.rules = pack or rules2()
        self.at, self.log = MONDAY, []  # type: tuple[Any, list[Any]]
        self.state, _, events = CAMPAIGN.advance(None, opening, opener, self.at, self.rules)
        self.log += events

    def do(self, command: Any, actor: Actor = SYSTEM, **later: float) -> tuple[Any, ...]:
        self.at += timedelta(**later)
        self.state, due, events = CAMPAIGN.advance(self.state, command, actor, self.at, self.rules)
        self.log += [*due, *events]
        return (*due, *events)

    def refused(self, command: Any, actor: Actor) -> Reason:
        with pytest.raises(Refusal) as raised_:
            CAMPAIGN.advance(self.state, command, actor, self.at, self.rules)
        return raised_.value.reason

    def owed(self) -> list[str]:
        return [step.key for step in CAMPAIGN.plan(self.state)]

    def fits(self, area: str = AREA, class_code: str = "W23", after: timedelta = timedelta()) -> Reason | None:
        try:
            refuse_unfit(self.state, area, class_code, self.at + after)
        except Refusal as refused:
            return refused.reason
        return None


@pytest.mark.parametrize(
    ("opener", "areas", "reason"),
    [
        (DESK, (DISTRICT,), None),
        (SUPERVISOR, (AREA, OTHER_AREA), None),
        (LEADER, (AREA, "110101001001"), None),
        (CITY_SUPERVISOR, (DISTRICT, OTHER_DISTRICT), None),
        (LEADER, (AREA, OTHER_AREA), Reason.OUTSIDE_OWN_AREA),
        (DESK, (), Reason.OUTSIDE_OWN_AREA),
        (DESK, (OTHER_DISTRICT,), Reason.NOT_ALLOWED),
        (STAFF, (AREA,), Reason.NOT_ALLOWED),
        (WATERMAN, (DISTRICT,), Reason.NOT_ALLOWED),
    ],
)
def test_who_opens_a_campaign_for_where(opener: Actor, areas: tuple[str, ...], reason: Reason | None) -> None:
    districts = {area[:6] for area in areas}
    district = districts.pop() if len(districts) == 1 else None if areas else DISTRICT
    opening = replace(OPENING, owner=opener.org, areas=areas, district=district)
    if reason is None:
        assert Story(opening, opener).state.owner == opener.org
        return
    with pytest.raises(Refusal) as refused:
        Story(opening, opener)
    assert refused.value.reason is reason


def test_an_opening_that_cannot_be() -> None:
    def reason(pack: Any = None, **changes: Any) -> Reason:
        with pytest.raises(Refusal) as refused:
            Story(replace(OPENING, **changes), DESK, pack)
        return refused.value.reason

    assert reason(ends_at=MONDAY) is Reason.PERIOD_NOT_AHEAD
    assert reason(starts_at=MONDAY + 40 * DAY) is Reason.PERIOD_NOT_AHEAD
    assert reason(owner=SUPERVISOR.org) is Reason.NOT_ALLOWED, "nobody opens in another office's name"
    assert reason(rules()) is Reason.CHAPTER_NOT_IN_FORCE, "version 1 knows no campaigns"


def test_what_belongs_into_it() -> None:
    story = Story(replace(OPENING, starts_at=MONDAY + DAY, areas=(AREA,)))
    assert story.fits(after=timedelta()) is Reason.CAMPAIGN_NOT_BEGUN
    assert story.refused(batch(), DESK) is Reason.CAMPAIGN_NOT_BEGUN
    assert story.fits(after=DAY) is None
    assert story.fits(OTHER_AREA, after=DAY) is Reason.OUTSIDE_CAMPAIGN
    assert story.fits(class_code="W21", after=DAY) is Reason.OUTSIDE_CAMPAIGN
    assert story.fits(after=30 * DAY) is None, "the last instant still belongs to it"
    assert story.fits(after=30 * DAY + timedelta(microseconds=1)) is Reason.CAMPAIGN_OVER


def test_only_its_owner_closes_it_and_nothing_is_raised_after() -> None:
    story = Story()
    assert story.refused(CloseCampaign(Text("完成")), SUPERVISOR) is Reason.NOT_ALLOWED
    assert CAMPAIGN.refusal(story.state, CloseCampaign, SUPERVISOR) is Reason.NOT_ALLOWED
    assert CAMPAIGN.refusal(story.state, CloseCampaign, DESK) is None
    (event,) = story.do(CloseCampaign(Text("完成")), DESK, days=3)
    assert isinstance(event, CampaignClosed)
    assert (story.owed(), story.fits()) == ([], Reason.CAMPAIGN_OVER)
    assert story.refused(batch(), STAFF) is Reason.WRONG_STAGE


def test_it_ends_by_itself_with_its_period() -> None:
    story = Story()
    assert story.owed() == ["end"]
    events = story.do(NoteBatch(1, 1, ()), days=31)
    assert [type(e) for e in events] == [CampaignEnded]
    assert (story.state.status, story.state.closed_at) == (CampaignStatus.ENDED, OPENING.ends_at)


def outcomes(story: Story) -> tuple[RowOutcome, ...]:
    running = story.state.running
    assert running is not None
    first = running.pages * running.page
    return tuple(RowOutcome(n, f"case-{n}") for n in range(first + 1, min(first + running.page, running.rows) + 1))


def test_a_batch_is_carried_to_its_end_before_anything_else() -> None:
    story = Story()
    rows = "area,place\n" + "".join(f"{AREA},东华门大街{n}号\n" for n in range(1, 46))
    (event,) = story.do(batch(rows), STAFF, hours=1)
    assert (event.count, event.by, story.owed()) == (45, STAFF.id, ["batch/1/1"])
    assert story.refused(batch(), STAFF) is Reason.BATCH_RUNS
    assert story.refused(CloseCampaign(Text("完成")), DESK) is Reason.BATCH_RUNS
    assert story.refused(NoteBatch(1, 1, outcomes(story)), STAFF) is Reason.NOT_ALLOWED, "only the drive notes"
    page = outcomes(story)
    assert len(story.do(NoteBatch(1, 1, page))) == 1
    assert story.do(NoteBatch(1, 1, page)) == (), "a page is noted once"
    assert story.owed() == ["batch/1/2"]
    assert story.do(NoteBatch(1, 2, outcomes(story)), days=40), "the period is over: the batch still ends first"
    assert (story.owed(), story.state.status) == (["batch/1/3"], CampaignStatus.OPEN)
    story.do(NoteBatch(1, 3, outcomes(story)))
    assert [o.row for o in story.state.batches[0].outcomes] == list(range(1, 46))
    assert isinstance(story.do(NoteBatch(9, 9, ()))[0], CampaignEnded)
    assert dict(CAMPAIGN.facts(story.state) if CAMPAIGN.facts else ())["raised"] == "45"


def test_a_list_that_is_none_is_refused_whole() -> None:
    story = Story()
    for rows in ("", "area,place\n", "area\n110101001\n", f"area,place,colour\n{AREA},东华门,red\n", 'area,place\n"x'):
        assert story.refused(batch(rows), STAFF) is Reason.BAD_BATCH, rows
    long = "area,place\n" + "".join(f"{AREA},{n}号\n" for n in range(201))
    assert story.refused(batch(long), STAFF) is Reason.BATCH_TOO_LONG
    assert story.refused(batch(), WATERMAN) is Reason.NOT_ALLOWED


def test_a_citys_campaign_takes_batches_of_every_district() -> None:
    opening = replace(OPENING, district=None, owner=CITY_SUPERVISOR.org, areas=(DISTRICT, OTHER_DISTRICT))
    story = Story(opening, CITY_SUPERVISOR)
    assert CAMPAIGN.sees(STRANGER, story.state)
    assert CAMPAIGN.refusal(story.state, StartBatch, STRANGER) is None
    assert CAMPAIGN.refusal(story.state, CloseCampaign, STRANGER) is Reason.NOT_ALLOWED
    assert not CAMPAIGN.sees(replace(STRANGER, org="110102001"), Story().state)


def test_every_event_survives_the_log() -> None:
    story = Story()
    story.do(batch(), STAFF, hours=1)
    story.do(NoteBatch(1, 1, (RowOutcome(1, "x"), RowOutcome(2, refused="outside_campaign"), RowOutcome(3, "z"))))
    story.do(CloseCampaign(Text("完成")), DESK)
    story.log.append(CampaignEnded(story.at))
    assert {event_name(type(e)) for e in story.log} == {event_name(e) for e in CAMPAIGN.events}
    names = {event_name(e): e for e in CAMPAIGN.events}
    for event in story.log:
        body, texts = seal(event, lambda words: f"sealed:{len(words)}")
        words = {name: Text(said) for name, said, _ in texts}
        assert replace(unseal(event_name(type(event)), body, names), **words) == event
    assert CAMPAIGN.fold(story.log[:-1]) == story.state


CELLS = st.text('东西1，, "\n', max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=12), st.permutations([*COLUMNS, *MORE]))
def test_every_row_of_a_list_is_accounted_for(table: list[list[str]], heading: list[str]) -> None:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows(table)
    read = read_batch(out.getvalue())
    filled = [row for row in table if any(cell.strip() for cell in row)]
    assert [row.no for row in read.rows] == list(range(1, len(filled) + 1))
    for row, cells_ in zip(read.rows, filled, strict=True):
        named = dict(zip(heading, (cell.strip() for cell in cells_), strict=False))
        assert dict(row.cells) == {name: cell for name, cell in named.items() if cell}
        earlier = [other.no for other in read.rows[: row.no - 1] if other.cells == row.cells]
        assert row.twice == (earlier[0] if earlier else 0)


def lives() -> list[Life]:
    """One case closed in time, one sent back and closed late, one overdue, one taken back, one not approved yet."""
    done, slow, late, gone, new = (raised() for _ in range(5))
    checked(handed_in(done))
    handed_in(slow)
    slow.do(c.CheckFail(Text("不合格")), STAFF)
    slow.wait(hours=9).do(c.Submit(1, Text("再办")), WATERMAN)
    checked(slow)
    arrived(late).wait(days=2)
    gone.do(c.Withdraw(Text("误报")), STAFF)
    from domain.rulepack import Approval

    new = raised(small_rules(approval=Approval.BEFORE, clocks={}))
    return [done, slow, late, gone, new]


def test_the_report_counts_each_case_once_and_is_the_evaluations_own() -> None:
    now = MONDAY + 2 * DAY
    facts = [replace(facts_from(life.log), id=str(n)) for n, life in enumerate(lives())]
    parts = cells(facts)
    assert [(p.area, p.department, len(p.cases)) for p in parts] == [(AREA, "", 2), (AREA, "110101-WATER", 3)]
    counted = counts(facts, now)
    assert set(counted) == set(COUNTS)
    assert {name: ids for name, ids in counted.items() if ids} == {
        "raised": ("0", "1", "2", "3", "4"), "closed": ("0", "1"), "in_action": ("2",), "withdrawn": ("3",),
        "pending_approval": ("4",), "overdue": ("2",), "reworked": ("1",),
    }  # fmt: skip
    assert sum(len(counted[s.value]) for s in Status) == len(counted["raised"])
    assert finished_share(counted) == Fraction(2, 4)
    assert finished_share(counts([], now)) is None
    window, scheme = period("KQDD", MONDAY, MONDAY + 30 * DAY, now), bundled_scheme()
    figures = {code: figure_of(scheme, code, contributions(scheme, code, window, now, facts)) for code in INDICATORS}
    assert (figures["closing"].base, figures["closing"].score) == (3, 2)
    assert (figures["closing_in_time"].base, figures["closing_in_time"].score) == (3, 1)
    assert (figures["rework"].base, figures["rework"].score) == (2, 1)
    whole = contributions(scheme, "closing", window, now, facts)
    apart = [each for part in parts for each in contributions(scheme, "closing", window, now, part.cases)]
    assert sorted(apart, key=lambda e: e.case) == sorted(whole, key=lambda e: e.case)
    with pytest.raises(LookupError):
        contributions(scheme, "nothing", window, now, facts)


def test_a_department_may_not_open_beyond_its_district() -> None:
    opening = replace(OPENING, owner=LAMP_DISPATCHER.org)
    with pytest.raises(Refusal) as refused:
        Story(opening, LAMP_DISPATCHER)
    assert refused.value.reason is Reason.NOT_ALLOWED
