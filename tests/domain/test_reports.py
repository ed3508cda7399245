"""Link, not merge: several reports on one case, each with a receipt and an answer; unlinking restores."""

from dataclasses import replace

from domain import commands as c
from domain.actors import SYSTEM
from domain.case import Status
from domain.channels import Nature
from domain.chapters.reports import AnswerReport, AnswerReports, LinkReport, UnlinkReport, receipt, waiting
from domain.errors import Reason
from domain.events import Personal, Text
from domain.notices import notices
from domain.offers import offers
from domain.plan import StepCode, plan
from tests.support.cases import DESK, GRID, HOTLINE, LAMPMAN, MICRO, STAFF, STAFF2, WATER, handed_in, raised, rules2
from tests.support.intake import CALLER, STATION, WELL, called_in

SAID = Text("说明")
SECOND = LinkReport("hotline", Text("同一处冒水"), "12345-77", Personal("李"), Personal("13900139000"))
THIRD = LinkReport("station", Text("水漫到门口"))


def reported():
    life = raised(rules2(), kind="emergency")
    life.do(SECOND, HOTLINE)
    life.wait(minutes=5).do(THIRD, STATION)
    return life


def test_each_report_keeps_a_receipt_of_its_own():
    life = reported()
    assert [(r.no, r.channel, r.ref, r.by, r.org) for r in life.state.annex.reports] == [
        (2, "hotline", "12345-77", "hotline", HOTLINE.org), (3, "station", "", "station", STATION.org)
    ]  # fmt: skip
    assert receipt(life.state.facts.number, 2) == "BJ-110101-20261123-0001/R2"
    assert ("report_linked", WATER) in {(n.code, n.org) for e in life.log for n in notices(e, life.state)}
    assert life.reason(replace(THIRD, channel="pigeon"), GRID) is Reason.UNKNOWN_CHANNEL
    assert life.reason(THIRD, LAMPMAN) is Reason.NOT_ALLOWED


def test_a_reporter_is_answered_by_a_person_once():
    life = reported()
    events = life.do(AnswerReport(2, Text("正在抢修")), HOTLINE)
    assert [(n.code, n.org) for e in events for n in notices(e, life.state)] == [("answer_reporter", HOTLINE.org)]
    assert life.reason(AnswerReport(2, SAID), HOTLINE) is Reason.REPORT_ANSWERED
    assert life.reason(AnswerReport(9, SAID), HOTLINE) is Reason.UNKNOWN_ENTRY
    assert [o.entry for o in offers(life.state, HOTLINE) if o.command is AnswerReport] == [3]


def test_closing_owes_every_other_reporter_an_answer_and_the_drive_gives_it():
    life = reported()
    life.do(AnswerReport(2, SAID), HOTLINE)
    handed_in(life)
    life.do(c.CheckPass(), STAFF2)
    assert life.state.status is Status.CLOSED
    assert [s.code for s in plan(life.state)] == [StepCode.ANSWER]
    events = life.do(AnswerReports(), SYSTEM)
    assert [(e.reports, e.result) for e in events] == [((3,), "solved")]
    assert [(n.code, n.org) for e in events for n in notices(e, life.state)] == [("answer_reporter", STATION.org)]
    assert plan(life.state) == ()
    assert life.do(AnswerReports(), SYSTEM) == (), "once"


def test_a_withdrawn_case_answers_its_reporters_too():
    life = reported()
    life.do(c.Withdraw(SAID), STAFF)
    assert [s.code for s in plan(life.state)] == [StepCode.ANSWER]
    assert life.do(AnswerReports(), SYSTEM)[0].result == "withdrawn"


def test_unlinking_restores_the_case_and_never_uses_the_receipt_again():
    life = raised(rules2(), kind="emergency")
    before = life.state
    life.do(SECOND, HOTLINE)
    life.do(UnlinkReport(2, Text("另一处井盖")), DESK)
    after = life.state
    changed = {"version", "at", "annex"}
    for name in before.__slots__:
        assert name in changed or getattr(before, name) == getattr(after, name), name
    assert (waiting(after), [r.no for r in after.annex.reports]) == ((), [2])
    life.do(THIRD, GRID)
    assert [r.no for r in life.state.annex.reports if r.waits] == [3]
    assert life.reason(UnlinkReport(2, SAID), DESK) is Reason.REPORT_ANSWERED


def test_a_case_that_has_ended_takes_no_report():
    life = raised(rules2(), kind="emergency")
    life.do(c.Withdraw(SAID), STAFF)
    assert life.reason(SECOND, HOTLINE) is Reason.WRONG_STATUS


def test_the_first_reporter_is_called_back_and_the_others_answered():
    life = called_in(nature=Nature.HELP)
    life.do(SECOND, HOTLINE)
    handed_in(life)
    life.until(life.clock("call_back").spec.due + MICRO).do(WELL, CALLER)
    assert life.state.result == "solved"
    assert life.do(AnswerReports(), SYSTEM)[0].reports == (2,)
