"""Lint of rules that fit together; the shipped city is clean."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from adapters.city_files import CityFiles, load_city
from domain.case import Action, ClockCode
from domain.dutylist import DutyList, DutyRule
from domain.organisations import OrgTree
from domain.rulelint import lint_duty_list, lint_pack
from domain.rulepack import Point, RulePack, RungRule
from tests.support.cases import clock_rule, rules, rules2, rung, small_rules


@cache
def city() -> CityFiles:
    return load_city(Path(__file__).resolve().parents[2] / "policies" / "beijing", "2026.1")


def codes(duty_list: DutyList, orgs: OrgTree | None = None) -> set[str]:
    return {f.code for f in lint_duty_list(duty_list, city().catalogue, orgs or city().orgs, rules2().pack)}


def test_the_shipped_rules_are_clean() -> None:
    for pack in (rules().pack, rules2().pack):
        assert lint_pack(pack) == ()
    assert codes(city().duty_list) == set()


def with_ladder(*ladder: RungRule) -> RulePack:
    return small_rules(clocks={ClockCode.CLAIM: clock_rule("1 hour continuous", *ladder)}).pack


BEFORE, AFTER = Point.BEFORE, Point.AFTER


@pytest.mark.parametrize("ladder", [
    (rung("a", Action.REMIND, "10 minutes continuous", point=BEFORE),
     rung("b", Action.REMIND, "30 minutes continuous", point=BEFORE)),
    (rung("a", Action.ESCALATE, "1 hours continuous", point=AFTER, level=1),
     rung("b", Action.ESCALATE, "30 minutes continuous", point=AFTER, level=2)),
    (rung("a", Action.REMIND, point=BEFORE, percent=75), rung("b", Action.REMIND, point=BEFORE, percent=50)),
])  # fmt: skip
def test_rungs_out_of_order_are_found(ladder: tuple[RungRule, ...]) -> None:
    assert [f.code for f in lint_pack(with_ladder(*ladder))] == ["ladder_out_of_order"]
    assert lint_pack(with_ladder(*reversed(ladder))) == () or ladder[0].action is Action.ESCALATE


def test_rungs_of_different_counting_cannot_be_compared() -> None:
    ladder = (
        rung("a", Action.REMIND, "1 hours work_hours", point=BEFORE),
        rung("b", Action.REMIND, "90 minutes continuous", point=BEFORE),
    )
    assert lint_pack(with_ladder(*ladder)) == ()


def test_a_kind_without_exit_is_found() -> None:
    pack = small_rules(clocks={ClockCode.CHECK: None}).pack
    assert any("keeps it open for ever" in f.message for f in lint_pack(pack))


def test_class_without_owner_in_an_area_is_found() -> None:
    orgs = OrgTree.of(o for o in city().orgs.orgs.values() if o.code != "110102-WATER")
    found = lint_duty_list(city().duty_list, city().catalogue, orgs, rules2().pack)
    assert {f.code for f in found} == {"class_without_owner"}
    assert found[0].where == "WATER"
    assert "110102" in found[0].message
    assert "more" in found[0].message, "its sub-districts too"


def test_a_route_that_no_case_can_take_is_found() -> None:
    held = city().duty_list
    twice = replace(held.rules[0], lead="CG")
    unknown = DutyRule("W99", "CG", (), held.rules[0].limit_class, "test")
    for never in (twice, unknown):
        assert codes(replace(held, rules=(*held.rules, never))) == {"route_unreachable"}


def test_an_unknown_line_and_a_missing_limit_class_are_found() -> None:
    held = city().duty_list
    wrong = replace(held.rules[0], lead="NOWHERE", limit_class="never")
    assert codes(replace(held, rules=(wrong, *held.rules[1:]))) >= {
        "unknown_line", "unknown_limit_class", "class_without_owner",
    }  # fmt: skip
