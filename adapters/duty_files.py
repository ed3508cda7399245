"""Catalogue, limit classes and duty list from CSV and TOML texts, with an error for every bad row."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from adapters.row_files import Collector, accepted, csv_rows, parse_file, text_of, toml_entries
from domain.catalogue import CLASS_CODE, PREFIX, CaseClass, Catalogue, Family
from domain.clocks import Limit, LimitInvalid
from domain.dutylist import DutyList, DutyRule, LimitClass, lint
from domain.import_diff import Parsed
from domain.rulepack import Stage

CLASS_COLUMNS: Final = ("code", "name", "family", "category", "keywords", "source")
DUTY_COLUMNS: Final = ("class_code", "lead", "assist", "limit_class", "source")
STAGE_FIELDS: Final = ("code", "name", "limit", "closing", "source")
MOST_KEYWORDS: Final = 5


def parse_catalogue(text: str) -> Parsed[CaseClass]:
    """Read the case catalogue, keyed by code; keywords are separated by blanks.

    Errors: `missing_column`, `wrong_width`, `bad_kind` (family), `bad_code` (or a code of another family), `missing`,
    `too_many` (keywords), `duplicate`.
    """
    found: Collector[CaseClass] = Collector()
    for row, values in csv_rows(text, CLASS_COLUMNS, found):
        code, keywords = values["code"], tuple(values["keywords"].split())
        if values["family"] not in set(Family):
            found.error(row, "family", "bad_kind", f"{values['family']!r} is not allowed here", code)
            continue
        family = Family(values["family"])
        empty = next((column for column in ("name", "category", "source") if not values[column]), None)
        if CLASS_CODE.fullmatch(code) is None or not code.startswith(PREFIX[family]):
            found.error(row, "code", "bad_code", f"{code!r} is no class code of the family {family}", code)
        elif empty is not None:
            found.error(row, empty, "missing", "must not be empty", code)
        elif len(keywords) > MOST_KEYWORDS:
            found.error(row, "keywords", "too_many", f"at most {MOST_KEYWORDS} keywords", code)
        else:
            record = CaseClass(code, values["name"], family, values["category"], keywords, values["source"])
            found.add(row, "code", code, record)
    return found.done()


def parse_limit_classes(text: str) -> Parsed[LimitClass]:
    """Read the limit classes, keyed by code.

    Errors: `bad_toml`, `missing_table`, `missing` (a field of the class or of a stage), `no_stage`, `bad_limit`,
    `stage_repeated`, `duplicate`.
    """
    found: Collector[LimitClass] = Collector()
    for row, entry in toml_entries(text, "limit_classes", found):
        code, name = text_of(entry, "code"), text_of(entry, "name")
        if not code or not name:
            found.error(row, "name" if code else "code", "missing", "a limit class needs a code and a name", code)
        elif (stages := _stages(row, code, entry.get("stages"), found)) is not None:
            found.add(row, "code", code, LimitClass(code, name, stages))
    return found.done()


def _stages(row: int, key: str, value: object, found: Collector[LimitClass]) -> tuple[Stage, ...] | None:
    """Return the stages in order, or None after noting every one that is wrong."""
    if not isinstance(value, list) or not value:
        found.error(row, "stages", "no_stage", f"limit class {key} has no stage", key)
        return None
    stages: list[Stage] = []
    for each in value:
        entry = each if isinstance(each, dict) else {}
        code, name, limit, closing, source = (text_of(entry, column) for column in STAGE_FIELDS)
        missing = [column for column in STAGE_FIELDS if not text_of(entry, column)]
        for column in missing:
            found.error(row, f"stages.{column}", "missing", f"limit class {key}: a stage without {column}", key)
        if any(stage.code == code for stage in stages):
            found.error(row, "stages.code", "stage_repeated", f"limit class {key}: stage {code} stands twice", key)
        elif not missing:
            try:
                stages.append(Stage(code, name, Limit.parse(limit), closing, source))
            except LimitInvalid as problem:
                found.error(row, "stages.limit", "bad_limit", problem.message, key)
    return tuple(stages) if len(stages) == len(value) else None


def parse_duty_list(
    text: str, catalogue: Catalogue, lines: Collection[str], limit_classes: Collection[str]
) -> Parsed[DutyRule]:
    """Read the rules of a duty list, keyed by class code; assisting lines are separated by blanks.

    Errors: `missing_column`, `wrong_width`, `missing` (class code), and every finding of `domain.dutylist.lint` at the
    row concerned (`class_without_rule` in row 0).
    """
    found: Collector[DutyRule] = Collector()
    for row, values in csv_rows(text, DUTY_COLUMNS, found):
        code = values["class_code"]
        if not code:
            found.error(row, "class_code", "missing", "must not be empty")
            continue
        assist = tuple(values["assist"].split())
        rule = DutyRule(code, values["lead"], assist, values["limit_class"], values["source"])
        found.add(row, "class_code", code, rule)
    refused = found.done().rejected
    for problem in lint(DutyList("", "", tuple(found.records.values())), catalogue, lines, limit_classes):
        if problem.class_code not in refused:
            row = found.row_of(problem.class_code)
            found.error(row, problem.column, problem.code, problem.message, problem.class_code)
    return found.done()


def load_catalogue(path: Path) -> Catalogue:
    """Load a catalogue file.

    Raises:
        ImportRefusedError: code `import_refused`, if the file has an error.
    """
    return Catalogue.of(accepted(parse_file(path, parse_catalogue), path).values())


def load_limit_classes(path: Path) -> Mapping[str, LimitClass]:
    """Load a file of limit classes, by code in order of the file.

    Raises:
        ImportRefusedError: code `import_refused`, if the file has an error.
    """
    return accepted(parse_file(path, parse_limit_classes), path)


def load_duty_list(
    path: Path, catalogue: Catalogue, lines: Collection[str], limit_classes: Collection[str]
) -> DutyList:
    """Load `<city>/dutylist/<version>.csv`; the folder gives the name, the file name the version.

    Raises:
        ImportRefusedError: code `import_refused`, if the file has an error.
    """
    parsed = parse_file(path, lambda text: parse_duty_list(text, catalogue, lines, limit_classes))
    rules = tuple(accepted(parsed, path).values())
    return DutyList(path.parent.parent.name, path.name.removesuffix(".csv"), rules)
