"""The state machine on the other channels: the same invariants, and those of call-back and filing."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from domain.case import Status
from domain.channels import Filing, Nature, Solved
from domain.chapters.call_back import CallBack, CalledBack
from domain.chapters.grid import Dispatch, FileCase, PostCheck, PreCheck
from domain.decide import decide
from domain.events import TaskAdded
from tests.domain.test_machine import FORWARD, KINDS, LIMIT_CLASSES, RULES, STARTS, CaseMachine
from tests.support.cases import DESK, GRID, HOTLINE, LEAD, MICRO, STAFF, raise_command
from tests.support.intake import CALLER, CLERK, GRID2, LAMPS_ASSIST, PHONE, STATION, STREET_LEADS

BEGINNINGS = (
    ("hotline", HOTLINE, True), ("grid", GRID, False), ("grid", STAFF, False), ("station", STATION, True),
    ("letter", STAFF, True), ("letter", STAFF, False), ("proactive", STAFF, False),
)  # fmt: skip
"""Channel, who raises, and whether there is somebody to call back."""

AHEAD = (*FORWARD, PreCheck, FileCase, Dispatch, PostCheck)


class ChannelMachine(CaseMachine):
    """One case on a channel of the rule pack."""

    @initialize(
        beginning=st.sampled_from(BEGINNINGS), kind=st.sampled_from([k for k in KINDS if k != "work"]),
        limit_class=st.sampled_from((*LIMIT_CLASSES, "hotline_2h")), start=st.sampled_from(STARTS),
        help_=st.booleans(), praise=st.integers(0, 9).map(lambda n: n == 0), street=st.booleans(),
        head_start=st.lists(st.integers(0, 30), max_size=14),
    )  # fmt: skip
    def raise_case(self, beginning, kind, limit_class, start, help_, praise, street, head_start):
        """Raise on a channel and let the case come some way."""
        self.now = start
        channel, actor, calls = beginning
        lead = STREET_LEADS if street and channel == "hotline" else LEAD
        command = raise_command(
            kind, lead, *((LAMPS_ASSIST,) if help_ else ()), channel=channel, limit_class=limit_class,
            rules=RULES.pack.ref, reporter_phone=PHONE if calls else None,
            nature=Nature.COMMENDATION if praise else None,
        )  # fmt: skip
        self.take(decide(None, command, actor, self.now, RULES))
        for step in head_start:
            self.move_on(step, AHEAD)

    def move_on(self, choice, ahead=FORWARD):
        """Take the steps of a grid event too; the others as everybody does."""
        grid = self.state.annex.grid
        if grid is not None and self.state.status in {Status.PENDING_APPROVAL, Status.CHECKING}:
            good = choice % 5 != 0
            self.give(PreCheck(good), GRID2)
            self.give(FileCase("water_cover_danger"), CLERK)
            self.give(Dispatch(), DESK)
            self.give(PostCheck(good), GRID2)
        super().move_on(choice, ahead)

    def check_decision(self, before, actor, events):
        """A call-back comes when the limit has ended, never earlier, and never by a handler."""
        super().check_decision(before, actor, events)
        for event in events:
            if isinstance(event, CalledBack):
                assert before.annex.call_back.asked
                assert before.clock("call_back").spec.due < self.now
                assert all(actor.id not in t.handlers for t in before.tasks)

    @precondition(lambda self: self.state.annex.call_back is not None and not self.state.is_ended)
    @rule(
        answer=st.builds(CallBack, st.booleans(), st.booleans(), st.sampled_from(Solved)), jump=st.booleans()
    )
    def the_citizen_is_called(self, answer, jump):
        clock = self.state.clock("call_back")
        if clock is not None and clock.is_open and jump:
            self.pass_time(max(self.now, clock.spec.due + MICRO), [])
        self.give(answer, CALLER)

    @invariant()
    def nobody_is_called_before_the_filing(self):
        grid = self.state.annex.grid
        if grid is not None and grid.step is not Filing.DISPATCHED:
            assert not any(isinstance(event, TaskAdded) for event in self.log)

    @invariant()
    def a_case_with_a_citizen_ends_by_the_citizens_word(self):
        state, calls = self.state, self.state.annex.call_back
        if calls is None or state.status is not Status.CLOSED or state.annex.main is not None:
            return
        assert calls.settled
        assert (state.result == "solved") == (calls.solved > 0)
        assert calls.round <= RULES.pack.parts.call_back.rounds


TestChannelMachine = ChannelMachine.TestCase
