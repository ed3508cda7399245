"""Whom an event concerns: the right office, role or person, and nobody twice."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.actors import Role
from domain.case import Action, Party, TaskRole
from domain.events import RungFired, Text
from domain.evolve import evolve
from domain.notices import SYMBOLS, Notice, notices
from tests.support.cases import (
    AREA,
    ASSIST,
    CITY,
    COMMUNITY,
    DISTRICT,
    INFORM,
    LAMPMAN,
    LAMPS,
    LEAD,
    LEADER,
    NEIGHBOUR,
    POLICE,
    STAFF,
    STAFF2,
    WATER,
    WATER_DISPATCHER,
    WATERMAN,
    Life,
    arrived,
    handed_in,
    raise_command,
    raised,
    rules,
    small_rules,
)  # fmt: skip

WHY = Text("why")


def told(life, since=0):
    """Every notice of the log from an event on, with the state as it was after each."""
    state, found = None, []
    for position, event in enumerate(life.log):
        state = evolve(state, event)
        if position >= since:
            found += notices(event, state)
    return found


def told_by(life, command, actor):
    since = len(life.log)
    life.do(command, actor)
    return told(life, since)


def test_a_raise_that_waits_tells_the_leader_only():
    assert told(raised(rules(), kind="public_request")) == [Notice("approval_wanted", AREA, Role.STREET_LEADER)]


def test_an_approval_tells_the_raiser_and_calls_the_departments():
    life = raised(rules(), LEAD, ASSIST, INFORM, kind="public_request")
    assert told_by(life, c.Approve(), LEADER) == [
        Notice("approved", AREA, user="staff"),
        Notice("called", WATER, task=1), Notice("called", LAMPS, task=2), Notice("called", POLICE, task=3),
    ]  # fmt: skip


def test_a_refusal_tells_the_raiser():
    life = raised(rules(), kind="public_request")
    assert told_by(life, c.Refuse(WHY), LEADER) == [Notice("refused", AREA, user="staff")]


def test_an_emergency_calls_at_once_and_wants_approval():
    assert [n.code for n in told(raised(rules(), kind="emergency"))] == ["approval_wanted", "called"]


HOLDER = Notice("x", WATER, user="waterman", task=1)
DISPATCHER = Notice("x", WATER, Role.DEPT_DISPATCHER, task=1)


def coded(code, *to):
    return [Notice(code, n.org, n.role, n.user, n.task) for n in to]


def claimed():
    life = raised(small_rules(), LEAD, ASSIST)
    life.do(c.Claim(1), WATERMAN)
    return life


@pytest.mark.parametrize(
    ("life", "command", "actor", "expected"),
    [
        (raised, c.Claim(1), WATERMAN, coded("claimed", HOLDER)),
        (raised, c.Assign(1, "waterman", WATER), WATER_DISPATCHER, coded("claimed", HOLDER)),
        (claimed, c.Unclaim(1, WHY), WATERMAN, coded("task_returned", DISPATCHER)),
        (claimed, c.ReportIn(1), WATERMAN, [Notice("reported_in", AREA, task=1)]),
        (claimed, c.StageReport(1, WHY), WATERMAN, [Notice("stage_reported", AREA, task=1)]),
        (claimed, c.Urge(1), STAFF, coded("urged", HOLDER, DISPATCHER)),
        (raised, c.Urge(1), STAFF, coded("urged", DISPATCHER)),
        (claimed, c.Release(2, WHY), STAFF, [Notice("released", LAMPS, Role.DEPT_DISPATCHER, task=2)]),
        (lambda: arrived(raised()), c.Submit(1, WHY), WATERMAN, [Notice("check_wanted", AREA)]),
        (lambda: handed_in(raised()), c.CheckFail(WHY), STAFF2, coded("sent_back", HOLDER, DISPATCHER)),
        (lambda: handed_in(raised()), c.CheckPass(), STAFF2, [Notice("closed", WATER, task=1)]),
        (claimed, c.Withdraw(WHY), STAFF, [Notice("withdrawn", WATER, task=1), Notice("withdrawn", LAMPS, task=2)]),
    ],
)  # fmt: skip
def test_who_is_told_of_what_people_do(life, command, actor, expected):
    assert told_by(life(), command, actor) == expected


def test_an_informed_department_hears_of_the_end_only_if_it_took_note():
    life = raised(small_rules(), LEAD, INFORM)
    assert [n.org for n in told_by(life, c.Withdraw(WHY), STAFF)] == [WATER]


def rung_notices(to, party=LEAD, claimed_by=None, kind="work", clock="claim"):
    life = raised(small_rules(), LEAD, party) if party is not LEAD else raised(small_rules())
    no = len(life.state.tasks)
    if claimed_by:
        life.do(c.Claim(no), claimed_by)
    event = RungFired(life.now + timedelta(1), f"{clock}:{no}", 1, "r", Action.ESCALATE, to, 1)
    return notices(event, evolve(life.state, event))


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("holder", (WATER, Role.DEPT_DISPATCHER)),
        ("dispatcher", (WATER, Role.DEPT_DISPATCHER)),
        ("department_leader", (WATER, Role.DEPT_LEADER)),
        ("raiser", (AREA, None)),
        ("street_leader", (AREA, Role.STREET_LEADER)),
        ("desk", (f"{DISTRICT}-DESK", Role.DISTRICT_DESK)),
        ("supervisor", (f"{DISTRICT}-SUP", Role.DISTRICT_SUPERVISOR)),
        ("district_leader", (f"{DISTRICT}-GOV", None)),
        ("hotline", ("110000-HOTLINE", None)),
        ("lead", (WATER, Role.DEPT_DISPATCHER)),
        ("call_back_staff", ("110000-HOTLINE", Role.HOTLINE_CALLBACK)),
        ("clerks", (f"{DISTRICT}-DESK", Role.ACCEPTANCE_CLERK)),
        ("grid", (AREA, Role.GRID_MEMBER)),
        ("city_supervisor", (f"{CITY}-SUP", Role.CITY_SUPERVISOR)),
    ],
)
def test_every_symbol_of_a_ladder_reaches_its_office(symbol, expected):
    assert [(n.org, n.role) for n in rung_notices((symbol,))] == [expected]
    assert symbol in SYMBOLS


def test_the_party_of_a_clock_is_told_through_its_heads():
    assert [(n.org, n.role) for n in rung_notices(("party",))] == [
        (WATER, Role.DEPT_DISPATCHER), (WATER, Role.DEPT_LEADER),
    ]  # fmt: skip
    assert [(n.org, n.role) for n in rung_notices(("party",), Party(COMMUNITY, TaskRole.ASSIST))] == [
        (AREA, Role.STREET_LEADER), (COMMUNITY, None),
    ]  # fmt: skip


def test_all_symbols_are_tried():
    assert len(SYMBOLS) == 15


def test_the_holder_is_addressed_in_person():
    (notice,) = rung_notices(("holder",), claimed_by=WATERMAN)
    assert (notice.org, notice.role, notice.user) == (WATER, None, "waterman")


def test_the_head_of_a_branch_is_the_leader_of_its_department():
    (notice,) = rung_notices(("department_leader",), Party(POLICE, TaskRole.ASSIST))
    assert (notice.org, notice.role) == (f"{DISTRICT}-GA", Role.DEPT_LEADER)


def test_a_unit_of_the_city_answers_for_itself():
    (notice,) = rung_notices(("department_leader",), Party("110000-GAS", TaskRole.ASSIST))
    assert notice.org == "110000-GAS"


def test_a_community_has_no_dispatcher_and_answers_to_its_sub_district():
    party = Party(COMMUNITY, TaskRole.ASSIST)
    assert [(n.org, n.role) for n in rung_notices(("dispatcher", "department_leader"), party)] == [
        (COMMUNITY, None), (AREA, Role.STREET_LEADER),
    ]  # fmt: skip
    assert [n.user for n in rung_notices(("holder",), party, NEIGHBOUR)] == ["neighbour"]


def test_nobody_is_told_the_same_twice():
    assert len(rung_notices(("holder", "dispatcher", "dispatcher"))) == 1


def test_departments_fall_away_on_clocks_that_no_department_owes():
    life = Life(rules())
    life.do(raise_command(), STAFF)
    event = RungFired(life.now, "approval", 1, "r", Action.ESCALATE, ("holder", "dispatcher", "street_leader"), 1)
    assert [n.role for n in notices(event, life.state)] == [Role.STREET_LEADER]


def test_the_code_of_a_rung_names_its_action():
    life = raised().wait(days=1)
    life.tick()
    assert {n.code for n in told(life) if n.code.startswith("rung:")} == {
        "rung:remind", "rung:no_show", "rung:escalate", "rung:supervise",
    }  # fmt: skip


def test_every_rung_of_the_shipped_ladders_reaches_somebody():
    life = raised(rules(), LEAD, ASSIST, kind="emergency")
    arrived(life, 2, LAMPMAN)
    life.wait(days=60).tick()
    state = None
    for event in life.log:
        state = evolve(state, event)
        if isinstance(event, RungFired):
            assert notices(event, state), event
