"""Request models: one per command, built from the command's own class, so that nothing is defined twice."""

from __future__ import annotations

import hashlib
import re
import types
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, create_model

from domain import commands as c
from domain.case import Direction
from domain.chain import canonical
from domain.channels import Disposal, Nature
from domain.decide import RULES
from domain.events import Personal, Text

if TYPE_CHECKING:
    from domain.commands import Command

MICRO = 1_000_000
"""Millionths of a degree: whole numbers, so that the chain never holds a float."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _storable(words: str) -> str:
    """Refuse what the record cannot keep or a screen cannot show: control characters and lone surrogates."""
    if _CONTROL.search(words):
        msg = "control characters are not allowed; 文字中含有不可见的控制字符"
        raise ValueError(msg)
    return words


_SAFE = AfterValidator(_storable)
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), _SAFE]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), _SAFE]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), _SAFE]
OrgCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}(?:[0-9]{3}){0,2}(?:-[A-Z][A-Z0-9]{0,11})?$")]
AreaCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}(?:[0-9]{3}){1,2}$")]
AreaPrefix = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{6}(?:[0-9]{3}){0,2}$"), Field(description="District to community.")
]
Line = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,11}$"), Field(description="Line (条), e.g. CG.")]
SearchWords = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), _SAFE]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+() -]{3,24}$")]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), _SAFE]
PlaceList = Annotated[str, StringConstraints(min_length=1, max_length=60_000), _SAFE]
CaseNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$"), Field(description="Number of a case.")]
TaskNo = Annotated[int, Field(ge=1, le=999)]
Latitude = Annotated[float, Field(ge=-90, le=90, description="Degrees, WGS-84.")]
Longitude = Annotated[float, Field(ge=-180, le=180, description="Degrees, WGS-84.")]


class Request(BaseModel):
    """Base of every request body: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RaiseRequest(Request):
    """What a person says when blowing the whistle; whom it calls follows from the class by the duty list.

    `lead` and `assist` overrule the duty list; `appointment` is the agreed time to report in. A department that raises
    says so by `direction`; it may call other departments, or, with the district's approval and `support` (staff, money,
    standard), the sub-district of the place. `joint_areas` are other sub-districts that raise together with this one.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True,
        json_schema_extra={"examples": [{
            "kind": "emergency", "area": "110101001", "class_code": "W01", "title": "供水管爆裂，路面积水",
            "description": "路面冒水，两个单元进水，请自来水、市政和交警到场。", "place": "东华门大街22号院门前",
            "lat": 39.9141, "lng": 116.4041,
        }]},
    )  # fmt: skip

    kind: Slug = Field(description="A kind of the rule pack in force: public_request, emergency ...")
    area: AreaCode = Field(description="Sub-district (9 digits) that raises.")
    class_code: Slug = Field(description="Class of the catalogue, for example W01.")
    title: Title
    description: Words
    place: Short
    channel: Slug = Field("street", description="Channel of the rule pack: street, hotline, grid, station, letter ...")
    nature: Nature | None = Field(None, description="What the citizen wants.")
    disposal: Disposal | None = Field(None, description="The request ends at intake, in this way; nobody is called.")
    target: Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9-]*$")] = Field(
        "", description="With a disposal: the emergency line, or the number of the case the citizen was told of."
    )
    told: Words | None = Field(None, description="With a disposal: what was said.")
    urgency: Annotated[int, Field(ge=0, le=4, description="Level of the citizen's limit; 0: by the class.")] = 0
    reporter_name: Short | None = None
    reporter_phone: Phone | None = None
    lat: Latitude | None = None
    lng: Longitude | None = None
    appointment: AwareDatetime | None = None
    lead: OrgCode | None = None
    assist: tuple[OrgCode, ...] | None = Field(None, max_length=20)
    inform: tuple[OrgCode, ...] = Field((), max_length=20)
    source_ref: Reference | None = None
    direction: Direction = Direction.STREET_TO_DEPT
    joint_areas: tuple[AreaCode, ...] = Field((), max_length=5)
    sensitive: bool = Field(False, description="Only those who have to do with the case see it.")
    campaign: Slug | None = Field(None, description="Code of the campaign (专项行动) it belongs to.")
    support: Words | None = Field(None, description="Staff, money and standard that come with work for a sub-district.")


_MANY = Field(max_length=50)
_FIELDS: dict[tuple[str, Any], Any] = {
    ("task", int): TaskNo,
    ("lat", int): Latitude,
    ("lng", int): Longitude,
    ("org", str): OrgCode,
    ("worker", str): Slug,
    ("other", str): CaseNumber,
    ("ref", str): Reference,
    ("rows", Text): PlaceList,
    ("reporter_name", Personal): Short,
    ("reporter_phone", Personal): Phone,
    ("ground", str): Slug,
    ("suggests", str): OrgCode,
    ("invited", tuple[str, ...]): Annotated[tuple[OrgCode, ...], _MANY],
    ("orgs", tuple[str, ...]): Annotated[tuple[OrgCode, ...], _MANY],
}
"""Fields that have one shape wherever they stand."""
_PLAIN: dict[Any, Any] = {
    int: Annotated[int, Field(ge=0, le=9_999)],
    str: Slug,
    tuple[int, ...]: Annotated[tuple[TaskNo, ...], _MANY],
    tuple[str, ...]: Annotated[tuple[Slug, ...], _MANY],
}
"""The other fields, by their type."""


_SEALED = (Text, Personal)

RESOLVED = frozenset({"worker_org", "other_id", "tie", "service", "limit_class", "member_orgs"})
"""Fields that nobody sends: the entry fills them in from the directory."""


def _border_type(name: str, hint: Any) -> Any:
    """Translate a field of a command to its type at the border."""
    args = get_args(hint)
    if isinstance(hint, types.UnionType):
        return _border_type(name, args[0]) | None
    if (name, hint) in _FIELDS:
        return _FIELDS[name, hint]
    if hint in (Text, Personal):
        return Words
    if hint is datetime:
        return AwareDatetime
    if hint is bool or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint
    return _PLAIN[hint]


def _model(command: type) -> type[Request]:
    hints = get_type_hints(command)
    shape: dict[str, Any] = {}
    for field in fields(command):
        if field.name in RESOLVED:
            continue
        kind = _border_type(field.name, hints[field.name])
        shape[field.name] = (kind, ... if field.default is MISSING else field.default)
    built: type[Request] = create_model(
        f"{command.__name__}Request", __base__=Request, __doc__=command.__doc__, **shape
    )
    return built


def name_of(command: type) -> str:
    """Name a command on the wire: its class name in snake case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", command.__name__).lower()


@dataclass(frozen=True, slots=True)
class CommandForm:
    """A command at the border: its name in URLs, its class and its request model."""

    name: str
    command: type
    model: type[Request]

    @property
    def has_task(self) -> bool:
        """The command is about one task, or may be."""
        return "task" in self.model.model_fields

    @property
    def needs_task(self) -> bool:
        """The command is about one task."""
        return self.has_task and self.model.model_fields["task"].is_required()

    @property
    def topic(self) -> str | None:
        """Field that names an entry of the case by number: an order, a meeting; None where there is none."""
        found = RULES[self.command].topic
        return found.field if found is not None else None

    def build(self, request: Request) -> Command:
        """Make the command from a valid request."""
        values: dict[str, Any] = {}
        hints = get_type_hints(self.command)
        for field in fields(self.command):
            if field.name in RESOLVED:
                continue
            value = getattr(request, field.name)
            if field.name in ("lat", "lng") and value is not None:
                value = round(value * MICRO)
            elif value is not None:
                sealed = [kind for kind in _SEALED if kind in (hints[field.name], *get_args(hints[field.name]))]
                value = sealed[0](value) if sealed else value
            values[field.name] = value
        built: Command = self.command(**values)
        return built


def form_of(command: type) -> CommandForm:
    """Make the form of a command from its class."""
    return CommandForm(name_of(command), command, _model(command))


FORMS: dict[str, CommandForm] = {name_of(command): form_of(command) for command in get_args(c.PersonCommand)}
"""Every command of persons on an existing case, by its name on the wire."""


def fingerprint(name: str, case_id: str, request: Request) -> str:
    """Digest what was asked, to tell a repeat of a request from another request under the same key (SHA-256, hex)."""
    body = request.model_dump(mode="json")
    floats = {k: str(v) if isinstance(v, float) else v for k, v in body.items()}
    return hashlib.sha256(canonical({"body": floats, "case": case_id, "command": name})).hexdigest()
