"""Mappings of historical files: a declarative TOML document that says which column of a row becomes what of a case."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, ClassVar, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from domain.errors import DomainError
from domain.history import Setting
from domain.organisations import BadOrgCodeError, area_of, split_code

PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


class MappingInvalidError(DomainError):
    """Code `mapping_invalid`: the mapping cannot be read, or it names columns that the file does not have."""

    code: ClassVar[str] = "mapping_invalid"


class BadRowError(Exception):
    """A row cannot become a case; carries column, code and message."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _area(code: str) -> str:
    if area_of(code) != code:
        raise ValueError(f"{code} is no area code")
    return code


class _Setting(_Part):
    kind: str
    district: Annotated[str, AfterValidator(_area)]
    limit_class: str
    rules: str
    calendar: str
    near_percent: int = Field(ge=1, le=99)


class _Texts(_Part):
    number: str
    source_ref: str
    title: str
    description: str
    place: str
    result: str = ""


class _Times(_Part):
    raised_at: str
    due: str | None = None
    closed_at: str | None = None


class _Point(_Part):
    lat: str
    lng: str


class Flag(_Part):
    """The source's own judgement: its column and its two values."""

    column: str
    late: str
    in_time: str


class _Codes(_Part):
    """From the values of a column to codes; `blank` for an empty value, `default` for one not listed (None refuses)."""

    column: str
    codes: dict[str, str]
    blank: str | None = None
    default: str | None = None

    def code(self, row: Mapping[str, str]) -> str:
        value = row[self.column].strip()
        found = self.codes.get(value, self.default) if value else self.blank
        if found is None:
            raise BadRowError(self.column, "unknown_value", f"no code for {value!r}")
        return found


class _Document(_Part):
    name: str
    zone: str
    time_format: str
    member: str | None = None
    setting: _Setting
    texts: _Texts
    times: _Times
    area: _Codes
    org: _Codes
    class_: _Codes = Field(alias="class")
    point: _Point | None = None
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class HistoryMapping:
    """A mapping, read and checked."""

    document: _Document
    zone: ZoneInfo

    @property
    def flag(self) -> Flag | None:
        """Where the source says what was late; None if it does not."""
        return self.document.flag

    @property
    def setting(self) -> Setting:
        """What all cases of the import share."""
        return Setting(**self.document.setting.model_dump())

    @property
    def columns(self) -> frozenset[str]:
        """Every column that the mapping names."""
        d = self.document
        named = {d.area.column, d.org.column, d.class_.column, *(v for v in d.times.model_dump().values() if v)}
        for pattern in d.texts.model_dump().values():
            named.update(PLACEHOLDER.findall(pattern))
        for part in (d.point, d.flag):
            if part is not None:
                named.update([part.lat, part.lng] if isinstance(part, _Point) else [part.column])
        return frozenset(named)

    def source_ref(self, row: Mapping[str, str]) -> str:
        """Return the unique name of a row in its source."""
        return filled(self.document.texts.source_ref, row)


def bundled_mapping(name: str) -> HistoryMapping:
    """Load a mapping that ships with the program (`boston-2011`); raises `MappingInvalidError`."""
    resource = resources.files("policies").joinpath("imports", f"{name}.toml")
    if not resource.is_file():
        raise MappingInvalidError(f"no mapping {name!r} ships with the program", file=name)
    return read_mapping(resource.read_text(encoding="utf-8"), where=f"{name}.toml")


def load_mapping(path: Path) -> HistoryMapping:
    """Load a mapping from disk; raises `MappingInvalidError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingInvalidError(f"{path}: {error}", file=str(path)) from error
    return read_mapping(text, where=str(path))


def read_mapping(text: str, *, where: str) -> HistoryMapping:
    """Read a mapping from its text; `where` names it in errors.

    Raises:
        MappingInvalidError: code `mapping_invalid`; also for a code that is none.
    """
    try:
        document = _Document.model_validate(tomllib.loads(text))
        for codes in (document.area, document.org):
            for code in (*codes.codes.values(), codes.blank, codes.default):
                split_code(code or document.setting.district)
        return HistoryMapping(document, ZoneInfo(document.zone))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MappingInvalidError(f"{where}: {place}: {first['msg']}", file=where) from error
    except (tomllib.TOMLDecodeError, ZoneInfoNotFoundError, BadOrgCodeError) as error:
        raise MappingInvalidError(f"{where}: {error}", file=where) from error


def filled(pattern: str, row: Mapping[str, str]) -> str:
    """Put the trimmed values of a row into a text with `{column}` in it."""
    return PLACEHOLDER.sub(lambda match: row[match[1]].strip(), pattern)
