"""Case tapes: lives whose decisions are pinned, as commands with their instants and the events they caused."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from domain import commands as c
from domain.actors import SYSTEM, Actor, Role
from domain.case import Party, TaskRole
from domain.chapters import extension as x
from domain.chapters import meeting as mt
from domain.chapters import milestones as m
from domain.chapters import orders as o
from domain.chapters import rating as ra
from domain.chapters import reopening as r
from domain.chapters import suspension as s
from domain.chapters import upward as u
from domain.chapters import volunteers as v
from domain.chapters.adoption import Adopt
from domain.chapters.coordination import DeclineInvitation, HandOver, ReplaceDepartment
from domain.chapters.objection import Object, RuleObjection
from domain.codec import event_name, from_plain, to_plain, unseal
from domain.commands import Command
from domain.decide import catch_up, decide
from domain.errors import Refusal
from domain.events import Text
from domain.evolve import evolve
from domain.meetings import MeetingForm
from domain.rating import Rater
from domain.relief import Above
from domain.supervision import Grade, Verdict
from tests.support import intake_tapes
from tests.support.cases import (
    AREA,
    ASSIST,
    AUXILIARY,
    CITY_SUPERVISOR,
    COMMUNITY,
    DESK,
    GARDENER,
    GARDENS,
    INFORM,
    LAMP_DISPATCHER,
    LAMPMAN,
    LAMPS,
    LEAD,
    LEADER,
    MONDAY,
    OFFICER,
    PHOTO,
    POLICE,
    POLICE_HEAD,
    STAFF,
    STAFF2,
    SUPERVISOR,
    VOLUNTEER,
    VOLUNTEER2,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    WATERMAN,
    WATERMAN2,
    Life,
    day_off,
    handed_in,
    raised,
    rules,
    rules2,
    topic_command,
)  # fmt: skip
from tests.support.parties import (
    FAR,
    FAR_LEADER,
    FAR_STAFF,
    FAR_ZF,
    INVITED,
    LISTENER,
    PSY,
    TELECOM,
    TELECOM_HEAD,
    assigned,
    whistle,
)  # fmt: skip

if TYPE_CHECKING:
    from domain.case import CaseState
    from domain.rulepack import Rules

FOLDER = Path(__file__).parents[1] / "domain" / "tapes"
SAID = Text("说明")


def request_with_rework() -> Life:
    """A public request: approval, three departments, a check that fails, rework, closing."""
    life = raised(rules(), LEAD, ASSIST, INFORM, kind="public_request", limit_class="street_lamp_out")
    life.reason(c.Approve(), STAFF)
    life.wait(minutes=25).do(c.Approve(SAID), LEADER)
    life.do(c.MarkCalled((1, 2, 3)), SYSTEM)
    life.wait(minutes=30).do(c.Claim(1), WATERMAN)
    life.reason(c.Claim(1), WATERMAN2)
    life.do(c.Claim(3), OFFICER)
    life.wait(hours=3).do(c.Claim(2), LAMPMAN)
    life.do(c.ReportIn(1, 39_914_300, 116_410_200, SAID), WATERMAN)
    life.wait(minutes=40).do(c.Urge(2, SAID), STAFF)
    life.wait(hours=17).do(c.ReportIn(2), LAMPMAN)
    life.do(c.StageReport(1, SAID), WATERMAN)
    life.wait(hours=2).do(c.Submit(1, SAID), WATERMAN)
    life.wait(hours=1).do(c.Submit(2, SAID), LAMP_DISPATCHER)
    life.wait(minutes=30).do(c.CheckFail(SAID, (2,)), STAFF2)
    life.wait(hours=1).do(c.Submit(2, SAID), LAMPMAN)
    life.reason(c.CheckPass(), LAMPMAN)
    life.wait(minutes=30).do(c.CheckPass(SAID), STAFF)
    life.do(c.WindUp(), SYSTEM)
    return life


def emergency_with_no_show() -> Life:
    """A burst pipe in three stages: approved afterwards, one department silent, late, and one released."""
    life = raised(rules(), LEAD, ASSIST, kind="emergency", limit_class="burst_pipe_staged")
    life.wait(minutes=2).do(c.Claim(1), WATERMAN)
    life.wait(minutes=18).do(c.ReportIn(1), WATERMAN)
    life.reason(c.Withdraw(SAID), STAFF)
    life.wait(minutes=15).do(c.AddDepartment(POLICE, TaskRole.ASSIST), DESK)
    life.wait(minutes=4).do(c.Claim(3), POLICE_HEAD)
    life.wait(minutes=31).tick()
    life.do(c.Claim(2), LAMPMAN)
    life.do(c.ReportIn(2), LAMPMAN)
    life.wait(minutes=5).do(c.Approve(), LEADER)
    life.do(c.Release(3, SAID), STAFF)
    for _ in range(3):
        life.wait(hours=2).do(c.Submit(1, SAID), WATERMAN)
        life.do(c.Submit(2, SAID), LAMPMAN)
    life.wait(minutes=9).do(c.CheckPass(), STAFF2)
    life.do(c.WindUp(), SYSTEM)
    return life


def joint_enforcement_by_appointment() -> Life:
    """Joint enforcement at an agreed time: quorum of two, a task given back and assigned anew."""
    parties = (Party(LAMPS, TaskRole.LEAD), Party(POLICE, TaskRole.ASSIST), Party(WATER, TaskRole.ASSIST))
    life = raised(
        rules(), *parties, kind="joint_enforcement", limit_class="illegal_building_staged",
        appointment=MONDAY + timedelta(days=1, hours=1),
    )  # fmt: skip
    life.wait(minutes=50).do(c.Approve(), LEADER)
    life.do(c.Assign(1, "lampman", LAMPS), LAMP_DISPATCHER)
    life.do(c.Claim(2), OFFICER)
    life.wait(minutes=20).do(c.Claim(3), WATERMAN)
    life.wait(minutes=40).do(c.Unclaim(3, SAID), WATERMAN)
    life.wait(hours=20).do(c.Assign(3, "waterman2", WATER), WATER_DISPATCHER)
    life.until(MONDAY + timedelta(days=1, hours=1)).do(c.ReportIn(1), LAMPMAN)
    life.wait(microseconds=1).do(c.ReportIn(2), OFFICER)
    life.wait(minutes=5).tick()
    life.do(c.Submit(1, SAID), LAMPMAN)
    life.reason(c.Release(1, SAID), STAFF)
    return life


def key_work_refused() -> Life:
    """Key work that the leader refuses."""
    life = raised(rules(), LEAD, kind="key_work").wait(hours=30)
    life.do(c.Refuse(SAID), LEADER)
    life.do(c.WindUp(), SYSTEM)
    life.reason(c.Approve(), LEADER)
    return life


def emergency_withdrawn() -> Life:
    """A false alarm, taken back before anybody is there."""
    life = raised(rules(), kind="emergency", limit_class="gas_pipe_leak").wait(minutes=6)
    life.do(c.Withdraw(SAID), STAFF)
    return life


def silence_over_the_holidays() -> Life:
    """Nobody acts from the eve of the national holidays on: every ladder runs to its end by itself."""
    life = raised(
        Life(rules(), datetime(2026, 9, 29, 8, 30, tzinfo=UTC)), LEAD, ASSIST, kind="key_work", limit_class="fix_2d"
    )  # fmt: skip
    life.wait(minutes=50).do(c.Approve(), LEADER)
    for _ in range(10):
        life.wait(days=4).tick()
    return life


def holiday_announced_late() -> Life:
    """A public request under way when its second working day becomes a holiday: its clocks are counted anew."""
    life = raised(rules(), LEAD, ASSIST, kind="public_request", limit_class="street_lamp_out")
    life.wait(minutes=25).do(c.Approve(), LEADER)
    life.wait(minutes=30).do(c.Claim(1), WATERMAN)
    life.rules = LATE_HOLIDAY
    life.wait(hours=26).do(Adopt(), SYSTEM)
    life.do(Adopt(), SYSTEM)
    life.do(c.ReportIn(1), WATERMAN)
    life.wait(hours=30).tick()
    return life


def lift_with_consultation_and_suspension() -> Life:
    """Key work on an old estate: milestones, help from above, a suspension that ends by itself, one for a task."""
    life = raised(rules2(), LEAD, ASSIST, kind="key_work", limit_class="fix_7d")
    life.wait(hours=1).do(c.Approve(SAID), LEADER)
    life.wait(hours=2).do(c.Claim(1), WATERMAN)
    life.do(c.Claim(2), LAMPMAN)
    life.wait(hours=48).do(c.ReportIn(1), WATERMAN)
    life.do(c.ReportIn(2), LAMPMAN)
    life.do(m.SetMilestone(1, SAID, life.now + timedelta(days=30)), STAFF)
    life.do(m.SetMilestone(1, SAID, life.now + timedelta(days=1)), DESK)
    life.do(u.AskHelp(GARDENS, SAID), STAFF)
    life.do(u.ReportUpward(Above.DISTRICT, SAID), STAFF)
    life.reason(u.ReportUpward(Above.CITY, SAID), STAFF)
    life.wait(hours=26).do(m.ReachMilestone(2, SAID), WATERMAN)
    life.do(s.AskSuspension("season", SAID, life.now + timedelta(days=84)), WATER_HEAD)
    life.reason(s.Resume(1, SAID), DESK)
    life.wait(hours=3).do(s.GrantSuspension(1, SAID), DESK)
    life.reason(c.Submit(1, SAID, PHOTO, SAID), WATERMAN)
    life.do(u.AnswerHelp(1, SAID), GARDENER)
    life.wait(days=90).tick()
    life.do(s.AskSuspension("engineering", SAID, life.now + timedelta(days=30), 2), LAMPMAN)
    life.wait(hours=1).do(s.GrantSuspension(2), DESK)
    life.wait(days=2).do(s.Resume(2, SAID), DESK)
    life.do(c.Submit(1, SAID, PHOTO, SAID), WATERMAN)
    life.do(c.Submit(2, SAID, PHOTO, SAID), LAMPMAN)
    life.reason(c.CheckPass(SAID, "wished_away", "handle"), STAFF)
    life.wait(hours=2).do(c.CheckPass(SAID, "partly", "handle"), STAFF)
    life.do(c.WindUp(), SYSTEM)
    return life


def request_extended_and_reopened() -> Life:
    """A public request: an extension refused, one supported and granted, one too late; closed and taken up again."""
    life = raised(rules2(), LEAD, kind="public_request", limit_class="street_lamp_out", channel="letter")
    life.wait(minutes=25).do(c.Approve(), LEADER)
    life.wait(minutes=30).do(c.Claim(1), WATERMAN)
    life.do(c.ReportIn(1), WATERMAN)
    life.reason(x.AskExtension(1, SAID), WATERMAN)
    life.do(x.AskExtension(1, SAID, citizen_told=True), WATERMAN)
    life.wait(hours=1).do(x.RefuseExtension(1, SAID), WATER_DISPATCHER)
    life.do(x.AskExtension(1, SAID, citizen_told=True), WATERMAN)
    life.wait(hours=1).do(x.ForwardExtension(2, SAID), WATER_DISPATCHER)
    life.wait(hours=21).do(x.GrantExtension(2, SAID), DESK)
    life.do(s.AskSuspension("conditions", SAID, life.now + timedelta(days=20)), STAFF)
    life.wait(hours=2).do(s.RefuseSuspension(1, SAID), DESK)
    life.wait(days=5)
    life.reason(x.AskExtension(1, SAID, citizen_told=True), WATER_HEAD)
    life.do(c.Urge(1), STAFF)
    life.wait(minutes=10).do(c.Urge(1), STAFF)
    for _ in range(3):
        life.do(c.Submit(1, SAID, PHOTO, SAID), WATERMAN)
        life.wait(minutes=20).do(c.CheckFail(SAID), STAFF)
    life.do(c.Submit(1, SAID, PHOTO, SAID), WATERMAN)
    life.do(c.CheckPass(SAID, "explained", "handle"), STAFF)
    life.do(c.WindUp(), SYSTEM)
    life.wait(days=2).do(r.Reopen(SAID), DESK)
    life.do(c.Submit(1, SAID, PHOTO, SAID), WATERMAN)
    life.do(c.CheckPass(SAID, "solved", "handle"), STAFF)
    return life


def supervised_silence() -> Life:
    """A department that does not come: orders by the ladder and by hand, answered, appealed and lifted."""
    life = raised(rules2(), LEAD, ASSIST, kind="emergency", limit_class="burst_pipe_staged")
    life.do(o.Instruct(SAID, 1), LEADER)
    life.wait(minutes=40).do(o.IssueOrder(LAMPS, Grade.NORMAL, SAID), LEADER)
    life.do(c.Claim(1), WATERMAN)
    life.do(c.ReportIn(1), WATERMAN)
    life.reason(o.IssueOrder(LAMPS, Grade.YELLOW, SAID), LEADER)
    life.wait(minutes=30).do(o.IssueOrder(WATER, Grade.YELLOW, SAID), SUPERVISOR)
    life.wait(hours=1).do(o.AnswerOrder(2, SAID), WATER_HEAD)
    life.reason(o.AnswerOrder(2, SAID), WATER_HEAD)
    life.do(o.AppealOrder(2, SAID), WATER_HEAD)
    life.wait(hours=2).do(o.LiftOrder(2, SAID), SUPERVISOR)
    life.wait(days=2).tick()
    life.do(o.AnswerOrder(1, SAID), LAMP_DISPATCHER)
    life.do(o.IssueOrder(AREA, Grade.NORMAL, SAID), CITY_SUPERVISOR)
    life.do(c.Claim(2), LAMPMAN)
    life.do(c.ReportIn(2), LAMPMAN)
    for _ in range(3):
        life.wait(minutes=20).do(c.Submit(1, SAID, SAID, late_reason=SAID), WATERMAN)
        life.do(c.Submit(2, SAID, SAID, late_reason=SAID), LAMPMAN)
    life.do(c.CheckPass(), STAFF)
    life.do(c.WindUp(), SYSTEM)
    life.wait(days=1).do(o.RuleAppeal(2, Verdict.GRANTED, SAID), CITY_SUPERVISOR)
    life.do(o.AppealOrder(1, SAID), LAMP_DISPATCHER)
    life.wait(days=9).tick()
    life.do(o.RuleAppeal(1, Verdict.DISMISSED, SAID), CITY_SUPERVISOR)
    return life


def owner_unclear() -> Life:
    """A cover that nobody owns: objections overruled, upheld, accepted by silence; the desk holds it; a late result."""
    life = whistle("emergency", LEAD, ASSIST, INVITED, limit_class="water_cover_danger", class_code="E01001")
    life.reason(Object(1, "too_much_work", SAID, SAID), WATER_DISPATCHER)
    life.wait(minutes=10).do(Object(1, "not_our_property", SAID, SAID, TELECOM), WATER_DISPATCHER)
    life.wait(minutes=5).do(RuleObjection(1, True, SAID, precedent=True), DESK)
    life.do(c.Claim(2), LAMPMAN)
    life.do(Object(2, "not_our_duty", SAID, SAID), LAMPMAN)
    life.do(c.ReportIn(2), LAMPMAN)
    life.wait(minutes=10).do(RuleObjection(2, False, SAID), DESK)
    life.reason(Object(2, "not_our_place", SAID, SAID), LAMPMAN)
    life.do(Object(4, "not_our_property", SAID, SAID), TELECOM_HEAD)
    life.wait(minutes=40).tick()
    life.do(c.Claim(5), DESK)
    life.do(ReplaceDepartment(5, POLICE, SAID), DESK)
    life.do(DeclineInvitation(3, SAID), LISTENER)
    life.do(c.Claim(6), POLICE_HEAD)
    life.do(c.ReportIn(6), POLICE_HEAD)
    life.wait(hours=3)
    life.reason(c.Submit(2, SAID), LAMPMAN)
    life.do(c.Submit(2, SAID, late_reason=SAID), LAMPMAN)
    life.do(c.Submit(6, SAID, late_reason=SAID), POLICE_HEAD)
    life.do(c.CheckPass(), STAFF2)
    return life


def sensitive_across_districts() -> Life:
    """A threat at the border of two districts: psychology service, an assistant who becomes the lead, the city."""
    life = whistle("emergency", LEAD, ASSIST, description=Text("扬言跳楼"), joint_areas=(FAR,))
    life.do(HandOver(SAID, PSY), LEADER)
    life.reason(c.AddDepartment(FAR_ZF, TaskRole.ASSIST), FAR_STAFF)
    life.do(c.AddDepartment(FAR_ZF, TaskRole.ASSIST), FAR_LEADER)
    life.do(Object(1, "not_our_duty", SAID, SAID, LAMPS), WATER_DISPATCHER)
    life.wait(minutes=31).tick()
    life.reason(c.CheckPass(), FAR_LEADER)
    life.wait(hours=3).tick()
    return life


def work_for_a_sub_district() -> Life:
    """A department gives a sub-district work: approved by the district, checked by the department."""
    life = assigned()
    life.reason(c.Approve(), LEADER)
    life.wait(hours=1).do(c.Approve(SAID), DESK)
    life.do(c.Claim(1), STAFF)
    life.wait(hours=20).do(c.Submit(1, SAID), STAFF)
    life.do(c.CheckPass(), LAMP_DISPATCHER)
    return life


def volunteers_on_a_clean_up() -> Life:
    """Volunteers and an auxiliary help and persuade; in an emergency they are called by order only."""
    life = raised(rules2(), LEAD, ASSIST, kind="key_work", limit_class="fix_2d")
    life.wait(minutes=30).do(c.Approve(), LEADER)
    life.do(v.OfferHelp(SAID, 2), STAFF)
    life.reason(v.Persuade(1, SAID), VOLUNTEER)
    life.wait(hours=1).do(v.TakeOffer(1), VOLUNTEER)
    life.do(v.TakeOffer(1), AUXILIARY)
    life.reason(v.TakeOffer(1), VOLUNTEER2)
    life.do(v.Persuade(1, SAID), VOLUNTEER)
    life.reason(c.Claim(1), VOLUNTEER)
    life.do(v.LeaveOffer(1), AUXILIARY)
    life.wait(hours=2).do(v.RecordHours(1, "volunteer", 120), STAFF)
    life.do(v.RecordHours(1, "auxiliary", 45), STAFF)
    life.do(v.CloseOffer(1), STAFF)
    return life


def flood_with_called_helpers() -> Life:
    """An emergency: helpers come only when the emergency command calls them."""
    life = raised(rules2(), LEAD, kind="emergency", limit_class="gas_pipe_leak")
    life.do(v.OfferHelp(SAID, 1), STAFF)
    life.reason(v.TakeOffer(1), VOLUNTEER)
    life.wait(minutes=3).do(v.CallHelper(1, "volunteer", COMMUNITY), DESK)
    life.reason(v.CallHelper(1, "auxiliary", AREA), DESK)
    return life


def rated_by_both_sides() -> Life:
    """A case that closes, and what both sides, residents and the sub-district's leader then say."""
    life = raised(rules2(), LEAD, Party(POLICE, TaskRole.ASSIST), kind="emergency", limit_class="gas_pipe_leak")
    handed_in(handed_in(life), 2, OFFICER)
    life.do(ra.AdvisePersonnel(2, SAID), LEADER)
    life.reason(ra.RateDepartment(1, 90, 80, 70, 5), STAFF)
    life.wait(minutes=9).do(c.CheckPass(), STAFF)
    life.do(ra.RateDepartment(1, 90, 80, 71, 5, SAID), STAFF)
    life.reason(ra.RateDepartment(1, 90, 80, 70, 5), LEADER)
    life.wait(hours=3).do(ra.RateRaiser(1, 60, SAID), WATER_HEAD)
    life.do(ra.RecordVoice(1, Rater.RESIDENTS, 88, 40, SAID), STAFF)
    life.reason(ra.RecordVoice(1, Rater.DEPARTMENT, 88, 40), STAFF)
    life.wait(days=8)
    life.reason(ra.RateDepartment(2, 90, 80, 70), STAFF)
    return life


def meetings_about_a_stuck_case() -> Life:
    """Committee and four-party talks about a stuck emergency: one late, one cancelled, dated tasks, published."""
    life = raised(rules2(), LEAD, ASSIST, kind="emergency", limit_class="burst_pipe_staged")
    life.wait(minutes=20).do(c.Claim(1), WATERMAN)
    life.do(mt.CallMeeting(MeetingForm.COMMITTEE_STREET, SAID, MONDAY + timedelta(hours=5), (POLICE,)), LEADER)
    life.reason(mt.CallMeeting(MeetingForm.COMMITTEE_DISTRICT, SAID, MONDAY + timedelta(hours=5)), LEADER)
    life.do(mt.CallMeeting(MeetingForm.COMMITTEE_DISTRICT, SAID, MONDAY + timedelta(hours=5)), DESK)
    life.do(mt.CallMeeting(MeetingForm.FOUR_PARTIES, SAID, MONDAY + timedelta(hours=4)), STAFF)
    life.do(mt.CancelMeeting(2, SAID), DESK)
    life.reason(mt.HoldMeeting(3, ("owners",), SAID, SAID), STAFF)
    life.wait(hours=6).tick()
    life.do(mt.HoldMeeting(3, ("community_party", "residents_committee", "owners", "property_firm"), SAID, SAID), STAFF)
    life.wait(hours=20).tick()
    life.do(mt.HoldMeeting(1, (AREA, WATER, LAMPS), SAID, SAID, publish=True), LEADER)
    life.do(mt.DecideTask(1, LAMPS, life.now + timedelta(days=4), SAID), STAFF)
    life.do(mt.PublishMeeting(3), STAFF)
    life.do(c.Claim(4), LAMPMAN)
    life.do(c.ReportIn(4), LAMPMAN)
    life.wait(days=2).do(c.Submit(4, SAID), LAMPMAN)
    return life


def a_monthly_topic() -> Life:
    """A repeat problem that supervision chose: ordered and dated from the start, answered, reached, checked."""
    life = Life(rules2())
    life.reason(topic_command(LEAD, ASSIST), LEADER)
    life.do(topic_command(LEAD, ASSIST), SUPERVISOR)
    life.do(c.MarkCalled((1, 2)), SYSTEM)
    life.wait(hours=3).do(c.Claim(1), WATERMAN)
    life.do(c.Claim(2), LAMPMAN)
    life.wait(days=1).do(o.AnswerOrder(1, SAID), WATER_DISPATCHER)
    life.do(c.ReportIn(1), WATERMAN)
    life.do(c.ReportIn(2), LAMPMAN)
    life.wait(days=6).do(m.ReachMilestone(1, SAID), WATERMAN)
    life.wait(days=50).do(m.ReachMilestone(2, SAID), WATERMAN)
    life.do(o.LiftOrder(1, SAID), SUPERVISOR)
    life.do(c.Submit(1, SAID, PHOTO), WATERMAN)
    life.do(c.Submit(2, SAID, PHOTO), LAMPMAN)
    life.wait(hours=1).do(c.CheckPass(SAID, "solved", "handle"), STAFF)
    return life


LATE_HOLIDAY = day_off(rules(), (MONDAY + timedelta(days=1)).date(), MONDAY + timedelta(hours=2))
"""The day after `MONDAY` becomes a holiday, as was announced at noon of that Monday."""

KNOWN = {f"{r.pack.ref} {r.calendar_ref}": r for r in (rules(), rules2(), LATE_HOLIDAY)}
"""Rules that a tape may be played under."""

SCENARIOS = {
    f.__name__: f
    for f in (
        request_with_rework, emergency_with_no_show, joint_enforcement_by_appointment, key_work_refused,
        emergency_withdrawn, silence_over_the_holidays, holiday_announced_late, supervised_silence,
        rated_by_both_sides, volunteers_on_a_clean_up, flood_with_called_helpers,
        lift_with_consultation_and_suspension, request_extended_and_reopened, owner_unclear,
        sensitive_across_districts, work_for_a_sub_district, *intake_tapes.SCENARIOS,
        meetings_about_a_stuck_case, a_monthly_topic,
    )
}  # fmt: skip

_COMMANDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Command)}


def record(name: str) -> str:
    """Run a scenario and write its tape: what it tells, the versions, one command and one event per line."""
    life = SCENARIOS[name]()
    first = life.tape[0][-1]
    commands = [
        {
            "at": to_plain(at), "actor": actor.id, "org": actor.org, "roles": sorted(actor.roles),
            "command": type(command).__name__, "fields": _given(command), "refused": reason,
            **({} if under is first else {"under": _ref(under)}),
        }
        for at, actor, command, reason, under in life.tape
    ]  # fmt: skip
    events = [line(event) for event in life.log]
    head = {"tells": SCENARIOS[name].__doc__, "rules": first.pack.ref, "calendar": first.calendar_ref}
    body = ",\n".join(f'"{k}": {json.dumps(v, ensure_ascii=False)}' for k, v in head.items())
    return f'{{\n{body},\n"commands": {_lines(commands)},\n"events": {_lines(events)}\n}}\n'


def play(tape: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the commands of a tape again and return the events, as on the tape.

    Raises:
        AssertionError: a command was refused that was accepted, or the other way round, or for another reason.
    """
    state: CaseState | None = None
    found = []
    for row in tape["commands"]:
        under = KNOWN[row.get("under", f"{tape['rules']} {tape['calendar']}")]
        now = datetime.fromisoformat(row["at"])
        actor = Actor(row["actor"], row["org"], frozenset(Role(r) for r in row["roles"]))
        command = from_plain(_COMMANDS[row["command"]], row["fields"])
        if state is not None:
            for event in catch_up(state, now, under):
                state = evolve(state, event)
                found.append(line(event))
        refused = None
        try:
            for event in decide(state, command, actor, now, under):
                state = evolve(state, event)
                found.append(line(event))
        except Refusal as refusal:
            refused = refusal.reason
        assert refused == row["refused"], f"{row['at']} {row['command']}: {refused}, on the tape {row['refused']}"
    return found


def _ref(under: Rules) -> str:
    return f"{under.pack.ref} {under.calendar_ref}"


def line(event: Any) -> dict[str, Any]:
    """An event as one line of a tape."""
    return {"event": event_name(event), **to_plain(event)}


def normal(row: dict[str, Any]) -> dict[str, Any]:
    """A line of a tape as today's code reads it: fields that events have got since have their defaults."""
    return line(unseal(row["event"], row))


def _given(command: Any) -> dict[str, Any]:
    return {
        f.name: to_plain(value) for f in fields(command) if (value := getattr(command, f.name)) != f.default
    }  # fmt: skip


def _lines(rows: list[dict[str, Any]]) -> str:
    text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return re.sub(r"^", " ", f"[\n{text}\n]", flags=re.MULTILINE).lstrip()
