"""Cases for tests: people, rule packs, commands, and a `Life` that runs commands on a virtual clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from adapters.calendar_files import bundled_calendar
from adapters.policy_files import bundled_document, load_pack
from domain import commands as c
from domain.actors import SYSTEM, Actor, Role
from domain.calendar import DayKind, SpecialDay
from domain.case import Action, CaseState, Clock, ClockCode, Party, Task, TaskRole
from domain.clocks import Limit
from domain.decide import catch_up, decide
from domain.errors import Reason, Refusal
from domain.events import Text
from domain.evolve import evolve
from domain.rulepack import Approval, ClockRule, KindRule, Point, Quorum, RulePack, Rules, RungRule, Stage

if TYPE_CHECKING:
    from domain.commands import Command
    from domain.events import Event

MICRO = timedelta(microseconds=1)
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 2026-11-23, 09:00 in Beijing: offices are open."""

PHOTO = ("photo-1",)
"""Evidence of a result."""

AREA, OTHER_AREA = "110101001", "110101002"
DISTRICT, OTHER_DISTRICT, CITY = "110101", "110102", "110000"
WATER, LAMPS, POLICE, GARDENS = "110101-WATER", "110101-CG", "110101001-GA", "110101-YL"
COMMUNITY = "110101001001"


def person(name: str, org: str, *roles: Role) -> Actor:
    """Build an actor whose id is the name."""
    return Actor(name, org, frozenset(roles))


STAFF = person("staff", AREA, Role.STREET_STAFF)
STAFF2 = person("staff2", AREA, Role.STREET_STAFF)
LEADER = person("leader", AREA, Role.STREET_LEADER)
GRID = person("grid", AREA, Role.GRID_MEMBER)
GOVERNOR = person("governor", f"{DISTRICT}-GOV", Role.DEPT_LEADER)
DESK2 = person("desk2", f"{DISTRICT}-DESK", Role.DISTRICT_DESK)
DESK = person("desk", f"{DISTRICT}-DESK", Role.DISTRICT_DESK)
SUPERVISOR = person("supervisor", f"{DISTRICT}-SUP", Role.DISTRICT_SUPERVISOR)
CITY_SUPERVISOR = person("city", f"{CITY}-SUP", Role.CITY_SUPERVISOR)
HOTLINE = person("hotline", f"{CITY}-HOTLINE", Role.HOTLINE_AGENT)
WATERMAN = person("waterman", WATER, Role.UTILITY_WORKER)
WATERMAN2 = person("waterman2", WATER, Role.UTILITY_WORKER)
WATER_DISPATCHER = person("waterdesk", WATER, Role.DEPT_DISPATCHER)
WATER_HEAD = person("waterhead", WATER, Role.DEPT_LEADER)
LAMPMAN = person("lampman", LAMPS, Role.DEPT_WORKER)
LAMP_DISPATCHER = person("lampdesk", LAMPS, Role.DEPT_DISPATCHER)
OFFICER = person("officer", POLICE, Role.DEPT_WORKER)
POLICE_HEAD = person("policehead", f"{DISTRICT}-GA", Role.DEPT_DISPATCHER)
GARDENER = person("gardener", GARDENS, Role.DEPT_WORKER)
NEIGHBOUR = person("neighbour", COMMUNITY, Role.COMMUNITY_WORKER)
STRANGER = person("stranger", OTHER_AREA, Role.STREET_STAFF, Role.STREET_LEADER)
FOREIGN_WORKER = person("foreign", f"{OTHER_DISTRICT}-CG", Role.DEPT_WORKER, Role.DEPT_DISPATCHER)
VOLUNTEER = person("volunteer", COMMUNITY, Role.VOLUNTEER)
VOLUNTEER2 = person("volunteer2", COMMUNITY, Role.VOLUNTEER)
AUXILIARY = person("auxiliary", AREA, Role.AUXILIARY)

PEOPLE = (
    STAFF, STAFF2, LEADER, GRID, DESK, DESK2, GOVERNOR, SUPERVISOR, CITY_SUPERVISOR, HOTLINE, WATERMAN, WATERMAN2,
    WATER_DISPATCHER, WATER_HEAD, LAMPMAN, LAMP_DISPATCHER, OFFICER, POLICE_HEAD, GARDENER, NEIGHBOUR, STRANGER,
    FOREIGN_WORKER, AUXILIARY, VOLUNTEER,
)  # fmt: skip

LEAD = Party(WATER, TaskRole.LEAD)
ASSIST = Party(LAMPS, TaskRole.ASSIST)
INFORM = Party(POLICE, TaskRole.INFORM)


@cache
def rules() -> Rules:
    """Return the rules as shipped: pack `beijing/1` with the Beijing calendar."""
    return Rules(load_pack(bundled_document("beijing", 1)), bundled_calendar("beijing"))


@cache
def rules2() -> Rules:
    """Return the rules as shipped now: pack `beijing/2`, with every chapter, and the Beijing calendar."""
    return Rules(load_pack(bundled_document("beijing", 2)), bundled_calendar("beijing"))


def day_off(base: Rules, day: date, since: datetime | None = None) -> Rules:
    """Return rules with a newer calendar in which a day is a holiday, in force from `since`."""
    calendar = base.calendar
    exceptions = {**calendar.exceptions, day: SpecialDay(DayKind.HOLIDAY, "临时放假", day.year)}
    newer = replace(calendar, version=calendar.version + 1, exceptions=exceptions)
    return replace(base, calendar=newer, since=since)


def rung(code: str, action: Action, at: str | None = None, *, point: Point = Point.AT, **more: Any) -> RungRule:
    """Build a rung; `at` is its distance from the due instant."""
    to = more.pop("to", ("dispatcher", "raiser"))
    return RungRule(code, point, action, to, "test", Limit.parse(at) if at else None, **more)


LADDER = (
    rung("remind", Action.REMIND, "10 minutes continuous", point=Point.BEFORE),
    rung("due", Action.ESCALATE, level=1),
    rung("after", Action.SUPERVISE, "30 minutes continuous", point=Point.AFTER, level=2),
)
"""Ten minutes before, at, and thirty minutes after the due instant."""


def clock_rule(limit: str | None, *ladder: RungRule) -> ClockRule:
    """Build a clock rule."""
    return ClockRule(Limit.parse(limit) if limit else None, ladder, "test")


def small_rules(**changes: Any) -> Rules:
    """Build a rule pack whose limits run around the clock: claim 1 hour, report-in 2, a stage 4, check 8.

    Its one kind `work` needs no approval; limit class `plain` has one stage, `two` has two.

    Args:
        changes: Fields of `KindRule`; clocks given are added to those above, a value of None takes one away.
    """
    clocks: dict[ClockCode, ClockRule | None] = {
        ClockCode.CLAIM: clock_rule("1 hour continuous", *LADDER),
        ClockCode.REPORT_IN: clock_rule("2 hours continuous", *LADDER[:2], rung("no_show", Action.NO_SHOW), LADDER[2]),
        ClockCode.HANDLE: clock_rule(None, *LADDER),
        ClockCode.CHECK: clock_rule("8 hours continuous", *LADDER),
        **changes.pop("clocks", {}),
    }
    kept = {code: rule for code, rule in clocks.items() if rule is not None}
    fields: dict[str, Any] = {"approval": Approval.NONE, "quorum": Quorum("lead"), "report_in": True, **changes}
    kind = KindRule("work", "工作", clocks=kept, source="test", **fields)
    stages = [Stage(code, code, Limit.parse("4 hours continuous"), "done", "test") for code in ("first", "second")]
    classes = {"plain": (stages[0],), "two": tuple(stages)}
    return Rules(RulePack("small", 1, "T", 75, {"work": kind}, classes), bundled_calendar("beijing"))


def desk_rules(**changes: Any) -> Rules:
    """Build rules without report-in: a claim counts as arrival, and a lease of 3 hours returns an idle task."""
    clocks = {ClockCode.REPORT_IN: None, ClockCode.LEASE: lease("3 hours continuous")}
    return small_rules(report_in=False, clocks={**clocks, **changes.pop("clocks", {})}, **changes)


def lease(limit: str) -> ClockRule:
    """Build a lease that returns the task when it ends."""
    return clock_rule(limit, rung("return", Action.RETURN_TASK))


def raise_command(kind: str = "public_request", *parties: Party, **changes: Any) -> c.Raise:
    """Build a raise by the street `AREA`; one lead (water) unless parties are given."""
    fields: dict[str, Any] = {
        "id": "00000000-0000-7000-8000-000000000001", "number": "BJ-110101-20261123-0001", "kind": kind,
        "channel": "street", "area": AREA, "class_code": "W01", "limit_class": "default", "rules": "beijing/1",
        "parties": parties or (LEAD,), "duty": "beijing/1", "title": Text("路面冒水"),
        "description": Text("井盖旁冒水"), "place": Text("东华门大街1号"),
    }  # fmt: skip
    return c.Raise(**{**fields, **changes})


def topic_command(*parties: Party, **changes: Any) -> c.RaiseTopic:
    """Build the choice of a monthly topic from three cases."""
    plain = raise_command("key_work", *parties, **{"channel": "proactive", "class_code": "W25", **changes})
    fields = {name: getattr(plain, name) for name in c.Raise.__dataclass_fields__}
    return c.RaiseTopic(**fields, repeats=("case-1", "case-2", "case-3"), instruction=Text("一月一题，专题治理"))


class Life:
    """One case on a virtual clock; every command goes the way of the record: catch up, decide, fold.

    Attributes:
        log: Every event so far.
        tape: Every command with its instant, its actor, the reason if it was refused, and the rules; for case tapes.
    """

    def __init__(self, ruleset: Rules | None = None, now: datetime = MONDAY) -> None:
        """Begin before the raise."""
        self.rules = ruleset or rules()
        self.now = now
        self.log: list[Event] = []
        self.tape: list[tuple[datetime, Actor, Command, Reason | None, Rules]] = []
        self._state: CaseState | None = None

    @property
    def state(self) -> CaseState:
        """The state after the last event."""
        assert self._state is not None
        return self._state

    def wait(self, **delta: float) -> Life:
        """Let time pass without anybody looking; keywords of `timedelta`."""
        self.now += timedelta(**delta)
        return self

    def until(self, instant: datetime) -> Life:
        """Go to an instant."""
        assert instant >= self.now
        self.now = instant
        return self

    def do(self, command: Command, actor: Actor) -> tuple[Event, ...]:
        """Give a command and return the events it caused, without those of silence before it.

        Raises:
            Refusal: as decided; what silence caused stays.
        """
        self._silence()
        command = self._whole(command)
        events = decide(self._state, command, actor, self.now, self.rules)
        self._take(events)
        self.tape.append((self.now, actor, command, None, self.rules))
        return events

    def happen(self, *events: Event) -> Life:
        """Let something happen that no command causes, as an importer writes it."""
        self._take(events)
        return self

    def tick(self) -> tuple[Event, ...]:
        """Let the drive look and return what silence caused."""
        before = len(self.log)
        self.do(c.Tick(), SYSTEM)
        return tuple(self.log[before:])

    def refused(self, command: Command, actor: Actor) -> Refusal:
        """Give a command that must be refused; checks that the state stays as it was."""
        self._silence()
        before = self._state
        with pytest.raises(Refusal) as caught:
            decide(self._state, command, actor, self.now, self.rules)
        assert self._state == before
        self.tape.append((self.now, actor, command, caught.value.reason, self.rules))
        return caught.value

    def reason(self, command: Command, actor: Actor) -> Reason:
        """Return why a command is refused."""
        return self.refused(command, actor).reason

    def _whole(self, command: Command) -> Command:
        """Fill in what a story need not say: a raise's rules; a photo and the standard where they are asked for."""
        part = self.rules.pack.parts.checking
        match command:
            case c.Raise():
                return replace(command, rules=self.rules.pack.ref)
            case c.Submit(evidence=()) if part is not None and part.evidence:
                return replace(command, evidence=PHOTO)
            case c.CheckPass(standard="") if part is not None and part.standard and self._state is not None:
                return replace(command, standard=standard_of(self))
        return command

    def task(self, no: int = 1) -> Task:
        """Return a task that must be there."""
        found = self.state.task(no)
        assert found is not None
        return found

    def clock(self, key: str) -> Clock:
        """Return the latest generation of a clock that must be there."""
        found = self.state.clock(key)
        assert found is not None, f"no clock {key} among {[k.spec.key for k in self.state.clocks]}"
        return found

    def open_clocks(self) -> list[str]:
        """Keys of the running clocks."""
        return [k.spec.key for k in self.state.clocks if k.is_open]

    def _silence(self) -> None:
        if self._state is not None:
            self._take(catch_up(self._state, self.now, self.rules))

    def _take(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self._state = evolve(self._state, event)
            self.log.append(event)


def names(events: tuple[Event, ...] | list[Event]) -> list[str]:
    """Class names of events, in order."""
    return [type(e).__name__ for e in events]


def raised(ruleset: Rules | Life | None = None, *parties: Party, kind: str = "work", **changes: Any) -> Life:
    """Begin a life with a raise by `STAFF`; small rules (kind `work`) unless others, or a life to begin, are given."""
    life = ruleset if isinstance(ruleset, Life) else Life(ruleset or small_rules())
    changes.setdefault("limit_class", "plain" if "plain" in life.rules.pack.limit_classes else "default")
    life.do(raise_command(kind, *parties, **changes), STAFF)
    return life


def arrived(life: Life, no: int = 1, worker: Actor = WATERMAN) -> Life:
    """Claim and, where the kind wants it, report in."""
    life.do(c.Claim(no), worker)
    if life.rules.pack.kinds[life.state.facts.kind].report_in:
        life.do(c.ReportIn(no), worker)
    return life


def handed_in(life: Life, no: int = 1, worker: Actor = WATERMAN) -> Life:
    """Claim, report in and hand in every stage."""
    arrived(life, no, worker)
    for _ in life.task(no).stages:
        life.do(c.Submit(no, Text("done"), PHOTO, Text("late")), worker)
    return life


def checked(life: Life, checker: Actor = STAFF) -> Life:
    """Pass the check with the closing standard of the last stage."""
    life.do(c.CheckPass(None, "solved", standard_of(life)), checker)
    return life


def standard_of(life: Life) -> str:
    """Return the closing standard that a check has to name."""
    return life.rules.pack.limit_classes[life.state.facts.limit_class][-1].code


def with_kind(base: Rules, kind: KindRule) -> Rules:
    """Return rules with one more kind."""
    return replace(base, pack=replace(base.pack, kinds={**base.pack.kinds, kind.code: kind}))
