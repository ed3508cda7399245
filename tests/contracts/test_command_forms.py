"""Request models from command classes: fields of any plain type find their shape at the border and on a form."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pytest
from pydantic import ValidationError

from contracts import commands
from contracts.commands import CommandForm
from domain.decide import RULES
from domain.decide.rule import Rule, Topic
from domain.text import Text
from web.forms import Entered, fields_of, validated


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Paint:
    """Paint something (刷漆)."""

    thing: int
    colour: Colour
    why: Text
    at: datetime
    orgs: tuple[str, ...] = ()
    twice: bool = False
    task: int | None = None
    shade: str = ""


FORM = CommandForm("paint", Paint, commands._model(Paint))


@pytest.fixture(autouse=True)
def ruled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, Paint, Rule(lambda _d, _c: None, topic=Topic("thing", lambda _s: ())))


def test_every_field_is_asked_for_by_its_type() -> None:
    controls = {field.name: field.control for field in fields_of(FORM)}
    assert controls == {
        "thing": "hidden", "colour": "choice", "why": "text", "at": "instant", "orgs": "list", "twice": "flag",
        "task": "hidden", "shade": "line",
    }  # fmt: skip
    assert next(f for f in fields_of(FORM) if f.name == "colour").choices == ("red", "blue")
    assert (FORM.topic, FORM.has_task, FORM.needs_task) == ("thing", True, False)


def test_what_a_browser_sends_becomes_the_command() -> None:
    typed = Entered({
        "thing": "3", "colour": "blue", "why": "旧了", "at": "2026-11-23T12:00", "orgs": "110101-CG，110101-GA",
        "twice": "true",
    })  # fmt: skip
    request, _ = validated(FORM.model, typed)
    assert request is not None
    built = FORM.build(request)
    assert isinstance(built, Paint)
    assert (built.thing, built.colour, built.orgs, built.twice) == (3, Colour.BLUE, ("110101-CG", "110101-GA"), True)
    assert built.at.isoformat() == "2026-11-23T12:00:00+08:00"
    assert isinstance(built.why, Text)


def test_a_wrong_value_is_told_beside_its_field() -> None:
    request, typed = validated(FORM.model, Entered({"thing": "3", "colour": "green", "why": "x", "at": "soon"}))
    assert request is None
    assert set(typed.errors) == {"colour", "at"}
    with pytest.raises(ValidationError):
        FORM.model.model_validate({"thing": 3, "colour": "red", "why": "x", "at": "2026-11-23T12:00:00", "orgs": ["x"]})
