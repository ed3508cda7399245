"""The pure core as a state machine: random people, random commands, time passing; the invariants of design 6 hold."""

import json
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import commands as c
from domain.actors import SYSTEM, Role
from domain.case import CaseState, Outcome, Party, Status, TaskRole, TaskState, Tie
from domain.channels import Filing, Nature, Satisfied, Solved
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
from domain.chapters.linking import (
    CaseUnlinked,
    DropLink,
    FollowMain,
    LinkCase,
    NoteFollowed,
    TakeLink,
    UnlinkCase,
    followers,
)
from domain.chapters.objection import Object, RuleObjection
from domain.chapters.reports import AnswerReport, AnswerReports, LinkReport, UnlinkReport, waiting
from domain.codec import event_name, from_plain, to_plain, unseal
from domain.decide import RULES as RULES_OF
from domain.decide import catch_up, decide, refusal
from domain.decide.escalation import due_rungs
from domain.decide.grid import post_check_of
from domain.errors import Refusal
from domain.events import (
    CaseClosed,
    CheckFailed,
    CheckOpened,
    CheckPassed,
    ClockEnded,
    ClockStarted,
    NoShowMarked,
    ReportedIn,
    RungFired,
    Text,
)  # fmt: skip
from domain.evolve import evolve, fold
from domain.meetings import MeetingForm
from domain.offers import offers, on_task
from domain.plan import StepCode, plan
from domain.rating import Rater
from domain.relief import OPEN_REQUESTS, Above, Request
from domain.rulepack import Quorum
from domain.supervision import Grade, Verdict
from tests.support import cases
from tests.support.cases import (
    AREA,
    COMMUNITY,
    DESK,
    DISTRICT,
    GARDENS,
    GRID,
    LAMPS,
    LEAD,
    MICRO,
    OTHER_AREA,
    PHOTO,
    POLICE,
    STAFF,
    WATER,
    WATER_HEAD,
    desk_rules,
    person,
    raise_command,
    rules2,
    topic_command,
    with_kind,
)  # fmt: skip
from tests.support.greedy import Way
from tests.support.intake import CALLER, CLERK, CLERK2, GRID2, STATION
from tests.support.parties import FAR, LISTENER, PSY, TELECOM, TELECOM_HEAD

PEOPLE = (*cases.PEOPLE, TELECOM_HEAD, LISTENER)
_OWN_CLOCKS = {"approval", "claim", "report_in", "handle", "check", "lease"}
KINDS = ("public_request", "key_work", "joint_enforcement", "emergency", "work")
COMMON = {code: rule for code, rule in rules2().pack.kinds["emergency"].clocks.items() if code not in _OWN_CLOCKS}
RULES = with_kind(rules2(), desk_rules(quorum=Quorum("any"), clocks=COMMON).pack.kinds["work"])
"""The rule pack as shipped, with one kind more: no report-in, and a lease that returns idle tasks."""

PAUSES = RULES.pack.parts.suspension.pauses
LIMIT_CLASSES = ("default", "burst_pipe_staged", "water_pipe_leak", "illegal_building_staged", "hotline_7d")
STARTS = (
    datetime(2026, 11, 23, 1, tzinfo=UTC),  # Monday 09:00
    datetime(2026, 11, 27, 9, 59, 59, 999_999, tzinfo=UTC),  # Friday, the last instant before the close
    datetime(2026, 12, 31, 16, tzinfo=UTC),  # New Year's midnight, into a provisional year
    datetime(2026, 9, 30, 8, tzinfo=UTC),  # the day before a week of holidays
    datetime(2026, 11, 28, 3, tzinfo=UTC),  # Saturday
)
END = datetime(2027, 9, 1, tzinfo=UTC)
"""Nothing waits beyond: the shipped calendar ends with 2027, and the longest ladder with a margin before."""

COMPANIONS = (
    Party(LAMPS, TaskRole.ASSIST), Party(POLICE, TaskRole.ASSIST), Party(POLICE, TaskRole.INFORM),
    Party(COMMUNITY, TaskRole.ASSIST), Party(LAMPS, TaskRole.INFORM), Party(PSY, TaskRole.ASSIST, Tie.INVITATION),
)  # fmt: skip
DRIVEN = (c.Tick, c.MarkCalled, c.WindUp, Adopt, AnswerReports, FollowMain, NoteFollowed)
ENDED_ACCEPT = (
    *DRIVEN, o.AppealOrder, o.RuleAppeal, AnswerReport, DropLink,
    ra.RateDepartment, ra.RateRaiser, ra.RecordVoice, ra.AdvisePersonnel, mt.PublishMeeting,
    v.RecordHours,
)  # fmt: skip
WORDS = Text("words")

numbers = st.integers(1, 5)
scores = st.integers(0, 101)
orgs = st.sampled_from((LAMPS, POLICE, COMMUNITY, GARDENS))
dates = st.datetimes(datetime(2026, 10, 1), datetime(2027, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
standards = st.sampled_from(("", *sorted({RULES.pack.limit_classes[code][-1].code for code in LIMIT_CLASSES})))
instants = st.sampled_from((STARTS[0] + timedelta(days=2), datetime(2027, 2, 1, 3, tzinfo=UTC)))
SEATS = ("community_party", "residents_committee", "owners", "property_firm")
COMMANDS: dict[type, st.SearchStrategy[c.Command]] = {
    c.Approve: st.just(c.Approve()),
    c.Refuse: st.just(c.Refuse(WORDS)),
    c.Claim: numbers.map(c.Claim),
    c.Unclaim: numbers.map(lambda no: c.Unclaim(no, WORDS)),
    c.Assign: st.builds(
        c.Assign, numbers, st.sampled_from(("waterman2", "staff", "staff2", "leader")),
        st.sampled_from((WATER, LAMPS, POLICE, "")),
    ),
    c.ReportIn: numbers.map(c.ReportIn),
    c.StageReport: numbers.map(lambda no: c.StageReport(no, WORDS)),
    c.Submit: st.builds(c.Submit, numbers, st.just(WORDS), st.just(PHOTO), st.none() | st.just(WORDS)),
    c.CheckPass: st.builds(c.CheckPass, standard=standards, result=st.sampled_from(("", "solved", "partly"))),
    c.CheckFail: st.lists(numbers, max_size=2).map(lambda nos: c.CheckFail(WORDS, tuple(nos))),
    c.AddDepartment: st.builds(c.AddDepartment, orgs, st.sampled_from(TaskRole)),
    c.Urge: numbers.map(c.Urge),
    c.Release: numbers.map(lambda no: c.Release(no, WORDS)),
    c.Withdraw: st.just(c.Withdraw(WORDS)),
    x.AskExtension: st.builds(x.AskExtension, numbers, st.just(WORDS), st.booleans()),
    x.ForwardExtension: numbers.map(x.ForwardExtension),
    x.GrantExtension: numbers.map(x.GrantExtension),
    x.RefuseExtension: numbers.map(lambda no: x.RefuseExtension(no, WORDS)),
    p.AskSuspension: st.builds(
        p.AskSuspension, st.sampled_from(("season", "whim")), st.just(WORDS), dates, st.none() | numbers
    ),
    p.GrantSuspension: numbers.map(p.GrantSuspension),
    p.RefuseSuspension: numbers.map(lambda no: p.RefuseSuspension(no, WORDS)),
    p.Resume: numbers.map(lambda no: p.Resume(no, WORDS)),
    u.ReportUpward: st.sampled_from(Above).map(lambda above: u.ReportUpward(above, WORDS)),
    u.AskHelp: st.builds(
        u.AskHelp, st.sampled_from((GARDENS, f"{DISTRICT}-GOV", LAMPS)), st.just(WORDS), st.none() | numbers
    ),
    u.AnswerHelp: numbers.map(lambda no: u.AnswerHelp(no, WORDS)),
    m.SetMilestone: st.builds(m.SetMilestone, numbers, st.just(WORDS), dates),
    m.ReachMilestone: numbers.map(m.ReachMilestone),
    r.Reopen: st.just(r.Reopen(WORDS)),
    ReplaceDepartment: st.builds(ReplaceDepartment, numbers, orgs, st.just(WORDS)),
    DeclineInvitation: numbers.map(lambda no: DeclineInvitation(no, WORDS)),
    HandOver: st.just(HandOver(WORDS, PSY)),
    Object: st.builds(
        Object, numbers, st.sampled_from(("not_our_duty", "no_ground")), st.just(WORDS), st.just(WORDS),
        st.none() | st.sampled_from((LAMPS, WATER, POLICE, TELECOM)),
    ),
    RuleObjection: st.builds(
        RuleObjection, numbers, st.booleans(), st.just(WORDS), st.none() | st.sampled_from((AREA, LAMPS, TELECOM)),
        st.booleans(),
    ),
    o.IssueOrder: st.builds(
        o.IssueOrder, st.sampled_from((WATER, LAMPS, POLICE, AREA)), st.sampled_from(Grade), st.just(WORDS)
    ),
    o.AnswerOrder: numbers.map(lambda no: o.AnswerOrder(no, WORDS)),
    o.LiftOrder: numbers.map(lambda no: o.LiftOrder(no, WORDS)),
    o.AppealOrder: numbers.map(lambda no: o.AppealOrder(no, WORDS)),
    o.RuleAppeal: st.builds(o.RuleAppeal, numbers, st.sampled_from(Verdict), st.just(WORDS)),
    o.Instruct: st.builds(o.Instruct, st.just(WORDS), st.none() | numbers),
    Confer: numbers.map(lambda no: Confer(no, WORDS)),
    Acknowledge: numbers.map(Acknowledge),
    PreCheck: st.booleans().map(PreCheck),
    FileCase: st.sampled_from((*LIMIT_CLASSES, "none")).map(FileCase),
    CancelFiling: st.just(CancelFiling(WORDS)),
    Dispatch: st.builds(Dispatch, st.none() | orgs),
    PostCheck: st.booleans().map(PostCheck),
    CallBack: st.builds(
        CallBack, st.booleans(), st.booleans(), st.sampled_from(Solved), st.sampled_from(Satisfied)
    ),
    LinkReport: st.sampled_from(("hotline", "grid", "none")).map(lambda channel: LinkReport(channel, WORDS)),
    AnswerReport: numbers.map(lambda no: AnswerReport(no, WORDS)),
    UnlinkReport: numbers.map(lambda no: UnlinkReport(no, WORDS)),
    AnswerReports: st.just(AnswerReports()),
    LinkCase: st.just(LinkCase("BJ-2", "2")),
    UnlinkCase: st.just(UnlinkCase(WORDS, "2")),
    TakeLink: st.sampled_from("34").map(lambda other: TakeLink(f"BJ-{other}", other)),
    DropLink: st.sampled_from("34").map(DropLink),
    FollowMain: st.booleans().map(lambda withdrawn: FollowMain("solved", withdrawn)),
    NoteFollowed: st.sampled_from("34").map(NoteFollowed),
    v.OfferHelp: st.builds(v.OfferHelp, st.just(WORDS), st.integers(0, 2)),
    v.TakeOffer: numbers.map(v.TakeOffer),
    v.LeaveOffer: numbers.map(v.LeaveOffer),
    v.CallHelper: st.builds(
        v.CallHelper, numbers, st.sampled_from(("volunteer", "auxiliary")), st.sampled_from((COMMUNITY, AREA, ""))
    ),
    v.CloseOffer: numbers.map(v.CloseOffer),
    v.RecordHours: st.builds(v.RecordHours, numbers, st.sampled_from(("volunteer", "auxiliary")), st.integers(0, 90)),
    v.Persuade: numbers.map(lambda no: v.Persuade(no, WORDS)),
    ra.RateDepartment: st.builds(ra.RateDepartment, numbers, scores, scores, scores, st.integers(0, 12)),
    ra.RateRaiser: st.builds(ra.RateRaiser, numbers, scores),
    ra.RecordVoice: st.builds(ra.RecordVoice, numbers, st.sampled_from(Rater), scores, st.integers(0, 30)),
    ra.AdvisePersonnel: numbers.map(lambda no: ra.AdvisePersonnel(no, WORDS)),
    mt.CallMeeting: st.builds(
        mt.CallMeeting, st.sampled_from(MeetingForm), st.just(WORDS), instants, st.sampled_from(((), (POLICE, GARDENS)))
    ),
    mt.HoldMeeting: st.builds(mt.HoldMeeting, numbers, st.just(SEATS), st.just(WORDS), st.just(WORDS), st.booleans()),
    mt.CancelMeeting: numbers.map(lambda no: mt.CancelMeeting(no, WORDS)),
    mt.DecideTask: st.builds(mt.DecideTask, numbers, orgs, instants, st.just(WORDS)),
    mt.PublishMeeting: numbers.map(mt.PublishMeeting),
    c.Tick: st.just(c.Tick()),
    c.MarkCalled: st.lists(numbers, max_size=3).map(lambda nos: c.MarkCalled(tuple(nos))),
    c.WindUp: st.just(c.WindUp()),
    Adopt: st.just(Adopt()),
    c.Raise: st.just(raise_command("emergency", rules=RULES.pack.ref)),
    c.RaiseTopic: st.just(topic_command(rules=RULES.pack.ref)),
}
MOVING = (c.Claim, c.ReportIn, c.Submit, c.Release, RuleObjection)
FORWARD = (c.Approve, c.Claim, c.ReportIn, c.Submit, c.CheckPass)
JUMPS = (
    timedelta(0), MICRO, timedelta(minutes=1), timedelta(minutes=7), timedelta(minutes=31), timedelta(hours=3),
    timedelta(days=1), timedelta(days=3), timedelta(days=12),
)  # fmt: skip


DUTY = person("duty", AREA, Role.STREET_DUTY_OFFICER)
"""A second insider of the sub-district: a sensitive case that its leader handled is checked by somebody else."""
EVERYBODY = (*PEOPLE, CALLER, CLERK, CLERK2, GRID2, STATION, DUTY)
ON_THE_WAY = (c.Approve, c.Withdraw, c.CheckPass, c.CheckFail, PreCheck, FileCase, CancelFiling, Dispatch, PostCheck)
"""One of these, or a task's own, moves an open case on."""


def _at(step):
    return lambda s: s.annex.grid.step is step and s.status is Status.PENDING_APPROVAL


OWED = {
    "call_back": lambda s: not s.annex.call_back.settled and not s.annex.call_back.asked,
    "call": lambda s: s.annex.call_back.asked,
    "pre_check": _at(Filing.PRE_CHECK),
    "filing": _at(Filing.FILING),
    "dispatch": _at(Filing.DISPATCH),
    "post_check": lambda s: s.status is Status.CHECKING and post_check_of(s, s.annex.grid) is None,
    "closing": lambda s: s.status is Status.CHECKING and post_check_of(s, s.annex.grid) is not None,
    "confer": lambda _s: True,
    "acknowledge": lambda s: s.facts.nature is Nature.COMMENDATION,
}
"""Whether the act that a clock of the channels measures is still to come."""


class CaseMachine(RuleBasedStateMachine):
    """One case, from its raise to its end and beyond."""

    state: CaseState

    def __init__(self):
        super().__init__()
        self.log = []
        self.fired = set()
        self.dues = {}
        self.checked = 0

    def take(self, events):
        """Fold events as the record does, checking each as it comes."""
        for event in events:
            before = self.state if self.log else None
            self.state = evolve(before, event)
            self.log.append(event)
            assert event.at <= self.now
            if before is not None:
                assert event.at >= before.at, "an event's instant fell"
            if isinstance(event, RungFired):
                self.check_fired(before, event)

    def check_fired(self, before, event):
        """A rung fires once per generation, on a running clock, dated at its due instant or when the clock was set."""
        identity = (event.key, event.generation, event.rung)
        assert identity not in self.fired
        voided = event.rung in before.clock(event.key).spec.voids
        if event.key.startswith("claim") and not voided:  # given back, it runs on: a generation is not a new ladder
            assert (event.key, event.rung) not in {(key, code) for key, _, code in self.fired}
        self.fired.add(identity)
        clock = before.clock(event.key)
        assert clock.is_open
        assert clock.spec.generation == event.generation
        spec = clock.spec
        mark = next(r for r in spec.rungs if r.code == event.rung)
        assert event.at == max(mark.at, spec.set_at)
        assert event.at < self.now

    @initialize(
        kind=st.sampled_from(KINDS), limit_class=st.sampled_from(LIMIT_CLASSES), start=st.sampled_from(STARTS),
        others=st.lists(st.sampled_from(COMPANIONS), max_size=2, unique_by=lambda p: p.org),
        agreed=st.none() | st.sampled_from((MICRO, timedelta(minutes=5), timedelta(days=2))),
        raiser=st.sampled_from((STAFF, GRID)), head_start=st.lists(st.integers(0, 30), max_size=12),
        ahead=st.sampled_from((FORWARD[:-1], FORWARD[1:-1])), lent=st.booleans(), sensitive=st.booleans(),
        joint=st.sampled_from(((), (FAR,), (OTHER_AREA,))),
    )  # fmt: skip
    def raise_case(self, kind, limit_class, start, others, agreed, raiser, head_start, ahead, lent, sensitive, joint):
        """Raise a case and let it come some way, so that late states are reached as often as early ones."""
        self.now = start
        appointment = start + agreed if agreed and RULES.pack.kinds[kind].appointment else None
        given = {"limit_class": limit_class, "appointment": appointment, "rules": RULES.pack.ref}
        command = raise_command(kind, LEAD, *others, **given, sensitive=sensitive, joint_areas=joint)
        self.take(decide(None, command, raiser, self.now, RULES))
        for step in head_start:
            self.now += timedelta(minutes=step)
            self.move_on(step, ahead)
            if lent:  # somebody of the sub-district helps the department for a moment, and may not check afterwards
                self.give(c.Assign(1, "staff2", WATER), WATER_HEAD)
                self.give(c.Assign(1, "waterman", WATER), WATER_HEAD)

    def move_on(self, choice, ahead=FORWARD):
        """Take one of the offers that lead to the end."""
        ways = [
            (a, k, t) for a in EVERYBODY for k, t in self.places(ahead) if refusal(self.state, k, t, a) is None
        ]
        if ways:
            actor, command, task = ways[choice % len(ways)]
            more = (WORDS, PHOTO, WORDS) if command is c.Submit else ()
            if command is c.CheckPass:
                more = (None, "", RULES.pack.limit_classes[self.state.facts.limit_class][-1].code)
            self.give(command(*((task.no,) if task else ()), *more), actor)

    def places(self, commands):
        """Each command with each task that it may be about."""
        return [(k, t) for k in commands for t in (self.state.tasks if on_task(k) else (None,))]

    def give(self, command, actor):
        """Give a command the way the record does; a refusal is as good as an answer."""
        self.take(catch_up(self.state, self.now, RULES))
        before = self.state
        shape = repr(before)
        try:
            events = decide(before, command, actor, self.now, RULES)
        except Refusal:
            return
        finally:
            assert repr(before) == shape, "a decision changed the state it was asked about"
        if before.is_ended:
            assert isinstance(command, (*ENDED_ACCEPT, r.Reopen))
        if isinstance(command, c.Claim):
            assert before.task(command.task).holder is None, "a claim took the task from its holder"
        self.check_decision(before, actor, events)
        self.take(events)
        if isinstance(command, Object):
            still = {k.spec: k.outcome for k in self.state.clocks}
            assert all(still[k.spec] is k.outcome for k in before.clocks if k.is_open), "objecting stopped a clock"

    def check_decision(self, before, actor, events):
        """What must hold of the events of one accepted command."""
        for event in events:
            assert event.at == self.now
            calls = before.annex.call_back  # where the citizen has spoken, the last result handed in ends the case
            if isinstance(event, CheckPassed | CheckFailed) and (calls is None or not calls.settled):
                assert all(actor.id not in t.handlers for t in before.tasks), "a handler checked"
            if isinstance(event, ReportedIn):
                clock = before.clock(f"report_in:{event.task}")
                assert event.late is (clock is not None and self.now > clock.spec.due)
            if isinstance(event, CaseClosed):
                assert (
                    before.status is Status.CHECKING or ends_elsewhere(before)
                    or any(isinstance(e, CheckOpened) for e in events)  # the citizen had said the last word before
                )  # fmt: skip
            goes_on = any(isinstance(e, CaseUnlinked) for e in events)
            if isinstance(event, ClockStarted) and event.clock.code == "claim" and event.clock.generation > 1:
                if goes_on:
                    assert event.clock.due >= before.clock(event.clock.key).spec.due
                    continue
                old = before.clock(event.clock.key).spec
                assert event.clock.due >= old.due, "giving a task back brought its due instant closer"
                assert event.clock.due == old.due or len(event.clock.moves) > len(old.moves)

    @rule(command=st.sampled_from(list(COMMANDS)).flatmap(COMMANDS.__getitem__), actor=st.sampled_from(EVERYBODY))
    def anybody_tries_anything(self, command, actor):
        self.give(command, actor)

    @rule(command=st.sampled_from(DRIVEN).flatmap(COMMANDS.__getitem__))
    def the_drive_acts(self, command):
        self.give(command, SYSTEM)

    @precondition(lambda self: not self.state.is_ended)
    @rule(choices=st.lists(st.integers(0, 30), min_size=1, max_size=3), ahead=st.sampled_from((FORWARD, FORWARD[1:])))
    def the_case_moves_on(self, choices, ahead):
        for choice in choices:
            self.move_on(choice, ahead)

    @precondition(lambda self: not self.state.is_ended)
    @rule(data=st.data(), choice=st.integers(0, 20))
    def somebody_leaves_the_straight_way(self, data, choice):
        ways = [(a, o) for a in EVERYBODY for o in offers(self.state, a) if o.command not in FORWARD]
        kinds = sorted({o.command.__name__ for _, o in ways})
        name = data.draw(st.sampled_from(kinds))
        chosen = [(a, o) for a, o in ways if o.command.__name__ == name]
        actor, offer = chosen[choice % len(chosen)]
        command = data.draw(COMMANDS[offer.command])
        if offer.entry is not None:
            command = replace(command, **{RULES_OF[offer.command].topic.field: offer.entry})
        elif any(f.name == "task" for f in fields(command)):
            command = replace(command, task=offer.task)
        if isinstance(command, c.Assign):
            command = replace(command, worker_org=self.state.task(offer.task).org)
        self.give(command, actor)

    @precondition(lambda self: self.state.status is Status.CHECKING)
    @rule(command=st.sampled_from((c.CheckPass(), c.CheckFail(WORDS))))
    def handlers_try_to_check(self, command):
        handlers = {worker for task in self.state.tasks for worker in task.handlers}
        for actor in EVERYBODY:
            if actor.id in handlers and self.state.status is Status.CHECKING:
                self.give(command, actor)

    @precondition(lambda self: any(k.spec.code == "report_in" for k in self.state.clocks if k.is_open))
    @rule(offset=st.sampled_from((timedelta(0), MICRO)))
    def a_department_arrives_at_the_last_instant(self, offset):
        spec = next(k.spec for k in self.state.clocks if k.is_open and k.spec.code == "report_in")
        self.pass_time(max(self.now, spec.due + offset), [])
        for command in (c.Claim(spec.task), c.ReportIn(spec.task)):
            for actor in EVERYBODY:
                self.give(command, actor)

    @rule(jump=st.sampled_from(JUMPS), cuts=st.lists(st.floats(0, 1), max_size=4))
    def time_passes(self, jump, cuts):
        self.pass_time(min(self.now + jump, END), cuts)

    @precondition(lambda self: due_rungs(self.state))
    @rule(
        which=st.integers(0, 3), offset=st.sampled_from((-MICRO, timedelta(0), MICRO)),
        cuts=st.lists(st.floats(0, 1), max_size=4),
    )  # fmt: skip
    def a_due_instant_comes(self, which, offset, cuts):
        waiting = due_rungs(self.state)
        target = waiting[min(which, len(waiting) - 1)][0] + offset
        if target >= self.now:
            self.pass_time(target, cuts)

    def pass_time(self, target, cuts):
        """Silence is the same in one piece and in many, also cut at every due instant, and then has nothing left."""
        whole = catch_up(self.state, target, RULES)
        instants = {self.now + (target - self.now) * cut for cut in cuts}
        for at, _, _ in due_rungs(self.state):
            instants |= {i for i in (at - MICRO, at, at + MICRO) if self.now <= i <= target}
        pieces, state = [], self.state
        for instant in (*sorted(instants), target):
            part = catch_up(state, instant, RULES)
            pieces += part
            state = fold_on(state, part)
        assert tuple(pieces) == whole
        self.now = target
        self.take(whole)
        assert catch_up(self.state, self.now, RULES) == ()

    @invariant()
    def the_log_is_the_state(self):
        assert self.state.version == len(self.log)
        assert fold(self.log) == self.state
        assert self.state.at == self.log[-1].at

    @invariant()
    def everything_survives_json(self):
        assert from_plain(CaseState, json.loads(json.dumps(to_plain(self.state)))) == self.state
        for event in self.log[self.checked :]:
            assert unseal(event_name(event), json.loads(json.dumps(to_plain(event)))) == event
        self.checked = len(self.log)

    @invariant()
    def one_lead_and_one_holder(self):
        leads = [t for t in self.state.tasks if t.role is TaskRole.LEAD and not t.is_gone]
        approved = self.state.status is not Status.PENDING_APPROVAL and self.state.result != "refused"
        assert len(leads) <= 1
        if self.state.facts.nature is Nature.COMMENDATION or self.state.result == "not_filed":
            assert not leads, "there is nothing to handle"
        elif self.state.status is Status.CLOSED or (approved and not self.state.is_ended):
            assert len(leads) == 1
        for task in self.state.tasks:
            assert (task.before is not None) is (task.state is TaskState.OBJECTED)
            if task.stands is TaskState.READY:
                assert task.holder is None
            if task.stands in {TaskState.CLAIMED, TaskState.ON_SCENE, TaskState.SUBMITTED}:
                assert task.holder is not None
                assert task.holder in task.handlers

    @invariant()
    def clocks_run_only_on_living_duties(self):
        state = self.state
        assert len({k.spec.key for k in state.clocks}) == len(state.clocks)
        for clock in state.clocks:
            spec = clock.spec
            assert spec.started_at <= spec.set_at
            assert spec.due >= spec.started_at
            assert [r.at for r in spec.rungs] == sorted(r.at for r in spec.rungs)
            assert set(clock.fired) <= {r.code for r in spec.rungs}
            if clock.outcome is Outcome.PAUSED and not state.annex.suspensions:
                assert state.annex.main is not None, "stands still, but nothing holds it"
            if not clock.is_live:
                assert clock.ended_at is not None
            if clock.outcome is Outcome.PAUSED and state.annex.main is not None:
                continue
            if not clock.is_live:
                continue
            assert state.annex.main is None or not clock.is_open or state.is_ended, "runs in a case that stands still"
            assert not state.is_ended or spec.code == "appeal"
            stopped = any(e.is_running and e.task in (None, spec.task) for e in state.annex.suspensions)
            held = stopped or state.annex.main is not None
            assert held or clock.is_open, f"{spec.key} stands still, but nothing is suspended"
            assert not (stopped and clock.is_open and spec.code in PAUSES), f"{spec.key} runs in a suspended case"
            assert self.owes(spec), f"{spec.key} runs, but nobody owes it"

    def owes(self, spec):  # noqa: C901, PLR0911 - one answer for each sort of clock
        """Whether the act that a clock measures is still to come."""
        if spec.code == "approval":
            return self.state.awaiting_approval
        if spec.code == "check":
            return self.state.status is Status.CHECKING
        if spec.code in OWED:
            return OWED[spec.code](self.state)
        annex = self.state.annex
        if spec.code in {"extension", "suspension_answer"}:
            requests = annex.extensions if spec.code == "extension" else annex.suspensions
            return any(e.task == spec.task and e.state in OPEN_REQUESTS for e in requests)
        if spec.code == "suspension":
            return any(e.task == spec.task and e.is_running for e in annex.suspensions)
        if spec.code == "help":
            return any(h.task == spec.task and h.answered_at is None for h in annex.helps)
        if spec.code == "milestone":
            return any(str(e.no) == spec.stage and e.reached_at is None for e in annex.milestones)
        orders = {order.clock: order for order in self.state.annex.orders}
        if spec.code == "order":
            return orders[spec.key].stands and orders[spec.key].answered_at is None
        if spec.code == "appeal":
            return any(x.appeal and not x.appeal.verdict and f"appeal:-:{x.no}" == spec.key for x in orders.values())
        if spec.code == "meeting":
            return any(x.clock == spec.key and not x.held_at and not x.cancelled_at for x in self.state.annex.meetings)
        task = self.state.task(spec.task)
        if spec.code == "ruling":
            return task.state is TaskState.OBJECTED
        return task.is_duty and task.stands in {
            "claim": {TaskState.READY},
            "report_in": {TaskState.READY, TaskState.CLAIMED},
            "handle": {TaskState.READY, TaskState.CLAIMED, TaskState.ON_SCENE},
            "lease": {TaskState.CLAIMED},
        }[spec.code]

    @invariant()
    def the_plan_is_sorted_and_never_a_dead_end(self):
        steps, state = plan(self.state), self.state
        assert [s.at for s in steps] == sorted(s.at for s in steps)
        assert len({s.key for s in steps}) == len(steps)
        if state.is_ended:
            alarmed = state.escalation > 0 or state.supervision > 0
            first = [StepCode.WIND_UP] if alarmed and not state.wound_up else []
            first += [StepCode.ANSWER] * bool(waiting(state)) + [StepCode.FOLLOW] * bool(followers(state))
            assert [s.code for s in steps if not s.key.startswith("appeal")] == first
            assert state.at_rest or any(s.key.startswith("appeal") for s in steps) or not due_rungs(state)
            return
        if state.annex.main is not None:
            assert not steps, "the drive owes nothing to a case that stands still"
            assert any(refusal(state, UnlinkCase, None, actor) is None for actor in EVERYBODY)
            return
        assert any(k.is_open for k in state.clocks), "open, but no clock runs"
        if state.annex.call_back is not None and state.status is Status.CHECKING:
            return  # the citizen is called when the limit ends; by a person then, and its clock runs
        assert any(
            refusal(state, command, task, actor) is None
            for actor in EVERYBODY
            for command, task in [(each, None) for each in (*ON_THE_WAY, c.Approve, c.Withdraw, c.CheckPass)]
            + [(command, t) for t in state.tasks for command in (*MOVING, Acknowledge)]
        ) or any(refusal(state, p.Resume, None, DESK, e) is None for e in state.annex.suspensions), "a dead end"

    @invariant()
    def every_suspension_has_an_end(self):
        running = [e for e in self.state.annex.suspensions if e.is_running]
        assert (self.state.status is Status.SUSPENDED) is any(e.task is None for e in running)
        for entry in running:
            clock = self.state.clock(p.end_key(entry))
            assert clock.is_open
            assert clock.spec.due == entry.until
            assert "resume" in {rung.code for rung in clock.spec.rungs} - set(clock.fired)
            assert entry.until >= self.now or self.state.at < entry.until

    @invariant()
    def no_more_is_granted_than_the_rules_allow(self):
        for kind, entries in (("extension", self.state.annex.extensions), ("suspension", self.state.annex.suspensions)):
            granted = Counter(e.task for e in entries if e.state is Request.GRANTED)
            assert max(granted.values(), default=0) <= getattr(RULES.pack.parts, kind).most

    @invariant()
    def every_objection_has_its_ruling_before_it(self):
        waiting = [t.no for t in self.state.tasks if t.state is TaskState.OBJECTED]
        rungs = {k.spec.task: k.spec.rungs for k in self.state.clocks if k.spec.code == "ruling" and k.is_live}
        assert sorted(rungs) == sorted(waiting)
        assert all(any(r.action == "uphold" for r in rungs[no]) for no in waiting)

    @invariant()
    def every_no_show_follows_its_rung(self):
        for before, event in zip(self.log, self.log[1:], strict=False):
            if isinstance(event, NoShowMarked):
                assert isinstance(before, RungFired)
                assert before.at == event.at


    def teardown(self):
        """From wherever a life has come to a closing is reached by what somebody may do; then every clock has ended."""
        if not self.log:
            return
        self.take(catch_up(self.state, self.now, RULES))
        way = Way(self.state, self.now, RULES, EVERYBODY)
        way.go()
        assert way.state.is_ended
        self.every_clock_has_one_end(way.state, [*self.log, *way.log])

    def every_clock_has_one_end(self, state, log):
        """At rest nothing runs, and each clock that was started ended once, or a newer generation took its place."""
        started, ended = [], Counter()
        for event in log:
            if isinstance(event, ClockStarted):
                started.append((event.clock.key, event.clock.generation))
            elif isinstance(event, ClockEnded):
                ended[event.key, event.generation] += 1
        assert len(set(started)) == len(started), "started twice"
        assert set(ended) <= set(started)
        assert max(ended.values(), default=1) == 1, "ended twice"
        last = {clock.spec.key: clock.spec.generation for clock in state.clocks}
        left = [(key, no) for key, no in started if (key, no) not in ended and no == last[key]]
        assert left == [], "the case is at rest, but these were never ended"
        assert not [clock.spec.key for clock in state.clocks if clock.is_live]


def ends_elsewhere(state):
    """The cases that close without a check: not filed, praise, linked to another one, settled by the citizen."""
    filing = state.annex.grid is not None and state.status is Status.PENDING_APPROVAL
    spoken = state.annex.call_back is not None and state.annex.call_back.settled
    return filing or spoken or state.facts.nature is Nature.COMMENDATION or state.annex.main is not None


def fold_on(state, events):
    for event in events:
        state = evolve(state, event)
    return state


TestCaseMachine = CaseMachine.TestCase
