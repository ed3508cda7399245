"""Processes: what lives for a while beside the cases (督查, publications, periods); one small form for all kinds."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from uuid import UUID, uuid5

from domain.actors import SYSTEM, Actor, Role
from domain.authority import Grant, Relation
from domain.errors import Reason, Refusal
from domain.organisations import area_of, district_of, is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from domain.addresses import Notice
    from domain.rulepack import Rules

_NAMES = UUID("6f1b3c1e-5d0a-5c39-9d0b-8d1a3f0c7e11")
"""Name space of the ids that are made from a name."""


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """What was fixed when a process was opened.

    Attributes:
        name: Unique within its kind: the number, or the period a job is keyed by, so that it is opened once.
        district: Six digits, or None for the whole installation.
        rules: `name/version` of the rule pack that judges it; None if it needs none.
    """

    id: str
    kind: str
    name: str
    district: str | None
    rules: str | None
    opened_by: str
    opened_at: datetime


class ProcessState(Protocol):
    """What the state of every kind has: a frozen dataclass as the fold of its events."""

    @property
    def facts(self) -> ProcessFacts:
        """What never changes."""

    @property
    def version(self) -> int:
        """Number of events folded in."""

    @property
    def at(self) -> datetime:
        """Business instant of the last event; never falls."""

    @property
    def status(self) -> str:
        """Where it stands; a value of the kind's own enumeration."""

    @property
    def closed_at(self) -> datetime | None:
        """When it ended; None while it lives."""


class ProcessCommand:
    """Base of every command on a process; by it the record knows that no case is meant."""

    __slots__ = ()


class Opening(ProcessCommand):
    """Base of the commands that open a process; these fields become its facts, the record fills in the id."""

    __slots__ = ()

    id: str
    name: str
    district: str | None
    rules: str | None


@dataclass(frozen=True, slots=True)
class Tick(ProcessCommand):
    """Let time pass: whatever is due by now happens; by the drive and the watchdog."""


@dataclass(frozen=True, slots=True)
class ProcessStep:
    """One owed or coming step.

    Attributes:
        key: Identity within the process; its event takes it from the plan.
        code: Names the activity, `<kind>.<code>`.
        at: Business instant: owed from the first instant after it.
        party: Whom it is about, for the operator's screen.
        at_once: Owed as soon as it stands in the plan.
        outside: Only its activity can do it (it needs more than the state); catch-up passes it over.
    """

    key: str
    code: str
    at: datetime
    party: str
    at_once: bool = False
    outside: bool = False


S = TypeVar("S", bound=ProcessState)


class ProcessDraft(Generic[S]):
    """A decision in the making: collects events and folds each at once."""

    __slots__ = ("_process", "actor", "at", "events", "rules", "state")

    state: S
    """The state with every event so far folded in; not there before the opening."""

    def __init__(self, process: Process[S], state: S | None, actor: Actor, at: datetime, rules: Rules | None) -> None:
        """Begin with the state before the command; `at` dates every event."""
        self._process = process
        if state is not None:
            self.state = state
        self.actor = actor
        self.at = at
        self.rules = rules
        self.events: list[Any] = []

    def emit(self, event: Any) -> None:
        """Add an event and fold it."""
        self.state = self._process.apply(getattr(self, "state", None), event)
        self.events.append(event)


@dataclass(frozen=True, slots=True)
class ProcessRule:
    """One command's rule.

    Attributes:
        act: Emits the events into the draft; may refuse.
        statuses: Statuses that accept the command; None for any.
        guard: Refuses with a more telling reason; looks at the state only, so that `offers` can ask it.
    """

    act: Callable[[ProcessDraft[Any], Any], None]
    statuses: frozenset[str] | None = None
    guard: Callable[[Any, Actor], None] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Process(Generic[S]):
    """One kind of process: all that the record, the drive and the border need to know of it.

    Attributes:
        kind: Its word; first part of the workflow's id and of its activities' names.
        state: Class of the state.
        events: Event classes; names in the log are the class names in snake case.
        opening: The command that opens one, a subclass of `Opening`.
        rules: Every command with its rule, the opening included; `Tick` needs none.
        grants: Who may give which command; a command that is missing is allowed to nobody.
        evolve: State before (None for the opening) and event to the state after; `version` and `at` are set by `apply`.
        steps: What is owed and coming, in any order; empty when nothing is.
        codes: Every code that a step may have.
        fire: What a step that is due by itself does; must emit an event that takes the step from the plan.
        readers: Roles that may read processes of this kind, those of their own district or of the installation.
        facts: Codes and counts of a state for the operator's screen and for lists.
        step_command: The command of an outside step that the record itself can carry out; by code.
        says: Whom an event concerns, from the event and the state after it; by class of the event.
    """

    kind: str
    state: type[S]
    events: tuple[type, ...]
    opening: type[Opening]
    rules: Mapping[type, ProcessRule]
    grants: Mapping[type, tuple[Grant, ...]]
    evolve: Callable[[S | None, Any], S]
    steps: Callable[[S], Iterable[ProcessStep]]
    codes: tuple[str, ...]
    readers: frozenset[Role]
    fire: Callable[[ProcessDraft[S], ProcessStep], None] | None = None
    facts: Callable[[S], tuple[tuple[str, str], ...]] | None = None
    step_command: Mapping[str, type[ProcessCommand]] | None = None
    says: Mapping[type, Callable[[Any, S], Iterable[Notice]]] = field(default_factory=dict)

    def apply(self, state: S | None, event: Any) -> S:
        """Fold one event: `evolve`, then count it and take its date."""
        after: Any = self.evolve(state, event)
        folded: S = replace(after, version=state.version + 1 if state is not None else 1, at=event.at)
        return folded

    def notices(self, event: Any, state: S) -> tuple[Notice, ...]:
        """Return whom an event concerns, each address once; `state` is the one after it."""
        says = self.says.get(type(event))
        return tuple(dict.fromkeys(says(event, state))) if says is not None else ()

    def fold(self, events: Iterable[Any]) -> S | None:
        """Return the state after all events; None for none."""
        state: S | None = None
        for event in events:
            state = self.apply(state, event)
        return state

    def plan(self, state: S) -> tuple[ProcessStep, ...]:
        """Return the steps in order of their instant; empty when the process owes nothing any more."""
        return tuple(sorted(self.steps(state), key=lambda step: (step.at, step.key)))

    def advance(
        self, state: S | None, command: ProcessCommand, actor: Actor, now: datetime, rules: Rules | None
    ) -> tuple[S, tuple[Any, ...], tuple[Any, ...]]:
        """Catch up, decide and fold in one go.

        Args:
            state: None only for the opening.
            now: Business instant, never before `state.at`.

        Returns:
            The state after the command, the events of silence (the system's) and those of the command (the actor's).

        Raises:
            Refusal: the rule's reason, with facts; nothing happens then.
        """
        draft = ProcessDraft(self, state, actor, now, rules)
        if state is not None:
            self._catch_up(draft, now)
            draft.actor, draft.at = actor, now
        silent = len(draft.events)
        if not isinstance(command, Tick):
            self._give(draft, None if state is None else draft.state, command)
        return draft.state, tuple(draft.events[:silent]), tuple(draft.events[silent:])

    def catch_up(self, state: S, now: datetime, rules: Rules | None) -> tuple[Any, ...]:
        """Return the events of every step whose instant lies before `now`, in order; calling again changes nothing."""
        draft = ProcessDraft(self, state, SYSTEM, now, rules)
        self._catch_up(draft, now)
        return tuple(draft.events)

    def _catch_up(self, draft: ProcessDraft[S], now: datetime) -> None:
        while (step := self._due(draft.state, now)) is not None:
            if self.fire is None:
                raise LookupError(f"{self.kind} has no rule for the step {step.key}")
            draft.actor, draft.at = SYSTEM, max(step.at, draft.state.at)
            self.fire(draft, step)
            if any(left.key == step.key and not left.outside for left in self.steps(draft.state)):
                raise LookupError(f"{self.kind}: the step {step.key} did not end")

    def _due(self, state: S, now: datetime) -> ProcessStep | None:
        return next((s for s in self.plan(state) if not s.outside and (s.at_once or s.at < now)), None)

    def _give(self, draft: ProcessDraft[S], state: S | None, command: ProcessCommand) -> None:
        rule = self.rules.get(type(command))
        if rule is None or (state is None) is not isinstance(command, Opening):
            raise Refusal(Reason.WRONG_STAGE, status=state.status if state is not None else None)
        district = command.district if isinstance(command, Opening) else draft.state.facts.district
        if not self.granted(draft.actor, type(command), district):
            raise Refusal(Reason.NOT_ALLOWED, command=type(command).__name__)
        if state is not None:
            _check(rule, state, draft.actor)
        rule.act(draft, command)

    def refusal(self, state: S, command: type, actor: Actor) -> Reason | None:
        """Tell why an actor could not give a command now, or None if it is offered to them."""
        rule = self.rules.get(command)
        if rule is None or not self.granted(actor, command, state.facts.district):
            return Reason.NOT_ALLOWED
        try:
            _check(rule, state, actor)
        except Refusal as refused:
            return refused.reason
        return None

    def granted(self, actor: Actor, command: type, district: str | None) -> bool:
        """Tell whether some grant of the command fits the actor for a process of this district."""
        return any(
            not grant.roles.isdisjoint(actor.roles) and _stands(actor, grant.relation, district)
            for grant in self.grants.get(command, ())
        )

    def sees(self, actor: Actor, state: S) -> bool:
        """Tell whether the actor may read a process; the pure twin of `adapters.db.queries.processes`."""
        reach = process_reach(actor, self)
        if reach is None:
            return False
        return reach.everything or state.facts.district in (None, reach.district)

    def commands(self) -> Collection[type]:
        """Commands of persons on an open process, in the order of the rules."""
        engine = frozenset({Role.SYSTEM})
        return [
            command
            for command in self.rules
            if command is not self.opening and any(g.roles != engine for g in self.grants.get(command, ()))
        ]


@dataclass(frozen=True, slots=True)
class ProcessReach:
    """Which processes of a kind a person reads: all, or those of a district and of the whole installation."""

    everything: bool
    district: str | None = None


_CITYWIDE = (Role.SYSTEM, Role.CITY_SUPERVISOR, Role.AUDITOR, Role.OPERATOR)


def process_reach(actor: Actor, process: Process[Any]) -> ProcessReach | None:
    """Describe the processes of a kind that the actor may read; None for none."""
    if actor.has(*_CITYWIDE):
        return ProcessReach(everything=True)
    if not actor.org or process.readers.isdisjoint(actor.roles):
        return None
    return ProcessReach(everything=False, district=district_of(actor.org))


def _stands(actor: Actor, relation: Relation, district: str | None) -> bool:
    match relation:
        case Relation.ENGINE:
            return True
        case Relation.DISTRICT:
            return bool(actor.org) and district is not None and district_of(actor.org) == district
        case Relation.INSIDE:
            return bool(actor.org) and district in (None, district_of(actor.org))
        case Relation.CITY:
            if not actor.org or district_of(actor.org) is not None:
                return False
            return district is None or is_within(district, area_of(actor.org))
        case _:
            return False


def _check(rule: ProcessRule, state: ProcessState, actor: Actor) -> None:
    if rule.guard is not None:
        rule.guard(state, actor)
    if rule.statuses is not None and state.status not in rule.statuses:
        raise Refusal(Reason.WRONG_STAGE, status=state.status)


def id_of(kind: str, name: str) -> UUID:
    """Return the id of the one process of a kind with this name, so that opening it twice gives one."""
    return uuid5(_NAMES, f"{kind}/{name}")


def facts_of(draft: ProcessDraft[Any], kind: str, command: Opening) -> ProcessFacts:
    """Make the facts of a process from the command that opens it."""
    named = (command.id, kind, command.name, command.district, command.rules)
    return ProcessFacts(*named, draft.actor.id, draft.at)


PROCESSES: dict[str, Process[Any]] = {}
"""Every kind by its word, filled by the modules of `domain/processes/`."""

OPENINGS: dict[type, Process[Any]] = {}
"""Every kind by the command that opens one."""


def register(process: Process[S]) -> Process[S]:
    """Make a kind known; its module is imported by `domain.processes`.

    Raises:
        LookupError: a kind of this word is known, an event is not dated, or a command has no grants.
    """
    if process.kind in PROCESSES:
        raise LookupError(f"two kinds of process are called {process.kind}")
    undated = [e.__name__ for e in process.events if "at" not in {f.name for f in fields(e)}]
    ungranted = [c.__name__ for c in process.rules if not process.grants.get(c)]
    if undated or ungranted:
        raise LookupError(f"{process.kind}: events without a date {undated}, commands without grants {ungranted}")
    PROCESSES[process.kind] = process
    OPENINGS[process.opening] = process
    return process
