"""Rule packs: what lint finds, what the loader refuses, and what the shipped pack says."""

import copy
from dataclasses import replace

import pytest

from adapters.policy_files import RulePackInvalid, bundled_document, load_pack
from domain.case import Action, ClockCode, TaskRole
from domain.clocks import Limit
from domain.rulepack import Approval, Point, Quorum, Stage, lint
from tests.support.cases import clock_rule, lease, rules, rung, small_rules

LEAD, ASSIST = TaskRole.LEAD, TaskRole.ASSIST


@pytest.mark.parametrize(
    ("quorum", "arrived", "called", "met"),
    [
        (Quorum("lead"), (), 2, False), (Quorum("lead"), (ASSIST,), 2, False),
        (Quorum("lead"), (ASSIST, LEAD), 2, True),
        (Quorum("any"), (), 2, False), (Quorum("any"), (ASSIST,), 2, True),
        (Quorum("all"), (LEAD,), 2, False), (Quorum("all"), (LEAD, ASSIST), 2, True),
        (Quorum("count", 2), (LEAD,), 3, False), (Quorum("count", 2), (ASSIST, ASSIST), 3, True),
        (Quorum("count", 5), (LEAD, ASSIST), 2, True), (Quorum("count", 2), (LEAD,), 1, True),
    ],
)  # fmt: skip
def test_quorums(quorum, arrived, called, met):
    assert quorum.is_met(arrived, called) is met


def work(**changes):
    """The small pack's kind with changes, as findings of lint."""
    pack = small_rules().pack
    return lint(replace(pack, kinds={"work": replace(pack.kinds["work"], **changes)}))


def clocks(**changes):
    kept = {**small_rules().pack.kinds["work"].clocks, **{ClockCode(code): rule for code, rule in changes.items()}}
    return {"clocks": {code: rule for code, rule in kept.items() if rule is not None}}


def ladder(*rungs):
    return clocks(claim=clock_rule("1 hour continuous", *rungs))


AFTER = rung("b", Action.ESCALATE, "1 hour continuous", point=Point.AFTER, level=2)


def test_a_sound_pack_has_no_findings():
    assert lint(small_rules().pack) == ()
    assert work(**clocks(lease=lease("1 hour continuous"))) == ()
    assert lint(rules().pack) == ()


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        (clocks(handle=None), "no handling clock, so nothing ends it"),
        (clocks(check=None), "no check clock, so silence of the raiser keeps it open"),
        ({"approval": Approval.BEFORE}, "approval before does not fit its clocks"),
        (clocks(approval=clock_rule("1 hour continuous")), "approval none does not fit its clocks"),
        ({"report_in": False}, "report_in False does not fit its clocks"),
        (clocks(report_in=None), "report_in True does not fit its clocks"),
        ({"quorum": Quorum("count", 0)}, "a quorum below one"),
        (clocks(claim=clock_rule(None)), "all others name one"),
        (clocks(handle=clock_rule("1 hour continuous")), "take their limit from the limit class"),
        (clocks(claim=replace(clock_rule("1 hour continuous"), source="")), "clock claim: no source"),
        (ladder(AFTER, rung("a", Action.REMIND)), "rungs out of order"),
        (ladder(rung("a", Action.REMIND), rung("a", Action.REMIND)), "a rung code stands twice"),
        (ladder(rung("a", Action.REMIND, point=Point.AFTER)), "give an offset or a percentage"),
        (ladder(rung("a", Action.REMIND, "1 hour continuous")), "give an offset or a percentage"),
        (ladder(rung("a", Action.REMIND, "1 hour continuous", point=Point.BEFORE, percent=5)), "give an offset or"),
        (ladder(rung("a", Action.REMIND, point=Point.AFTER, percent=50)), "a percentage is for rungs before"),
        (ladder(rung("a", Action.REMIND, point=Point.BEFORE, percent=100)), "a percentage is for rungs before"),
        (ladder(replace(rung("a", Action.REMIND), source="")), "rung a: no source"),
        (ladder(rung("a", Action.SUPERVISE)), "a supervision grade is 1, 2 or 3"),
        (ladder(rung("a", Action.SUPERVISE, level=4)), "a supervision grade is 1, 2 or 3"),
        (ladder(rung("a", Action.ESCALATE, level=3), AFTER), "escalation levels fall"),
        (clocks(check=clock_rule("1 hour continuous", rung("a", Action.REMIND, to=("holder",)))), "a reaches nobody"),
    ],
)  # fmt: skip
def test_lint_finds(changes, finding):
    findings = work(**changes)
    assert any(finding in each for each in findings), findings


def test_lint_finds_bad_limit_classes():
    stage = Stage("s", "s", Limit.parse("1 hour continuous"), "done", "test")
    pack = replace(
        small_rules().pack, near_percent=100,
        limit_classes={"empty": (), "twice": (stage, stage), "no source": (replace(stage, source=""),)},
    )  # fmt: skip
    assert lint(pack) == (
        "limit class empty: no stage", "limit class twice: a stage code stands twice",
        "limit class no source: stage s has no source", "near_percent must lie between 1 and 99",
    )  # fmt: skip


# -- the loader ------------------------------------------------------------------------------------------------------

DOCUMENT = bundled_document("beijing", 1)


def broken(change):
    document = copy.deepcopy(DOCUMENT)
    change(document)
    with pytest.raises(RulePackInvalid) as caught:
        load_pack(document)
    assert caught.value.code == "rule_pack_invalid"
    assert caught.value.facts["findings"]
    return str(caught.value)


def put(path, value):
    *way, last = path.split(".")

    def change(document):
        place = document
        for part in way:
            place = place[int(part)] if part.isdigit() else place[part]
        place[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("kinds.emergency.quorum", "most", "unknown quorum most"),
        ("kinds.emergency.quorum", 0, "a quorum below one"),
        ("kinds.emergency.approval", "maybe", "approval"),
        ("kinds.emergency.clocks.claim.ladder", "no_such", "no_such"),
        ("kinds.emergency.clocks.claim.limit", "5 fortnights", "not a limit"),
        ("kinds.emergency.clocks.nap", {"source": "x"}, "nap"),
        ("kinds.emergency.colour", "red", "colour"),
        ("ladders.claim.0.to", ["mayor"], "unknown addressees"),
        ("ladders.claim.0.to", [], "to"),
        ("ladders.claim.0.action", "shout", "shout"),
        ("ladders.claim.0.percent", 0, "a percentage is for rungs before"),
        ("ladders.claim.0.source", "", "no source"),
        ("limit_classes.0.stages", [], "no stage"),
        ("limit_classes.0.stages.0.source", "", "has no source"),
        ("near_percent", 0, "near_percent"),
        ("version", "one", "version"),
    ],
)
def test_the_loader_refuses_and_says_what(path, value, said):
    assert said in broken(put(path, value))


def test_a_limit_class_stands_once():
    assert "stands twice" in broken(lambda d: d["limit_classes"].append(d["limit_classes"][0]))


def test_a_missing_part_is_refused():
    assert "kinds" in broken(lambda d: d.pop("kinds"))


# -- the shipped pack ------------------------------------------------------------------------------------------------


def test_the_four_kinds_and_their_limits():
    pack = rules().pack
    limits = {
        kind: {str(code): str(rule.limit) for code, rule in rule_of.clocks.items() if rule.limit}
        for kind, rule_of in pack.kinds.items()
    }
    assert limits == {
        "public_request": {
            "approval": "4 hours work_hours", "claim": "2 hours work_hours", "report_in": "1 days work_days_8h",
            "check": "2 days work_days_8h",
        },
        "key_work": {
            "approval": "1 days work_days_8h", "claim": "1 days work_days_8h", "report_in": "3 days work_days_8h",
            "check": "3 days work_days_8h",
        },
        "joint_enforcement": {
            "approval": "2 hours work_hours", "claim": "1 hours work_hours", "report_in": "2 hours work_hours",
            "check": "2 days work_days_8h",
        },
        "emergency": {
            "approval": "1 days work_days_8h", "claim": "5 minutes continuous", "report_in": "30 minutes continuous",
            "check": "1 days work_days_8h",
        },
    }  # fmt: skip
    assert {k.approval for k in pack.kinds.values()} == {Approval.BEFORE, Approval.AFTER}
    assert pack.kinds["emergency"].approval is Approval.AFTER


def test_every_value_says_found_or_proposal_or_names_its_origin():
    sources = []
    for kind in rules().pack.kinds.values():
        for rule in kind.clocks.values():
            sources += [rule.source, *(r.source for r in rule.ladder)]
    for stages in rules().pack.limit_classes.values():
        sources += [s.source for s in stages]
    assert all("found" in s or "proposal" in s or "limit class" in s for s in sources)


def test_every_no_show_ladder_climbs_from_the_desk_to_the_district_leader():
    for kind in rules().pack.kinds.values():
        climbed = [r.to[0] for r in kind.clocks[ClockCode.REPORT_IN].ladder if r.level]
        assert climbed == ["desk", "department_leader", "supervisor", "district_leader"]


@pytest.mark.parametrize(
    ("code", "limits"),
    [
        ("water_cover_danger", ["2 hours continuous"]),
        ("street_lamp_out", ["2 days work_days_8h"]),
        ("street_tree_missing", ["15 days work_days_8h"]),
        ("illegal_building_active", ["2 days natural_continuous"]),
        ("water_pipe_leak", ["1 hours continuous"]),
        ("burst_pipe_staged", ["3 hours continuous", "8 hours continuous", "5 days work_days_8h"]),
        ("burst_gas_pipe_staged", ["3 hours continuous", "2 days natural_continuous", "5 days work_days_8h"]),
        ("illegal_building_staged", ["4 hours work_hours", "7 days work_days_8h", "20 days work_days_8h"]),
    ],
)
def test_limits_of_the_fact_sheet(code, limits):
    assert [str(s.limit) for s in rules().pack.limit_classes[code]] == limits


def test_the_refs():
    assert rules().pack.ref == "beijing/1"
    assert rules().calendar_ref == f"beijing/{rules().calendar.version}"
