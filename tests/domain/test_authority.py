"""Who may do what, and who sees what: tables written from domain.md 5.2-5.5 and design 6 (6, 8), not from the code."""

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from domain import commands as c
from domain.actors import Actor, Role
from domain.authority import GRANTS, Reach, allowed, covers, granted, sees, visible
from domain.case import Direction, Party, TaskRole
from domain.chapters import extension as x
from domain.chapters import meeting as mt
from domain.chapters import milestones as m
from domain.chapters import orders as o
from domain.chapters import rating as ra
from domain.chapters import reopening as r
from domain.chapters import suspension as p
from domain.chapters import upward as u
from domain.chapters import volunteers as v
from domain.chapters.adoption import Adopt
from domain.chapters.call_back import CallBack
from domain.chapters.channel import Acknowledge, Confer
from domain.chapters.coordination import DeclineInvitation, HandOver, ReplaceDepartment
from domain.chapters.grid import CancelFiling, Dispatch, FileCase, PostCheck, PreCheck
from domain.chapters.linking import DropLink, FollowMain, LinkCase, NoteFollowed, TakeLink, UnlinkCase
from domain.chapters.objection import Object, RuleObjection
from domain.chapters.reports import AnswerReport, AnswerReports, LinkReport, UnlinkReport
from domain.commands import Command
from domain.errors import Reason, Refusal
from domain.events import Text
from tests.support.cases import OTHER_AREA, Life, names, person, raise_command, raised, rules, small_rules

# A case raised by the sub-district 110101001; task 1 is the department's, task 2 the branch office's.
AREA = "110101001"
WHY = Text("why")
DEPARTMENT, BRANCH = "110101-CG", "110101001-GA"
PLACES = {
    "street": AREA,
    "community": "110101001001",
    "station": "110101001001-STN",
    "building": "110101001-BLD",
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
HEADS = "dept_dispatcher dept_leader"
WORKERS = "dept_worker utility_worker community_worker dept_dispatcher"
HANDLING = [("holder", WORKERS), ("called", "dept_dispatcher")]
CLERKS = "acceptance_clerk district_desk"
HOTLINE = [("district", "hotline_agent"), ("city", "hotline_agent")]
TAKERS = [
    ("raiser", STREET + " grid_member"), ("station", "community_worker"), ("district", "district_desk"), *HOTLINE,
]  # fmt: skip
LINKERS = [("raiser", STREET), ("district", "district_desk"), *HOTLINE]
CONVENERS = [("raiser", STREET), ("district", "district_desk"), ("city", "city_supervisor")]
MAY = {
    # command: [(who stands where, roles)]
    c.Raise: [
        ("raiser", STREET + " grid_member"), ("station", "community_worker"),
        ("district", "acceptance_clerk district_desk hotline_agent"), ("city", "hotline_agent"),
    ],
    c.RaiseTopic: [("district", "district_supervisor"), ("city", "city_supervisor")],
    c.Approve: [("raiser", "street_leader")],
    c.Refuse: [("raiser", "street_leader")],
    c.Claim: [("called", WORKERS)],
    c.Unclaim: HANDLING,
    c.Assign: [("called", "dept_dispatcher dept_leader")],
    c.ReportIn: HANDLING,
    c.StageReport: [("holder", WORKERS), ("called", "dept_dispatcher auxiliary")],
    c.Submit: HANDLING,
    c.CheckPass: [("raiser", STREET), ("district", CLERKS)],
    c.CheckFail: [("raiser", STREET), ("district", CLERKS)],
    c.AddDepartment: [("raiser", STREET), ("district", "district_desk")],
    c.Urge: [
        ("raiser", STREET), ("district", "district_desk district_supervisor"), ("city", "city_supervisor"),
    ],
    c.Release: [("raiser", STREET)],
    c.Withdraw: [("raiser", STREET), *HOTLINE],
    x.AskExtension: [("holder", WORKERS), ("called", HEADS)],
    x.ForwardExtension: [("called", HEADS)],
    x.GrantExtension: [("district", "district_desk")],
    x.RefuseExtension: [("called", HEADS), ("district", "district_desk")],
    p.AskSuspension: [("raiser", STREET), ("holder", WORKERS), ("called", HEADS)],
    p.GrantSuspension: [("district", "district_desk")],
    p.RefuseSuspension: [("district", "district_desk")],
    p.Resume: [("district", "district_desk"), ("raiser", STREET), ("holder", WORKERS), ("called", HEADS)],
    u.ReportUpward: [
        ("raiser", STREET), ("holder", WORKERS), ("called", HEADS), ("district", "district_desk"),
        ("government", "dept_leader"),
    ],
    u.AskHelp: [("raiser", STREET), ("holder", WORKERS), ("called", HEADS), ("district", "district_desk")],
    u.AnswerHelp: [("called", WORKERS + " dept_leader district_supervisor city_supervisor")],
    m.SetMilestone: [("raiser", STREET), ("district", "district_desk")],
    m.ReachMilestone: [("holder", WORKERS), ("called", "dept_dispatcher")],
    r.Reopen: [
        ("raiser", STREET), ("district", "district_desk"), ("district", "district_supervisor"),
        ("city", "city_supervisor"),
    ],
    ReplaceDepartment: [("raiser", STREET), ("district", "district_desk")],
    DeclineInvitation: [("called", WORKERS + " dept_leader")],
    HandOver: [("raiser", STREET), ("district", "district_desk")],
    Object: [("holder", WORKERS), ("called", "dept_dispatcher dept_leader")],
    RuleObjection: [("district", "district_desk")],
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
    v.OfferHelp: [("raiser", STREET), ("called", "community_worker")],
    v.TakeOffer: [("raiser", "volunteer auxiliary"), ("called", "auxiliary")],
    v.LeaveOffer: [("raiser", "volunteer auxiliary"), ("called", "auxiliary")],
    v.CallHelper: [("district", "district_desk")],
    v.CloseOffer: [("raiser", STREET), ("called", "community_worker"), ("district", "district_desk")],
    v.RecordHours: [("raiser", STREET), ("called", "community_worker")],
    v.Persuade: [("raiser", "volunteer auxiliary"), ("called", "auxiliary")],
    ra.RateDepartment: [("raiser", STREET)],
    ra.RateRaiser: [("called", "dept_dispatcher dept_leader community_worker")],
    ra.RecordVoice: [("raiser", STREET)],
    ra.AdvisePersonnel: [("raiser", "street_leader")],
    mt.CallMeeting: CONVENERS,
    mt.HoldMeeting: CONVENERS,
    mt.CancelMeeting: CONVENERS,
    mt.DecideTask: CONVENERS,
    mt.PublishMeeting: CONVENERS,
    c.Tick: [("engine", "system")],
    c.MarkCalled: [("engine", "system")],
    c.WindUp: [("engine", "system")],
    Adopt: [("engine", "system")],
    Confer: HANDLING,
    Acknowledge: [("called", WORKERS + " dept_leader")],
    PreCheck: [("raiser", "grid_member")],
    FileCase: [("district", CLERKS)],
    CancelFiling: [("district", CLERKS)],
    Dispatch: [("district", "district_desk"), ("raiser", "street_duty_officer street_leader")],
    PostCheck: [("raiser", "grid_member")],
    CallBack: [("district", "hotline_callback"), ("city", "hotline_callback")],
    LinkReport: TAKERS,
    AnswerReport: TAKERS,
    UnlinkReport: LINKERS,
    AnswerReports: [("engine", "system")],
    LinkCase: LINKERS,
    UnlinkCase: LINKERS,
    TakeLink: LINKERS,
    DropLink: LINKERS,
    FollowMain: [("engine", "system")],
    NoteFollowed: [("engine", "system")],
}  # fmt: skip


def stands(where, place, task, holds):
    return {
        "raiser": place in RAISER_PLACES,
        "called": place in CALLED[task],
        "holder": holds and place in CALLED[task],
        "district": place in DISTRICT_PLACES,
        "government": place == "government",
        "city": place.startswith("city"),
        "leads": place == "government",
        "engine": place == "nowhere",
        "station": place in ("station", "building"),
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
        if granted(actor, command, state.facts, task) is not expected:
            wrong.append((command.__name__, role.value, place, no, "holds" if holds else "", f"expected {expected}"))
    assert wrong == []
    assert count > 20_000


def test_every_command_stands_in_both_tables():
    assert set(MAY) == set(get_args(Command)) == set(GRANTS)


def test_somebody_without_an_organisation_may_nothing():
    for role, command in product(set(Role) - {Role.SYSTEM}, MAY):
        assert not granted(Actor("x", "", frozenset({role})), command, case().facts, None)


HELPING = {v.TakeOffer, v.LeaveOffer, v.Persuade}


def test_auxiliaries_and_volunteers_only_tell_help_and_persuade_and_an_auditor_acts_nowhere():
    for command, roles in MAY.items():
        named = {role for _, text in roles for role in text.split()}
        assert not named & {"auditor", "operator"}
        assert "auxiliary" not in named or command in {c.StageReport, *HELPING}
        assert "volunteer" not in named or command in HELPING


def test_an_auxiliary_is_told_that_enforcing_takes_a_certified_worker():
    state = case()
    helper = person("x", BRANCH, Role.AUXILIARY)
    for command in (c.ReportIn(2), c.Submit(2, WHY), c.Unclaim(2, WHY)):
        with pytest.raises(Refusal) as refused:
            allowed(helper, command, state, state.task(2))
        assert refused.value.reason is Reason.AUXILIARY_MAY_NOT_ENFORCE
    allowed(helper, c.StageReport(2, WHY), state, state.task(2))


def test_several_roles_add_up():
    both = person("x", AREA, Role.AUXILIARY, Role.STREET_STAFF)
    assert granted(both, c.CheckPass, case().facts, None)


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


# -- other raisers, other holders ------------------------------------------------------------------------------------

FACTS = case().facts
OF_RAISER = [command for command, who in MAY.items() if any(where == "raiser" for where, _ in who)]


def may(place, role, command, facts, task=None):
    return granted(Actor("me", PLACES.get(place, place), frozenset({Role(role)})), command, facts, task)


@pytest.mark.parametrize("command", OF_RAISER)
def test_a_department_that_raised_acts_through_its_heads(command):
    facts = replace(FACTS, raiser=BRANCH, direction=Direction.DEPT_TO_DEPT)
    posts = {role for where, roles in MAY[command] for role in roles.split() if where == "raiser"}
    expected = {
        "dept_leader": "street_leader" in posts, "dept_worker": False,
        "dept_dispatcher": not posts.isdisjoint({"street_staff", "street_duty_officer"}),
    }  # fmt: skip
    for place in ("branch", "above branch"):
        assert {role: may(place, role, command, facts) for role in expected} == expected
    for place in ("sister branch", "other department", "far department"):
        assert not any(may(place, role, command, facts) for role in expected)
    assert not any(may("street", role, command, facts) for role in STREET.split())


def test_only_the_district_approves_what_a_department_asks_of_a_sub_district():
    facts = replace(FACTS, raiser=DEPARTMENT, direction=Direction.DEPT_TO_STREET)
    for command in (c.Approve, c.Refuse):
        assert may("desk", "district_desk", command, facts)
        assert not may("far desk", "district_desk", command, facts)
        assert not may("department", "dept_leader", command, facts)
        assert not may("street", "street_leader", command, facts)
        assert not may("desk", "district_desk", command, FACTS)


def test_a_joint_sub_district_urges_and_calls_but_the_raiser_checks():
    facts = replace(FACTS, joint_areas=("110102001",))
    mine = {command for command in MAY if may("far street", "street_leader", command, facts)}
    assert mine == {c.AddDepartment, c.Urge}
    assert {command for command in MAY if may("far desk", "district_desk", command, facts)} == mine
    assert not any(may("other street", "street_leader", command, facts) for command in MAY)


@pytest.mark.parametrize(
    ("org", "posts"),
    [
        (AREA, {"claim": "street_staff", "assign": "street_leader", "unclaim": "street_duty_officer"}),
        (PLACES["desk"], {"claim": "district_desk", "assign": "district_desk", "unclaim": "district_desk"}),
    ],
)
def test_a_sub_district_or_the_desk_that_holds_a_task_has_posts_for_it(org, posts):
    task = replace(case().task(1), org=org)
    for name, command in (("claim", c.Claim), ("assign", c.Assign), ("unclaim", c.Unclaim)):
        assert may(org, posts[name], command, FACTS, task)
        for other in ("dept_worker", "dept_dispatcher", "grid_member", "auxiliary"):
            assert not may(org, other, command, FACTS, task)
    assert not may(OTHER_AREA, posts["claim"], c.Claim, FACTS, task)


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
    ("volunteer", "community", set()),
    ("volunteer", "street", set()),
    ("community_worker", "station", LOCAL),
    ("community_worker", "building", LOCAL),
    (STREET, "other street", {"next door", "next door, our branch", "next door, our community"}),
    (STREET, "far street", {"far", "far, our department"}),
    ("community_worker", "community", {"next door, our community"}),
    ("dept_worker dept_dispatcher dept_leader", "department", {"here", "next door", "far, our department"}),
    ("dept_worker dept_dispatcher auxiliary", "branch", {"here", "next door, our branch"}),
    ("dept_worker dept_leader", "above branch", {"here", "next door, our branch"}),
    ("dept_worker", "sister branch", set()),
    ("dept_worker utility_worker", "far department", {"far", "far, our department"}),
    ("dept_worker utility_worker", "other department", {"next door, our branch", "next door, our community"}),
    ("district_desk acceptance_clerk", "desk", OF_DISTRICT),
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
        raises = issubclass(command, c.Raise)
        if raises or role is Role.VOLUNTEER:  # a volunteer's offer says in which case: test_volunteers.py
            continue
        actor = Actor("me", PLACES[place], frozenset({role}))
        for state in CASES.values():
            task = state.task(no) if no else None
            if no and task is None:
                continue
            if task is not None:
                task = replace(task, holder="me" if holds else "somebody")
            if granted(actor, command, state.facts, task):
                assert sees(visible(actor), state), (command, role, place)


def _sensitive(**changes):
    state = replace(CASES["here"], facts=replace(FACTS, sensitive=True, raised_by="raiser", **changes))
    held = replace(state.tasks[0], holder="holder")
    return replace(state, tasks=(held, *state.tasks[1:]))


def looks(place, roles, state, user="x"):
    return {role: sees(visible(Actor(user, PLACES[place], frozenset({Role(role)}))), state) for role in roles.split()}


@pytest.mark.parametrize(
    ("place", "insiders", "others"),
    [
        ("street", "street_leader street_duty_officer", "street_staff grid_member auxiliary"),
        ("other street", "", "street_leader street_duty_officer"),
        ("desk", "district_desk", ""),
        ("supervision", "district_supervisor", ""),
        ("government", "dept_leader", ""),
        ("far desk", "", "district_desk"),
        ("district hotline", "", "hotline_agent hotline_callback"),
        ("city supervision", "city_supervisor auditor", "operator"),
        ("city hotline", "", "hotline_agent"),
        ("department", "dept_dispatcher dept_leader", "dept_worker auxiliary"),
        ("branch", "dept_dispatcher dept_leader", "dept_worker"),
        ("above branch", "dept_dispatcher dept_leader", "dept_worker"),
        ("other department", "", "dept_dispatcher dept_leader dept_worker"),
    ],
)
def test_a_sensitive_case_is_seen_by_those_who_have_to_do_with_it(place, insiders, others):
    state = _sensitive()
    assert set(looks(place, insiders, state).values()) <= {True}
    assert set(looks(place, others, state).values()) <= {False}


def test_whoever_raised_or_holds_sees_a_sensitive_case_from_a_post_that_reaches_it():
    state = _sensitive()
    assert looks("street", "street_staff", state, "raiser") == {"street_staff": True}
    assert looks("department", "dept_worker", state, "holder") == {"dept_worker": True}
    assert looks("far department", "dept_worker", state, "holder") == {"dept_worker": False}


def test_a_called_office_opens_no_sensitive_case_to_its_sub_district():
    facts = replace(CASES["next door"].facts, sensitive=True, raised_by="raiser")
    ours = replace(CASES["next door, our branch"], facts=facts)
    assert looks("street", "street_leader street_duty_officer", ours) == {
        "street_leader": False, "street_duty_officer": False,
    }  # fmt: skip
    joint = replace(ours, facts=replace(ours.facts, joint_areas=(AREA,)))
    assert looks("street", "street_leader street_staff", joint) == {"street_leader": True, "street_staff": False}


def test_nobody_acts_on_a_sensitive_case_that_is_kept_from_them():
    state = _sensitive()
    with pytest.raises(Refusal) as refused:
        allowed(person("x", AREA, Role.STREET_STAFF), c.Urge(1), state, state.task(1))
    assert refused.value.reason is Reason.NOT_ALLOWED
    allowed(person("raiser", AREA, Role.STREET_STAFF), c.Urge(1), state, state.task(1))


def test_a_case_raised_together_or_by_a_department_is_seen_by_all_who_raised_it():
    far = replace(CASES["here"], facts=replace(FACTS, joint_areas=("110102001",)))
    assert looks("far street", "street_staff", far) == {"street_staff": True}
    assert looks("far desk", "district_desk", far) == {"district_desk": True}
    dept = replace(CASES["here"], facts=replace(FACTS, raiser="110101-YL", direction=Direction.DEPT_TO_DEPT))
    assert looks("other department", "dept_dispatcher dept_worker", dept) == {
        "dept_dispatcher": True, "dept_worker": True,
    }  # fmt: skip


def test_an_empty_reach_shows_nothing():
    assert not any(sees(Reach(), state) for state in CASES.values())


def test_the_cases_of_this_table_were_issued():
    assert names([*raised(small_rules()).log])[1] == "CaseIssued"
