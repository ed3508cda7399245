"""Rounds that are planned: by a person over the border, every month by a schedule."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import uuid_utils.compat as uuid

from adapters.db.errors import ProcessExists
from adapters.round_files import RoundPolicy, round_policy
from domain.actors import SYSTEM
from domain.errors import Reason, Refusal
from domain.process import id_of
from domain.processes.round_commands import PlanRound
from domain.processes.round_state import KIND, Method
from domain.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.db.record import ProcessOutcome, Record
    from adapters.process_commands import ProcessCommands
    from contracts.round_views import RoundRequest
    from domain.actors import Actor
    from domain.organisations import OrgTree

_ZONE = ZoneInfo("Asia/Shanghai")


async def plan_round(
    commands: ProcessCommands, orgs: OrgTree, actor: Actor, request: RoundRequest, key: str
) -> ProcessOutcome:
    """Plan a round for the actor's office; limits that the request leaves out are the policy's.

    Args:
        orgs: Who is there: a body that does not exist would never sign, and the round never end.

    Raises:
        Refusal: `not_allowed`, `period_not_ahead`, `round_incomplete`, `unknown_org`.
    """
    unknown = [body for body in request.bodies if body not in orgs]
    if unknown:
        raise Refusal(Reason.UNKNOWN_ORG, org=unknown[0], bodies=unknown)
    process, terms = uuid.uuid7(), round_policy().terms
    command = PlanRound(
        str(process), f"{request.starts_at:%Y%m%d}/{process.hex[-8:]}", request.district, actor.org, request.method,
        request.starts_at, request.ends_at, request.sample, Text(request.title),
        request.reply_hours or terms.reply_hours, request.check_hours or terms.check_hours,
        request.rectify_hours or terms.rectify_hours, terms.again_hours, request.pool, request.since, request.bodies,
        Text(request.questions) if request.questions else None, summary_hours=terms.summary_hours,
    )  # fmt: skip
    return await commands.open(actor, process, command, request, key, "plan_round")


async def plan_monthly(record: Record, at: datetime, policy: RoundPolicy | None = None) -> int:
    """Plan the month's written round of every district that the policy names; again in the same month changes nothing.

    Args:
        at: Business instant of the turn; its month in Beijing names the round.

    Returns:
        How many rounds were planned now.
    """
    terms, monthly = (policy or round_policy()).terms, (policy or round_policy()).monthly
    planned = 0
    starts_at = at + timedelta(hours=monthly.starts_after_hours)
    for district, members in monthly.districts.items() if monthly.enabled else ():
        name = f"{district}/{at.astimezone(_ZONE):%Y-%m}/written"
        command = PlanRound(
            "", name, district, f"{district}-SUP", Method.WRITTEN, starts_at,
            starts_at + timedelta(days=monthly.period_days), monthly.sample, Text(monthly.title), terms.reply_hours,
            terms.check_hours, terms.rectify_hours, terms.again_hours, questions=Text(monthly.questions),
            salt=secrets.token_hex(16), members=members, summary_hours=terms.summary_hours,
        )  # fmt: skip
        try:
            await record.transact(id_of(KIND, name), command, SYSTEM, "")
        except ProcessExists:
            continue
        planned += 1
    return planned
