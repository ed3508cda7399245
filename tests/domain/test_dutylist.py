import pytest

from domain.catalogue import CaseClass, Catalogue, Family, UnknownClassError
from domain.dutylist import DutyList, DutyRule, How, UnroutableError, ask_order, lint, route
from domain.organisations import BadOrgCodeError, Org, OrgKind, OrgTree

AREA = "110101001"
ORGS = OrgTree.of(
    [
        Org("110101-GA", "公安分局", "公安", OrgKind.DEPARTMENT, "110101", "110101"),
        Org("110101001-GA", "派出所", "派出所", OrgKind.BRANCH, "110101-GA", AREA),
        Org("110101-CG", "城管委", "城管委", OrgKind.DEPARTMENT, "110101", "110101"),
        Org("110101-DESK", "指挥中心", "指挥中心", OrgKind.DESK, "110101", "110101"),
    ]
)
CATALOGUE = Catalogue.of(
    [
        CaseClass("P01037", "路灯", Family.COMPONENT, "市政", (), "proposal"),
        CaseClass("E01037", "路灯异常", Family.MATTER, "市政", ("灯杆",), "proposal"),
        CaseClass("E06028", "噪声扰民", Family.MATTER, "市容", ("噪音", "广场舞"), "proposal"),
    ]
)
RULES = (
    DutyRule("E01037", "CG", ("GA",), "fix", "proposal"),
    DutyRule("P01037", "CG", (), "fix", "proposal"),
    DutyRule("E06028", "GA", ("CG", "HB"), "stop", "proposal"),
    DutyRule("E*", "DESK", (), "fix", "proposal"),
)
LIST = DutyList("beijing", "1", RULES)
LINES = {"GA", "CG", "DESK", "HB"}
LIMITS = {"fix", "stop"}


def test_the_branch_leads_where_there_is_one() -> None:
    assert route("E06028", AREA, ORGS, LIST).lead == "110101001-GA"
    assert route("E06028", AREA + "002", ORGS, LIST).lead == "110101001-GA"
    assert route("E06028", "110101002", ORGS, LIST).lead == "110101-GA"
    assert route("E06028", "110101", ORGS, LIST).lead == "110101-GA"


def test_assistants_limit_and_lines_without_a_unit() -> None:
    routing = route("E06028", AREA, ORGS, LIST)
    assert (routing.assist, routing.unserved) == (("110101-CG",), ("HB",))
    assert (routing.limit_class, routing.how) == ("stop", How.MATCHED)


def test_of_a_thing_the_owner_is_asked_first_and_of_an_event_the_place() -> None:
    def asked(code: str) -> tuple[str, ...]:
        return ask_order(code, AREA, ORGS, LIST, CATALOGUE)

    assert asked("P01037") == asked("E01037") == ("110101-CG", AREA)
    assert asked("E06028") == (AREA, "110101001-GA")
    assert ask_order("E06028", "110101", ORGS, LIST, CATALOGUE) == ("110101", "110101-GA")
    with pytest.raises(UnknownClassError):
        asked("E99999")


def test_an_unlisted_class_of_a_family_goes_to_the_desk() -> None:
    routing = route("E99999", AREA, ORGS, LIST)
    assert (routing.lead, routing.how) == ("110101-DESK", How.DEFAULTED)


@pytest.mark.parametrize(
    ("class_code", "area", "reason"),
    [
        ("L01", AREA, "no_rule"),
        ("", AREA, "no_rule"),
        ("E06028", "110000", "no_district"),
        ("E06028", "110102001", "no_unit"),
    ],
)
def test_unroutable_says_why(class_code: str, area: str, reason: str) -> None:
    with pytest.raises(UnroutableError) as caught:
        route(class_code, area, ORGS, LIST)
    assert (caught.value.code, caught.value.facts["reason"]) == ("unroutable", reason)


def test_an_area_that_is_no_code_is_refused() -> None:
    with pytest.raises(BadOrgCodeError):
        route("E06028", "东城区", ORGS, LIST)


def test_a_sound_list_is_clean() -> None:
    assert lint(LIST, CATALOGUE, LINES, LIMITS) == ()


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (DutyRule("E77777", "CG", (), "fix", "proposal"), "unknown_class"),
        (DutyRule("X*", "CG", (), "fix", "proposal"), "unknown_class"),
        (DutyRule("P*", "QQ", (), "fix", "proposal"), "unknown_line"),
        (DutyRule("P*", "CG", ("QQ",), "fix", "proposal"), "unknown_line"),
        (DutyRule("P*", "CG", ("GA", "CG"), "fix", "proposal"), "lead_repeated"),
        (DutyRule("P*", "CG", ("GA", "GA"), "fix", "proposal"), "assist_repeated"),
        (DutyRule("P*", "CG", (), "never", "proposal"), "unknown_limit_class"),
        (DutyRule("P*", "CG", (), "fix", ""), "missing"),
        (DutyRule("E01037", "CG", (), "fix", "proposal"), "duplicate"),
    ],
)
def test_lint_names_each_mistake(rule: DutyRule, code: str) -> None:
    assert [each.code for each in lint(DutyList("b", "1", (*RULES, rule)), CATALOGUE, LINES, LIMITS)] == [code]


def test_lint_names_a_class_without_a_rule() -> None:
    found = lint(DutyList("b", "1", RULES[1:]), CATALOGUE, LINES, LIMITS)
    assert [(each.class_code, each.code) for each in found] == [("E01037", "class_without_rule")]


def test_of_two_rules_the_first_holds() -> None:
    twice = DutyList("b", "1", (RULES[0], DutyRule("E01037", "GA", (), "stop", "proposal")))
    found = twice.rule_for("E01037")
    assert found is not None
    assert found[0] is RULES[0]


def test_catalogue_lookup() -> None:
    assert CATALOGUE.get("P01037").name == "路灯"
    assert CATALOGUE.named("路灯异常") == CATALOGUE.get("E01037")
    assert CATALOGUE.named("路灯异常", Family.COMPONENT) is None
    with pytest.raises(UnknownClassError):
        CATALOGUE.get("Z1")


def test_suggest_reads_names_and_keywords_and_never_a_component() -> None:
    assert [each.code for each in CATALOGUE.suggest("小区门口路灯不亮，灯杆歪了，广场舞也吵")] == ["E01037", "E06028"]
    assert CATALOGUE.suggest("完全无关") == ()
    assert len(CATALOGUE.suggest("路灯 噪音", limit=1)) == 1
