"""Letters from a workbook: routed by class through the duty list, with a reason for every row that is not."""

import zipfile
from collections import Counter
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from adapters.city_files import load_city
from adapters.letters import (
    COLUMNS,
    LettersInvalidError,
    place_by_hash,
    plan_letters,
    read_letters,
)
from domain.dutylist import DutyList, How
from tests.support.shared import real_data

ROW = ("1", "A0001", "路灯不亮", "2020/1/6 12:09:38", "\n\t\t 晚上路灯不亮\n\t\t", "城乡建设")


@pytest.fixture(scope="module")
def beijing():
    return load_city(Path("policies/beijing"), "2026.1")


def workbook(path, *rows):
    """Write the smallest workbook that a reader takes."""
    cell = '<c t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>'
    cells = "".join("<row>" + "".join(cell.format(escape(v)) for v in row) + "</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="xml" ContentType="a/b"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + body)
    return path


def planned(beijing, path, duty_list=None):
    place = place_by_hash(beijing.orgs, "110101")
    return plan_letters(read_letters(path), beijing.catalogue, beijing.orgs, duty_list or beijing.duty_list, place)


def test_a_letter_becomes_the_request_that_raises_it(beijing, tmp_path):
    plan = planned(beijing, workbook(tmp_path / "a.xlsx", COLUMNS, ROW))
    (routed,) = plan.routed
    request = routed.request
    assert (request.kind, request.channel, request.class_code) == ("public_request", "letter", "L02")
    assert (request.title, request.description) == ("路灯不亮", "晚上路灯不亮")
    assert (request.reporter_name, request.source_ref) == ("A0001", "letter:1")
    assert request.area.startswith("110101")
    assert (routed.how, routed.lead) == (How.MATCHED, "110101-ZJ")


def test_every_row_has_one_outcome(beijing, tmp_path):
    rows = (
        COLUMNS, ROW, ("2", *ROW[1:5], "从未见过的类别"), ("1", *ROW[1:]), ("3", ROW[1], "", *ROW[3:]), ("",) * 6,
        ("4", "", *ROW[2:]),
    )  # fmt: skip
    plan = planned(beijing, workbook(tmp_path / "a.xlsx", *rows))
    assert plan.counts == {"matched": 2, "defaulted": 1, "unroutable": 0, "duplicate": 1, "invalid": 1}
    assert [(e.row, e.code) for e in plan.refused] == [(4, "duplicate"), (5, "missing")]
    nobody = planned(beijing, workbook(tmp_path / "b.xlsx", COLUMNS, ROW), DutyList("x", "1", ()))
    assert nobody.counts["unroutable"] == 1


def test_long_texts_are_cut_and_invisible_characters_fall_away(beijing, tmp_path):
    long = ("9", "u", "题" * 300, ROW[3], "字" * 5000 + "\u200b", ROW[5])
    (routed,) = planned(beijing, workbook(tmp_path / "a.xlsx", COLUMNS, long)).routed
    assert (len(routed.request.title), len(routed.request.description)) == (120, 4000)
    assert routed.request.title.endswith("…")


def test_what_is_no_workbook_of_letters_is_refused(tmp_path):
    (tmp_path / "a.xlsx").write_text("no")
    for path in (tmp_path / "a.xlsx", tmp_path / "absent.xlsx", workbook(tmp_path / "b.xlsx", ("a", "b"))):
        with pytest.raises(LettersInvalidError):
            read_letters(path)


def test_the_place_rule_is_even_and_repeatable(beijing):
    place = place_by_hash(beijing.orgs, "110101")
    spread = Counter(place(str(n)) for n in range(1700))
    assert len(spread) == 17
    assert max(spread.values()) < 2 * min(spread.values())
    assert place("24") == place_by_hash(beijing.orgs, "110101")("24")
    with pytest.raises(LettersInvalidError):
        place_by_hash(beijing.orgs, "999999")


def test_the_495_labelled_letters(beijing):
    plan = planned(beijing, real_data("tipdm-2020c-attachments", "附件2-示例495.xlsx"))
    print(plan.counts)
    assert plan.counts == {"matched": 494, "defaulted": 0, "unroutable": 0, "duplicate": 1, "invalid": 0}
    assert {each.request.class_code for each in plan.routed} == {f"L0{n}" for n in range(1, 8)}
