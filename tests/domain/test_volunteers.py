"""Volunteers and auxiliaries (domain.md 9, L7 art. 25): they help, give hours and persuade; they never enforce."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import Role
from domain.authority import GRANTS, Reach, acting, sees, visible
from domain.case import Party, TaskRole
from domain.chapters import volunteers as v
from domain.commands import PersonCommand
from domain.errors import Reason, Refusal
from domain.events import Text
from domain.notices import notices
from tests.support.cases import (
    AREA,
    ASSIST,
    AUXILIARY,
    COMMUNITY,
    DESK,
    LEAD,
    LEADER,
    NEIGHBOUR,
    STAFF,
    STRANGER,
    VOLUNTEER,
    VOLUNTEER2,
    WATER_HEAD,
    Life,
    person,
    raised,
    rules,
    rules2,
)  # fmt: skip

WHY = Text("why")
FAR = person("far", "110101002001", Role.VOLUNTEER)


def life(kind: str = "key_work") -> Life:
    case = raised(rules2(), LEAD, ASSIST, Party(COMMUNITY, TaskRole.ASSIST), kind=kind)
    if kind == "key_work":
        case.wait(minutes=5).do(c.Approve(), LEADER)
    return case


def offers(case: Life):
    return case.state.annex.helping.offers


def test_an_offer_is_taken_up_to_its_slots_and_left_again():
    case = life()
    case.do(v.OfferHelp(WHY, 2), STAFF)
    case.do(v.TakeOffer(1), VOLUNTEER)
    assert case.reason(v.TakeOffer(1), VOLUNTEER) is Reason.TAKEN_ALREADY
    case.do(v.TakeOffer(1), AUXILIARY)
    assert case.reason(v.TakeOffer(1), VOLUNTEER2) is Reason.OFFER_FULL
    case.do(v.LeaveOffer(1), VOLUNTEER)
    case.do(v.TakeOffer(1), VOLUNTEER2)
    assert (offers(case)[0].takers, offers(case)[0].came) == (
        ("auxiliary", "volunteer2"), ("volunteer", "auxiliary", "volunteer2"),
    )  # fmt: skip
    case.do(v.LeaveOffer(1), AUXILIARY)
    case.do(v.CloseOffer(1), STAFF)
    assert case.reason(v.TakeOffer(1), AUXILIARY) is Reason.OFFER_IS_OVER


def test_a_community_offers_for_its_own_task():
    case = life()
    case.do(v.OfferHelp(WHY, 1, 3), NEIGHBOUR)
    assert (offers(case)[0].org, offers(case)[0].task) == (COMMUNITY, 3)
    assert case.reason(v.OfferHelp(WHY, 1), NEIGHBOUR) is Reason.NOT_ALLOWED
    assert case.reason(v.OfferHelp(WHY, 1, 1), NEIGHBOUR) is Reason.NOT_ALLOWED
    case.do(v.TakeOffer(1), VOLUNTEER)
    case.do(v.RecordHours(1, "volunteer", 30), NEIGHBOUR)


def test_volunteers_of_another_sub_district_and_others_take_nothing():
    case = life()
    case.do(v.OfferHelp(WHY, 2), STAFF)
    for actor in (FAR, STRANGER, STAFF, WATER_HEAD, NEIGHBOUR):
        assert case.reason(v.TakeOffer(1), actor) is Reason.NOT_ALLOWED, actor


def test_in_an_emergency_only_the_command_calls():
    case = life("emergency")
    case.do(v.OfferHelp(WHY, 2), STAFF)
    assert offers(case)[0].ordered
    assert case.reason(v.TakeOffer(1), VOLUNTEER) is Reason.BY_ORDER_ONLY
    assert case.reason(v.CallHelper(1, "volunteer", COMMUNITY), STAFF) is Reason.NOT_ALLOWED
    (event,) = case.do(v.CallHelper(1, "volunteer", COMMUNITY), DESK)
    assert [(n.code, n.user) for n in notices(event, case.state)] == [("helper_called", "volunteer")]
    assert case.reason(v.CallHelper(1, "volunteer", COMMUNITY), DESK) is Reason.TAKEN_ALREADY
    assert case.reason(v.CallHelper(1, "waterman", ""), DESK) is Reason.UNKNOWN_WORKER


def test_hours_are_certified_by_somebody_else_for_whoever_came():
    case = life()
    case.do(v.OfferHelp(WHY, 2), STAFF)
    case.do(v.TakeOffer(1), VOLUNTEER)
    case.do(v.LeaveOffer(1), VOLUNTEER)
    case.do(v.RecordHours(1, "volunteer", 120), STAFF)
    case.do(v.RecordHours(1, "volunteer", 30), STAFF)
    assert [(h.no, h.worker, h.minutes) for h in case.state.annex.helping.hours] == [
        (1, "volunteer", 120), (2, "volunteer", 30),
    ]  # fmt: skip
    assert case.reason(v.RecordHours(1, "volunteer2", 30), STAFF) is Reason.NOT_TAKEN
    assert case.reason(v.RecordHours(1, "volunteer", 1441), STAFF) is Reason.OUT_OF_RANGE
    assert case.reason(v.RecordHours(1, "volunteer", 30), VOLUNTEER) is Reason.NOT_ALLOWED


def test_whoever_helps_persuades_and_nothing_else():
    case = life()
    case.do(v.OfferHelp(WHY, 1), STAFF)
    assert case.reason(v.Persuade(1, WHY), VOLUNTEER) is Reason.NOT_TAKEN
    case.do(v.Persuade(1, WHY), AUXILIARY)
    case.do(v.TakeOffer(1), VOLUNTEER)
    before = case.open_clocks()
    case.do(v.Persuade(1, WHY), VOLUNTEER)
    assert case.open_clocks() == before, "no clock is touched"
    enforcing = set(get_args(PersonCommand)) - {v.TakeOffer, v.LeaveOffer, v.Persuade, c.StageReport}
    for command in enforcing:
        assert not any(g.roles & {Role.AUXILIARY, Role.VOLUNTEER} for g in GRANTS[command]), command
    for command in (c.Claim(1), c.ReportIn(1), c.Submit(1, WHY), c.CheckPass()):
        assert case.reason(command, VOLUNTEER) in {Reason.NOT_ALLOWED, Reason.NOT_HOLDER}


def test_a_volunteer_sees_the_cases_they_help_in_and_no_other():
    case = life()
    case.do(v.OfferHelp(WHY, 1), STAFF)
    reach = visible(VOLUNTEER)
    assert reach == Reach(user="volunteer", helper=True)
    assert not sees(reach, case.state)
    assert acting(VOLUNTEER, v.TakeOffer(1)) is None, "the list of offers says where"
    assert acting(VOLUNTEER, v.LeaveOffer(1)) == reach
    case.do(v.TakeOffer(1), VOLUNTEER)
    assert sees(reach, case.state)
    assert not sees(visible(VOLUNTEER2), case.state)
    case.do(v.LeaveOffer(1), VOLUNTEER)
    assert not sees(reach, case.state)


def test_the_chapter_is_not_in_force_under_the_first_pack():
    case = raised(rules(), LEAD, kind="emergency", limit_class="gas_pipe_leak")
    assert case.reason(v.OfferHelp(WHY, 1), STAFF) is Reason.CHAPTER_NOT_IN_FORCE
    assert case.reason(v.Persuade(1, WHY), AUXILIARY) is Reason.CHAPTER_NOT_IN_FORCE


ACTS = st.one_of(
    st.builds(v.OfferHelp, st.just(WHY), st.integers(1, 2)), st.builds(v.TakeOffer, st.integers(1, 2)),
    st.builds(v.LeaveOffer, st.integers(1, 2)), st.builds(v.CloseOffer, st.integers(1, 2)),
    st.builds(v.CallHelper, st.integers(1, 2), st.sampled_from(("volunteer", "auxiliary")), st.just(AREA)),
    st.builds(v.RecordHours, st.integers(1, 2), st.sampled_from(("volunteer", "auxiliary")), st.integers(1, 90)),
)  # fmt: skip


@given(
    st.sampled_from(("key_work", "emergency")),
    st.lists(st.tuples(ACTS, st.sampled_from((STAFF, VOLUNTEER, VOLUNTEER2, AUXILIARY, DESK))), max_size=20),
)
def test_never_more_than_the_slots_and_nobody_twice(kind, acts):
    case = life(kind)
    for command, actor in acts:
        try:
            events = case.do(command, actor)
        except Refusal:
            continue
        for event in events:
            if isinstance(event, v.OfferTaken):
                assert (event.by != event.worker) is (kind == "emergency"), "called in emergencies, free otherwise"
    for offer in offers(case):
        assert len(offer.takers) <= offer.slots
        assert len(set(offer.takers)) == len(offer.takers)
        assert set(offer.takers) <= set(offer.came)
