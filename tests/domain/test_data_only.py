"""What takes data alone, as CONTRIBUTING.md says: one more rung of a ladder, one more department."""

from copy import deepcopy
from dataclasses import replace

from adapters.policy_files import bundled_document, load_pack
from domain import commands as c
from domain.actors import Role
from domain.case import Party, Status, TaskRole
from domain.events import Text
from domain.notices import notices
from tests.support.cases import LEAD, STAFF, Life, checked, handed_in, person, raised, rules2


def test_one_more_rung_of_a_ladder_is_data_only():
    document = deepcopy(bundled_document("beijing", 2))
    document["ladders"]["emergency_claim"].append({
        "code": "call_again", "point": "after", "offset": "7 minutes continuous", "action": "remind",
        "to": ["department_leader"], "source": "proposal",
    })  # fmt: skip
    life = raised(Life(replace(rules2(), pack=load_pack(document))), LEAD, kind="emergency")
    due = life.clock("claim:1").spec.due
    life.until(due).wait(minutes=7, microseconds=1).tick()
    event = life.log[-1]
    assert (event.rung, (event.at - due).total_seconds()) == ("call_again", 420)
    assert {n.role for n in notices(event, life.state)} == {Role.DEPT_LEADER}


def test_one_more_department_is_data_only():
    """A line that no code and no file names leads a case from the call to the check."""
    org = "110101-NEWLINE"
    worker = person("w", org, Role.DEPT_WORKER)
    life = raised(rules2(), Party(org, TaskRole.LEAD), kind="emergency", limit_class="gas_pipe_leak")
    life.do(c.Claim(1), worker)
    life.do(c.Unclaim(1, Text("换人")), person("d", org, Role.DEPT_DISPATCHER))
    handed_in(life, 1, worker)
    checked(life, STAFF)
    assert life.state.status is Status.CLOSED
