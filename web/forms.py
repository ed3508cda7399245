"""Forms: fields of a command's request model for a template, and what a browser sent back as a valid request."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from contracts import words
from domain.case import TaskRole
from domain.channels import Satisfied, Solved
from domain.meetings import MeetingForm
from domain.rating import Rater
from domain.relief import Above
from domain.supervision import Grade, Verdict
from web import texts
from web.formats import from_local

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from starlette.datastructures import FormData

    from contracts.commands import CommandForm, Request

CONTROLS = {
    "task": "hidden",
    "tasks": "tasks",
    "worker": "worker",
    "org": "org",
    "suggests": "org",
    "ground": "choice",
    "result": "choice",
    "standard": "standard",
    "upheld": "choice",
    "role": "role",
    "lat": "position",
    "lng": "position",
}
"""How a field is asked for, by its name; every other one by its type."""

COMMAND_CONTROLS = {
    ("issue_order", "org"): "party", ("decide_task", "org"): "party", ("call_helper", "worker"): "line",
    ("record_hours", "worker"): "line", ("file_case", "standard"): "line",
}  # fmt: skip
"""Where a field of one command is asked for in another way."""

GROUPS: dict[Any, str] = {
    TaskRole: "task_role", Grade: "grade", Verdict: "verdict", Above: "above", Solved: "solved", Satisfied: "satisfied",
    Rater: "rater", MeetingForm: "meeting_form",
}  # fmt: skip
"""Tables of words for the values of an enumeration (`contracts.words.GROUPS`)."""

CHOICES: dict[str, tuple[tuple[str, ...], str]] = {
    "ground": (tuple(words.GROUND), "ground"),
    "upheld": (("true", "false"), "upheld"),
    "result": (tuple(words.RESULTS_OF_A_CHECK), "result"),
}
"""What is chosen from by the name of a field, with its table of words; a yes or no that must be said is no tick."""

_LISTS = frozenset({"tasks", "assist", "inform"})
_BETWEEN = re.compile(r"[\s,，、;；]+")
_KEY = "key"
_KEY_TEXT = re.compile(r"[\x21-\x7e]{8,200}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a command's form; `choices` are the values of an enumeration, `group` names their words."""

    name: str
    label: str
    control: str
    required: bool
    longest: int | None
    choices: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person has typed, to be shown again; nothing is lost by a refusal.

    Attributes:
        values: Text by field; of a list field all its values.
        errors: Chinese sentence by field.
        key: Idempotency key of this form.
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    key: str = ""

    def get(self, name: str, default: Any = "") -> Any:
        """Return what was typed into a field."""
        return self.values.get(name, default)


def new_key() -> str:
    """Make an idempotency key: one per form that is shown, so that pressing twice takes effect once."""
    return f"web-{secrets.token_hex(16)}"


def blank(**values: Any) -> Entered:
    """Make an empty form with some values filled in."""
    return Entered({k: v for k, v in values.items() if v is not None}, {}, new_key())


def fields_of(form: CommandForm) -> tuple[Field, ...]:
    """List the fields of a command in the order of its model."""
    shape = form.model.model_json_schema()["properties"]
    hints = get_type_hints(form.command)
    return tuple(_field(form, name, info, hints[name], shape[name]) for name, info in form.model.model_fields.items())


def _field(form: CommandForm, name: str, info: FieldInfo, hint: Any, shape: dict[str, Any]) -> Field:
    kind = next((a for a in get_args(hint) if a is not type(None)), hint) if isinstance(hint, UnionType) else hint
    control = COMMAND_CONTROLS.get((form.name, name)) or CONTROLS.get(name) or _control(kind)
    if name == form.topic:
        control = "hidden"
    choices, group = CHOICES.get(name, ((), GROUPS.get(kind, "")))
    if isinstance(kind, type) and issubclass(kind, Enum):
        choices = tuple(str(v.value) for v in kind)
    label = texts.field_label(name, form.name)
    return Field(name, label, control, info.is_required(), _longest(shape), choices, group)


def _control(kind: Any) -> str:
    """Return how a value of a type is asked for."""
    if get_origin(kind) is tuple:
        return "list"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "choice"
    return {bool: "flag", int: "number", datetime: "instant", str: "line"}.get(kind, "text")


def entered(data: FormData) -> Entered:
    """Read what a browser sent; the key is a fresh one if it sent none that is usable."""
    values: dict[str, Any] = {}
    for name in data:
        sent = [value for value in data.getlist(name) if isinstance(value, str) and value.strip()]
        if name in _LISTS:
            values[name] = sent
        elif sent:
            values[name] = sent[-1].replace("\r\n", "\n")
    key = values.pop(_KEY, "")
    usable = _KEY_TEXT.fullmatch(key) is not None
    return Entered(values, {}, key if usable else new_key())


def validated(model: type[Request], form: Entered) -> tuple[Request | None, Entered]:
    """Build the request, or tell beside each field what is wrong with it; fields that the model lacks are left out."""
    known = {name: value for name, value in form.values.items() if name in model.model_fields}
    unticked = [n for n, info in model.model_fields.items() if info.annotation is bool and info.is_required()]
    known = {**dict.fromkeys(unticked, "false"), **known}  # a browser does not send a box that is not ticked
    for name, value in known.items():
        kinds = str(model.model_fields[name].annotation)
        if "AwareDatetime" in kinds:
            known[name] = from_local(value)
        elif kinds.startswith("tuple") and isinstance(value, str):
            known[name] = [each for each in _BETWEEN.split(value) if each]
    try:
        return model.model_validate(known), form
    except ValidationError as error:
        errors = {
            str(fault["loc"][0]): texts.invalid(fault["type"], fault.get("ctx", {}))
            for fault in reversed(error.errors(include_url=False, include_input=False))
            if fault["loc"]
        }
        return None, Entered(form.values, errors, form.key)


def _longest(schema: dict[str, Any]) -> int | None:
    """Return how many characters a text may have, from its JSON schema; the optional ones say it one level deeper."""
    return next((found["maxLength"] for found in (schema, *schema.get("anyOf", ())) if "maxLength" in found), None)
