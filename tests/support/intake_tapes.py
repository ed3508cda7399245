"""Scenarios for case tapes: hotline orders, grid events, praise, further reports and linked cases."""

from __future__ import annotations

from domain import commands as c
from domain.actors import SYSTEM
from domain.channels import Disposal, Nature
from domain.chapters.channel import Acknowledge, Confer
from domain.chapters.grid import CancelFiling, Dispatch, FileCase, PostCheck, PreCheck
from domain.chapters.linking import DropLink, FollowMain, LinkCase, NoteFollowed, TakeLink, UnlinkCase
from domain.chapters.reports import AnswerReport, AnswerReports, LinkReport, UnlinkReport
from domain.events import Personal
from tests.support.cases import (
    DESK,
    GRID,
    HOTLINE,
    LAMPMAN,
    LEADER,
    MICRO,
    STAFF,
    STAFF2,
    WATER_HEAD,
    WATERMAN,
    Life,
    arrived,
    handed_in,
    raise_command,
    raised,
    rules2,
)  # fmt: skip
from tests.support.intake import (
    BADLY,
    CALLER,
    CLERK,
    CLERK2,
    GRID2,
    LAMPS_ASSIST,
    NOBODY,
    PHONE,
    SAID,
    STATION,
    STREET_LEADS,
    WATER_LEADS,
    WELL,
    called_in,
    collected,
)

OTHER, OTHER_ID = "BJ-110101-20261123-0002", "00000000-0000-7000-8000-000000000002"


def hotline_order_handled_twice() -> Life:
    """A hotline order that a sub-district leads: a meeting, a call that reaches nobody, a second handling, solved."""
    life = called_in(STREET_LEADS, LAMPS_ASSIST, nature=Nature.COMPLAINT, limit_class="hotline_24h")
    life.do(LinkReport("hotline", SAID, "12345-77", Personal("李"), Personal("13900139000")), HOTLINE)
    life.wait(minutes=40).do(c.Claim(1), STAFF)
    life.wait(hours=1).do(Confer(1, SAID), STAFF)
    life.do(LinkReport("station", SAID), STATION)
    life.do(UnlinkReport(3, SAID), DESK)
    life.do(c.ReportIn(1), STAFF)
    life.do(c.Submit(1, SAID), STAFF)
    handed_in(life, 2, LAMPMAN)
    life.reason(c.CheckPass(), STAFF2)
    life.reason(WELL, CALLER)
    life.until(life.clock("call_back").spec.due + MICRO).do(NOBODY, CALLER)
    life.until(life.clock("call_back").spec.due + MICRO).do(BADLY, CALLER)
    life.do(AnswerReport(2, SAID), HOTLINE)
    life.wait(hours=3).do(c.Submit(1, SAID), STAFF)
    life.do(c.Submit(2, SAID), LAMPMAN)
    life.until(life.clock("call_back").spec.due + MICRO).do(WELL, CALLER)
    life.do(c.WindUp(), SYSTEM)
    return life


def letter_checked_early() -> Life:
    """A letter whose check passes long before the citizen is called; another reporter gets the result."""
    life = Life(rules2())
    life.do(raise_command(channel="letter", limit_class="hotline_7d", reporter_phone=PHONE), STAFF)
    life.wait(minutes=20).do(c.Approve(), LEADER)
    handed_in(life)
    life.do(LinkReport("grid", SAID), GRID)
    life.do(c.CheckPass(SAID), STAFF2)
    life.until(life.clock("call_back").spec.due + MICRO).do(WELL, CALLER)
    life.do(AnswerReports(), SYSTEM)
    return life


def told_at_once() -> Life:
    """A call about a gas smell, put through to the fire brigade."""
    return called_in(nature=Nature.HELP, disposal=Disposal.TRANSFERRED, target="119", told=SAID)


def grid_event_in_seven_steps() -> Life:
    """Reported by the sub-district, looked at, filed, dispatched, sent back once, closed by the clerk who filed."""
    life = collected(WATER_LEADS, LAMPS_ASSIST, by=STAFF)
    life.wait(minutes=11).do(PreCheck(found=True, note=SAID), GRID)
    life.wait(minutes=16).do(FileCase("water_cover_danger", SAID), CLERK)
    life.reason(FileCase("water_cover_danger"), CLERK2)
    life.wait(minutes=3).do(Dispatch(note=SAID), DESK)
    handed_in(life)
    handed_in(life, 2, LAMPMAN)
    life.wait(minutes=20).do(PostCheck(passed=False, note=SAID), GRID)
    life.do(c.CheckFail(SAID, (1,)), CLERK)
    life.wait(minutes=40).do(c.Submit(1, SAID), WATERMAN)
    life.wait(minutes=31).do(PostCheck(passed=True), GRID2)
    life.reason(c.CheckPass(), CLERK2)
    life.do(c.CheckPass(), CLERK)
    life.do(c.WindUp(), SYSTEM)
    return life


def grid_event_not_filed() -> Life:
    """A clerk does not file what a grid member reported."""
    life = collected()
    life.wait(minutes=4).do(CancelFiling(SAID), CLERK)
    return life


def praise_delivered() -> Life:
    """Praise over the hotline, of which the head of the unit takes note."""
    life = called_in(nature=Nature.COMMENDATION)
    life.wait(hours=3).do(Acknowledge(1, SAID), WATER_HEAD)
    return life


def praise_unread() -> Life:
    """Praise of which nobody takes note: it closes at its limit."""
    life = called_in(nature=Nature.COMMENDATION).wait(days=4)
    life.tick()
    return life


def linked_and_let_go() -> Life:
    """A case that is linked, let go, linked again and closed with the main one."""
    life = arrived(raised(rules2(), kind="emergency"))
    life.wait(minutes=5).do(LinkCase(OTHER, OTHER_ID), STAFF)
    life.reason(c.Submit(1, SAID), WATERMAN)
    life.wait(hours=2).do(UnlinkCase(SAID, OTHER_ID), DESK)
    life.do(c.Urge(1, SAID), STAFF)
    life.wait(minutes=5).do(LinkCase(OTHER, OTHER_ID), STAFF)
    life.wait(days=1).do(FollowMain("solved"), SYSTEM)
    return life


def main_of_two() -> Life:
    """A case to which two others are linked; one is let go, the other ends with it."""
    life = raised(rules2(), kind="emergency")
    life.do(TakeLink("BJ-110101-20261123-0003", "3"), STAFF)
    life.do(TakeLink(OTHER, OTHER_ID), STAFF)
    life.do(DropLink("3"), STAFF)
    handed_in(life)
    life.do(c.CheckPass(), STAFF2)
    life.do(NoteFollowed(OTHER_ID), SYSTEM)
    return life


SCENARIOS = (
    hotline_order_handled_twice, letter_checked_early, told_at_once, grid_event_in_seven_steps, grid_event_not_filed,
    praise_delivered, praise_unread, linked_and_let_go, main_of_two,
)  # fmt: skip
