"""Examples of domain.md 8 as lives on virtual time: a block on the border of two districts, a manhole without owner."""

from datetime import UTC, datetime

from domain import commands as c
from domain.actors import Role
from domain.case import Party, Status, TaskRole, TaskState
from domain.chapters.objection import Object, ObjectionRuled, RuleObjection
from domain.events import RungFired, Text
from domain.notices import notices
from tests.support.cases import DESK, LEADER, STAFF, STAFF2, Life, person, rules2
from tests.support.parties import FAR, FAR_LEADER, FAR_STAFF, FAR_ZF, TELECOM, TELECOM_HEAD, whistle

SAID = Text("说明")


def at(text):
    """A Beijing time."""
    return datetime.fromisoformat(f"{text}:00+08:00").astimezone(UTC)


def told(life, org):
    return {n.code for event in life.log for n in notices(event, life.state) if n.org == org}


def test_8_4_a_whistle_across_districts():
    """One sub-district raises, another of the next district with it; departments of both; one lead; the city hears."""
    ours, theirs = "110101-GZ", FAR_ZF
    planner = person("planner", ours, Role.DEPT_WORKER)
    enforcer = person("enforcer", theirs, Role.DEPT_WORKER)
    life = whistle(
        "joint_enforcement", Party("110101-ZF", TaskRole.LEAD), Party(ours, TaskRole.ASSIST),
        Party(theirs, TaskRole.ASSIST), life=Life(rules2(), at("2026-11-23 09:00")), joint_areas=(FAR,),
        class_code="W21", limit_class="illegal_building_staged",
    )  # fmt: skip
    life.until(at("2026-11-23 09:40")).do(c.Approve(), LEADER)
    assert "raised_together" in told(life, FAR)
    assert [t.role for t in life.state.duties()].count(TaskRole.LEAD) == 1
    life.do(c.AddDepartment("110102-GZ", TaskRole.ASSIST), FAR_STAFF)
    assert life.clock("report_in:4").spec.due == at("2026-11-23 11:40"), "2 working hours from its own call"

    lead = person("lead", "110101-ZF", Role.DEPT_WORKER)
    for no, worker in ((1, lead), (2, planner)):
        life.do(c.Claim(no), worker)
        life.until(at("2026-11-23 10:30") if no == 1 else life.now).do(c.ReportIn(no), worker)
    assert life.state.status is Status.IN_ACTION, "two bodies are there"

    life.until(at("2026-11-23 18:00")).tick()  # the other district's enforcement does not come
    assert life.task(3).no_show
    alarmed = [e for e in life.log if isinstance(e, RungFired) and "city_supervisor" in e.to]
    assert {e.key for e in alarmed} == {"report_in:3", "report_in:4", "claim:3", "claim:4"}
    assert alarmed[0].at == at("2026-11-23 16:40"), "4 working hours after the claim was due"
    assert "rung:escalate" in told(life, "110000-SUP"), "the city hears"
    assert "rung:escalate" in told(life, "110102-DESK"), "so does the desk of the other district"

    life.do(c.Urge(3, SAID), FAR_LEADER)
    gz = person("gz", "110102-GZ", Role.DEPT_WORKER)
    for no, worker in ((3, enforcer), (4, gz)):
        life.do(c.Claim(no), worker)
        life.do(c.ReportIn(no), worker)
        assert life.task(no).late
    for no, worker in ((1, lead), (2, planner), (3, enforcer), (4, gz)):
        for _ in life.task(no).stages:
            late = life.now > life.clock(f"handle:{no}:{life.task(no).stages[life.task(no).stage]}").spec.due
            life.do(c.Submit(no, SAID, late_reason=SAID if late else None), worker)
    assert life.state.status is Status.CHECKING
    assert life.reason(c.CheckPass(), FAR_LEADER) == "not_allowed", "the raising one checks"
    life.do(c.CheckPass(SAID), STAFF2)
    assert life.state.status is Status.CLOSED
    assert {"closed"} <= told(life, FAR)


def test_8_6_a_manhole_cover_without_owner():
    """Two objections upheld, then the place makes it safe before the case's own limit; the clock never stopped."""
    water = person("water", "110101-WATER", Role.DEPT_DISPATCHER)
    life = whistle(
        "emergency", Party("110101-WATER", TaskRole.LEAD), life=Life(rules2(), at("2026-11-23 09:12")),
        class_code="E01001", limit_class="water_cover_danger",
    )  # fmt: skip
    limit = life.clock("handle:1:handle").spec.due
    assert limit == at("2026-11-23 11:12"), "2 urgent hours from 09:12"

    life.until(at("2026-11-23 09:40"))
    life.do(Object(1, "not_our_property", Text("井盖标识为通信"), Text("标识照片"), TELECOM), water)
    assert life.clock("handle:1:handle").is_open, "objection never stops the clock"
    life.until(at("2026-11-23 10:05")).do(RuleObjection(1, True, SAID), DESK)
    assert life.state.lead().org == TELECOM
    assert life.clock("handle:2:handle").spec.due == at("2026-11-23 12:05"), "the time used is not counted against it"

    life.until(at("2026-11-23 10:20"))
    life.do(Object(2, "not_our_property", SAID, SAID), TELECOM_HEAD)
    life.until(at("2026-11-23 10:35")).do(RuleObjection(2, True, Text("先由属地消除危险"), STAFF.org), DESK)
    assert life.state.lead().org == STAFF.org, "the place makes it safe"
    life.do(c.Claim(3), STAFF)
    life.until(at("2026-11-23 10:50")).do(c.ReportIn(3), STAFF)
    life.until(at("2026-11-23 10:55")).do(c.Submit(3, Text("已封闭井口")), STAFF)
    assert life.now < limit, "before the case limit of 11:12"
    life.do(c.CheckPass(SAID), STAFF2)
    assert life.state.status is Status.CLOSED
    assert [t.state for t in life.state.tasks] == [TaskState.WITHDRAWN, TaskState.WITHDRAWN, TaskState.ACCEPTED]
    rulings = [e for e in life.log if isinstance(e, ObjectionRuled)]
    assert [(e.org, e.next, e.silent) for e in rulings] == [
        ("110101-WATER", TELECOM, False), (TELECOM, STAFF.org, False),
    ]  # fmt: skip
