"""Raising a case a level by hand, and asking those above for help, which they must answer in their own limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.actors import Role
from domain.authority import covers
from domain.case import ClockCode, TaskRole, Tie
from domain.chapters import upward as x
from domain.decide.requests import in_force
from domain.decide.rule import RULES, UNDER_WAY, Rule, Topic
from domain.draft import clock_key
from domain.errors import Reason, Refusal
from domain.events import TaskAdded
from domain.organisations import area_of, is_within, line_of, sub_district_of
from domain.relief import Above

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Facts
    from domain.draft import Draft
    from domain.relief import Help

_TOLD = {
    Above.DESK: ("desk",),
    Above.DISTRICT: ("district_leader", "supervisor", "desk"),
    Above.CITY: ("city_supervisor", "district_leader"),
}
"""Who is told of a report, by whom it is made to."""
_GOVERNMENT = "GOV"
_NOBODY_TO_STUDY = frozenset({"DESK", "HOTLINE", "OPS"})


def _report(draft: Draft, command: x.ReportUpward) -> None:
    part = in_force(draft.rules.pack.parts.upward)
    ways = _ways(draft.actor, draft.state.facts)
    if command.above not in ways:
        raise Refusal(Reason.WRONG_LEVEL, above=command.above, ways=sorted(ways))
    level = part.levels[command.above]
    draft.emit(x.CaseEscalated(draft.at, level, "by_hand", _TOLD[command.above], reason=command.reason))


def _ways(actor: Actor, facts: Facts) -> frozenset[Above]:
    """Tell how far up somebody may go: the raiser to the district (条例 art. 17, 44), the lead to the desk, then on."""
    if actor.has(Role.DISTRICT_DESK):
        return frozenset({Above.DISTRICT})
    if line_of(actor.org) == _GOVERNMENT:
        return frozenset({Above.CITY})
    if covers(actor.org, facts.raising_org) or sub_district_of(actor.org) == facts.raising_org:
        return frozenset({Above.DESK, Above.DISTRICT})
    return frozenset({Above.DESK})


def _ask(draft: Draft, command: x.AskHelp) -> None:
    in_force(draft.rules.pack.parts.upward)
    state, org = draft.state, command.org
    if not is_above(org, state.facts.district):
        raise Refusal(Reason.NOT_ABOVE, org=org)
    if any(h.org == org and h.answered_at is None for h in state.annex.helps):
        raise Refusal(Reason.REQUEST_PENDING, org=org)
    if any(t.org == org for t in state.duties()):
        raise Refusal(Reason.ALREADY_IN_CASE, org=org)
    known = next((t for t in state.tasks if t.org == org and t.role is TaskRole.INFORM), None)
    no = known.no if known is not None else len(state.tasks) + 1
    if known is None:  # those who are asked see the case by a task of their own, which owes no work in it
        draft.emit(TaskAdded(draft.at, no, org, TaskRole.INFORM, (), Tie.NOTICE))
    number = len(state.annex.helps) + 1
    draft.emit(x.HelpAsked(draft.at, number, no, org, draft.actor.id, command.question, command.task))
    draft.start_clock(ClockCode.HELP, org, no)


def is_above(org: str, district: str) -> bool:
    """Tell whether an office stands above the departments of a case: of its district or city, and able to study."""
    line = line_of(org)
    return line is not None and line not in _NOBODY_TO_STUDY and is_within(district, area_of(org))


def _may_answer(_state: CaseState, entry: Help, _actor: Actor) -> None:
    if entry.answered_at is not None:
        raise Refusal(Reason.REQUEST_SETTLED, help=entry.no)


def _answer(draft: Draft, command: x.AnswerHelp) -> None:
    entry = _TOPIC.find(draft.state, command.help)
    draft.emit(x.HelpAnswered(draft.at, entry.no, entry.task, command.opinion))
    draft.end_clock(clock_key(ClockCode.HELP, entry.task))


_TOPIC = Topic("help", lambda state: state.annex.helps)

RULES[x.ReportUpward] = Rule(_report, UNDER_WAY, by_lead=True)
RULES[x.AskHelp] = Rule(_ask, UNDER_WAY, by_lead=True)
RULES[x.AnswerHelp] = Rule(_answer, UNDER_WAY, topic=_TOPIC, entry_guard=_may_answer)
