"""The pure core as a state machine: random people, random commands, time passing; the invariants of design 6 hold."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import commands as c
from domain.actors import SYSTEM
from domain.case import CaseState, Party, Status, TaskRole, TaskState
from domain.chapters import orders as o
from domain.chapters.adoption import Adopt
from domain.codec import event_name, from_plain, to_plain, unseal
from domain.decide import RULES as RULES_OF
from domain.decide import catch_up, decide, refusal
from domain.decide.escalation import due_rungs
from domain.errors import Refusal
from domain.events import (
    CaseClosed,
    CheckFailed,
    CheckPassed,
    ClockStarted,
    NoShowMarked,
    ReportedIn,
    RungFired,
    Text,
)  # fmt: skip
from domain.evolve import evolve, fold
from domain.offers import offers
from domain.plan import StepCode, plan
from domain.rulepack import Quorum
from domain.supervision import Grade, Verdict
from tests.support.cases import (
    AREA,
    COMMUNITY,
    GARDENS,
    GRID,
    LAMPS,
    LEAD,
    MICRO,
    PEOPLE,
    POLICE,
    STAFF,
    WATER,
    WATER_HEAD,
    desk_rules,
    raise_command,
    rules2,
    with_kind,
)  # fmt: skip

KINDS = ("public_request", "key_work", "joint_enforcement", "emergency", "work")
COMMON = {code: rule for code, rule in rules2().pack.kinds["emergency"].clocks.items() if code in {"order", "appeal"}}
RULES = with_kind(rules2(), desk_rules(quorum=Quorum("any"), clocks=COMMON).pack.kinds["work"])
"""The rule pack as shipped, with one kind more: no report-in, and a lease that returns idle tasks."""

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
    Party(COMMUNITY, TaskRole.ASSIST), Party(LAMPS, TaskRole.INFORM),
)  # fmt: skip
DRIVEN = (c.Tick, c.MarkCalled, c.WindUp, Adopt)
ENDED_ACCEPT = (*DRIVEN, o.AppealOrder, o.RuleAppeal)
WORDS = Text("words")

numbers = st.integers(1, 5)
orgs = st.sampled_from((LAMPS, POLICE, COMMUNITY, GARDENS))
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
    c.Submit: numbers.map(lambda no: c.Submit(no, WORDS)),
    c.CheckPass: st.just(c.CheckPass()),
    c.CheckFail: st.lists(numbers, max_size=2).map(lambda nos: c.CheckFail(WORDS, tuple(nos))),
    c.AddDepartment: st.builds(c.AddDepartment, orgs, st.sampled_from(TaskRole)),
    c.Urge: numbers.map(c.Urge),
    c.Release: numbers.map(lambda no: c.Release(no, WORDS)),
    c.Withdraw: st.just(c.Withdraw(WORDS)),
    o.IssueOrder: st.builds(
        o.IssueOrder, st.sampled_from((WATER, LAMPS, POLICE, AREA)), st.sampled_from(Grade), st.just(WORDS)
    ),
    o.AnswerOrder: numbers.map(lambda no: o.AnswerOrder(no, WORDS)),
    o.LiftOrder: numbers.map(lambda no: o.LiftOrder(no, WORDS)),
    o.AppealOrder: numbers.map(lambda no: o.AppealOrder(no, WORDS)),
    o.RuleAppeal: st.builds(o.RuleAppeal, numbers, st.sampled_from(Verdict), st.just(WORDS)),
    o.Instruct: st.builds(o.Instruct, st.just(WORDS), st.none() | numbers),
    c.Tick: st.just(c.Tick()),
    c.MarkCalled: st.lists(numbers, max_size=3).map(lambda nos: c.MarkCalled(tuple(nos))),
    c.WindUp: st.just(c.WindUp()),
    Adopt: st.just(Adopt()),
    c.Raise: st.just(raise_command("emergency", rules=RULES.pack.ref)),
}
FORWARD = (c.Approve, c.Claim, c.ReportIn, c.Submit, c.CheckPass)
JUMPS = (
    timedelta(0), MICRO, timedelta(minutes=1), timedelta(minutes=7), timedelta(minutes=31), timedelta(hours=3),
    timedelta(days=1), timedelta(days=3), timedelta(days=12),
)  # fmt: skip


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
        if event.key.startswith("claim"):  # given back, the clock runs on: a new generation is not a new ladder
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
        ahead=st.sampled_from((FORWARD[:-1], FORWARD[1:-1])), lent=st.booleans(),
    )  # fmt: skip
    def raise_case(self, kind, limit_class, start, others, agreed, raiser, head_start, ahead, lent):
        """Raise a case and let it come some way, so that late states are reached as often as early ones."""
        self.now = start
        appointment = start + agreed if agreed and RULES.pack.kinds[kind].appointment else None
        given = {"limit_class": limit_class, "appointment": appointment, "rules": RULES.pack.ref}
        command = raise_command(kind, LEAD, *others, **given)
        self.take(decide(None, command, raiser, self.now, RULES))
        for step in head_start:
            self.now += timedelta(minutes=step)
            self.move_on(step, ahead)
            if lent:  # somebody of the sub-district helps the department for a moment, and may not check afterwards
                self.give(c.Assign(1, "staff2", WATER), WATER_HEAD)
                self.give(c.Assign(1, "waterman", WATER), WATER_HEAD)

    def move_on(self, choice, ahead=FORWARD):
        """Take one of the offers that lead to the end."""
        ways = [(a, o) for a in PEOPLE for o in offers(self.state, a) if o.command in ahead]
        if ways:
            actor, offer = ways[choice % len(ways)]
            note = (WORDS,) if offer.command is c.Submit else ()
            self.give(offer.command(*((offer.task,) if offer.task else ()), *note), actor)

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
            assert isinstance(command, ENDED_ACCEPT)
        if isinstance(command, c.Claim):
            assert before.task(command.task).holder is None, "a claim took the task from its holder"
        self.check_decision(before, actor, events)
        self.take(events)

    def check_decision(self, before, actor, events):
        """What must hold of the events of one accepted command."""
        for event in events:
            assert event.at == self.now
            if isinstance(event, CheckPassed | CheckFailed):
                assert all(actor.id not in t.handlers for t in before.tasks), "a handler checked"
            if isinstance(event, ReportedIn):
                clock = before.clock(f"report_in:{event.task}")
                assert event.late is (clock is not None and self.now > clock.spec.due)
            if isinstance(event, CaseClosed):
                assert before.status is Status.CHECKING
            if isinstance(event, ClockStarted) and event.clock.code == "claim" and event.clock.generation > 1:
                old = before.clock(event.clock.key).spec
                assert event.clock.due == old.due, "giving a task back moved its due instant"

    @rule(command=st.sampled_from(list(COMMANDS)).flatmap(COMMANDS.__getitem__), actor=st.sampled_from(PEOPLE))
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
        ways = [(a, o) for a in PEOPLE for o in offers(self.state, a) if o.command not in FORWARD]
        kinds = sorted({o.command.__name__ for _, o in ways})
        name = data.draw(st.sampled_from(kinds))
        chosen = [(a, o) for a, o in ways if o.command.__name__ == name]
        actor, offer = chosen[choice % len(chosen)]
        command = data.draw(COMMANDS[offer.command])
        if offer.entry is not None:
            command = replace(command, **{RULES_OF[offer.command].topic.field: offer.entry})
        elif offer.task is not None:
            command = replace(command, task=offer.task)
        if isinstance(command, c.Assign):
            command = replace(command, worker_org=self.state.task(offer.task).org)
        self.give(command, actor)

    @precondition(lambda self: self.state.status is Status.CHECKING)
    @rule(command=st.sampled_from((c.CheckPass(), c.CheckFail(WORDS))))
    def handlers_try_to_check(self, command):
        handlers = {worker for task in self.state.tasks for worker in task.handlers}
        for actor in PEOPLE:
            if actor.id in handlers and self.state.status is Status.CHECKING:
                self.give(command, actor)

    @precondition(lambda self: any(k.spec.code == "report_in" for k in self.state.clocks if k.is_open))
    @rule(offset=st.sampled_from((timedelta(0), MICRO)))
    def a_department_arrives_at_the_last_instant(self, offset):
        spec = next(k.spec for k in self.state.clocks if k.is_open and k.spec.code == "report_in")
        self.pass_time(max(self.now, spec.due + offset), [])
        for command in (c.Claim(spec.task), c.ReportIn(spec.task)):
            for actor in PEOPLE:
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
        leads = [t for t in self.state.tasks if t.role is TaskRole.LEAD]
        approved = self.state.status is not Status.PENDING_APPROVAL and self.state.result != "refused"
        assert len(leads) <= 1
        if self.state.status is Status.CLOSED or (approved and not self.state.is_ended):
            assert len(leads) == 1
            assert leads[0].state is not TaskState.RELEASED
        for task in self.state.tasks:
            if task.state is TaskState.READY:
                assert task.holder is None
            if task.state in {TaskState.CLAIMED, TaskState.ON_SCENE, TaskState.SUBMITTED}:
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
            if not clock.is_open:
                assert clock.ended_at is not None
                continue
            assert not state.is_ended or spec.code == "appeal"
            assert self.owes(spec), f"{spec.key} runs, but nobody owes it"

    def owes(self, spec):
        """Whether the act that a clock measures is still to come."""
        if spec.code == "approval":
            return self.state.awaiting_approval
        if spec.code == "check":
            return self.state.status is Status.CHECKING
        orders = {order.clock: order for order in self.state.annex.orders}
        if spec.code == "order":
            return orders[spec.key].stands and orders[spec.key].answered_at is None
        if spec.code == "appeal":
            return any(x.appeal and not x.appeal.verdict and f"appeal:-:{x.no}" == spec.key for x in orders.values())
        task = self.state.task(spec.task)
        return task.is_duty and task.state in {
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
            assert [s.code for s in steps if not s.key.startswith("appeal")] == first
            assert state.at_rest or any(s.key.startswith("appeal") for s in steps) or not due_rungs(state)
            return
        assert any(k.is_open for k in state.clocks), "open, but no clock runs"
        assert any(
            refusal(state, command, task, actor) is None
            for actor in PEOPLE
            for command, task in [(c.Approve, None), (c.Withdraw, None), (c.CheckPass, None)]
            + [(command, t) for t in state.tasks for command in (c.Claim, c.ReportIn, c.Submit, c.Release)]
        ), "open, but nobody can move it on"

    @invariant()
    def every_no_show_follows_its_rung(self):
        for before, event in zip(self.log, self.log[1:], strict=False):
            if isinstance(event, NoShowMarked):
                assert isinstance(before, RungFired)
                assert before.at == event.at


def fold_on(state, events):
    for event in events:
        state = evolve(state, event)
    return state


TestCaseMachine = CaseMachine.TestCase
