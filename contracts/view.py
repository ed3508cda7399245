"""The base of everything that people read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """Frozen; every field is listed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
