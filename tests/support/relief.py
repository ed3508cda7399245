"""Cases in need of relief for tests: the small rules with the chapters of relief, around the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from domain.case import Action, ClockCode
from domain.chapters import extension as x
from domain.chapters import suspension as s
from domain.events import Text
from domain.rulepack import Point, Rules
from tests.support.cases import (
    DESK,
    LADDER,
    STAFF,
    WATERMAN,
    Life,
    arrived,
    clock_rule,
    raised,
    rules2,
    rung,
    small_rules,
)  # fmt: skip

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import Party

WHY = Text("why")
PLAN = Text("plan")

ANSWER = (rung("due", Action.ESCALATE, level=1, to=("party", "supervisor")),)
ENDS = (
    rung("remind", Action.REMIND, "1 hour continuous", point=Point.BEFORE, to=("party",)),
    rung("resume", Action.RESUME, to=("party", "desk")),
)
CLOCKS = {
    ClockCode.EXTENSION: clock_rule("2 hours continuous", *ANSWER),
    ClockCode.SUSPENSION_ANSWER: clock_rule("4 hours continuous", *ANSWER),
    ClockCode.SUSPENSION: clock_rule(None, *ENDS),
    ClockCode.HELP: clock_rule("6 hours continuous", *ANSWER),
    ClockCode.MILESTONE: clock_rule(None, *LADDER),
}
"""The clocks of relief, with short ladders."""


@cache
def _shipped() -> Any:
    parts = rules2().pack.parts
    return replace(
        rules2().pack.parts, milestones=replace(_there(parts.milestones), kinds=("work",)),
        checking=replace(_there(parts.checking), evidence=0, standard=False),
    )  # fmt: skip


def _there(part: Any) -> Any:
    assert part is not None
    return part


def relief_rules(parts: dict[str, Any] | None = None, **changes: Any) -> Rules:
    """Return `small_rules` with the parts of `beijing/2`; results need no evidence and no standard.

    Args:
        parts: Fields of a part by its name, for example `{"extension": {"most": 1}}`.
        changes: As for `small_rules`.
    """
    base = small_rules(**{**changes, "clocks": {**CLOCKS, **changes.get("clocks", {})}})
    changed = {name: replace(getattr(_shipped(), name), **fields) for name, fields in (parts or {}).items()}
    return replace(base, pack=replace(base.pack, parts=replace(_shipped(), **changed)))


def at_work(ruleset: Rules | None = None, *parties: Party, **changes: Any) -> Life:
    """Return a case whose lead is on the scene for an hour: 3 of its 4 hours are left."""
    life = arrived(raised(ruleset or relief_rules(), *parties, **changes))
    return life.wait(hours=1)


def asked(life: Life, actor: Actor = WATERMAN, *, told: bool = True) -> Life:
    """Ask for an extension of task 1."""
    life.do(x.AskExtension(1, WHY, told), actor)
    return life


def suspended(life: Life, task: int | None = None, *, by: Actor = STAFF, **length: float) -> Life:
    """Ask for a suspension and grant it at once; ten days unless said."""
    until = life.now + timedelta(**(length or {"days": 10}))
    life.do(s.AskSuspension("season", PLAN, until, task), by)
    life.do(s.GrantSuspension(len(life.state.annex.suspensions)), DESK)
    return life
