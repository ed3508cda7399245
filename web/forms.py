"""Forms: fields of a command's request model for a template, and what a browser sent back as a valid request."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from contracts import words
from web import texts
from web.formats import from_local

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from contracts.commands import CommandForm, Request

CONTROLS = {
    "task": "hidden",
    "tasks": "tasks",
    "worker": "worker",
    "org": "org",
    "suggests": "org",
    "ground": "choice",
    "upheld": "choice",
    "precedent": "choice",
    "role": "role",
    "lat": "position",
    "lng": "position",
}
"""How a field is asked for; every other one is a text area."""

_LISTS = frozenset({"tasks", "assist", "inform"})
_KEY = "key"
_KEY_TEXT = re.compile(r"[\x21-\x7e]{8,200}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a command's form."""

    name: str
    label: str
    control: str
    required: bool
    longest: int | None
    choices: tuple[tuple[str, str], ...] = ()


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
    return tuple(
        Field(
            name, texts.field_label(name, form.name), CONTROLS.get(name, "text"), info.is_required(),
            _longest(shape[name]), _choices(name),
        )
        for name, info in form.model.model_fields.items()
    )  # fmt: skip


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
    if "appointment" in known:
        known["appointment"] = from_local(known["appointment"])
    try:
        return model.model_validate(known), form
    except ValidationError as error:
        errors = {
            str(fault["loc"][0]): texts.invalid(fault["type"], fault.get("ctx", {}))
            for fault in reversed(error.errors(include_url=False, include_input=False))
            if fault["loc"]
        }
        return None, Entered(form.values, errors, form.key)


def _choices(name: str) -> tuple[tuple[str, str], ...]:
    """Return what a person chooses from, as value and label."""
    if name == "ground":
        return tuple((code, found.zh) for code, found in words.GROUND.items())
    return texts.CHOICES.get(name, ())


def _longest(schema: dict[str, Any]) -> int | None:
    """Return how many characters a text may have, from its JSON schema; the optional ones say it one level deeper."""
    return next((found["maxLength"] for found in (schema, *schema.get("anyOf", ())) if "maxLength" in found), None)
