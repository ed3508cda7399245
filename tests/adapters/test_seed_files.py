"""The seed files of Beijing are sound, agree with the public data, and bad rows are reported one by one."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

from adapters.city_files import CityFiles, load_city
from adapters.duty_files import parse_catalogue, parse_duty_list, parse_limit_classes
from adapters.org_files import load_organisations, parse_communities, parse_organisations, parse_users
from adapters.policy_files import bundled_document, load_pack
from adapters.row_files import parse_file
from domain.actors import Role
from domain.case import Tie
from domain.catalogue import Family
from domain.dutylist import How, lint, route
from domain.import_diff import ImportRefusedError, Parsed, accept, diff
from domain.org_rules import problems
from domain.organisations import SUB_DISTRICT_KINDS, UNCOMMANDED, Org, OrgKind, OrgTree
from domain.subjects import SUBJECT_OF, Subject, tie_of
from tests.support.shared import real_data

BEIJING = Path(__file__).resolve().parents[2] / "policies" / "beijing"
DISTRICTS = {  # domain.md 5.1
    "110101": 17, "110102": 15, "110105": 43, "110106": 26, "110107": 9, "110108": 29, "110109": 13, "110111": 28,
    "110112": 22, "110113": 25, "110114": 22, "110115": 22, "110116": 16, "110117": 18, "110118": 20, "110119": 18,
}  # fmt: skip


@pytest.fixture(scope="module")
def city() -> CityFiles:
    return load_city(BEIJING, "2026.1")


def test_counts_of_areas(city: CityFiles) -> None:
    subs = city.orgs.of_kind(SUB_DISTRICT_KINDS)
    assert len(city.orgs.of_kind({OrgKind.DISTRICT})) == 16
    assert len(subs) == 343
    assert Counter(each.district for each in subs) == DISTRICTS
    assert Counter(str(each.kind) for each in subs) == {"street": 165, "area_office": 56, "town": 107, "township": 15}
    assert not [each for each in subs if each.code[6] == "4"]
    assert len(city.orgs.of_kind({OrgKind.COMMUNITY})) == 7525


def test_the_list_is_sound_and_every_district_is_complete(city: CityFiles) -> None:
    assert problems(city.orgs) == ()
    for district in DISTRICTS:
        kinds = Counter(o.kind for o in city.orgs.children(district) if o.line and o.kind not in UNCOMMANDED)
        assert kinds == {
            OrgKind.DEPARTMENT: 22,
            OrgKind.UTILITY: 7,
            OrgKind.DESK: 1,
            OrgKind.SUPERVISION: 1,
            OrgKind.GOVERNMENT: 1,
        }


def test_the_demo_district_has_one_unit_of_each_kind_that_nobody_commands(city: CityFiles) -> None:
    partners = city.orgs.of_kind(UNCOMMANDED)
    assert {each.kind for each in partners} == UNCOMMANDED
    assert len(partners) == len(UNCOMMANDED)
    assert {each.district for each in partners} == {"110101"}
    assert {each.command_org for each in partners} == {None}
    bound = {each.code: tie_of(each.kind) for each in partners}
    assert bound.pop("110101-CENTRAL") is Tie.NOTICE
    assert set(bound.values()) == {Tie.INVITATION}
    assert set(SUBJECT_OF) == set(OrgKind)
    assert set(SUBJECT_OF.values()) == set(Subject)


def test_own_powers_name_classes_of_the_catalogue_and_lines_with_units(city: CityFiles) -> None:
    part = load_pack(bundled_document("beijing", 2)).parts.coordination
    assert part is not None
    assert part.own_powers
    for power in part.own_powers:
        assert power.class_code in city.catalogue
        assert power.line in city.orgs.lines()
        assert "O6" in power.source
        rule = city.duty_list.by_class[power.class_code]
        assert rule.lead == power.line, "the duty list sends the matter to the sub-district's own team"


def test_e_town_commands_two_sub_districts_that_carry_codes_of_daxing(city: CityFiles) -> None:
    for code, name in (("110115012", "荣华街道"), ("110115013", "博兴街道")):
        org = city.orgs.get(code)
        assert (org.name, org.area_code, org.district, org.command_org) == (name, code, "110115", "110000-ETOWN")
    others = [o for o in city.orgs.of_kind(SUB_DISTRICT_KINDS) if o.command_org != o.district]
    assert len(others) == 2


def test_areas_agree_with_the_division_data(city: CityFiles) -> None:
    with gzip.open(real_data("china-division-npm-2.7.0/streets.csv.gz"), "rt", encoding="utf-8") as file:
        expected = {r["code"]: r["name"] for r in csv.DictReader(file) if r["code"][:2] == "11" and r["code"][6] != "4"}
    with real_data("china-division-npm-2.7.0/areas.csv").open(encoding="utf-8") as file:
        expected |= {r["code"]: r["name"] for r in csv.DictReader(file) if r["code"].startswith("11")}
    kinds = SUB_DISTRICT_KINDS | {OrgKind.DISTRICT}
    assert {each.code: each.name for each in city.orgs.of_kind(kinds)} == expected


def test_communities_agree_with_the_division_data(city: CityFiles) -> None:
    with real_data("china-division-npm-2.7.0/beijing-villages.csv").open(encoding="utf-8") as file:
        expected = {row["code"]: row["name"] for row in csv.DictReader(file) if row["code"][6] != "4"}
    ours = {each.code: each.name for each in city.orgs.of_kind({OrgKind.COMMUNITY})}
    assert ours.keys() == expected.keys()
    strange = [code for code, name in ours.items() if not expected[code].startswith(name.rstrip("社区村"))]
    assert strange == []


def test_the_catalogue_agrees_with_the_directory(city: CityFiles) -> None:
    with real_data("gbt-47678.5-2026-directory/directory.csv").open(encoding="utf-8") as file:
        expected = {
            ("P" if row["matter_kind"] == "管理部件" else "E") + row["standard_code"]: row["standard_name"]
            for row in csv.DictReader(file)
        }
    families = {Family.COMPONENT, Family.MATTER}
    ours = {each.code: each.name for each in city.catalogue.classes.values() if each.family in families}
    assert (len(expected), ours) == (403, expected)


def test_letter_classes_are_found_by_their_name(city: CityFiles) -> None:
    names = {"劳动和社会保障": "RS", "城乡建设": "ZJ", "教育文体": "JY", "卫生计生": "WJ", "交通运输": "JT"}
    names |= {"商贸旅游": "SC", "环境保护": "HB"}
    for name, line in names.items():
        found = city.catalogue.named(name, Family.LETTER)
        assert found is not None
        assert route(found.code, "110101", city.orgs, city.duty_list).lead == f"110101-{line}"


def test_the_duty_list_is_clean(city: CityFiles) -> None:
    assert lint(city.duty_list, city.catalogue, city.orgs.lines(), city.limit_classes) == ()
    assert (city.duty_list.name, city.duty_list.version) == ("beijing", "2026.1")
    used = {rule.class_code for rule in city.duty_list.rules if "*" not in rule.class_code}
    assert used == city.catalogue.classes.keys()


def test_class_names_in_the_duty_list_are_those_of_the_catalogue(city: CityFiles) -> None:
    with (BEIJING / "dutylist" / "2026.1.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if "*" not in row["class_code"]]
    assert [r for r in rows if r["class_name"] != city.catalogue.get(r["class_code"]).name] == []


def test_every_class_routes_in_every_sub_district_of_dongcheng(city: CityFiles) -> None:
    for sub in city.orgs.of_kind(SUB_DISTRICT_KINDS, "110101"):
        for code in city.catalogue.classes:
            routing = route(code, sub.code, city.orgs, city.duty_list)
            assert routing.how is How.MATCHED
            assert routing.unserved == ()
            assert routing.limit_class in city.limit_classes
            assert routing.lead not in routing.assist
            desk = {OrgKind.DESK} if code in {"L00", "W00"} else set()
            assert city.orgs.get(routing.lead).kind in {OrgKind.BRANCH, OrgKind.DEPARTMENT, OrgKind.UTILITY} | desk


def test_every_class_routes_in_every_district(city: CityFiles) -> None:
    for sub in city.orgs.of_kind(SUB_DISTRICT_KINDS):
        for line in {rule.lead for rule in city.duty_list.rules}:
            assert city.orgs.unit(line, sub.code) is not None


def test_named_limits(city: CityFiles) -> None:
    def limits(code: str) -> list[str]:
        return [str(stage.limit) for stage in city.limit_classes[code].stages]

    assert limits("water_cover_danger") == ["2 hours continuous"]
    assert limits("illegal_building_active") == ["2 days natural_continuous"]
    assert limits("exposed_rubbish") == ["4 hours work_hours"]
    assert limits("burst_pipe_staged") == ["3 hours continuous", "8 hours continuous", "5 days work_days_8h"]
    assert limits("burst_gas_pipe_staged")[1] == "2 days natural_continuous"
    assert limits("illegal_building_staged") == ["4 hours work_hours", "7 days work_days_8h", "20 days work_days_8h"]
    assert [limits(f"hotline_{level}")[0] for level in ("2h", "24h", "7d", "15d")] == [
        "2 hours continuous",
        "24 hours continuous",
        "7 days natural_continuous",
        "15 days natural_continuous",
    ]
    for limit_class in city.limit_classes.values():
        assert all(stage.source.startswith(("found: ", "proposal")) for stage in limit_class.stages)


def test_users_cover_the_demo_district(city: CityFiles) -> None:
    by_role = Counter(role for user in city.users for role in user.roles)
    assert set(by_role) == set(Role) - {Role.SYSTEM}
    assert len({user.name for user in city.users}) == len(city.users)
    for role in (Role.STREET_STAFF, Role.STREET_DUTY_OFFICER, Role.STREET_LEADER):
        streets = {user.org for user in city.users if role in user.roles}
        assert len(streets) == 17
    dispatchers = {user.org for user in city.users if Role.DEPT_DISPATCHER in user.roles}
    called = {
        code
        for rule in city.duty_list.rules
        for sub in city.orgs.of_kind(SUB_DISTRICT_KINDS, "110101")
        for line in (rule.lead, *rule.assist)
        if (unit := city.orgs.unit(line, sub.code)) is not None and (code := unit.code) != "110101-DESK"
    }
    assert called <= dispatchers


def test_importing_the_same_files_again_changes_nothing(city: CityFiles) -> None:
    parsed = parse_file(BEIJING / "organisations.csv", parse_organisations)
    first = diff({}, parsed)
    assert (len(first.added), first.errors) == (len(parsed.records), ())
    assert diff(accept(first), parse_file(BEIJING / "organisations.csv", parse_organisations)).empty
    users = parse_file(BEIJING / "users.toml", lambda text: parse_users(text, city.orgs))
    assert diff({user.login: user for user in city.users}, users).empty
    path = BEIJING / "dutylist" / "2026.1.csv"
    duty = parse_file(
        path, lambda text: parse_duty_list(text, city.catalogue, city.orgs.lines(), city.limit_classes)
    )
    assert diff(city.duty_list.by_class, duty).empty


ORGS = """code,kind,name,short,parent,command_org
110000,city,北京市,北京,,
110101,district,东城区,东城,110000,110000
110101001,street,东华门街道,,110101,110101
"""


def errors(parsed: Parsed[Org]) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.code) for each in parsed.errors]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("1101,district,西城区,,110000,110000", (5, "code", "bad_code")),
        ("110102,palace,西城区,,110000,110000", (5, "kind", "bad_kind")),
        ("110102,district, ,,110000,110000", (5, "name", "missing")),
        ("110102,district,西城区,,990000,110000", (5, "parent", "unknown_parent")),
        ("110102,district,西城区,,110000,990000", (5, "command_org", "unknown_command_org")),
        ("110101,district,东城区,,110000,110000", (5, "code", "duplicate")),
        ("110102,district,西城区", (5, "", "wrong_width")),
    ],
)
def test_bad_organisation_rows_are_reported(row: str, expected: tuple[int, str, str]) -> None:
    assert errors(parse_organisations(ORGS + row + "\n")) == [expected]


def test_good_rows_with_mark_and_other_line_ends() -> None:
    parsed = parse_organisations("\ufeff" + ORGS.replace("\n", "\r\n") + "\r\n")
    assert parsed.errors == ()
    assert parsed.records["110101001"].short == "东华门街道"


def test_a_file_without_a_column_or_city_is_refused() -> None:
    assert (1, "short", "missing_column") in errors(parse_organisations(ORGS.replace("short", "abbr")))
    assert errors(parse_organisations(""))[-1][2] == "missing_column"
    assert "not_one_city" in {code for _, _, code in errors(parse_organisations(ORGS.split("\n", 1)[0]))}


def test_every_bad_row_is_reported_not_only_the_first() -> None:
    text = ORGS + "x,district,一,,110000,110000\ny,district,二,,110000,110000\n"
    assert [row for row, _, _ in errors(parse_organisations(text))] == [5, 6]


def test_bad_communities() -> None:
    orgs = parse_organisations(ORGS).records
    text = "sub_district,serial,kind,name\n110101009,001,residents,甲\n110101001,1,residents,乙\n"
    text += "110101001,002,flats,丙\n110101001,003,residents,\n110101001,004,residents,丁\n110101001,004,residents,戊\n"
    parsed = parse_communities(text, orgs)
    assert [each.code for each in parsed.errors] == ["unknown_parent", "bad_code", "bad_kind", "missing", "duplicate"]


def test_bad_users() -> None:
    orgs = OrgTree.of(parse_organisations(ORGS).records.values())

    def codes(body: str) -> list[str]:
        return [each.code for each in parse_users(body, orgs).errors]

    user = '[[users]]\nlogin = "a"\nname = "甲"\norg = "110101001"\nroles = ["street_staff"]\n'
    assert codes(user) == []
    assert codes(user + user) == ["duplicate"]
    assert codes(user.replace("street_staff", "king")) == ["unknown_role"]
    assert codes(user.replace("street_staff", "system")) == ["unknown_role"]
    assert codes(user.replace("street_staff", "dept_worker")) == ["role_misplaced"]
    assert codes(user.replace("110101001", "110101009")) == ["unknown_org"]
    assert codes(user.replace('["street_staff"]', "[]")) == ["no_role"]
    assert codes(user.replace('["street_staff"]', "[[1], {}]")) == ["unknown_role", "unknown_role"]
    assert codes(user.replace('"甲"', "7")) == ["missing"]
    assert codes("users = [") == ["bad_toml"]
    assert codes("people = 1") == ["missing_table"]


def test_bad_classes_limits_and_rules(city: CityFiles) -> None:
    head = "code,name,family,category,keywords,source\n"
    bad = parse_catalogue(
        head + "X1,一,matter,类,,s\nP01001,二,matter,类,,s\nE01001,,matter,类,,s\nE01002,四,sky,类,,s\n"
        "E01003,五,matter,类,a b c d e f,s\n"
    )
    assert [each.code for each in bad.errors] == ["bad_code", "bad_code", "missing", "bad_kind", "too_many"]
    stage = 'stages = [{code = "a", name = "b", limit = "2 weeks often", closing = "c", source = "s"}]\n'
    limits = parse_limit_classes(f'[[limit_classes]]\ncode = "x"\nname = "n"\n{stage}')
    assert [(each.row, each.column, each.code) for each in limits.errors] == [(1, "stages.limit", "bad_limit")]
    assert [e.code for e in parse_limit_classes('[[limit_classes]]\ncode = "x"\nname = "n"\n').errors] == ["no_stage"]
    rules = "class_code,lead,assist,limit_class,source\nE06001,QQ,GA,default,proposal\n"
    parsed = parse_duty_list(rules, city.catalogue, city.orgs.lines(), city.limit_classes)
    assert (2, "lead", "unknown_line") in {(each.row, each.column, each.code) for each in parsed.errors}
    assert {each.code for each in parsed.errors if each.row == 0} == {"class_without_rule"}


def test_a_folder_with_one_bad_row_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "organisations.csv").write_text(ORGS, encoding="utf-8")
    (tmp_path / "communities.csv").write_text("sub_district,serial,kind,name\n1,1,1,1\n", encoding="utf-8")
    with pytest.raises(ImportRefusedError) as caught:
        load_organisations(tmp_path)
    assert caught.value.errors[0].code == "unknown_parent"


def test_another_encoding_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "organisations.csv"
    path.write_bytes(ORGS.encode("gb18030"))
    assert [each.code for each in parse_file(path, parse_organisations).errors] == ["bad_encoding"]
