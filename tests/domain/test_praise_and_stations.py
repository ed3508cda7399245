"""Praise has a short life of its own; stations and proactive matters come in like everything else."""

import pytest

from domain import commands as c
from domain.actors import Role
from domain.authority import sees, visible
from domain.case import Status, Tie
from domain.channels import Nature
from domain.chapters.channel import Acknowledge
from domain.errors import Reason
from domain.events import Text
from domain.notices import notices
from domain.plan import plan
from tests.support.cases import (
    GRID,
    LAMPMAN,
    LAMPS,
    LEADER,
    MICRO,
    MONDAY,
    STAFF,
    STAFF2,
    WATER,
    WATER_HEAD,
    WATERMAN,
    Life,
    handed_in,
    person,
    raise_command,
    rules,
    rules2,
)  # fmt: skip
from tests.support.intake import CALLER, HOTLINE, LAMPS_ASSIST, PHONE, STATION, WATER_LEADS, WELL, called_in

SAID = Text("说明")


def praise(channel="hotline", by=HOTLINE, *parties):
    life = Life(rules2())
    phone = {"reporter_phone": PHONE} if channel == "hotline" else {}
    life.do(raise_command(
        "public_request", *(parties or (WATER_LEADS,)), channel=channel, nature=Nature.COMMENDATION, **phone
    ), by)  # fmt: skip
    return life


@pytest.mark.parametrize(
    ("channel", "by"), [("hotline", HOTLINE), ("street", STAFF), ("grid", GRID), ("station", STATION)]
)  # fmt: skip
def test_praise_reaches_its_unit_and_owes_no_work(channel, by):
    life = praise(channel, by)
    assert (life.state.status, life.state.awaiting_approval) == (Status.MUSTERING, False)
    assert [(t.org, t.tie, t.is_duty) for t in life.state.tasks] == [(WATER, Tie.NOTICE, False)]
    assert life.open_clocks() == ["acknowledge:1"]
    assert ("praised", WATER) in {(n.code, n.org) for e in life.log for n in notices(e, life.state)}
    assert (life.state.annex.call_back, life.state.annex.grid) == (None, None)
    assert plan(life.state)[0].key == "dispatch", "the unit is called outside the page too"


def test_whoever_is_praised_takes_note_and_it_closes():
    life = praise()
    life.do(c.MarkCalled((1,)), person("system", "", Role.SYSTEM))
    assert life.reason(Acknowledge(1), LAMPMAN) is Reason.NOT_ALLOWED
    life.do(Acknowledge(1, SAID), WATER_HEAD)
    assert (life.state.status, life.state.result) == (Status.CLOSED, "commended")
    assert life.state.facts.nature is Nature.COMMENDATION


def test_praise_of_which_nobody_takes_note_closes_by_itself():
    life = praise()
    due = life.clock("acknowledge:1").spec.due
    life.until(due).tick()
    assert not life.state.is_ended
    life.until(due + MICRO).tick()
    assert (life.state.status, life.state.result, life.state.closed_at) == (Status.CLOSED, "commended", due)
    assert (life.state.escalation, life.state.supervision) == (0, 0)


def test_praise_is_not_work_and_work_is_not_praise():
    life = praise("street", STAFF, WATER_LEADS, LAMPS_ASSIST)
    assert [t.org for t in life.state.tasks] == [WATER, LAMPS]
    assert life.reason(c.AddDepartment(WATER, c.TaskRole.ASSIST), STAFF) is Reason.PRAISE_ONLY
    plain = called_in()
    assert plain.reason(Acknowledge(1), WATERMAN) is Reason.NOT_PRAISE
    assert Life(rules()).reason(raise_command(nature=Nature.COMMENDATION), STAFF) is Reason.CHAPTER_NOT_IN_FORCE


def test_a_station_raises_for_its_sub_district_which_checks():
    life = Life(rules2())
    life.do(raise_command(channel="station", limit_class="hotline_7d", reporter_phone=PHONE), STATION)
    assert life.state.facts.number == "BJ-110101-20261123-0001", "one number, whatever the channel"
    assert (life.state.status, life.state.facts.raised_by) == (Status.PENDING_APPROVAL, "station")
    assert sees(visible(STATION), life.state)
    life.do(c.Approve(), LEADER)
    handed_in(life)
    life.do(c.CheckPass(), STAFF2)
    assert life.state.status is Status.CHECKING, "the resident is called back first"
    life.until(life.clock("call_back").spec.due + MICRO).do(WELL, CALLER)
    assert life.state.result == "solved"


def test_a_station_elsewhere_may_not():
    far = person("far", "110101002-BLD", Role.COMMUNITY_WORKER)
    office = person("office", "110101001-GA", Role.COMMUNITY_WORKER)
    for actor in (far, office):
        assert Life(rules2()).reason(raise_command(channel="station"), actor) is Reason.NOT_ALLOWED


def test_a_proactive_matter_has_no_citizen():
    life = Life(rules2())
    life.do(raise_command("emergency", channel="proactive", reporter_phone=PHONE), STAFF)
    assert life.state.annex.call_back is None
    handed_in(life)
    life.do(c.CheckPass(), STAFF2)
    assert (life.state.result, life.state.closed_at) == ("solved", MONDAY)
