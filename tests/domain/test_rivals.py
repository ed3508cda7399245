"""Faults that users of other systems met (features.md 5.2, 5.3, and the asks of section 3), as promises of ours.

Where each is shown, here or elsewhere:

- An edit never restarts a clock (DIGIT 5.2a, TQ 5.3): `test_no_edit_restarts_a_clock`; in whatever order people act
  `tests/domain/test_relief_properties.py::test_nothing_is_brought_closer_and_nothing_starts_anew`.
- One page of a scan is not all (DIGIT 5.2b, 1,000 clocks in one minute): `tests/e2e/test_herd.py`.
- A case that nobody is assigned to escalates (DIGIT 5.2c): `test_a_case_of_any_kind_that_nobody_takes_escalates`,
  `test_a_whistle_that_waits_for_approval_escalates_too`.
- The level that a case escalated to goes on escalating (DIGIT 5.2d):
  `test_a_case_that_nobody_takes_climbs_the_whole_ladder`.
- Entries of the audit are chained, not only signed (DIGIT 5.2e): `tests/domain/test_chain.py`.
- Screen and engine use one due function (TQ 5.3): `test_screen_and_engine_have_one_due_function`,
  `test_the_screen_explains_the_due_instant_that_the_engine_waits_for`.
- The verify clock runs too (TQ 5.3, commented out there): `test_a_check_that_nobody_makes_escalates`.
- The reopening window is one rule for screen and server (DIGIT 5.2): `test_what_the_screen_offers_the_server_accepts`.
- A supervision grade only rises until it is lifted (TQ 5.3):
  `tests/domain/test_orders.py::test_a_standing_order_only_rises`.
- No state is a dead end, every clock ends: `tests/domain/test_machine.py`, from wherever a life has come.
"""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.case import Action
from domain.clocks import Course, Limit, explain
from domain.decide import decide
from domain.events import ClockStarted, RungFired, Text
from domain.light import Light, light
from domain.notices import notices
from domain.offers import offers
from domain.plan import plan
from tests.support.cases import (
    ASSIST,
    DESK,
    LAMPMAN,
    LEAD,
    LEADER,
    MONDAY,
    PEOPLE,
    STAFF,
    SUPERVISOR,
    WATER,
    WATERMAN,
    arrived,
    handed_in,
    raised,
    rules,
    rules2,
    small_rules,
)  # fmt: skip
from tests.support.tapes import SCENARIOS

SAID = Text("说明")
TOUCHES = [
    (c.Urge(1, SAID), STAFF), (c.Urge(1), SUPERVISOR), (c.StageReport(1, SAID), WATERMAN), (c.Claim(2), LAMPMAN),
    (c.ReportIn(2), LAMPMAN),
]  # fmt: skip


def test_no_edit_restarts_a_clock():
    """DIGIT counts from the last modification, TQ from `lastDealDate`: every remark delayed the escalation."""
    life = arrived(raised(small_rules(), LEAD, ASSIST))
    before = {k.spec.key: k.spec for k in life.state.clocks if k.is_open}
    for command, actor in TOUCHES:
        life.wait(minutes=3).do(command, actor)
    for key, spec in before.items():
        assert life.clock(key).spec == spec, f"{key} was set anew"


ISSUED = [kind for kind in rules2().pack.kinds if kind not in {"assigned_work", "planning_comment"}]
"""Kinds that a sub-district raises to departments."""


@pytest.mark.parametrize(
    ("given", "kind"),
    [(given, kind) for given in (rules(), rules2()) for kind in ISSUED if kind in given.pack.kinds],
    ids=lambda value: value if isinstance(value, str) else value.pack.ref,
)
def test_a_case_of_any_kind_that_nobody_takes_escalates(given, kind):
    """DIGIT's scan passes over what has no assignee; our clocks belong to an organisation, assigned or not."""
    life = raised(given, LEAD, kind=kind)
    if life.state.awaiting_approval:
        life.wait(minutes=5).do(c.Approve(), LEADER)
    life.wait(days=12).tick()
    task = life.task(1)
    assert (task.holder, task.state) == (None, "ready")
    rungs = [e for e in life.log if isinstance(e, RungFired) and e.key == "claim:1"]
    fired = [e for e in rungs if e.action is Action.ESCALATE]
    assert fired, "silence about the claim is told above"
    assert life.state.escalation >= 1
    assert {n.org for e in fired for n in notices(e, life.state)} & {DESK.org, WATER}


def test_a_check_that_nobody_makes_escalates():
    """TQ has a limit for verifying and has its job commented out: nobody was late with a check."""
    life = handed_in(raised(rules2(), LEAD, kind="emergency", limit_class="gas_pipe_leak"))
    life.wait(days=10).tick()
    fired = [e.rung for e in life.log if isinstance(e, RungFired) and e.key == "check"]
    assert fired == ["remind", "due"]


@pytest.mark.parametrize("given", [rules(), rules2()], ids=lambda r: r.pack.ref)
def test_a_case_that_nobody_takes_climbs_the_whole_ladder(given):
    """DIGIT scans states that nobody is assigned to without an action, and never scans the level it escalates to."""
    life = raised(given, LEAD, kind="emergency", limit_class="gas_pipe_leak")
    life.wait(days=40).tick()
    fired = [(e.key.partition(":")[0], e.rung) for e in life.log if isinstance(e, RungFired)]
    ladder = life.rules.pack.kinds["emergency"].clocks
    for code in ("claim", "report_in", "handle"):
        wanted = [r.code for r in ladder[code].ladder]
        assert [rung for key, rung in fired if key == code] == wanted, f"{code}: every rung once, in order"
    levels = [e.level for e in life.log if isinstance(e, RungFired) and e.action is Action.ESCALATE]
    assert life.state.escalation == max(levels) == 4
    assert life.state.supervision >= 2


def test_a_whistle_that_waits_for_approval_escalates_too():
    life = raised(rules(), LEAD, kind="public_request")
    life.wait(days=3).tick()
    assert life.state.escalation >= 1, "the leader's silence is told to the desk"


@pytest.mark.parametrize("name", SCENARIOS)
def test_screen_and_engine_have_one_due_function(name):
    """TQ's job and its screen computed a limit differently; every due instant of ours is one function of its facts."""
    life = SCENARIOS[name]()
    calendars = {rules.calendar_ref: rules.calendar for *_, rules in life.tape}
    for event in life.log:
        if not isinstance(event, ClockStarted) or event.clock.limit == "given" or event.clock.moves:
            continue
        spec = event.clock
        assert Course(spec.started_at, Limit.parse(spec.limit), (), calendars[spec.calendar]).due == spec.due
        assert light(spec.due, spec.near_at, spec.due) is not Light.RED, "done at the due instant is in time"
        assert light(spec.due, spec.near_at, spec.due + timedelta(microseconds=1)) is Light.RED


def test_the_screen_explains_the_due_instant_that_the_engine_waits_for():
    """What a page tells of a due instant is counted again from the clock's own facts, and is the plan's instant."""
    life = arrived(raised(rules2(), LEAD, kind="emergency", limit_class="burst_pipe_staged"))
    steps = {step.key: step.at for step in plan(life.state)}
    for clock in life.state.clocks:
        spec = clock.spec
        if not clock.is_open or spec.limit == "given":
            continue
        told = explain(spec.started_at, Limit.parse(spec.limit), life.rules.calendar)
        assert (told.due, told.provisional, told.calendar) == (spec.due, spec.provisional, spec.calendar)
        at = [r for r in spec.rungs if r.at == spec.due]
        assert at
        assert all(steps[f"{spec.key}/{spec.generation}/{r.code}"] == spec.due for r in at)


def test_what_the_screen_offers_the_server_accepts():
    """DIGIT's window for reopening differed between screen and server; ours are the same rules, asked twice."""
    life = raised(rules(), LEAD, ASSIST, kind="emergency", limit_class="burst_pipe_staged")
    simple = {
        c.Approve: c.Approve(),
        c.CheckPass: c.CheckPass(),
        c.Claim: c.Claim,
        c.ReportIn: c.ReportIn,
        c.Urge: c.Urge,
    }
    for _ in range(8):
        for person in PEOPLE:
            for offer in offers(life.state, person):
                given = simple.get(offer.command)
                if given is not None:
                    command = given(offer.task) if isinstance(given, type) else given
                    decide(life.state, command, person, life.now, life.rules)
        step = next(((o, p) for p in (LEADER, WATERMAN, LAMPMAN, STAFF, DESK) for o in offers(life.state, p)
                     if o.command in (c.Approve, c.Claim, c.ReportIn)), None)  # fmt: skip
        if step is None:
            break
        offer, person = step
        life.wait(minutes=1).do(simple[offer.command](offer.task) if offer.task else c.Approve(), person)
    assert life.now > MONDAY
