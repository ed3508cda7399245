"""The circle of community services from `policies/<name>/circle.toml`, and surveys of it from CSV, cell by cell."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from adapters.policy_parts import build
from adapters.row_files import Collector, csv_rows
from domain.circle import Circle, Survey, may_survey

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from domain.actors import Actor
    from domain.import_diff import Parsed

COLUMNS: Final = ("community", "item", "present", "date", "note")
_ANSWERS: Final = {
    "yes": True, "no": False, "是": True, "否": False, "有": True, "无": False, "1": True, "0": False,
}  # fmt: skip
_LONGEST_NOTE: Final = 500


@cache
def bundled_circle(name: str = "beijing") -> Circle:
    """Read the list that ships.

    Raises:
        ValueError: the file has not the shape of a circle.
    """
    text = (resources.files("policies") / name / "circle.toml").read_text("utf-8")
    return build(Circle, tomllib.loads(text))


def parse_survey(
    text: str, circle: Circle, communities: Container[str], actor: Actor, today: date
) -> Parsed[Survey]:  # fmt: skip
    """Read a survey: one row for a community and an item.

    Errors, each at its cell: `unknown_community`, `not_yours`, `unknown_item`, `bad_answer`, `bad_date`, `future_date`,
    `too_long`, `duplicate`; of the file `missing_column`, `wrong_width`.

    Args:
        communities: Codes that exist.
        actor: Who answers for the survey.
        today: The day in Beijing; nothing is surveyed later.
    """
    found: Collector[Survey] = Collector()
    for row, values in csv_rows(text, COLUMNS, found):
        survey = _survey(row, values, found, circle, communities, actor, today)
        if survey is not None:
            found.add(row, "item", f"{survey.community}/{survey.item}", survey)
    return found.done()


def _survey(  # noqa: PLR0913, PLR0917 - a row and all it is checked against
    row: int, values: Mapping[str, str], found: Collector[Survey], circle: Circle, communities: Container[str],
    actor: Actor, today: date,
) -> Survey | None:  # fmt: skip
    wrong: list[tuple[str, str, str]] = []
    community, item = values["community"], values["item"]
    if community not in communities:
        wrong.append(("community", "unknown_community", f"there is no community {community!r}"))
    elif not may_survey(actor, community):
        wrong.append(("community", "not_yours", f"{community} is not yours to survey"))
    if item not in circle.items:
        wrong.append(("item", "unknown_item", f"{circle.ref} has no item {item!r}"))
    present = _ANSWERS.get(values["present"].lower())
    if present is None:
        wrong.append(("present", "bad_answer", f"{values['present']!r} is neither yes nor no"))
    day = _day(values["date"])
    if day is None:
        wrong.append(("date", "bad_date", f"{values['date']!r} is no date such as 2026-11-23"))
    elif day > today:
        wrong.append(("date", "future_date", f"{day} has not come yet"))
    if len(values["note"]) > _LONGEST_NOTE:
        wrong.append(("note", "too_long", f"a note has at most {_LONGEST_NOTE} characters"))
    for column, code, message in wrong:
        found.error(row, column, code, message)
    if wrong or present is None or day is None:
        return None
    return Survey(community, item, present, day, values["note"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
