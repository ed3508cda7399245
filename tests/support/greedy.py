"""The straight way: from any open state of a case to its end, by commands that somebody is allowed to give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain import commands as c
from domain.actors import SYSTEM, Role
from domain.authority import GRANTS
from domain.case import TaskState
from domain.channels import Satisfied, Solved
from domain.chapters.call_back import CallBack
from domain.chapters.channel import Acknowledge
from domain.chapters.coordination import ReplaceDepartment
from domain.chapters.grid import CancelFiling, Dispatch, FileCase, PostCheck, PreCheck
from domain.chapters.linking import NoteFollowed, UnlinkCase
from domain.chapters.objection import RuleObjection
from domain.chapters.orders import RuleAppeal
from domain.chapters.reports import AnswerReports
from domain.chapters.suspension import Resume
from domain.decide import catch_up, decide
from domain.decide.escalation import next_rung
from domain.errors import Refusal
from domain.evolve import fold
from domain.supervision import Verdict
from domain.text import Text
from tests.support.cases import MICRO, PHOTO, POLICE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from domain.actors import Actor
    from domain.case import CaseState
    from domain.commands import Command
    from domain.events import Event
    from domain.rulepack import Rules

SAID = Text("words")
MOST = 120
"""Steps in which a case that can be closed is closed: a few for each of its tasks, and the waits between."""


class Way:
    """Goes on with a case until it rests.

    Attributes:
        log: The events of the way.
        steps: Commands given, and how often it had to wait for something to become due.
    """

    def __init__(self, state: CaseState, now: datetime, rules: Rules, people: Iterable[Actor]) -> None:
        """Begin in a state in which nothing is due."""
        self.state, self.now, self.rules, self.people = state, now, rules, tuple(people)
        self.log: list[Event] = []
        self.steps: list[str] = []
        self._posted: dict[type, tuple[Actor, ...]] = {}

    def go(self) -> None:
        """Go on until the case has ended and nothing of it runs any more."""
        for _ in range(MOST):
            if self.state.at_rest and not self._step(_afterwards(self.state)):
                return
            if not self.state.at_rest and not self._step(_onward(self.state, self.rules)):
                self._wait()
        msg = f"{self.state.status} after {MOST} steps: {self.steps[-12:]}"
        raise AssertionError(msg)

    def _step(self, commands: Iterator[Command]) -> bool:
        """Give the first command that somebody may give and that changes something."""
        for command in commands:
            for actor in self._able(type(command)):
                if self._given(command, actor):
                    self.steps.append(type(command).__name__)
                    return True
        return False

    def _able(self, command: type) -> tuple[Actor, ...]:
        """Return who has a post that some grant of the command names."""
        if command not in self._posted:
            grants = GRANTS[command]
            roles = frozenset[Role]().union(*(g.roles.union(*g.elsewhere.values()) for g in grants))
            self._posted[command] = tuple(actor for actor in (SYSTEM, *self.people) if actor.has(*roles))
        return self._posted[command]

    def _given(self, command: Command, actor: Actor) -> bool:
        try:
            events = decide(self.state, command, actor, self.now, self.rules)
        except Refusal:
            return False
        self._take(events)
        return bool(events)

    def _wait(self) -> None:
        """Let time pass to the next instant at which something happens by itself."""
        coming = next_rung(self.state)
        assert coming is not None, f"a dead end: nobody may do anything, and nothing is due; {self.steps[-12:]}"
        self.now = max(self.now, coming[0] + MICRO)
        self._take(catch_up(self.state, self.now, self.rules))
        self.steps.append(f"wait for {coming[1].key}/{coming[2].code}")

    def _take(self, events: tuple[Any, ...]) -> None:
        self.state = fold(events, self.state)
        self.log += events


def _onward(state: CaseState, rules: Rules) -> Iterator[Command]:
    """Yield what may bring a case nearer to its end, what stands in its way first."""
    if state.is_ended:
        yield from (RuleAppeal(order.no, Verdict.DISMISSED, SAID) for order in state.annex.orders if order.appeal)
        return
    if state.annex.main is not None:
        yield UnlinkCase(SAID, state.annex.main.case_id)
    yield from (Resume(entry.no, SAID) for entry in state.annex.suspensions if entry.is_running)
    yield from (RuleObjection(t.no, False, SAID) for t in state.tasks if t.state is TaskState.OBJECTED)
    yield from (c.Approve(), PreCheck(found=True), FileCase("water_cover_danger"), CancelFiling(SAID), Dispatch())
    for task in state.tasks:
        yield Acknowledge(task.no)
        yield from (c.Claim(task.no), c.ReportIn(task.no), c.Submit(task.no, SAID, PHOTO, SAID))
    yield PostCheck(passed=True)
    yield c.CheckPass(SAID, "", rules.pack.limit_classes[state.facts.limit_class][-1].code)
    yield CallBack(valid=True, contacted=True, solved=Solved.YES, satisfied=Satisfied.SATISFIED)
    if state.annex.grid is not None and state.annex.grid.post is False:
        yield c.CheckFail(SAID)
    for task in state.duties():  # whom nobody can act for: of a sensitive case the ordinary staff of a unit see nothing
        if task.stands in {TaskState.READY, TaskState.CLAIMED, TaskState.ON_SCENE}:
            yield from (c.Release(task.no, SAID), ReplaceDepartment(task.no, POLICE, SAID))


def _afterwards(state: CaseState) -> Iterator[Command]:
    """Yield what the drive still owes a case that has ended."""
    yield from (c.WindUp(), AnswerReports())
    yield from (NoteFollowed(link.case_id) for link in state.annex.linked if not link.followed)


