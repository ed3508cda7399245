"""The duty list (权责清单/派单目录): which line leads and assists in a class of cases, and how long it has."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from domain.catalogue import PREFIX, Catalogue
from domain.errors import DomainError
from domain.organisations import OrgTree, district_of, sub_district_of
from domain.rulepack import Stage

FALLBACK: Final = "*"
"""Ends the class code of a rule for a whole family, `E*`: owner unclear, to the district (接诉即办条例 art. 11-13)."""


class UnroutableError(DomainError):
    """Code `unroutable`: nobody can be named as lead; fact `reason` is `no_district`, `no_rule` or `no_unit`."""

    code: ClassVar[str] = "unroutable"


class How(StrEnum):
    """How a rule was found: the rule of the class itself, or the rule for the rest of its family."""

    MATCHED = "matched"
    DEFAULTED = "defaulted"


@dataclass(frozen=True, slots=True)
class LimitClass:
    """A named limit: its stages in order, never empty, each with a limit, a closing test and a source."""

    code: str
    name: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class DutyRule:
    """Who handles one class.

    Attributes:
        class_code: A class of the catalogue, or a family with `*`.
        lead: The line that answers for the whole case.
        assist: Lines that help, in order of calling; may be empty, never contains the lead.
        limit_class: Code of a limit class.
        source: Where lead, assist and limit come from; `proposal` where no source was found.
    """

    class_code: str
    lead: str
    assist: tuple[str, ...]
    limit_class: str
    source: str


@dataclass(frozen=True, slots=True)
class DutyList:
    """One version of the duty list; at most one rule per class."""

    name: str
    version: str
    rules: tuple[DutyRule, ...]
    _by_class: Mapping[str, DutyRule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the rules; of two rules for one class the first holds, and `lint` names the second."""
        object.__setattr__(self, "_by_class", {rule.class_code: rule for rule in reversed(self.rules)})

    @property
    def by_class(self) -> Mapping[str, DutyRule]:
        """Rules by class code, families with `*` included."""
        return self._by_class

    def rule_for(self, class_code: str) -> tuple[DutyRule, How] | None:
        """Return the rule of the class, else the one for the rest of its family, else None."""
        if (rule := self._by_class.get(class_code)) is not None:
            return rule, How.MATCHED
        if (rule := self._by_class.get(class_code[:1] + FALLBACK)) is not None:
            return rule, How.DEFAULTED
        return None


@dataclass(frozen=True, slots=True)
class Routing:
    """Who is called for one case.

    Attributes:
        lead: Organisation code; the branch office in the sub-district if the line has one there.
        assist: Organisation codes in order of the rule, without repetition.
        unserved: Assisting lines that no unit in the district serves; mostly empty.
    """

    lead: str
    assist: tuple[str, ...]
    limit_class: str
    how: How
    unserved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyProblem:
    """One mistake of a duty list: the class it concerns, the column, a stable code, one sentence in English."""

    class_code: str
    column: str
    code: str
    message: str


def route(class_code: str, area: str, orgs: OrgTree, duty_list: DutyList) -> Routing:
    """Name lead, assistants and limit class for a case of this class in this area.

    Args:
        class_code: Code of the catalogue, for example `E06001`.
        area: Code of the district, sub-district or community where the matter is.
        orgs: All units.
        duty_list: The version that applies to the case.

    Raises:
        BadOrgCodeError: code `bad_org_code`, if `area` is no code at all.
        UnroutableError: code `unroutable`.

    Source: 接诉即办条例 art. 11-13; branches before departments: 街道办事处条例 art. 5, 11(4).
    """
    if district_of(area) is None:
        raise UnroutableError("a case is routed inside a district", reason="no_district", area=area)
    found = duty_list.rule_for(class_code)
    if found is None:
        raise UnroutableError(f"no rule for class {class_code!r}", reason="no_rule", class_code=class_code)
    rule, how = found
    lead = orgs.unit(rule.lead, area)
    if lead is None:
        raise UnroutableError(f"no unit of {rule.lead} in {area}", reason="no_unit", line=rule.lead, area=area)
    units = [(line, orgs.unit(line, area)) for line in rule.assist]
    return Routing(
        lead=lead.code,
        assist=tuple(unit.code for _, unit in units if unit is not None),
        limit_class=rule.limit_class,
        how=how,
        unserved=tuple(line for line, unit in units if unit is None),
    )


def ask_order(class_code: str, area: str, orgs: OrgTree, duty_list: DutyList, catalogue: Catalogue) -> tuple[str, ...]:
    """Return whom a dispatcher asks first and next: the owner and the sub-district, each once; a hint, no decision.

    Things: the owner first, then the place; what happens in a place: the place first, then the owner (部件先属主后属地,
    事件先属地后属主).

    Raises:
        UnroutableError, UnknownClassError: as `route` and `Catalogue.get`.

    Source: found G10 (domain.md 4.3).
    """
    owner, place = route(class_code, area, orgs, duty_list).lead, sub_district_of(area) or area
    order = (owner, place) if catalogue.is_thing(class_code) else (place, owner)
    return tuple(dict.fromkeys(order))


def lint(
    duty_list: DutyList, catalogue: Catalogue, lines: Collection[str], limit_classes: Collection[str]
) -> tuple[DutyProblem, ...]:
    """Return every mistake: rules in order of the list, then classes without a rule; empty if it is sound.

    Args:
        duty_list: The list to check.
        catalogue: Every class must have a rule in the list.
        lines: Every line that has a unit, `OrgTree.lines()`.
        limit_classes: Codes of all limit classes.
    """
    found: list[DutyProblem] = []
    seen: set[str] = set()
    for rule in duty_list.rules:
        if rule.class_code in seen:
            found.append(DutyProblem(rule.class_code, "class_code", "duplicate", "the class already has a rule"))
        seen.add(rule.class_code)
        found.extend(_lint_rule(rule, catalogue, lines, limit_classes))
    found.extend(
        DutyProblem(code, "class_code", "class_without_rule", f"class {code} has no rule")
        for code in catalogue.classes
        if code not in seen
    )
    return tuple(found)


def _lint_rule(
    rule: DutyRule, catalogue: Catalogue, lines: Collection[str], limit_classes: Collection[str]
) -> Iterator[DutyProblem]:
    code = rule.class_code
    families = {prefix + FALLBACK for prefix in PREFIX.values()}
    if code not in catalogue and code not in families:
        yield DutyProblem(code, "class_code", "unknown_class", f"the catalogue has no class {code!r}")
    if rule.lead not in lines:
        yield DutyProblem(code, "lead", "unknown_line", f"no unit of the line {rule.lead!r}")
    for line in rule.assist:
        if line not in lines:
            yield DutyProblem(code, "assist", "unknown_line", f"no unit of the line {line!r}")
    if rule.lead in rule.assist:
        yield DutyProblem(code, "assist", "lead_repeated", f"{rule.lead} leads and cannot assist")
    if len(set(rule.assist)) != len(rule.assist):
        yield DutyProblem(code, "assist", "assist_repeated", "an assisting line stands twice")
    if rule.limit_class not in limit_classes:
        yield DutyProblem(code, "limit_class", "unknown_limit_class", f"no limit class {rule.limit_class!r}")
    if not rule.source:
        yield DutyProblem(code, "source", "missing", "name the source, or write proposal")
