"""Small lives that stand where no tape does: suspended, objected to or withdrawn at other points."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain import commands as c
from domain.chapters import suspension as s
from domain.text import Text
from tests.support.cases import (
    ASSIST,
    DESK,
    INFORM,
    LAMP_DISPATCHER,
    LAMPMAN,
    LEAD,
    LEADER,
    PHOTO,
    STAFF,
    WATERMAN,
    Life,
    handed_in,
    raised,
    rules2,
)  # fmt: skip
from tests.support.parties import INVITED, objected

if TYPE_CHECKING:
    from collections.abc import Callable

SAID = Text("说明")


def suspended_at_two_points() -> Life:
    """One department has claimed and another is on the scene when the case is suspended; then one task alone is."""
    life = raised(rules2(), LEAD, ASSIST, INFORM, kind="key_work", limit_class="fix_7d")
    life.do(c.Approve(), LEADER)
    life.do(c.Claim(1), WATERMAN)
    life.do(c.Claim(2), LAMPMAN)
    life.do(c.ReportIn(2), LAMPMAN)
    life.do(s.AskSuspension("season", SAID, life.now + timedelta(days=20)), STAFF)
    life.do(s.GrantSuspension(1), DESK)
    life.do(s.Resume(1, SAID), DESK)
    life.do(c.ReportIn(1), WATERMAN)
    life.do(c.Submit(1, SAID, PHOTO), WATERMAN)
    life.do(s.AskSuspension("season", SAID, life.now + timedelta(days=9), 2), LAMPMAN)
    life.do(s.GrantSuspension(2), DESK)
    life.do(s.Resume(2, SAID), DESK)
    return life


def suspended_when_handed_in() -> Life:
    """The lead has handed in and the other one has not when the case is suspended."""
    life = raised(rules2(), LEAD, ASSIST, kind="emergency", limit_class="gas_pipe_leak")
    handed_in(life)
    life.do(s.AskSuspension("season", SAID, life.now + timedelta(days=9)), STAFF)
    life.do(s.GrantSuspension(1), DESK)
    return life


def objected_on_the_way() -> Life:
    """An assisting department objects while the lead is at work; the objection is open when the case is suspended."""
    life = raised(rules2(), LEAD, ASSIST, INVITED, kind="emergency", limit_class="burst_pipe_staged")
    life.do(c.Claim(1), WATERMAN)
    life.do(c.ReportIn(1), WATERMAN)
    objected(life, 2, LAMP_DISPATCHER)
    life.do(c.Release(3, SAID), STAFF)
    life.do(s.AskSuspension("season", SAID, life.now + timedelta(days=9)), STAFF)
    life.do(s.GrantSuspension(1), DESK)
    return life


def withdrawn_after_a_release() -> Life:
    """A department is let go before the whistle is taken back."""
    life = raised(rules2(), LEAD, ASSIST, kind="emergency", limit_class="gas_pipe_leak")
    life.do(c.Claim(1), WATERMAN)
    life.do(c.Release(2, SAID), STAFF)
    life.do(c.Withdraw(SAID), STAFF)
    return life


LIVES: dict[str, Callable[[], Life]] = {
    f.__name__: f
    for f in (
        suspended_at_two_points, suspended_when_handed_in, objected_on_the_way, withdrawn_after_a_release,
    )
}  # fmt: skip
