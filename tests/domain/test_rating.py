"""Mutual rating (domain.md 2.3, 2.5, 5.5): blind, once, within a window; who may rate whom; personnel advice."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import Role
from domain.case import Party, TaskRole
from domain.chapters import rating as r
from domain.codec import event_name, to_plain
from domain.discretion import withheld
from domain.errors import Reason, Refusal
from domain.events import Text
from domain.rating import Rated, Rater, Side, Use, kind_of, weighted
from domain.review_parts import RatingPart
from tests.support.cases import (
    AREA,
    COMMUNITY,
    DESK,
    LAMP_DISPATCHER,
    LAMPMAN,
    LAMPS,
    LEAD,
    LEADER,
    MICRO,
    NEIGHBOUR,
    OFFICER,
    POLICE,
    POLICE_HEAD,
    STAFF,
    STAFF2,
    SUPERVISOR,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    WATERMAN,
    Life,
    handed_in,
    person,
    raised,
    rules,
    rules2,
)  # fmt: skip

WHY = Text("why")
GOV = person("chief", "110101-GOV", Role.DEPT_LEADER)
POLICE_LEADER = person("policeleader", "110101-GA", Role.DEPT_LEADER)
PART = rules2().pack.parts.rating


def closed(*parties: Party, ruleset=None) -> Life:
    case = raised(
        ruleset or rules2(), *(parties or (LEAD, Party(POLICE, TaskRole.ASSIST), INFORM_LAMPS)), kind="emergency",
        limit_class="gas_pipe_leak",
    )  # fmt: skip
    workers = {WATER: WATERMAN, POLICE: OFFICER, LAMPS: LAMPMAN, COMMUNITY: NEIGHBOUR}
    for task in case.state.duties():
        handed_in(case, task.no, workers[task.org])
    case.do(c.CheckPass(), STAFF)
    return case


INFORM_LAMPS = Party(LAMPS, TaskRole.INFORM)
RATE = r.RateDepartment(1, 90, 80, 71, 5)


def test_the_total_is_weighted_with_halves_up_and_a_bonus_on_top():
    assert weighted((90, 80, 71), (30, 40, 30), 5) == 85  # 27 + 32 + 21.3
    assert weighted((0, 0, 5), (30, 40, 30), 0) == 2  # 1.5
    assert weighted((100, 100, 100), (30, 40, 30), 10) == 110


def test_the_window_opens_at_the_closing_and_ends_five_working_days_later():
    case = closed()
    book = case.state.annex.rating
    assert (book.opened_at, book.due) == (case.now, case.now + timedelta(days=7))
    case.until(book.due).do(RATE, STAFF)
    assert case.wait(microseconds=1).reason(r.RateRaiser(1, 80), WATER_HEAD) is Reason.RATING_IS_OVER


def test_nothing_is_rated_before_the_closing_nor_under_the_first_pack():
    case = raised(rules2(), kind="emergency", limit_class="gas_pipe_leak")
    assert case.reason(RATE, STAFF) is Reason.RATING_IS_OVER
    old = closed(ruleset=rules())
    assert old.state.annex.rating is None
    assert old.reason(RATE, STAFF) is Reason.RATING_IS_OVER
    assert old.reason(r.AdvisePersonnel(2, WHY), LEADER) is Reason.RATING_IS_OVER
    running = raised(rules(), LEAD, Party(POLICE, TaskRole.ASSIST), kind="emergency", limit_class="gas_pipe_leak")
    assert running.reason(r.AdvisePersonnel(2, WHY), LEADER) is Reason.CHAPTER_NOT_IN_FORCE


def test_each_side_rates_once_and_only_departments_with_a_duty():
    case = closed()
    case.do(RATE, STAFF)
    assert case.reason(RATE, STAFF2) is Reason.RATED_ONCE
    case.do(r.RateRaiser(1, 60), WATER_HEAD)
    assert case.reason(r.RateRaiser(1, 60), WATER_DISPATCHER) is Reason.RATED_ONCE
    assert case.reason(r.RateDepartment(3, 90, 80, 70), STAFF) is Reason.INFORM_ONLY
    assert case.reason(r.RateRaiser(3, 60), LAMP_DISPATCHER) is Reason.INFORM_ONLY
    case.do(r.RateDepartment(2, 90, 80, 70), LEADER)


@pytest.mark.parametrize(
    "command",
    [
        r.RateDepartment(1, 101, 80, 70), r.RateDepartment(1, 90, 80, 70, 11), r.RateRaiser(1, 101),
        r.RecordVoice(1, Rater.RESIDENTS, 101, 5), r.RecordVoice(1, Rater.RESIDENTS, 90, 0),
    ],
)  # fmt: skip
def test_scores_have_a_range(command):
    actor = WATER_HEAD if isinstance(command, r.RateRaiser) else STAFF
    assert closed().reason(command, actor) is Reason.SCORE_OUT_OF_RANGE


# -- who may rate whom (domain.md 5.5) -------------------------------------------------------------------------------

TABLE = {
    ("residents", "street"): "survey", ("community", "street"): "assessment", ("district", "street"): "assessment",
    ("department", "street"): "assessment", ("street", "branch"): "singly", ("street", "department"): "singly",
    ("street", "utility"): "singly", ("residents", "department"): "survey", ("units", "department"): "survey",
    ("deputies", "department"): "survey", ("residents", "utility"): "survey", ("units", "utility"): "survey",
    ("citizen", "department"): "call_back", ("citizen", "branch"): "call_back", ("citizen", "utility"): "call_back",
    ("citizen", "street"): "call_back",
}  # fmt: skip


def test_the_table_of_the_pack_is_the_one_of_the_fact_sheet():
    held = {(a.rater.value, a.rated.value): a.use.value for a in PART.may}
    assert held == TABLE
    for rater, rated in product(Rater, Rated):
        use = PART.use_of(rater, rated)
        assert (use.value if use else None) == TABLE.get((rater.value, rated.value))


@pytest.mark.parametrize(
    ("org", "kind"),
    [
        (AREA, Rated.STREET), (POLICE, Rated.BRANCH), (LAMPS, Rated.DEPARTMENT), (WATER, Rated.UTILITY),
        ("110000-CG", Rated.DEPARTMENT), (COMMUNITY, None), ("110101", None),
    ],
)  # fmt: skip
def test_what_an_organisation_is(org, kind):
    assert kind_of(org, PART.utilities) is kind


def test_a_community_is_not_rated_by_its_street_but_may_speak_in_the_assessment():
    case = closed(LEAD, Party(COMMUNITY, TaskRole.ASSIST))
    assert case.reason(r.RateDepartment(2, 90, 80, 70), STAFF) is Reason.MAY_NOT_RATE
    case.do(r.RateRaiser(2, 90), NEIGHBOUR)


def test_voices_on_a_utility_are_passed_to_firm_and_regulator():
    case = closed()
    (event,) = case.do(r.RecordVoice(1, Rater.RESIDENTS, 88, 40), STAFF)
    assert event.passed_to == ("110101-CG",)
    from domain.notices import notices

    told = {(n.org, n.role) for n in notices(event, case.state)}
    assert told == {
        (WATER, Role.DEPT_DISPATCHER), (WATER, Role.DEPT_LEADER), ("110101-CG", Role.DEPT_LEADER),
    }  # fmt: skip
    assert case.reason(r.RecordVoice(1, Rater.DEPUTIES, 88, 4), STAFF) is Reason.MAY_NOT_RATE
    assert case.reason(r.RecordVoice(1, Rater.RESIDENTS, 88, 4), STAFF) is Reason.RATED_ONCE
    assert case.reason(r.RecordVoice(2, Rater.RESIDENTS, 88, 4), STAFF) is Reason.MAY_NOT_RATE, "a branch: no line"


def test_an_opinion_on_people_is_on_a_branch_office_only():
    case = closed()
    assert case.reason(r.AdvisePersonnel(1, WHY), LEADER) is Reason.MAY_NOT_RATE
    case.do(r.AdvisePersonnel(2, WHY), LEADER)


# -- who is shown what -----------------------------------------------------------------------------------------------


def hidden(case: Life, kind: type, reader, now=None) -> bool:
    """Whether the last event of a kind is kept from a reader."""
    event = next(e for e in reversed(case.log) if type(e) is kind)
    return withheld(case.state, event_name(event), to_plain(event), reader, now or case.now)


def test_a_rating_is_blind_until_both_sides_are_in():
    case = closed()
    case.do(RATE, STAFF)
    assert hidden(case, r.DepartmentRated, WATER_HEAD)
    assert hidden(case, r.DepartmentRated, SUPERVISOR)
    assert not hidden(case, r.DepartmentRated, STAFF)
    assert not hidden(case, r.DepartmentRated, LEADER), "the raiser's own side"
    case.wait(hours=1).do(r.RateRaiser(1, 60), WATER_HEAD)
    assert not hidden(case, r.DepartmentRated, WATER_HEAD)
    assert hidden(case, r.DepartmentRated, WATER_HEAD, case.now - MICRO), "not before the second one"


def test_or_until_the_window_ends():
    case = closed()
    case.do(RATE, STAFF)
    due = case.state.annex.rating.due
    assert hidden(case, r.DepartmentRated, WATER_HEAD, due - MICRO)
    assert not hidden(case, r.DepartmentRated, WATER_HEAD, due)


def test_what_a_department_says_of_a_sub_district_is_shown_to_nobody_else():
    case = closed()
    case.do(RATE, STAFF)
    case.do(r.RateRaiser(1, 10), WATER_HEAD)
    for reader in (STAFF, LEADER, WATER_DISPATCHER, SUPERVISOR, DESK, GOV):
        assert hidden(case, r.RaiserRated, reader, case.now + timedelta(days=99)), reader
    assert not hidden(case, r.RaiserRated, WATER_HEAD), "one's own word"


def test_advice_is_for_the_district_and_the_departments_leader():
    case = closed()
    case.do(r.AdvisePersonnel(2, WHY), LEADER)
    shown = {p.id for p in (LEADER, GOV, SUPERVISOR, POLICE_LEADER)}
    for reader in (LEADER, GOV, SUPERVISOR, POLICE_LEADER, STAFF, OFFICER, POLICE_HEAD, DESK, WATER_HEAD, NEIGHBOUR):
        assert hidden(case, r.PersonnelAdvised, reader) is (reader.id not in shown), reader


# -- whatever people do ----------------------------------------------------------------------------------------------

SCORES = st.integers(0, 100)
ACTS = st.one_of(
    st.builds(r.RateDepartment, st.integers(1, 3), SCORES, SCORES, SCORES, st.integers(0, 10)),
    st.builds(r.RateRaiser, st.integers(1, 3), SCORES),
    st.builds(r.RecordVoice, st.integers(1, 3), st.sampled_from(Rater), SCORES, st.integers(1, 50)),
)  # fmt: skip


@given(st.lists(st.tuples(ACTS, st.sampled_from((STAFF, LEADER, WATER_HEAD, POLICE_HEAD, DESK, SUPERVISOR)))))
def test_only_what_the_table_allows_is_recorded_and_each_side_once(acts):
    case = closed()
    for command, actor in acts:
        try:
            case.do(command, actor)
        except Refusal:
            continue
    allowed = {
        Side.OF_DEPARTMENT: {Use.SINGLY}, Side.OF_RAISER: {Use.ASSESSMENT}, Side.VOICE: {Use.SURVEY},
    }  # fmt: skip
    seen = set()
    for rating in case.state.annex.rating.given:
        rated = AREA if rating.side is Side.OF_RAISER else case.task(rating.task).org
        assert PART.use_of(rating.rater, kind_of(rated, PART.utilities)) in allowed[rating.side]
        identity = (rating.task, rating.side, rating.rater)
        assert identity not in seen
        seen.add(identity)
        assert 0 <= rating.score <= 110


def test_lint_finds_weights_doubles_and_a_department_that_rates_alone():
    from dataclasses import replace

    bad = replace(PART, speed=31, may=(*PART.may, replace(PART.may[0], source="")))
    assert bad.mistakes() == [
        "rating: the weights are not 100 percent", "rating: who may rate whom says two things of one pair",
        "rating: residents of street has no source",
    ]  # fmt: skip
    alone = tuple(
        replace(a, use=Use.SINGLY) if (a.rater, a.rated) == (Rater.DEPARTMENT, Rated.STREET) else a for a in PART.may
    )  # fmt: skip
    assert isinstance(PART, RatingPart)
    assert replace(PART, may=alone).mistakes() == ["rating: a department never rates a sub-district alone"]
