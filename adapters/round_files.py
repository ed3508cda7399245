"""The numbers of supervision rounds, from `policies/<name>/rounds.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoundTerms(_Row):
    """Limits where a plan names none, in natural hours."""

    reply_hours: int = Field(ge=1)
    check_hours: int = Field(ge=1)
    rectify_hours: int = Field(ge=1)
    again_hours: int = Field(ge=1)
    summary_hours: int = Field(ge=1)


class Monthly(_Row):
    """The written round that a schedule plans every month; `districts` names its members."""

    enabled: bool
    starts_after_hours: int = Field(ge=1)
    period_days: int = Field(ge=1)
    sample: int = Field(ge=1)
    title: str
    questions: str
    districts: dict[str, tuple[str, ...]]


class RoundPolicy(_Row):
    """The whole file."""

    terms: RoundTerms
    monthly: Monthly


@cache
def round_policy(name: str = "beijing") -> RoundPolicy:
    """Read the file that ships."""
    text = (resources.files("policies") / name / "rounds.toml").read_text("utf-8")
    return RoundPolicy.model_validate(tomllib.loads(text))
