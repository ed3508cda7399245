import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import Role
from domain.import_diff import ImportRefusedError, Parsed, RowError, accept, diff
from domain.org_rules import ROLE_KINDS, may_hold, problems
from domain.organisations import (
    BadOrgCodeError,
    Org,
    OrgKind,
    OrgTree,
    UnknownOrgError,
    area_of,
    district_of,
    is_within,
    line_of,
    sub_district_of,
)


def org(code: str, kind: OrgKind, parent: str | None, command: str | None = "same") -> Org:
    return Org(code, f"单位{code}", code, kind, parent, parent if command == "same" else command)


CITY = org("110000", OrgKind.CITY, None)
DISTRICT = org("110101", OrgKind.DISTRICT, "110000")
STREET = org("110101001", OrgKind.STREET, "110101")
COMMUNITY = org("110101001001", OrgKind.COMMUNITY, "110101001")
POLICE = org("110101-GA", OrgKind.DEPARTMENT, "110101")
STATION = org("110101001-GA", OrgKind.BRANCH, "110101-GA", "110101001")
WATER = org("110101-WATER", OrgKind.UTILITY, "110101")
SOUND = (CITY, DISTRICT, STREET, COMMUNITY, POLICE, STATION, WATER)


@pytest.mark.parametrize(
    ("code", "area", "line", "district", "sub_district"),
    [
        ("110000", "110000", None, None, None),
        ("110000-SUP", "110000", "SUP", None, None),
        ("110101", "110101", None, "110101", None),
        ("110101-CG", "110101", "CG", "110101", None),
        ("110101001", "110101001", None, "110101", "110101001"),
        ("110101001-GA", "110101001", "GA", "110101", "110101001"),
        ("110101001002", "110101001002", None, "110101", "110101001"),
    ],
)
def test_code_parts(code: str, area: str, line: str | None, district: str | None, sub_district: str | None) -> None:
    assert (area_of(code), line_of(code), district_of(code), sub_district_of(code)) == (
        area,
        line,
        district,
        sub_district,
    )


@pytest.mark.parametrize(
    "bad", ["", "1101", "1101011", "110101-", "110101-cg", "110101-2A", "-CG", "110101 ", "１１０１０１", "110101-A-B"]
)
def test_bad_codes_are_refused(bad: str) -> None:
    with pytest.raises(BadOrgCodeError) as caught:
        area_of(bad)
    assert caught.value.code == "bad_org_code"


@given(st.text(max_size=16))
def test_any_text_is_a_code_or_refused(text: str) -> None:
    try:
        area, line = area_of(text), line_of(text)
    except BadOrgCodeError:
        return
    assert text == (area if line is None else f"{area}-{line}")
    assert is_within(text, area)


def test_is_within() -> None:
    assert is_within("110101001-GA", "110101001")
    assert is_within("110101001-GA", "110101")
    assert is_within("110101001-GA", "110000")
    assert not is_within("110102001", "110101")
    assert not is_within("110101", "110101001")
    assert not is_within("310101", "110000")
    assert not is_within("110000", "110101")
    with pytest.raises(BadOrgCodeError):
        is_within("110101001", "110101-GA")


def test_tree_lookups() -> None:
    tree = OrgTree.of(SOUND)
    assert problems(tree) == ()
    assert [each.code for each in tree.path("110101001-GA")] == ["110101001-GA", "110101-GA", "110101", "110000"]
    assert [each.code for each in tree.children("110101")] == ["110101-GA", "110101-WATER", "110101001"]
    assert tree.children("110101001001") == ()
    assert tree.lines() == {"GA", "WATER"}
    assert tree.of_kind({OrgKind.BRANCH}, "110101001") == (STATION,)
    with pytest.raises(UnknownOrgError):
        tree.get("110199")


def test_a_branch_serves_before_its_department() -> None:
    tree = OrgTree.of(SOUND)
    assert tree.unit("GA", "110101001001") == STATION
    assert tree.unit("GA", "110101002") == POLICE
    assert tree.unit("WATER", "110101001") == WATER
    assert tree.unit("GA", "110000") is None
    assert tree.unit("XX", "110101001") is None


def test_two_masters_are_kept_apart() -> None:
    assert STATION.area_code == "110101001"
    assert STATION.parent == "110101-GA"
    assert STATION.command_org == "110101001"


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (org("110102", OrgKind.DISTRICT, "990000"), "unknown_parent"),
        (org("110102001", OrgKind.STREET, "110101"), "wrong_parent"),
        (org("110101002", OrgKind.DISTRICT, "110000"), "kind_code_mismatch"),
        (org("110101-CG", OrgKind.STREET, "110101"), "kind_code_mismatch"),
        (org("110101002-GA", OrgKind.DEPARTMENT, "110101"), "kind_code_mismatch"),
        (org("110101-XF", OrgKind.BRANCH, "110101"), "kind_code_mismatch"),
        (org("110101002-GA", OrgKind.BRANCH, "110101-WATER"), "wrong_parent"),
        (org("110101002", OrgKind.STREET, "110101", "110000-ETOWN"), "unknown_command_org"),
        (org("120000", OrgKind.CITY, None), "not_one_city"),
        (org("120000", OrgKind.CITY, "110000"), "city_has_parent"),
    ],
)
def test_broken_lists_are_named(extra: Org, code: str) -> None:
    assert code in {each.code for each in problems(OrgTree.of([*SOUND, extra]))}


def test_a_list_without_city_is_broken() -> None:
    assert [each.code for each in problems(OrgTree.of([]))] == ["not_one_city"]


def test_every_role_but_the_systems_has_a_place() -> None:
    assert set(ROLE_KINDS) == set(Role) - {Role.SYSTEM}


def test_roles_fit_their_unit() -> None:
    assert may_hold(Role.STREET_LEADER, STREET)
    assert not may_hold(Role.STREET_LEADER, POLICE)
    assert not may_hold(Role.DEPT_WORKER, STREET)
    assert not may_hold(Role.SYSTEM, CITY)
    assert may_hold(Role.CITY_SUPERVISOR, org("110000-SUP", OrgKind.SUPERVISION, "110000"))
    assert not may_hold(Role.CITY_SUPERVISOR, org("110101-SUP", OrgKind.SUPERVISION, "110101"))
    assert not may_hold(Role.DISTRICT_SUPERVISOR, org("110000-SUP", OrgKind.SUPERVISION, "110000"))


def test_diff_names_what_an_import_would_do() -> None:
    current = {each.code: each for each in (CITY, DISTRICT, STREET)}
    renamed = Org("110101", "东城区", "东城", OrgKind.DISTRICT, "110000", "110000")
    plan = diff(current, Parsed({"110000": CITY, "110101": renamed, "110101-GA": POLICE}))
    assert plan.added == (POLICE,)
    assert plan.removed == (STREET,)
    assert plan.unchanged == 1
    assert [(change.key, change.fields) for change in plan.changed] == [("110101", ("name", "short"))]
    assert not plan.empty
    assert diff(accept(plan), Parsed(accept(plan))).empty


def test_nothing_is_half_imported_and_a_refused_row_is_not_removed() -> None:
    current = {each.code: each for each in (CITY, DISTRICT)}
    plan = diff(current, Parsed({"110000": CITY}, (RowError(3, "kind", "bad_kind", "no"),), frozenset({"110101"})))
    assert plan.removed == ()
    assert not plan.empty
    with pytest.raises(ImportRefusedError) as caught:
        accept(plan)
    assert caught.value.code == "import_refused"
    assert caught.value.errors[0].row == 3


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)),
)
def test_repeating_an_import_changes_nothing(current: dict[str, int], incoming: dict[str, int]) -> None:
    plan = diff(current, Parsed(incoming))
    assert len(plan.added) + len(plan.changed) + plan.unchanged == len(incoming)
    assert len(plan.removed) + len(plan.changed) + plan.unchanged == len(current)
    assert accept(plan) == incoming
    assert diff(accept(plan), Parsed(incoming)).empty
