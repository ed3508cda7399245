"""The matrix: what becomes of every command in every state for every role, found by asking the rules themselves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, get_args

from domain import authority
from domain.authority import GRANTS
from domain.commands import Command, Raise
from domain.decide import RULES, refusal
from tests.support.probes import first_probe, probes
from tests.support.situations import Refused, Situation, refusal_of, situations
from tests.support.stands import Stand, stands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.actors import Actor
    from domain.case import CaseState, Task

OK = "ok"
COMMANDS: tuple[type, ...] = tuple(command for command in get_args(Command) if not issubclass(command, Raise))
Where = tuple[str, str]
"""Status of the case, and state of the task or entry that the command names, else of the lead's task."""
Who = tuple[str, str, str]
"""Role, place, and what they have had to do with it."""


@dataclass
class Sheet:
    """What was found of one command.

    Attributes:
        cells: By outcome (`ok` or a reason): where, and who.
        asked: Every cell that was asked.
        fields: Reasons met because of the command's own fields, where the state would have allowed it.
    """

    cells: dict[str, dict[Where, set[Who]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    asked: set[tuple[Where, Who]] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)

    def note(self, where: Where, who: Who, outcome: str) -> None:
        """Keep one answer."""
        self.asked.add((where, who))
        self.cells[outcome][where].add(who)


@dataclass
class Matrix:
    """All sheets, by command, with the states that cases were in."""

    sheets: dict[type, Sheet]
    reached: dict[Where, int]
    lives_refused: set[Refused]
    situations: int

    @property
    def cells(self) -> int:
        """How many cells were asked."""
        return sum(len(sheet.asked) for sheet in self.sheets.values())


def build() -> Matrix:
    """Ask every command in every situation, for everybody who might give it."""
    found, refused = situations()
    matrix = Matrix({command: Sheet() for command in COMMANDS}, defaultdict(int), refused, len(found))
    ask = _Asking(matrix)
    for here in found:
        for task in here.state.tasks or (None,):
            matrix.reached[here.state.status.value, _standing_of(task)] += 1
        for command in COMMANDS:
            for task, entry in _about(command, here.state):
                ask.place(here, command, task, entry)
    return matrix


def _about(command: type, state: CaseState) -> Iterator[tuple[Task | None, Any]]:
    """Yield what a command may be about: each task or entry of the case, or the case itself."""
    topic = RULES[command].topic
    if topic is not None:
        yield from ((None if entry.task is None else state.task(entry.task), entry) for entry in topic.entries(state))
        return
    named = {f.name: f.default for f in fields(command)}
    if "task" in named:
        yield from ((task, None) for task in state.tasks)
    if named.get("task") is None:
        yield None, None


def _standing_of(task: Task | None) -> str:
    return "–" if task is None else task.state.value


def _state_of(state: CaseState, task: Task | None, entry: Any) -> str:
    if entry is None:
        return _standing_of(task if task is not None else state.lead())
    own = getattr(entry, "state", None)
    if own is not None and not callable(own):
        return str(own.value)
    past = [f.name.removesuffix("_at") for f in fields(entry) if f.name.endswith("_at") and getattr(entry, f.name)]
    past = [name for name in past if name not in {"raised", "asked", "called"}]
    return past[-1] if past else "open"


@dataclass(frozen=True, slots=True, eq=False)
class _Crowd:
    """Everybody who may stand around a case, a task or an entry, as far as authority looks at these."""

    stands: list[Stand]
    refused: dict[type, list[tuple[Who, str]]] = field(default_factory=dict)
    """By command: whom authority refuses, and why."""
    granted: dict[type, list[Stand]] = field(default_factory=dict)
    noted: set[tuple[type, Where]] = field(default_factory=set)


class _Asking:
    """Asks, and remembers what authority said where nothing that it looks at differs."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix
        self._probed: set[Any] = set()
        self._crowds: dict[Any, _Crowd] = {}
        self._numbers: dict[int, int] = {}
        self._alike: dict[Any, int] = {}
        self._said: dict[Any, str | None] = {}

    def place(self, here: Situation, command: type, task: Task | None, entry: Any) -> None:
        """Ask one command about one task, entry or case for everybody."""
        state, sheet = here.state, self._matrix.sheets[command]
        where = (state.status.value, _state_of(state, task, entry))
        crowd = self._crowd(state, task, entry)
        if command not in crowd.granted:
            self._ask_authority(crowd, here, command, task, entry)
        if (command, where) not in crowd.noted:
            crowd.noted.add((command, where))
            for who, reason in crowd.refused[command]:
                sheet.note(where, who, reason)
        for stand in crowd.granted[command]:
            reason = refusal(state, command, task, stand.actor, entry)
            sheet.note(where, stand.name, OK if reason is None else reason.value)
            if reason is None:
                self._probe(here, command, task, entry, stand.actor)

    def _crowd(self, state: CaseState, task: Task | None, entry: Any) -> _Crowd:
        facts, lead = self._facts(state), state.lead()
        key = (
            facts, tuple([t.handlers[:1] for t in state.tasks]), lead and (lead.org, lead.holder),
            task and (task.org, task.holder), getattr(entry, "org", None), getattr(entry, "by", None),
            getattr(entry, "takers", None),
        )  # fmt: skip
        if key not in self._crowds:
            self._crowds[key] = _Crowd(list(stands(state, task, entry)))
        return self._crowds[key]

    def _facts(self, state: CaseState) -> int:
        """Number what authority looks at in the facts of a case: they are asked for often, and seldom differ."""
        if id(state.facts) not in self._numbers:
            alike = replace(state.facts, id="", number="", kind="", class_code="", limit_class="", rules="", duty="",
                            parties=(), appointment=None, urgency=0, nature=None)  # fmt: skip
            self._numbers[id(state.facts)] = self._alike.setdefault(alike, len(self._alike))
        return self._numbers[id(state.facts)]

    def _ask_authority(self, crowd: _Crowd, here: Situation, command: type, task: Task | None, entry: Any) -> None:
        about = task if task is not None else here.state.lead() if RULES[command].by_lead else None
        ground = (command, self._facts(here.state), about and (about.org, about.holder))
        refused, fitting = crowd.refused.setdefault(command, []), crowd.granted.setdefault(command, [])
        for stand in crowd.stands:
            actor = stand.actor
            key = (*ground, stand.role, actor.org, about is not None and about.holder == actor.id)
            if key not in self._said:
                fits = authority.granted(actor, command, here.state.facts, about)
                self._said[key] = None if fits else refusal_of(here, first_probe(command, task, entry), actor)
                assert fits or self._said[key], f"{command.__name__} was accepted without a grant: {stand}"
            reason = self._said[key]
            if reason is None:
                fitting.append(stand)
            else:
                refused.append((stand.name, reason))

    def _probe(self, here: Situation, command: type, task: Task | None, entry: Any, actor: Actor) -> None:
        """Give a command that the state allows with various fields, once for each sort of case and state."""
        facts = here.state.facts
        standing = _state_of(here.state, task, entry)
        key = (command, here.state.status, standing, facts.kind, here.state.rules_ref, facts.channel)
        if key in self._probed:
            return
        self._probed.add(key)
        for probe in probes(command, task, entry, here):
            reason = refusal_of(here, probe, actor)
            if reason is not None:
                self._matrix.sheets[command].fields.add(reason)


def granted_to(command: type) -> list[str]:
    """Return the roles that some grant of a command names, in their order."""
    roles = {role for grant in GRANTS[command] for group in (grant.roles, *grant.elsewhere.values()) for role in group}
    return sorted(role.value for role in roles)
