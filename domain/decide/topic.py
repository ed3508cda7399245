"""Monthly topics (每月一题): a repeat problem becomes a case of key work, supervised and dated from the start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain import commands as c
from domain.case import TaskRole
from domain.decide.channel import rule_of
from domain.decide.intake import begin, issue
from domain.decide.milestones import lay
from domain.decide.orders import charge
from domain.decide.parties import check_direction, check_parties
from domain.decide.rule import RULES, Rule
from domain.errors import Reason, Refusal
from domain.text import Text

if TYPE_CHECKING:
    from domain.draft import Draft


def _raise_topic(draft: Draft, command: c.RaiseTopic) -> None:
    """Call the departments at once: whoever supervises has chosen it, so nobody approves it any more."""
    pack = draft.rules.pack
    part = pack.parts.topics
    if part is None:
        raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
    if len(command.repeats) < part.least or len(set(command.repeats)) != len(command.repeats):
        raise Refusal(Reason.NO_REPEAT, cases=len(command.repeats), least=part.least)
    command = replace(command, kind=part.kind, channel=part.channel, limit_class=part.limit_class)
    rule_of(pack, command.channel)
    check_parties(command.parties, command, pack)
    check_direction(command, draft.actor, pack)
    begin(draft, command, awaits=False, repeats=command.repeats)
    issue(draft)
    lead = next(task for task in draft.state.tasks if task.role is TaskRole.LEAD)
    charge(draft, lead.org, lead.no, part.grade, command.instruction)
    for milestone in part.milestones:
        lay(draft, lead.no, Text(milestone.name), milestone.after)


RULES[c.RaiseTopic] = Rule(_raise_topic)
