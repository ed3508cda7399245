"""Supervision rounds (督查): planned, seed published, drawn at the start, checked, put right, summed up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from domain.actors import Role
from domain.authority import Grant, Relation, covers
from domain.draw import draw, seed_of
from domain.errors import Reason, Refusal
from domain.organisations import is_within
from domain.process import Process, ProcessRule, facts_of, register
from domain.processes import round_commands as c
from domain.processes import round_events as e
from domain.processes import round_plan
from domain.processes.round_notices import NOTICES
from domain.processes.round_state import (
    KIND,
    Check,
    Finding,
    Group,
    Method,
    Pool,
    RoundState,
    RoundStatus,
    Terms,
)  # fmt: skip

if TYPE_CHECKING:
    from datetime import datetime

    from domain.actors import Actor
    from domain.process import ProcessDraft

    Draft = ProcessDraft[RoundState]

OWN_GROUP = "all"
"""The one group of a round that a schedule plans."""


# -- planning --------------------------------------------------------------------------------------------------------


def _plan(draft: Draft, command: c.PlanRound) -> None:
    _check_plan(draft, command)
    terms = Terms(
        command.method, command.office, command.starts_at, command.ends_at, command.sample, command.pool,
        command.since, command.bodies, command.reply_hours, command.check_hours, command.rectify_hours,
        command.again_hours, command.summary_hours,
    )  # fmt: skip
    draft.emit(e.RoundPlanned(draft.at, facts_of(draft, KIND, command), terms, command.title, command.questions))
    if command.members:
        draft.emit(e.GroupNamed(draft.at, Group(OWN_GROUP, command.members)))
        if command.salt:
            draft.emit(e.SeedCommitted(draft.at, command.salt))


def _check_plan(draft: Draft, command: c.PlanRound) -> None:
    if command.office != draft.actor.org and not draft.actor.has(Role.SYSTEM):
        raise Refusal(Reason.NOT_ALLOWED, command="PlanRound", office=command.office)
    if not draft.at < command.starts_at < command.ends_at:
        raise Refusal(Reason.PERIOD_NOT_AHEAD, starts_at=command.starts_at.isoformat())
    missing = {
        "bodies": command.method is Method.JOINT and not command.bodies,
        "questions": command.method is Method.WRITTEN and not command.questions,
        "since": command.pool is Pool.CLOSED and command.since is None,
        "sample": command.sample < 1,
    }
    if any(missing.values()):
        raise Refusal(Reason.ROUND_INCOMPLETE, missing=[name for name, lacks in missing.items() if lacks])


def _name_group(draft: Draft, command: c.NameGroup) -> None:
    district = draft.state.facts.district
    outside = [area for area in command.areas if district is not None and not is_within(area, district)]
    if outside or not command.members:
        raise Refusal(Reason.ROUND_INCOMPLETE, missing=["members"] if not command.members else [], outside=outside)
    _check_members(draft.state, command)
    group = Group(command.group, command.members, command.areas, command.lines, command.kinds)
    draft.emit(e.GroupNamed(draft.at, group))


def _check_members(state: RoundState, command: c.NameGroup) -> None:
    """Refuse members who are not there, and those who speak neither for the office nor for a body that signs.

    Where nobody signs, anybody of the round's district who may take part in rounds can be a member.
    """
    orgs = dict(zip(command.members, (*command.member_orgs, *[""] * len(command.members)), strict=False))
    unknown = [member for member, org in orgs.items() if not org]
    if unknown:
        raise Refusal(Reason.UNKNOWN_MEMBER, members=unknown)
    bodies, district = (state.terms.office, *state.terms.bodies), state.facts.district
    outside = [
        member for member, org in orgs.items()
        if org not in bodies and (state.terms.bodies or (district is not None and not is_within(org, district)))
    ]  # fmt: skip
    if outside:
        raise Refusal(Reason.MEMBER_OF_NO_BODY, members=outside, bodies=list(bodies))


def _commit_seed(draft: Draft, command: c.CommitSeed) -> None:
    draft.emit(e.SeedCommitted(draft.at, command.salt))


def _has_groups(state: RoundState, _actor: Actor) -> None:
    if state.status is RoundStatus.PLANNED and not state.groups:
        raise Refusal(Reason.ROUND_INCOMPLETE, missing=["groups"])


def _cancel(draft: Draft, command: c.CancelRound) -> None:
    draft.emit(e.RoundCancelled(draft.at, "cancelled", command.reason))


# -- the draw --------------------------------------------------------------------------------------------------------


def _draw(draft: Draft, command: c.Draw) -> None:
    """Draw once, not before the period begins; a repeat of the step changes nothing."""
    state = draft.state
    if state.status is not RoundStatus.COMMITTED or draft.at <= state.terms.starts_at:
        return
    seed = seed_of(command.head.hash, state.salt)
    checks: list[Check] = []
    for share in command.shares:
        orgs = dict(zip(share.population, share.orgs, strict=True))
        drawn = draw(seed, share.population, state.terms.sample)
        checks += [_new_check(state.terms, draft.at, case, share.group, orgs[case]) for case in drawn]
    draft.emit(e.CasesDrawn(draft.at, command.head, state.salt, state.terms.sample, command.shares, tuple(checks)))
    _settle_round(draft)


def _new_check(terms: Terms, at: datetime, case: str, group: str, org: str) -> Check:
    """Begin a check; in a written round its own limit begins when the reply is due."""
    replied = at + timedelta(hours=terms.reply_hours) if terms.method is Method.WRITTEN else None
    return Check(case, group, org, (replied or at) + timedelta(hours=terms.check_hours), replied)


# -- checks ----------------------------------------------------------------------------------------------------------


def _check_of(state: RoundState, case: str) -> Check:
    check = state.check(case)
    if check is None:
        raise Refusal(Reason.UNKNOWN_CHECK, case=case)
    return check


def _reply(draft: Draft, command: c.ReplyCheck) -> None:
    check = _check_of(draft.state, command.case)
    if not _answers(draft.actor, check):
        raise Refusal(Reason.NOT_ALLOWED, org=check.org)
    if check.reply_due is None or check.replied_at is not None or check.finding is not None:
        raise Refusal(Reason.CHECK_IS_PAST_THAT, case=check.case)
    draft.emit(e.CheckReplied(draft.at, check.case, draft.at > check.reply_due, command.answer))


def _file(draft: Draft, command: c.FileCheck) -> None:
    state = draft.state
    check = _check_of(state, command.case)
    group = state.group(check.group)
    if group is None or draft.actor.id not in group.members:
        raise Refusal(Reason.NOT_IN_GROUP, group=check.group)
    if check.finding is not None:
        raise Refusal(Reason.CHECK_IS_PAST_THAT, case=check.case)
    if check.reply_due is not None and check.replied_at is None and draft.at <= check.reply_due:
        raise Refusal(Reason.REPLY_AWAITED, until=check.reply_due.isoformat())
    if state.terms.method is Method.ON_SITE:
        _check_visit(draft, command)
    body = draft.actor.org if draft.actor.org in state.terms.bodies else ""
    draft.emit(e.CheckFiled(
        draft.at, check.case, command.finding, draft.at > check.due, command.note, body, command.lat, command.lng,
        command.visited_at, command.photo,
    ))  # fmt: skip
    _settle(draft, check.case)


def _check_visit(draft: Draft, command: c.FileCheck) -> None:
    """A visit has a place, a time within the round so far, and a photo."""
    told = {name: getattr(command, name) for name in ("lat", "lng", "visited_at", "photo")}
    missing = [name for name, value in told.items() if value is None]
    since, visited = draft.state.drawn_at, command.visited_at
    if visited is not None and since is not None and not since <= visited <= draft.at:
        missing.append("visited_at")
    if missing:
        raise Refusal(Reason.VISIT_INCOMPLETE, missing=missing)


def _sign(draft: Draft, command: c.SignCheck) -> None:
    check = _check_of(draft.state, command.case)
    if check.finding is None or draft.actor.org in check.signed:
        raise Refusal(Reason.CHECK_IS_PAST_THAT, case=check.case)
    draft.emit(e.CheckSigned(draft.at, check.case, draft.actor.org))
    _settle(draft, check.case)


def _settle(draft: Draft, case: str) -> None:
    """Let a finding stand as soon as every body has signed it; what is to be put right gets its limit."""
    check, terms = _check_of(draft.state, case), draft.state.terms
    if any(body not in check.signed for body in terms.bodies):
        return
    bad = check.finding is not Finding.OK
    draft.emit(e.CheckSettled(draft.at, case, draft.at + timedelta(hours=terms.rectify_hours) if bad else None))
    _settle_round(draft)


def _note_charge(draft: Draft, command: c.NoteCharge) -> None:
    """Note it once; a repeat of the step changes nothing."""
    check = draft.state.check(command.case)
    if check is not None and check.settled_at is not None and not check.charge:
        draft.emit(e.ChargeNoted(draft.at, command.case, command.charge))


def _put_right(draft: Draft, command: c.ConfirmPutRight) -> None:
    check = _check_of(draft.state, command.case)
    if check.rectify_due is None or check.righted_at is not None:
        raise Refusal(Reason.CHECK_IS_PAST_THAT, case=check.case)
    draft.emit(e.PutRight(draft.at, check.case, draft.at > check.rectify_due, command.note))
    _settle_round(draft)


def _settle_round(draft: Draft) -> None:
    if all(check.is_over for check in draft.state.checks):
        draft.emit(e.RoundSettled(draft.at))


def _summarise(draft: Draft, command: c.SummariseRound) -> None:
    draft.emit(e.RoundSummarised(draft.at, command.summary))


# -- who may, within the grants --------------------------------------------------------------------------------------


def _answers(actor: Actor, check: Check) -> bool:
    return bool(check.org) and covers(actor.org, check.org)


def _is_member(state: RoundState, actor: Actor) -> None:
    if not any(actor.id in group.members for group in state.groups):
        raise Refusal(Reason.NOT_IN_GROUP)


def _is_signer(state: RoundState, actor: Actor) -> None:
    if actor.org not in state.terms.bodies:
        raise Refusal(Reason.NOT_IN_GROUP, bodies=list(state.terms.bodies))


def _is_asked(state: RoundState, actor: Actor) -> None:
    if state.terms.method is not Method.WRITTEN or not any(_answers(actor, check) for check in state.checks):
        raise Refusal(Reason.NOT_ALLOWED, command="ReplyCheck")


def _may_confirm(state: RoundState, actor: Actor) -> None:
    if actor.org != state.terms.office:
        _is_member(state, actor)


_PLANNED = frozenset[str]({RoundStatus.PLANNED})
_CHECKING = frozenset[str]({RoundStatus.CHECKING})
_PEOPLE = frozenset({
    Role.DISTRICT_SUPERVISOR, Role.DISTRICT_DESK, Role.DEPT_LEADER, Role.DEPT_DISPATCHER, Role.STREET_LEADER,
    Role.STREET_DUTY_OFFICER,
})  # fmt: skip
"""Who can be a member, sign or answer, and so reads the rounds of their district."""
PARTICIPANTS = _PEOPLE | {Role.CITY_SUPERVISOR}
"""Who can be a member of a group."""
_OFFICE = (
    Grant(Relation.DISTRICT, frozenset({Role.DISTRICT_SUPERVISOR})),
    Grant(Relation.CITY, frozenset({Role.CITY_SUPERVISOR})),
)
_ENGINE = Grant(Relation.ENGINE, frozenset({Role.SYSTEM}))
_TAKING_PART = (Grant(Relation.DISTRICT, _PEOPLE), Grant(Relation.CITY, _PEOPLE | {Role.CITY_SUPERVISOR}))

ROUND = register(Process(
    kind=KIND,
    state=RoundState,
    events=get_args(e.Event),
    opening=c.PlanRound,
    rules={
        c.PlanRound: ProcessRule(_plan),
        c.NameGroup: ProcessRule(_name_group, _PLANNED),
        c.CommitSeed: ProcessRule(_commit_seed, _PLANNED, _has_groups),
        c.CancelRound: ProcessRule(_cancel, _PLANNED),
        c.Draw: ProcessRule(_draw),
        c.ReplyCheck: ProcessRule(_reply, _CHECKING, _is_asked),
        c.FileCheck: ProcessRule(_file, _CHECKING, _is_member),
        c.SignCheck: ProcessRule(_sign, _CHECKING, _is_signer),
        c.NoteCharge: ProcessRule(_note_charge),
        c.ConfirmPutRight: ProcessRule(_put_right, _CHECKING, _may_confirm),
        c.SummariseRound: ProcessRule(_summarise, frozenset({RoundStatus.SETTLED})),
    },
    grants={
        c.PlanRound: (*_OFFICE, _ENGINE), c.NameGroup: _OFFICE, c.CommitSeed: _OFFICE, c.CancelRound: _OFFICE,
        c.Draw: (_ENGINE,), c.ReplyCheck: _TAKING_PART, c.FileCheck: _TAKING_PART, c.SignCheck: _TAKING_PART,
        c.NoteCharge: (_ENGINE,), c.ConfirmPutRight: _TAKING_PART, c.SummariseRound: _OFFICE,
    },
    evolve=e.evolve,
    steps=round_plan.steps,
    codes=("lapse", "draw", "charge", "escalate"),
    fire=round_plan.fire,
    readers=_PEOPLE,
    facts=round_plan.told,
    says=NOTICES,
))  # fmt: skip
"""The kind `round` (督查)."""
