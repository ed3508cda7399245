"""Lint of rules that fit together: duty list against organisations and rule pack, ladders against their own order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import rulepack
from domain.clocks import Unit
from domain.dutylist import lint
from domain.organisations import OrgKind
from domain.rulepack import Point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.catalogue import Catalogue
    from domain.clocks import Limit
    from domain.dutylist import DutyList
    from domain.organisations import OrgTree
    from domain.rulepack import RulePack, RungRule

_SECONDS = {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3_600, Unit.DAYS: 86_400}
_NEVER = frozenset({"duplicate", "unknown_class"})
"""Codes of `domain.dutylist.lint` for rules that no case can take."""
_PLACES = (OrgKind.DISTRICT, OrgKind.STREET, OrgKind.TOWN, OrgKind.TOWNSHIP, OrgKind.AREA_OFFICE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: a stable code, the place it concerns, one sentence in English."""

    code: str
    where: str
    message: str

    def __str__(self) -> str:
        """Return one line for people."""
        return f"{self.where}: {self.message} [{self.code}]"


def lint_pack(pack: RulePack) -> tuple[Finding, ...]:
    """Return what is wrong with a rule pack by itself: what `domain.rulepack.lint` finds, and rungs out of order."""
    found = [Finding("rule_pack", pack.ref, text) for text in rulepack.lint(pack)]
    for kind in pack.kinds.values():
        for code, rule in kind.clocks.items():
            found += _disorder(f"{kind.code}/{code}", rule.ladder)
    return tuple(found)


def lint_duty_list(
    duty_list: DutyList, catalogue: Catalogue, orgs: OrgTree, pack: RulePack
) -> tuple[Finding, ...]:  # fmt: skip
    """Return what is wrong with a duty list in this city.

    Found: what `domain.dutylist.lint` finds, routes that no case can take (a second rule for a class, a rule for a
    class that the catalogue does not have), and class × area without an owner.
    """
    problems = lint(duty_list, catalogue, orgs.lines(), pack.limit_classes.keys())
    found = [
        Finding("route_unreachable" if p.code in _NEVER else p.code, f"{p.class_code}.{p.column}", p.message)
        for p in problems
    ]
    return (*found, *_unowned(duty_list, orgs))


def _disorder(where: str, ladder: tuple[RungRule, ...]) -> Iterator[Finding]:
    """Find rungs that do not stand in the order in which they fire, as far as their distances can be compared."""
    for point, nearer_last in ((Point.BEFORE, True), (Point.AFTER, False)):
        rungs = [r for r in ladder if r.point is point]
        shares = [r.percent for r in rungs if r.percent is not None]
        if shares != sorted(shares):
            yield Finding("ladder_out_of_order", where, "the shares of the limit fall from rung to rung")
        for method in sorted({r.offset.method for r in rungs if r.offset is not None}):
            distances = [_seconds(r.offset) for r in rungs if r.offset is not None and r.offset.method is method]
            if distances != sorted(distances, reverse=nearer_last):
                yield Finding("ladder_out_of_order", where, f"rungs {point} the due instant are not in order of time")


def _seconds(limit: Limit) -> int:
    return limit.amount * _SECONDS[limit.unit]


def _unowned(duty_list: DutyList, orgs: OrgTree) -> Iterator[Finding]:
    """Find leads without a unit, by line and area; the classes they would lead are counted."""
    classes: dict[str, list[str]] = {}
    for rule in duty_list.rules:
        classes.setdefault(rule.lead, []).append(rule.class_code)
    areas = [org.code for org in orgs.of_kind(_PLACES)]
    for line, led in sorted(classes.items()):
        without = [area for area in areas if orgs.unit(line, area) is None]
        if without:
            more = f" and {len(without) - 3} more" if len(without) > 3 else ""  # noqa: PLR2004 - a line of output
            message = f"{len(led)} classes (as {led[0]}) have no owner in {', '.join(without[:3])}{more}"
            yield Finding("class_without_owner", line, message)

