"""Commands of the drive, what people are offered, and that every reason is reached."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from domain import commands as c
from domain.actors import SYSTEM, Role
from domain.case import Outcome, Party, TaskRole
from domain.chapters import extension as x
from domain.chapters import meeting as mt
from domain.chapters import milestones as m
from domain.chapters import orders as o
from domain.chapters import rating as ra
from domain.chapters import reopening as r
from domain.chapters import suspension as p
from domain.chapters import upward as u
from domain.chapters import volunteers as v
from domain.commands import Command, DriveCommand, PersonCommand
from domain.decide import RULES, decide, refusal
from domain.errors import WORDINGS, Fault, Reason, Refusal
from domain.events import ClockEnded, Text
from domain.meetings import MeetingForm
from domain.offers import Offer, offers
from domain.rating import Rater
from domain.relief import Above
from domain.supervision import Grade, Verdict
from tests.support import intake, parties
from tests.support.cases import (
    AREA,
    ASSIST,
    AUXILIARY,
    CITY_SUPERVISOR,
    COMMUNITY,
    DESK,
    INFORM,
    LAMPS,
    LEAD,
    LEADER,
    MONDAY,
    OFFICER,
    PEOPLE,
    POLICE,
    STAFF,
    STAFF2,
    SUPERVISOR,
    VOLUNTEER,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    WATERMAN,
    WATERMAN2,
    Life,
    arrived,
    checked,
    handed_in,
    names,
    person,
    raise_command,
    raised,
    rules,
    rules2,
    small_rules,
    topic_command,
)  # fmt: skip
from tests.support.relief import asked, at_work, relief_rules, suspended

WHY = Text("why")
HELPING_STAFF = person("both", AREA, Role.STREET_STAFF, Role.AUXILIARY)


def test_a_tick_only_lets_time_pass():
    life = raised()
    assert life.do(c.Tick(), SYSTEM) == ()
    assert names(life.wait(hours=1, microseconds=1).tick()) == ["RungFired", "RungFired"]


def test_calls_are_noted_once():
    life = raised(small_rules(), LEAD, ASSIST)
    assert life.do(c.MarkCalled((1, 9)), SYSTEM)[0].tasks == (1,)
    assert life.state.uncalled == (2,)
    assert life.do(c.MarkCalled((1,)), SYSTEM) == ()
    life.do(c.AddDepartment("110101-YL", TaskRole.INFORM), STAFF)
    assert life.state.uncalled == (2, 3)


def test_an_open_case_is_not_wound_up():
    assert raised().do(c.WindUp(), SYSTEM) == ()


@pytest.mark.parametrize("command", [c.Tick(), c.MarkCalled((1,)), c.WindUp()])
def test_nobody_but_the_engine_drives(command):
    life = raised()
    assert {life.reason(command, actor) for actor in PEOPLE} == {Reason.NOT_ALLOWED}


@pytest.mark.parametrize("command", [c.Claim(1), c.Approve(), c.CheckPass(), c.Release(1, WHY), c.Unclaim(1, WHY)])
def test_the_engine_does_nothing_of_a_persons(command):
    life = raised()
    life.do(c.Claim(1), WATERMAN)
    assert life.reason(command, SYSTEM) is Reason.NOT_ALLOWED


def test_every_command_has_a_rule_and_belongs_to_people_the_drive_or_a_pair():
    assert set(RULES) == set(get_args(Command))
    given = {*get_args(PersonCommand), *get_args(DriveCommand), *get_args(c.PairCommand)}
    assert {c.Raise, c.RaiseTopic, *given} == set(RULES)


BORDER = {
    Reason.UNKNOWN_ORG, Reason.UNKNOWN_CLASS,
    Reason.WRONG_STAGE, Reason.PROPOSER_MAY_NOT_APPROVE, Reason.DRAFT_LEAVES_GAPS,  # of processes: test_process.py
    Reason.VERSION_NOT_NEWER, Reason.DRAFT_HAS_FAULTS,
    Reason.PERIOD_NOT_AHEAD, Reason.ROUND_INCOMPLETE, Reason.UNKNOWN_CHECK, Reason.NOT_IN_GROUP,
    Reason.UNKNOWN_MEMBER, Reason.MEMBER_OF_NO_BODY,  # test_round.py
    Reason.CHECK_IS_PAST_THAT, Reason.REPLY_AWAITED, Reason.VISIT_INCOMPLETE,
    Reason.NOT_CLOSED_YET, Reason.CLOCK_NOT_LATE, Reason.APPEAL_TOO_LATE,  # test_evaluation_processes.py
    Reason.PROPOSER_MAY_NOT_DECIDE, Reason.PERIOD_NOT_OVER,
    Reason.CAMPAIGN_OVER, Reason.CAMPAIGN_NOT_BEGUN, Reason.OUTSIDE_CAMPAIGN, Reason.OUTSIDE_OWN_AREA,
    Reason.BAD_BATCH, Reason.BATCH_TOO_LONG, Reason.BATCH_RUNS,  # test_campaign.py
    Reason.UNKNOWN_CAMPAIGN, Reason.ROW_UNREADABLE, Reason.ROW_TWICE,  # tests/api/test_campaigns.py
    Reason.MATTER_STANDS, Reason.NO_GAP,  # tests/api/test_circle.py, tests/adapters/test_matters.py
}  # fmt: skip
"""Found where organisations, the catalogue and what is published are known, or in processes: no case refuses so."""


def _case(do=None, *parties):
    life = raised(None, *parties)
    if do is not None:
        do(life)
    return life


def _ordered(*steps):
    """A case under the second rule pack in which the lead has an order, and then these commands were given."""
    life = raised(rules2(), LEAD, ASSIST, kind="emergency")
    life.do(o.IssueOrder(WATER, Grade.YELLOW, WHY), SUPERVISOR)
    for command, actor in steps:
        life.do(command, actor)
    return life


def _rated(*steps, days=0):
    """A case that closed under the second rule pack, after these commands."""
    life = handed_in(raised(rules2(), LEAD, INFORM, kind="emergency"))
    life.do(c.CheckPass(), STAFF)
    for command, actor in steps:
        life.do(command, actor)
    return life.wait(days=days)


def _met(*steps, sensitive=False):
    """A case under the second rule pack about which four-party talks are called, and then these commands were given."""
    life = raised(rules2(), LEAD, ASSIST, kind="emergency", sensitive=sensitive)
    life.do(mt.CallMeeting(MeetingForm.FOUR_PARTIES, WHY, MONDAY + timedelta(days=1)), STAFF)
    for command in steps:
        life.do(command, STAFF)
    return life


FOUR = ("community_party", "residents_committee", "owners", "property_firm")
HELD = mt.HoldMeeting(1, FOUR, WHY, WHY)

def _helped(*steps, kind="key_work", slots=1):
    """A case with one offer of help, then these commands were given."""
    life = raised(rules2(), LEAD, ASSIST, kind=kind)
    if kind == "key_work":
        life.wait(minutes=1).do(c.Approve(), LEADER)
    life.do(v.OfferHelp(WHY, slots), STAFF)
    for command, actor in steps:
        life.do(command, actor)
    return life


_TAKEN = (v.TakeOffer(1), VOLUNTEER)


REACHED = {
    Reason.NO_REPEAT: lambda: (Life(rules2()), replace(topic_command(), repeats=("one",)), SUPERVISOR),
    Reason.OUT_OF_RANGE: lambda: (_helped(), v.OfferHelp(WHY, 0), STAFF),
    Reason.OFFER_IS_OVER: lambda: (_helped((v.CloseOffer(1), STAFF)), *_TAKEN),
    Reason.OFFER_FULL: lambda: (_helped(_TAKEN), v.TakeOffer(1), AUXILIARY),
    Reason.TAKEN_ALREADY: lambda: (_helped(_TAKEN), *_TAKEN),
    Reason.NOT_TAKEN: lambda: (_helped(), v.Persuade(1, WHY), VOLUNTEER),
    Reason.BY_ORDER_ONLY: lambda: (_helped(kind="emergency"), *_TAKEN),
    Reason.NOT_BY_ORDER: lambda: (_helped(), v.CallHelper(1, "volunteer", COMMUNITY), DESK),
    Reason.OWN_HOURS: lambda: (
        _helped((v.TakeOffer(1), HELPING_STAFF)), v.RecordHours(1, "both", 30), HELPING_STAFF
    ),
    **intake.REACHED,
    Reason.MAY_NOT_RATE: lambda: (_rated(), ra.RecordVoice(1, Rater.DISTRICT, 90, 3), STAFF),
    Reason.RATING_IS_OVER: lambda: (_rated(days=9), ra.RateDepartment(1, 90, 90, 90), STAFF),
    Reason.RATED_ONCE: lambda: (_rated((ra.RateRaiser(1, 80), WATER_HEAD)), ra.RateRaiser(1, 80), WATER_HEAD),
    Reason.SCORE_OUT_OF_RANGE: lambda: (_rated(), ra.RateDepartment(1, 101, 90, 90), STAFF),
    Reason.MEETING_LEVEL: lambda: (
        _met(), mt.CallMeeting(MeetingForm.COMMITTEE_CITY, WHY, MONDAY + timedelta(days=1)), STAFF
    ),
    Reason.MEETING_PAST: lambda: (_met(), mt.CallMeeting(MeetingForm.FOUR_PARTIES, WHY, MONDAY), STAFF),
    Reason.MEETING_IS_OVER: lambda: (_met(mt.CancelMeeting(1, WHY)), HELD, STAFF),
    Reason.MEETING_NOT_HELD: lambda: (_met(), mt.PublishMeeting(1), STAFF),
    Reason.NOT_AT_MEETING: lambda: (_met(HELD), mt.DecideTask(1, WATER, MONDAY + timedelta(days=9), WHY), STAFF),
    Reason.QUORUM_MISSING: lambda: (_met(), mt.HoldMeeting(1, FOUR[:3], WHY, WHY), STAFF),
    Reason.KEPT_CONFIDENTIAL: lambda: (_met(HELD, sensitive=True), mt.PublishMeeting(1), STAFF),
    Reason.PUBLISHED_ONCE: lambda: (_met(HELD, mt.PublishMeeting(1)), mt.PublishMeeting(1), STAFF),
    Reason.UNKNOWN_ENTRY: lambda: (_ordered(), o.AnswerOrder(7, WHY), WATER_HEAD),
    Reason.CHAPTER_NOT_IN_FORCE: lambda: (_case(), o.IssueOrder(WATER, Grade.RED, WHY), SUPERVISOR),
    Reason.NOT_A_PARTY: lambda: (_ordered(), o.IssueOrder(POLICE, Grade.RED, WHY), SUPERVISOR),
    Reason.SUPERIOR_HANDLES: lambda: (
        raised(rules2(), Party("110000-SW", TaskRole.LEAD), kind="emergency"), o.IssueOrder(WATER, Grade.RED, WHY),
        SUPERVISOR,
    ),
    Reason.GRADE_ABOVE_POWER: lambda: (_ordered(), o.IssueOrder(LAMPS, Grade.RED, WHY), LEADER),
    Reason.GRADE_MAY_ONLY_RISE: lambda: (_ordered(), o.IssueOrder(WATER, Grade.NORMAL, WHY), SUPERVISOR),
    Reason.ANSWERED_ONCE: lambda: (
        _ordered((o.AnswerOrder(1, WHY), WATER_HEAD)), o.AnswerOrder(1, WHY), WATER_HEAD
    ),
    Reason.ORDER_IS_OVER: lambda: (_ordered((o.LiftOrder(1, WHY), SUPERVISOR)), o.LiftOrder(1, WHY), SUPERVISOR),
    Reason.ANOTHER_LEVEL: lambda: (_ordered(), o.LiftOrder(1, WHY), LEADER),
    Reason.APPEALED_ONCE: lambda: (
        _ordered((o.AppealOrder(1, WHY), WATER_HEAD)), o.AppealOrder(1, WHY), WATER_HEAD
    ),
    Reason.NO_APPEAL_PENDING: lambda: (_ordered(), o.RuleAppeal(1, Verdict.GRANTED, WHY), CITY_SUPERVISOR),
    Reason.OWN_ORDER: lambda: (
        _ordered((o.IssueOrder(WATER, Grade.RED, WHY), CITY_SUPERVISOR), (o.AppealOrder(1, WHY), WATER_HEAD)),
        o.RuleAppeal(1, Verdict.GRANTED, WHY), CITY_SUPERVISOR,
    ),
    Reason.NOT_ALLOWED: lambda: (_case(), c.Claim(1), STAFF),
    Reason.WRONG_STATUS: lambda: (_case(), c.CheckPass(), STAFF),
    Reason.WRONG_TASK_STATE: lambda: (_case(), c.ReportIn(1), WATER_DISPATCHER),
    Reason.UNKNOWN_TASK: lambda: (_case(), c.Urge(7), STAFF),
    Reason.UNKNOWN_KIND: lambda: (Life(), raise_command("x"), STAFF),
    Reason.UNKNOWN_LIMIT_CLASS: lambda: (Life(), raise_command(limit_class="x"), STAFF),
    Reason.UNKNOWN_WORKER: lambda: (_case(), c.Assign(1, "x", LAMPS), WATER_HEAD),
    Reason.ALREADY_CLAIMED: lambda: (_case(lambda life: life.do(c.Claim(1), WATERMAN)), c.Claim(1), WATERMAN2),
    Reason.NOT_HOLDER: lambda: (_case(arrived), c.Submit(1, WHY), WATERMAN2),
    Reason.ALREADY_IN_CASE: lambda: (_case(), c.AddDepartment(WATER, TaskRole.ASSIST), STAFF),
    Reason.ONE_LEAD: lambda: (_case(), c.AddDepartment(LAMPS, TaskRole.LEAD), STAFF),
    Reason.LEAD_STAYS: lambda: (_case(), c.Release(1, WHY), STAFF),
    Reason.RAISER_MAY_NOT_APPROVE: lambda: (_own_case(), c.Approve(), LEADER),
    Reason.HANDLER_MAY_NOT_CHECK: lambda: (_lent(), c.CheckPass(), STAFF2),
    Reason.COMMUNITY_MAY_NOT_LEAD: lambda: (Life(), raise_command("key_work", Party(COMMUNITY, TaskRole.LEAD)), STAFF),
    Reason.ALREADY_ON_SCENE: lambda: (_case(arrived), c.Withdraw(WHY), STAFF),
    Reason.NO_APPROVAL_PENDING: lambda: (_case(), c.Approve(), LEADER),
    Reason.APPOINTMENT_PAST: lambda: (Life(), raise_command("key_work", appointment=MONDAY - timedelta(1)), STAFF),
    Reason.NO_APPOINTMENT: lambda: (Life(), raise_command("emergency", appointment=MONDAY + timedelta(1)), STAFF),
    Reason.RAISER_IS_NO_PARTY: lambda: (_case(), c.AddDepartment("110101001", TaskRole.ASSIST), STAFF),
    Reason.NOTHING_TO_RETURN: lambda: (_case(handed_in), c.CheckFail(WHY, (3,)), STAFF),
    Reason.RELEASED_LAST: lambda: (_case(_release, LEAD, ASSIST), c.Release(2, WHY), STAFF),
    Reason.INFORM_ONLY: lambda: (_case(_take_note, LEAD, INFORM), c.Submit(2, WHY), OFFICER),
    Reason.TASK_SUSPENDED: lambda: (suspended(at_work(), 1), c.Submit(1, WHY), WATERMAN),
    Reason.REQUEST_PENDING: lambda: (asked(at_work()), x.AskExtension(1, WHY), WATERMAN),
    Reason.REQUEST_SETTLED: lambda: (_ruled(), x.RefuseExtension(1, WHY), DESK),
    Reason.ASKER_MAY_NOT_RULE: lambda: (
        asked(at_work(), WATER_HEAD), x.GrantExtension(1), replace(DESK, id=WATER_HEAD.id)
    ),
    Reason.REVIEW_FIRST: lambda: (asked(at_work()), x.GrantExtension(1), DESK),
    Reason.TOO_LATE: lambda: (at_work().wait(hours=4), x.AskExtension(1, WHY), WATERMAN),
    Reason.NO_CLOCK_RUNS: lambda: (_without_clock(), x.AskExtension(1, WHY), WATER_HEAD),
    Reason.EXTENSION_LIMIT: lambda: (_ruled({"extension": {"most": 0}}), x.AskExtension(1, WHY), WATERMAN),
    Reason.CITIZEN_NOT_TOLD: lambda: (at_work(channel="letter"), x.AskExtension(1, WHY), WATERMAN),
    Reason.UNKNOWN_REASON: lambda: (at_work(), _suspend(reason="x"), STAFF),
    Reason.END_DATE_PAST: lambda: (at_work(), _suspend(days=0), STAFF),
    Reason.SUSPENSION_TOO_LONG: lambda: (at_work(), _suspend(days=400), STAFF),
    Reason.SUSPENSION_LIMIT: lambda: (suspended(at_work(), hours=1).wait(hours=2), _suspend(), STAFF),
    Reason.ALREADY_SUSPENDED: lambda: (suspended(at_work(), 1), _suspend(), STAFF),
    Reason.NOT_SUSPENDED: lambda: (suspended(at_work(), hours=1).wait(hours=2), p.Resume(1, WHY), DESK),
    Reason.WRONG_LEVEL: lambda: (at_work(), u.ReportUpward(Above.CITY, WHY), STAFF),
    Reason.NOT_ABOVE: lambda: (at_work(), u.AskHelp(POLICE, WHY), STAFF),
    Reason.NO_MILESTONES: lambda: (
        raised(rules2(), kind="emergency"), m.SetMilestone(1, WHY, MONDAY + timedelta(1)), STAFF
    ),
    Reason.MILESTONE_LIMIT: lambda: (
        at_work(relief_rules({"milestones": {"most": 0}})), m.SetMilestone(1, WHY, MONDAY + timedelta(1)), STAFF
    ),
    Reason.REOPEN_WINDOW_OVER: lambda: (_closed().wait(days=16), r.Reopen(WHY), STAFF),
    Reason.REOPEN_LIMIT: lambda: (_closed({"reopen": {"most": 0}}), r.Reopen(WHY), STAFF),
    Reason.EVIDENCE_MISSING: lambda: (
        at_work(relief_rules({"checking": {"evidence": 1}})), c.Submit(1, WHY), WATERMAN
    ),
    Reason.UNKNOWN_STANDARD: lambda: (
        handed_in(raised(relief_rules({"checking": {"standard": True}}))), c.CheckPass(), STAFF
    ),
    Reason.UNKNOWN_RESULT: lambda: (_case(handed_in), c.CheckPass(None, "x"), STAFF),
    **parties.REACHED,
}


def _suspend(reason="season", days=1.0):
    return p.AskSuspension(reason, WHY, MONDAY + timedelta(days, hours=1))


def _ruled(parts=None):
    life = at_work(relief_rules(parts))
    if parts is None:
        asked(life, WATER_HEAD).do(x.RefuseExtension(1, WHY), DESK)
    return life


def _closed(parts=None):
    return checked(handed_in(raised(relief_rules(parts))))


def _without_clock():
    """A case as an importer writes it: its handling clock is missing, for nobody knew a limit."""
    life = raised(relief_rules())
    return life.happen(ClockEnded(life.now, "handle:1:first", 1, Outcome.CANCELLED))


def _release(life):
    life.do(c.Release(2, WHY), STAFF)


def _take_note(life):
    life.do(c.Claim(2), OFFICER)


def _own_case():
    life = Life()
    life.do(raise_command(), LEADER)
    return life


def _lent():
    life = raised()
    life.do(c.Assign(1, "staff2", WATER), WATER_HEAD)
    life.do(c.Assign(1, "waterman", WATER), WATER_HEAD)
    life.do(c.ReportIn(1), WATERMAN)
    life.do(c.Submit(1, WHY), WATERMAN)
    return life


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_reached_and_worded_in_both_languages(reason):
    wording = WORDINGS[reason]
    assert wording.en.endswith(".")
    assert wording.zh.endswith("。")
    assert wording.fault in Fault
    if reason in BORDER:
        assert reason not in REACHED
        return
    life, command, actor = REACHED[reason]()
    refused = life.refused(command, actor)
    assert refused.reason is reason
    assert refused.message == wording.en
    assert (refused.code, refused.fault) == ("refused", wording.fault)


def _moments():
    """One life, seen after each of its steps."""
    life = raised(rules(), LEAD, ASSIST, INFORM, kind="public_request")
    yield life
    for command, actor in [
        (c.Approve(), LEADER), (c.Claim(1), WATERMAN), (c.ReportIn(1), WATERMAN), (c.Release(2, WHY), STAFF),
        (c.Submit(1, WHY), WATERMAN), (c.CheckFail(WHY), STAFF), (c.Submit(1, WHY), WATERMAN), (c.CheckPass(), STAFF),
    ]:  # fmt: skip
        life.wait(minutes=3).do(command, actor)
        yield life


def test_what_is_offered_is_accepted_and_what_is_not_offered_is_refused():
    for life in _moments():
        for actor in PEOPLE:
            offered = offers(life.state, actor)
            for command in _specimens(life):
                is_offered = Offer(type(command), getattr(command, "task", None)) in offered
                reason = _reason(life, command, actor)
                assert is_offered or reason is not None, (command, actor)
                assert not is_offered or reason in {None, *AFTER_AN_OFFER}, (command, actor, reason)


AFTER_AN_OFFER = {
    Reason.ALREADY_CLAIMED, Reason.WRONG_TASK_STATE, Reason.ALREADY_IN_CASE, Reason.ONE_LEAD, Reason.UNKNOWN_WORKER,
    Reason.CHAPTER_NOT_IN_FORCE,
}  # fmt: skip
"""What depends on the command's own fields, which an offer cannot know."""


def _reason(life, command, actor):
    """Why the command is refused here and now, or None."""
    try:
        decide(life.state, command, actor, life.now, life.rules)
    except Refusal as refused:
        return refused.reason
    return None


def _specimens(life):
    yield from (c.Approve(), c.Refuse(WHY), c.CheckPass(), c.CheckFail(WHY), c.Withdraw(WHY))
    yield c.AddDepartment("110101-YL", TaskRole.ASSIST)
    yield from (o.IssueOrder(WATER, Grade.RED, WHY), o.Instruct(WHY))
    yield mt.CallMeeting(MeetingForm.FOUR_PARTIES, WHY, life.now + timedelta(days=1))
    for task in life.state.tasks:
        no = task.no
        yield from (
            c.Claim(no), c.Unclaim(no, WHY), c.Assign(no, "other", task.org), c.ReportIn(no), c.StageReport(no, WHY),
            c.Submit(no, WHY), c.Urge(no), c.Release(no, WHY),
        )  # fmt: skip


def test_the_end_offers_nothing():
    *_, life = _moments()
    assert life.state.is_ended
    again = {actor.id for actor in PEOPLE if offers(life.state, actor) == (Offer(r.Reopen, None),)}
    assert again == {"staff", "staff2", "leader", "desk", "desk2", "supervisor", "city"}
    assert [offers(life.state, actor) for actor in PEOPLE if actor.id not in again] == [()] * (len(PEOPLE) - len(again))
    assert refusal(life.state, c.Approve, None, LEADER) is Reason.NO_APPROVAL_PENDING
