"""What people read: frozen views of cases, tasks, clocks, organisations and notices, the same for API and pages.

Codes are given as they are; names of organisations, classes and people come beside them in Chinese. What a code is
called on a screen says `contracts.words`. Instants are aware UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import Field

from contracts.channel_views import IntakeView
from contracts.help_views import HelpOfferDetail
from contracts.order_views import OrderDetail
from contracts.rating_views import RatingBookView
from contracts.relief_views import (
    ExtensionDetail,
    HelpDetail,
    MilestoneDetail,
    ReopeningDetail,
    Standard,
    SuspensionDetail,
)  # fmt: skip
from contracts.view import View
from domain.light import Light

T = TypeVar("T")


class Page(View, Generic[T]):
    """One page of a list."""

    items: tuple[T, ...]
    next_cursor: str | None = Field(None, description="Opaque; give it back for the next page. None on the last one.")


class CaseHead(View):
    """What every row about a case says of it."""

    number: str = Field(description="Label for people, for example BJ-110101-20261123-0042.")
    kind: str
    status: str
    phase: str = Field(description="approve, muster, act, check or wind_up.")
    district: str = Field(description="6 digits.")
    area: str = Field(description="Sub-district that raised, 9 digits.")
    area_name: str
    class_code: str
    class_name: str
    title: str | None = Field(description="None once it was erased.")
    raised_at: datetime
    light: Light = Field(description="Of the nearest running clock.")
    next_clock: str | None = Field(None, description="Code of the nearest running clock.")
    next_due: datetime | None = None
    next_provisional: bool = Field(False, description="The due instant rests on an unpublished calendar year.")
    escalation: int = Field(description="Highest escalation level so far; 0 for none.")
    supervision: int = Field(description="Supervision grade: 0 none, 1 normal, 2 yellow, 3 red.")
    rework: int = Field(description="How often the result was sent back.")
    version: int = Field(description="Number of events; the ETag.")
    sensitive: bool = Field(description="Only those who have to do with the case see it.")


class CaseRow(CaseHead):
    """One case in a list."""

    id: str
    lead_org: str | None
    lead_name: str | None
    closed_at: datetime | None = None
    result: str | None = None


class TaskRow(CaseHead):
    """One department's task in a list; `light` and `next_*` are those of the task's own nearest clock."""

    case_id: str
    task: int = Field(description="Number within the case.")
    org: str
    org_name: str
    role: str
    state: str
    stage: str | None = Field(None, description="Code of the handling stage in work.")
    holder: str | None = Field(None, description="User id of the worker who claimed it.")
    holder_name: str | None = None
    late: bool = Field(description="Reported in after the limit.")
    no_show: bool = Field(description="The report-in limit passed with nobody on the scene.")
    marks: tuple[str, ...] = Field((), description="Actions of ladders that are written to the department's name.")
    task_rework: int = Field(description="How often this task was sent back.")


class Amount(View):
    """A length of time as a clock counts it.

    `unit` is `days` for the methods that count days, else `minutes`; `working` says that only working time counts.
    """

    method: str = Field(description="Counting method of the limit; `real` where the due instant was given.")
    value: int = Field(description="Complete units.")
    unit: str
    working: bool
    seconds: int = Field(description="The counted time itself, in seconds.")


class RungView(View):
    """One rung of a clock's ladder."""

    code: str
    at: datetime
    action: str
    to: tuple[str, ...]
    level: int
    fired_at: datetime | None = Field(description="None while it has not fired.")


class ClockDetail(View):
    """A clock of a case with the explanation of its due instant."""

    key: str
    code: str
    generation: int
    party: str
    party_name: str
    task: int | None
    stage: str | None
    outcome: str
    started_at: datetime
    due: datetime
    near_at: datetime
    ended_at: datetime | None
    paused_at: datetime | None = Field(None, description="Since when it stands still, or stood until it ended.")
    late: bool = Field(description="Ended after its due instant, running past it, or paused when it had passed.")
    light: Light
    limit: str
    calendar: str
    provisional: bool
    over_by: Amount | None
    rungs: tuple[RungView, ...]
    explanation: dict[str, Any] = Field(
        description="How the due instant was counted (`domain.clocks.Explanation`); for a given instant "
        "`{method: given, origin: agreed|imported|granted|set}`; `moves` tell every extension, pause and adoption."
    )


class TaskDetail(View):
    """A department's task in the detail of a case."""

    no: int
    org: str
    org_name: str
    role: str
    state: str
    tie: str = Field(description="order, invitation or notice: what binds the unit to the case.")
    before: str | None = Field(description="Where the work stands while the state is objected.")
    called_at: datetime | None
    stages: tuple[str, ...]
    stage: str | None
    holder: str | None
    holder_name: str | None
    handlers: tuple[str, ...]
    late: bool
    no_show: bool
    rework: int
    suspended_until: datetime | None = Field(None, description="End of a suspension of this task alone.")
    urged: int = Field(0, description="How often somebody urged the department.")
    marks: tuple[str, ...] = Field((), description="Actions of ladders that are written to the department's name.")


class MemberView(View):
    """Somebody invited to a meeting: an organisation, or a seat without an office."""

    code: str
    name: str
    present: bool


class MeetingView(View):
    """A meeting about a case; its topic, minutes and decision stand in the timeline."""

    no: int
    form: str = Field(description="committee_street, four_parties ...; `contracts.words` has the text.")
    level: str = Field(description="Who convenes it: street, district or city.")
    caller: str
    caller_name: str
    state: str = Field(description="called, overdue, held, cancelled or fallen.")
    called_at: datetime
    due: datetime = Field(description="The agreed instant.")
    needed: int = Field(description="How many members make a quorum.")
    members: tuple[MemberView, ...]
    held_at: datetime | None
    published_at: datetime | None = Field(description="None while the result is not public.")
    tasks: tuple[int, ...] = Field(description="Tasks that came out of it.")


class AllowedAction(View):
    """A command that the reader may give now."""

    name: str = Field(description="As in the URL: claim, report_in, submit ...")
    task: int | None
    org: str | None = Field(description="The task's organisation.")
    entry: int | None = Field(None, description="Number that the command names: of an order, a meeting; else None.")


class ObjectionDetail(View):
    """A department's objection and what came of it."""

    task: int
    org: str
    org_name: str
    ground: str = Field(description="Code of the rule pack's list.")
    at: datetime
    by: str
    suggests: str | None
    suggests_name: str | None
    upheld: bool | None = Field(description="None while it waits for the ruling, or if the department was let go.")
    next: str | None = Field(description="Who was called instead.")
    next_name: str | None
    ruled_at: datetime | None
    silent: bool = Field(description="Nobody ruled in time, which accepts.")
    precedent: bool = Field(description="Proposed as a rule of the duty list.")


class TimelineEntry(View):
    """One event of a case; `seq` runs 1, 2, ... without gap."""

    seq: int
    at: datetime = Field(description="Business instant.")
    recorded_at: datetime
    kind: str = Field(description="Event name, for example task_claimed.")
    actor: str
    actor_name: str
    task: int | None
    org_name: str | None = Field(description="Organisation the event is about.")
    texts: dict[str, str | None] = Field(description="Words of people by field; None where they were erased.")
    facts: dict[str, Any] = Field(description="Codes and instants of the event, without texts.")


class CaseRef(View):
    """Another case that has to do with this one."""

    id: str
    number: str


class CaseDetail(CaseRow):
    """Everything a reader with access sees of one case."""

    channel: str
    limit_class: str
    duty: str = Field(description="name/version of the duty list, and how it named the lead.")
    rules: str = Field(description="name/version of the rule pack that judges the case.")
    description: str | None
    place: str | None
    reporter_name: str | None = Field(description="Masked.")
    reporter_phone: str | None = Field(description="Masked.")
    lat: float | None = Field(description="Degrees, WGS-84.")
    lng: float | None = Field(description="Degrees, WGS-84.")
    raised_by: str
    raised_by_name: str
    appointment: datetime | None
    awaiting_approval: bool
    source_ref: str | None
    campaign: str | None = Field(description="Code of the campaign (专项行动) it belongs to.")
    gap: str | None = Field(description="Gap in the circle of services that it closes, `community/item`.")
    repeats: tuple[CaseRef, ...] = Field(description="Of a monthly topic: the cases it grew from that you may see.")
    topics: tuple[CaseRef, ...] = Field(description="Monthly topics that grew from this case, that you may see.")
    intake: IntakeView
    direction: str = Field(description="street_to_dept, dept_to_dept or dept_to_street.")
    raiser: str = Field(description="Who raised and checks: the sub-district, or a department.")
    raiser_name: str
    joint_areas: tuple[str, ...] = Field(description="Sub-districts that raised together with it.")
    joint_names: tuple[str, ...]
    support: str | None = Field(description="Staff, money and standard that come with work for a sub-district.")
    objections: tuple[ObjectionDetail, ...]
    as_of: datetime = Field(description="Instant at which lights and overruns were judged.")
    tasks: tuple[TaskDetail, ...]
    clocks: tuple[ClockDetail, ...]
    meetings: tuple[MeetingView, ...] = ()
    timeline: tuple[TimelineEntry, ...]
    orders: tuple[OrderDetail, ...] = ()
    help_offers: tuple[HelpOfferDetail, ...] = ()
    rating: RatingBookView | None = Field(None, description="None before the closing.")
    extensions: tuple[ExtensionDetail, ...] = ()
    suspensions: tuple[SuspensionDetail, ...] = ()
    helps: tuple[HelpDetail, ...] = ()
    milestones: tuple[MilestoneDetail, ...] = ()
    reopenings: tuple[ReopeningDetail, ...] = ()
    standards: tuple[Standard, ...] = Field((), description="Closing tests of its stages, in order.")
    allowed_actions: tuple[AllowedAction, ...]
    etag: str = Field(description="The version as an entity tag.")


class OrgRow(View):
    """One unit."""

    code: str
    name: str
    short: str
    kind: str
    parent: str | None
    command_org: str | None
    line: str | None
    district: str | None


class UserRow(View):
    """One person who may sign in."""

    id: str
    name: str
    org: str
    org_name: str
    roles: tuple[str, ...]


class NoticeRow(View):
    """One notice of a reader's list, about a case or about a process (a round, a publication, a flag)."""

    id: str
    case_id: str | None = Field(description="None for a process.")
    process: str | None = Field(None, description="Kind of the process; None for a case.")
    process_id: str | None = None
    number: str = Field(description="Number of the case, or name of the process.")
    title: str | None
    code: str = Field(description="What it says; `contracts.words` has the text.")
    org: str
    org_name: str
    task: int | None
    at: datetime
    read: bool
