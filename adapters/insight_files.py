"""The numbers of duplicates, repeat problems and early warning, from `policies/<name>/insight.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.duplicates import Tuning
from domain.errors import DomainError
from domain.repeats import Habit


class InsightInvalid(DomainError):
    """Code `insight_invalid`: the file has not the shape that the program reads."""

    code: ClassVar[str] = "insight_invalid"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Duplicates(_Row):
    text: float = Field(ge=0, le=1)
    name: float = Field(ge=0, le=1)
    second: float = Field(ge=0, le=1)
    name_full: float = Field(gt=0)
    other_class: float = Field(ge=0, le=1)
    far_m: int = Field(ge=0)
    far: float = Field(ge=0, le=1)
    near_m: int = Field(ge=0)
    suggest: float = Field(ge=0, le=1)
    sure: float = Field(ge=0, le=1)
    window_days: int = Field(ge=1)
    most_recent: int = Field(ge=1)
    candidates: int = Field(ge=1)
    sample: int = Field(ge=0)
    shown: int = Field(ge=1)


class _Repeats(_Row):
    window_days: int = Field(ge=1)
    least: int = Field(ge=2)
    apart_hours: int = Field(ge=0)
    burst: int = Field(ge=2)
    burst_hours: int = Field(ge=1)
    burst_shown_days: int = Field(ge=1)
    near_m: int = Field(ge=0)
    alike: float = Field(gt=0, le=1)
    most_recent: int = Field(ge=1)


class _Forecast(_Row):
    least: int = Field(ge=1)
    warn: float = Field(ge=0, le=1)
    past_days: int = Field(ge=1)
    most_past: int = Field(ge=1)
    most_open: int = Field(ge=1)


class _Document(_Row):
    name: str
    version: int
    duplicates: _Duplicates
    repeats: _Repeats
    forecast: _Forecast


@dataclass(frozen=True, slots=True)
class Lookout:
    """How suggestions are looked for.

    Attributes:
        tuning: The rule of likeness.
        window_days: Ended cases older than this are not looked at.
        most_recent: Newest cases that are looked through.
        candidates: Of these, those compared in full.
        sample: Newest cases that tell how rare a phrase is.
        shown: Suggestions at most.
    """

    tuning: Tuning
    window_days: int
    most_recent: int
    candidates: int
    sample: int
    shown: int


@dataclass(frozen=True, slots=True)
class Foresight:
    """How early warning works.

    Attributes:
        least: Past cases that had run as long which make a forecast.
        warn: Chance of being late from which a case is shown as likely late.
        past_days: How far back the past reaches.
        most_past: Newest handlings that are read for it.
        most_open: Running limits that are looked at, the nearest due first.
    """

    least: int
    warn: float
    past_days: int
    most_past: int
    most_open: int


@dataclass(frozen=True, slots=True)
class Insight:
    """All numbers of one version; `most_repeats` newest cases are looked through for repeats."""

    ref: str
    duplicates: Lookout
    repeats: Habit
    most_repeats: int
    forecast: Foresight


_TUNING = ("text", "name", "second", "name_full", "other_class", "far_m", "far", "near_m", "suggest", "sure")
_LOOKOUT = ("window_days", "most_recent", "candidates", "sample", "shown")


def load_insight(text: str) -> Insight:
    """Read the file.

    Raises:
        InsightInvalid: no TOML, or a value is missing, unknown or out of its range.
    """
    try:
        read = _Document.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InsightInvalid(f"insight.toml: {error}") from error
    values = read.duplicates.model_dump()
    tuning = Tuning(**{name: values[name] for name in _TUNING})
    return Insight(
        f"{read.name}/{read.version}", Lookout(tuning, **{name: values[name] for name in _LOOKOUT}),
        Habit(**read.repeats.model_dump(exclude={"most_recent"})), read.repeats.most_recent,
        Foresight(**read.forecast.model_dump()),
    )  # fmt: skip


@cache
def bundled_insight(name: str = "beijing") -> Insight:
    """Read the file of this installation, once."""
    return load_insight(resources.files("policies").joinpath(name, "insight.toml").read_text("utf-8"))
