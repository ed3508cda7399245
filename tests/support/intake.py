"""Cases that come in on other channels than the sub-district's whistle: people, and short ways to raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.actors import Role
from domain.case import Party, TaskRole
from domain.channels import Satisfied, Solved
from domain.chapters.call_back import CallBack
from domain.chapters.grid import Dispatch, FileCase
from domain.events import Personal
from tests.support.cases import (
    AREA,
    CITY,
    DISTRICT,
    GRID,
    HOTLINE,
    LAMPS,
    MONDAY,
    WATER,
    Life,
    person,
    raise_command,
    rules2,
)

if TYPE_CHECKING:
    from datetime import datetime

    from domain.actors import Actor

HEAT = f"{DISTRICT}-HEAT"
CALLER = person("caller", f"{CITY}-HOTLINE", Role.HOTLINE_CALLBACK)
CLERK = person("clerk", f"{DISTRICT}-DESK", Role.ACCEPTANCE_CLERK)
CLERK2 = person("clerk2", f"{DISTRICT}-DESK", Role.ACCEPTANCE_CLERK)
GRID2 = person("grid2", AREA, Role.GRID_MEMBER)
STATION = person("station", f"{AREA}001-STN", Role.COMMUNITY_WORKER)
HEATMAN = person("heatman", HEAT, Role.UTILITY_WORKER)
PHONE = Personal("13800138000")

WATER_LEADS, STREET_LEADS = Party(WATER, TaskRole.LEAD), Party(AREA, TaskRole.LEAD)
LAMPS_ASSIST = Party(LAMPS, TaskRole.ASSIST)
WELL = CallBack(valid=True, contacted=True, solved=Solved.YES, satisfied=Satisfied.BASICALLY)
BADLY = CallBack(valid=True, contacted=True, solved=Solved.NO, satisfied=Satisfied.DISSATISFIED)
NOBODY = CallBack(valid=False)


def called_in(*parties: Party, at: datetime = MONDAY, by: Actor = HOTLINE, **changes: Any) -> Life:
    """Begin a life with a hotline order; the water company leads unless others are named."""
    life = Life(rules2(), at)
    fields: dict[str, Any] = {"channel": "hotline", "limit_class": "hotline_24h", "reporter_phone": PHONE, **changes}
    life.do(raise_command("public_request", *(parties or (WATER_LEADS,)), **fields), by)
    return life


def collected(*parties: Party, at: datetime = MONDAY, by: Actor = GRID, **changes: Any) -> Life:
    """Begin a life with a grid event."""
    life = Life(rules2(), at)
    kind = changes.pop("kind", "public_request")
    life.do(raise_command(kind, *(parties or (WATER_LEADS,)), channel="grid", **changes), by)
    return life


def filed(life: Life, standard: str = "water_cover_danger") -> Life:
    """File and dispatch a grid event at once."""
    from tests.support.cases import DESK

    life.do(FileCase(standard), CLERK)
    life.do(Dispatch(), DESK)
    return life
