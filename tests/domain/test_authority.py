"""Who may do what, and who sees what: tables written from domain.md 5.2-5.5 and design 6 (6, 8), not from the code."""

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from domain import commands as c
from domain.actors import Actor, Role
from domain.authority import GRANTS, Reach, covers, granted, sees, visible
from domain.case import Party, TaskRole
from domain.chapters import orders as o
from domain.chapters.adoption import Adopt
from domain.commands import Command
from tests.support.cases import OTHER_AREA, Life, names, person, raise_command, raised, rules, small_rules

# A case raised by the sub-district 110101001; task 1 is the department's, task 2 the branch office's.
AREA, DISTRICT = "110101001", "110101"
DEPARTMENT, BRANCH = "110101-CG", "110101001-GA"
PLACES = {
    "street": AREA,
    "community": "110101001001",
    "other street": OTHER_AREA,
    "far street": "110102001",
    "department": DEPARTMENT,
    "branch": BRANCH,
    "above branch": "110101-GA",
    "sister branch": "110101002-GA",
    "other department": "110101-YL",
    "far department": "110102-CG",
    "desk": "110101-DESK",
    "far desk": "110102-DESK",
    "supervision": "110101-SUP",
    "far supervision": "110102-SUP",
    "government": "110101-GOV",
    "district hotline": "110101-HOTLINE",
    "city supervision": "110000-SUP",
    "city hotline": "110000-HOTLINE",
    "nowhere": "",
}
CALLED = {None: (), 1: ("department",), 2: ("branch", "above branch")}
"""Who acts for the task's department: the office itself, or the department above the branch (条)."""
DISTRICT_PLACES = (
    "desk", "supervision", "government", "district hotline", "department", "above branch", "other department",
)  # fmt: skip
RAISER_PLACES = ("street", "community")

STREET = "street_staff street_duty_officer street_leader"
WORKERS = "dept_worker utility_worker community_worker dept_dispatcher"
MAY = {
    # command: [(who stands where, roles)]
    c.Raise: [
        ("raiser", STREET + " grid_member"), ("district", "district_desk hotline_agent"), ("city", "hotline_agent"),
    ],
    c.Approve: [("raiser", "street_leader")],
    c.Refuse: [("raiser", "street_leader")],
    c.Claim: [("called", WORKERS)],
    c.Unclaim: [("holder", WORKERS), ("called", "dept_dispatcher")],
    c.Assign: [("called", "dept_dispatcher dept_leader")],
    c.ReportIn: [("holder", WORKERS), ("called", "dept_dispatcher")],
    c.StageReport: [("holder", WORKERS), ("called", "dept_dispatcher")],
    c.Submit: [("holder", WORKERS), ("called", "dept_dispatcher")],
    c.CheckPass: [("raiser", STREET)],
    c.CheckFail: [("raiser", STREET)],
    c.AddDepartment: [("raiser", STREET), ("district", "district_desk")],
    c.Urge: [
        ("raiser", STREET), ("district", "district_desk district_supervisor"), ("city", "city_supervisor"),
    ],
    c.Release: [("raiser", STREET)],
    c.Withdraw: [("raiser", STREET)],
    o.IssueOrder: [
        ("raiser", "street_leader"), ("district", "district_supervisor"), ("city", "city_supervisor"),
    ],
    o.AnswerOrder: [
        ("called", "dept_dispatcher dept_leader community_worker"), ("raiser", STREET), ("district", "district_desk"),
    ],
    o.LiftOrder: [
        ("raiser", "street_leader"), ("district", "district_supervisor"), ("city", "city_supervisor"),
    ],
    o.AppealOrder: [
        ("called", "dept_dispatcher dept_leader community_worker"), ("raiser", "street_leader"),
        ("district", "district_desk"),
    ],
    o.RuleAppeal: [("district", "district_supervisor"), ("city", "city_supervisor")],
    o.Instruct: [
        ("raiser", "street_leader"), ("district", "district_supervisor"), ("city", "city_supervisor"),
        ("leads", "dept_leader"),
    ],
    c.Tick: [("engine", "system")],
    c.MarkCalled: [("engine", "system")],
    c.WindUp: [("engine", "system")],
    Adopt: [("engine", "system")],
}  # fmt: skip


def stands(where, place, task, holds):
    return {
        "raiser": place in RAISER_PLACES,
        "called": place in CALLED[task],
        "holder": holds and place in CALLED[task],
        "district": place in DISTRICT_PLACES,
        "city": place.startswith("city"),
        "leads": place == "government",
        "engine": place == "nowhere",
    }[where]


def case():
    return raised(
        small_rules(), Party(DEPARTMENT, TaskRole.LEAD), Party(BRANCH, TaskRole.ASSIST), id="c"
    ).state


def cells():
    for command, place, role in product(MAY, PLACES, Role):
        if (role is Role.SYSTEM) is not (place == "nowhere"):
            continue  # the engine's role is held by no person, and every person acts for an organisation
        for task, holds in ((None, False), (1, False), (1, True), (2, False), (2, True)):
            yield command, place, role, task, holds


def test_the_table_holds_for_every_role_command_and_relation():
    state, wrong, count = case(), [], 0
    for command, place, role, no, holds in cells():
        count += 1
        actor = Actor("me", PLACES[place], frozenset({role}))
        task = state.task(no) if no else None
        if task is not None:
            task = replace(task, holder="me" if holds else "somebody")
        expected = any(role.value in roles.split() and stands(where, place, no, holds) for where, roles in MAY[command])
        if granted(actor, command, AREA, DISTRICT, task) is not expected:
            wrong.append((command.__name__, role.value, place, no, "holds" if holds else "", f"expected {expected}"))
    assert wrong == []
    assert count > 20_000


def test_every_command_stands_in_both_tables():
    assert set(MAY) == set(get_args(Command)) == set(GRANTS)


def test_somebody_without_an_organisation_may_nothing():
    for role, command in product(set(Role) - {Role.SYSTEM}, MAY):
        assert not granted(Actor("x", "", frozenset({role})), command, AREA, DISTRICT, None)


def test_an_auxiliary_and_an_auditor_act_nowhere():
    for roles in MAY.values():
        named = {role for _, text in roles for role in text.split()}
        assert not named & {"auxiliary", "auditor", "operator", "hotline_callback"}


def test_several_roles_add_up():
    both = person("x", AREA, Role.AUXILIARY, Role.STREET_STAFF)
    assert granted(both, c.CheckPass, AREA, DISTRICT, None)


@pytest.mark.parametrize(
    ("actor_org", "task_org", "expected"),
    [
        ("110101-GA", "110101-GA", True), ("110101-GA", "110101001-GA", True), ("110101001-GA", "110101-GA", False),
        ("110101-GA", "110102001-GA", False), ("110101-GA", "110101001-SC", False),
        ("110101001", "110101001001", False), ("110101001001", "110101001001", True),
        ("110101001", "110101001-GA", False), ("", "110101-GA", False),
        ("", "", False),
    ],
)  # fmt: skip
def test_who_acts_for_whose_task(actor_org, task_org, expected):
    assert covers(actor_org, task_org) is expected


# -- what people see -------------------------------------------------------------------------------------------------


def _raised_in(area, *orgs):
    parties = [Party(org, TaskRole.LEAD if n == 0 else TaskRole.ASSIST) for n, org in enumerate(orgs)]
    life = Life(rules())
    life.do(raise_command("emergency", *parties, area=area), person("x", area, Role.STREET_STAFF))
    return life.state


CASES = {
    "here": _raised_in(AREA, DEPARTMENT, BRANCH),
    "next door": _raised_in(OTHER_AREA, DEPARTMENT),
    "next door, our branch": _raised_in(OTHER_AREA, "110101-YL", BRANCH),
    "next door, our community": _raised_in(OTHER_AREA, "110101-YL", "110101001001"),
    "far": _raised_in("110102001", "110102-CG"),
    "far, our department": _raised_in("110102001", "110102-CG", DEPARTMENT),
}
ALL = set(CASES)
LOCAL = {"here", "next door, our branch", "next door, our community"}
OF_DISTRICT = ALL - {"far"}
SEES = [
    # roles, place, cases
    (STREET + " grid_member auxiliary", "street", LOCAL),
    ("grid_member", "community", LOCAL),
    (STREET, "other street", {"next door", "next door, our branch", "next door, our community"}),
    (STREET, "far street", {"far", "far, our department"}),
    ("community_worker", "community", {"next door, our community"}),
    ("dept_worker dept_dispatcher dept_leader", "department", {"here", "next door", "far, our department"}),
    ("dept_worker dept_dispatcher auxiliary", "branch", {"here", "next door, our branch"}),
    ("dept_worker dept_leader", "above branch", {"here", "next door, our branch"}),
    ("dept_worker", "sister branch", set()),
    ("dept_worker utility_worker", "far department", {"far", "far, our department"}),
    ("dept_worker utility_worker", "other department", {"next door, our branch", "next door, our community"}),
    ("district_desk", "desk", OF_DISTRICT),
    ("district_supervisor", "supervision", OF_DISTRICT),
    ("dept_leader", "government", OF_DISTRICT),
    ("hotline_agent hotline_callback", "district hotline", OF_DISTRICT),
    ("district_desk", "far desk", {"far", "far, our department"}),
    ("district_supervisor", "far supervision", {"far", "far, our department"}),
    ("city_supervisor auditor", "city supervision", ALL),
    ("hotline_agent hotline_callback", "city hotline", ALL),
    ("operator", "city supervision", ALL),
    ("system", "nowhere", ALL),
    ("street_staff dept_worker district_desk grid_member", "nowhere", set()),
]


@pytest.mark.parametrize(("roles", "place", "expected"), SEES, ids=lambda v: v if isinstance(v, str) else "")
def test_who_sees_which_case(roles, place, expected):
    for role in roles.split():
        reach = visible(Actor("x", PLACES[place], frozenset({Role(role)})))
        assert {name for name, state in CASES.items() if sees(reach, state)} == expected, role


def test_every_role_stands_in_the_table_of_sight():
    assert {role for roles, _, _ in SEES for role in roles.split()} == set(Role)


def test_nobody_acts_on_a_case_they_cannot_see():
    for command, place, role, no, holds in cells():
        if command is c.Raise:
            continue
        actor = Actor("me", PLACES[place], frozenset({role}))
        for state in CASES.values():
            task = state.task(no) if no else None
            if no and task is None:
                continue
            if task is not None:
                task = replace(task, holder="me" if holds else "somebody")
            if granted(actor, command, state.facts.area, state.facts.district, task):
                assert sees(visible(actor), state), (command, role, place)


def test_an_empty_reach_shows_nothing():
    assert not any(sees(Reach(), state) for state in CASES.values())


def test_the_cases_of_this_table_were_issued():
    assert names([*raised(small_rules()).log])[1] == "CaseIssued"
