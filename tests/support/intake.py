"""Cases that come in on other channels than the sub-district's whistle: people, and short ways to raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain import commands as c
from domain.actors import Role
from domain.case import Party, TaskRole
from domain.channels import Disposal, Nature, Satisfied, Solved
from domain.chapters.call_back import CallBack
from domain.chapters.channel import Acknowledge, Confer
from domain.chapters.grid import Dispatch, FileCase, PostCheck, PreCheck
from domain.chapters.linking import LinkCase, TakeLink, UnlinkCase
from domain.chapters.reports import AnswerReport, LinkReport
from domain.errors import Reason
from domain.events import Personal, Text
from tests.support.cases import (
    AREA,
    CITY,
    DESK,
    DISTRICT,
    GRID,
    HOTLINE,
    LAMPS,
    MONDAY,
    STAFF,
    WATER,
    WATERMAN,
    Life,
    handed_in,
    person,
    raise_command,
    raised,
    rules2,
)  # fmt: skip

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
    life.do(FileCase(standard), CLERK)
    life.do(Dispatch(), DESK)
    return life


SAID = Text("说明")


def _after(life: Life, *steps: tuple[c.Command, Actor]) -> Life:
    for command, actor in steps:
        life.do(command, actor)
    return life


def _linked() -> Life:
    return _after(raised(rules2(), kind="emergency"), (LinkCase("BJ-9", "9"), STAFF))


def _hotline(**changes: Any) -> c.Raise:
    return raise_command(channel="hotline", **{"reporter_phone": PHONE, **changes})


def _looked_at(passed: bool) -> Life:
    return _after(handed_in(filed(collected())), (PostCheck(passed), GRID))


REACHED: dict[Reason, Any] = {
    Reason.UNKNOWN_CHANNEL: lambda: (Life(rules2()), raise_command(channel="pigeon"), STAFF),
    Reason.CHANNEL_NOT_YOURS: lambda: (Life(rules2()), _hotline(), STAFF),
    Reason.CONTACT_MISSING: lambda: (Life(rules2()), _hotline(reporter_phone=None), HOTLINE),
    Reason.DISPOSAL_NOT_HERE: lambda: (Life(rules2()), raise_command(disposal=Disposal.ANSWERED), STAFF),
    Reason.TARGET_MISSING: lambda: (Life(rules2()), _hotline(disposal=Disposal.TRANSFERRED), HOTLINE),
    Reason.RAISER_ONLY: lambda: (called_in(), c.Withdraw(SAID), STAFF),
    Reason.CALL_BACK_AWAITED: lambda: (handed_in(called_in()), c.CheckPass(), STAFF),
    Reason.CALL_BACK_NOT_DUE: lambda: (handed_in(called_in()), WELL, CALLER),
    Reason.NO_GRID_EVENT: lambda: (called_in(), PreCheck(found=True), GRID),
    Reason.ALREADY_FILED: lambda: (filed(collected()), FileCase("default"), CLERK2),
    Reason.PRE_CHECK_FIRST: lambda: (collected(by=STAFF), FileCase("default"), CLERK),
    Reason.NOT_FOUND_ON_SITE: lambda: (
        _after(collected(by=STAFF), (PreCheck(found=False), GRID)), FileCase("default"), CLERK
    ),
    Reason.NOT_FILED: lambda: (collected(), Dispatch(), DESK),
    Reason.POST_CHECK_FIRST: lambda: (handed_in(filed(collected())), c.CheckPass(), CLERK),
    Reason.POST_CHECK_FAILED: lambda: (_looked_at(False), c.CheckPass(), CLERK),
    Reason.ALREADY_CHECKED: lambda: (_looked_at(True), PostCheck(passed=True), GRID2),
    Reason.NOT_OWNER: lambda: (_looked_at(True), c.CheckPass(), CLERK2),
    Reason.NO_MEETING_OWED: lambda: (_after(called_in(), (c.Claim(1), WATERMAN)), Confer(1, SAID), WATERMAN),
    Reason.PRAISE_ONLY: lambda: (
        called_in(nature=Nature.COMMENDATION), c.AddDepartment(LAMPS, TaskRole.ASSIST), DESK
    ),
    Reason.NOT_PRAISE: lambda: (called_in(), Acknowledge(1), WATERMAN),
    Reason.REPORT_ANSWERED: lambda: (
        _after(called_in(), (LinkReport("hotline", SAID), HOTLINE), (AnswerReport(2, SAID), HOTLINE)),
        AnswerReport(2, SAID), HOTLINE,
    ),
    Reason.LINKED_ELSEWHERE: lambda: (_linked(), c.Claim(1), WATERMAN),
    Reason.LINK_CHAIN: lambda: (
        _after(raised(rules2(), kind="emergency"), (TakeLink("BJ-9", "9"), STAFF)), LinkCase("BJ-8", "8"), STAFF
    ),
    Reason.NOT_LINKED: lambda: (raised(rules2(), kind="emergency"), UnlinkCase(SAID), STAFF),
    Reason.SAME_CASE: lambda: (
        raised(rules2(), kind="emergency"), LinkCase("BJ", "00000000-0000-7000-8000-000000000001"), STAFF
    ),
}  # fmt: skip
"""A life, a command and an actor that meet each refusal of these chapters."""
