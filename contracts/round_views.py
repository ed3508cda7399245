"""What answers about supervision rounds say, and the request that plans one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.commands import OrgCode, Request, Title, Words
from contracts.process_views import ProcessDetail
from contracts.view import View
from domain.processes.round_state import Finding, Method, Pool

Hours = Annotated[int, Field(ge=1, le=2160)]


class RoundRequest(Request):
    """A supervision round to be planned; limits that are not given are those of the policy."""

    method: Method
    title: Title
    district: str | None = Field(None, pattern=r"^[0-9]{6}$", description="None for the whole installation.")
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    sample: int = Field(ge=1, le=500, description="Cases drawn for each group.")
    pool: Pool = Pool.RUNNING
    since: AwareDatetime | None = Field(None, description="For closed cases: the earliest close.")
    bodies: tuple[OrgCode, ...] = Field((), max_length=10, description="Who must sign each check.")
    questions: Words | None = Field(None, description="What a written round asks.")
    reply_hours: Hours | None = None
    check_hours: Hours | None = None
    rectify_hours: Hours | None = None


class CheckRow(View):
    """A drawn case, what was found, and what is still awaited."""

    case_id: UUID
    group: str
    org: str = Field(description="Lead department, which answers; empty where there is none.")
    due: datetime
    reply_due: datetime | None
    replied_at: datetime | None
    finding: Finding | None
    signed: tuple[str, ...]
    settled_at: datetime | None
    charge: str = Field(description="order, reopen, or why the case refused; empty while nothing was asked of it.")
    rectify_due: datetime | None
    righted_at: datetime | None
    late: tuple[str, ...] = Field(description="What was escalated, as what/level.")
    over: bool


class RoundDetail(ProcessDetail):
    """A round with its groups, checks and events."""

    method: Method
    office: str
    starts_at: datetime
    ends_at: datetime
    salt: str = Field(description="Empty until it is published.")
    groups: dict[str, tuple[str, ...]] = Field(description="Members by group.")
    checks: tuple[CheckRow, ...]


class HeadView(View):
    """The chain head that completes the seed."""

    kind: str = Field(description="case: first event of the first case raised after the salt; round: the salt's own.")
    id: str
    seq: int
    hash: str = Field(description="64 hexadecimal digits.")


class ShareView(View):
    """What one group drew from."""

    group: str
    population: tuple[str, ...] = Field(description="Ids of the cases in scope, sorted.")
    digest: str = Field(description="SHA-256 over the ids, one a line.")
    drawn: tuple[str, ...] = Field(description="In order of their rank.")


class BundleView(View):
    """All that recomputes a draw: `whistle round draw --bundle FILE` needs nothing else."""

    round: str
    name: str
    drawn_at: datetime
    salt: str
    sample: int
    head: HeadView
    shares: tuple[ShareView, ...]
