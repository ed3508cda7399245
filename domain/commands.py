"""Commands: what somebody wants; each is a frozen value, checked by `domain.decide`.

Adding a command here and its rule in `domain/decide/` is all that the API and the forms need: both build their request
models from these classes. Fields named `task` name a task by its number in the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.case import Direction, Party, TaskRole, Tie
from domain.channels import Disposal, Nature
from domain.chapters import (
    adoption,
    call_back,
    channel,
    coordination,
    extension,
    grid,
    linking,
    meeting,
    milestones,
    objection,
    orders,
    rating,
    reopening,
    reports,
    suspension,
    upward,
    volunteers,
)  # fmt: skip
from domain.organisations import district_of
from domain.text import Personal, Text


@dataclass(frozen=True, slots=True)
class Raise:
    """Blow the whistle (吹哨): create a case and, unless approval comes first, call the departments.

    A request that ends at intake names its `disposal`, to whom or what it was referred (`target`) and what was said
    (`told`); it calls nobody.
    """

    id: str
    number: str
    kind: str
    channel: str
    area: str
    class_code: str
    limit_class: str
    rules: str
    parties: tuple[Party, ...]
    duty: str
    title: Text
    description: Text
    place: Text
    reporter_name: Personal | None = None
    reporter_phone: Personal | None = None
    appointment: datetime | None = None
    lat: int | None = None
    lng: int | None = None
    source_ref: str | None = None
    raiser: str = ""
    direction: Direction = Direction.STREET_TO_DEPT
    joint_areas: tuple[str, ...] = ()
    sensitive: bool = False
    campaign: str | None = None
    urgency: int = 0
    nature: Nature | None = None
    disposal: Disposal | None = None
    target: str = ""
    told: Text | None = None
    support: Text | None = None
    gap: str | None = None

    @property
    def raising_org(self) -> str:
        """The organisation that raises."""
        return self.raiser or self.area

    @property
    def district(self) -> str:
        """District of the place."""
        return district_of(self.area) or self.area


@dataclass(frozen=True, slots=True)
class RaiseTopic(Raise):
    """Choose a repeat problem as a monthly topic (每月一题): a case that stands under supervision from the start.

    `repeats` are the ids of the cases that it grew from. The rule pack says its kind, its limit and its milestones.
    """

    repeats: tuple[str, ...] = ()
    instruction: Text | None = None


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve the whistle (审批通过); not by its raiser."""

    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse the whistle (审批驳回); not by its raiser, and not once somebody is on the scene."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Claim:
    """Take the task for the department (签收); a second claim is refused with the winner's id."""

    task: int


@dataclass(frozen=True, slots=True)
class Unclaim:
    """Give the task back (退回签收); its claim clock goes on with the old due instant."""

    task: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Assign:
    """Give the task to a named worker of the department (指派); the border fills in the worker's office."""

    task: int
    worker: str
    worker_org: str = ""


@dataclass(frozen=True, slots=True)
class ReportIn:
    """Report on the scene (报到), in time or late; coordinates in millionths of a degree, WGS-84."""

    task: int
    lat: int | None = None
    lng: int | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class StageReport:
    """Tell progress (阶段性情况); no clock stops."""

    task: int
    note: Text


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand in the result of the stage in work (反馈); the last stage hands in the task. A late one says why.

    `evidence` names what proves it: ids of photos, papers, minutes.
    """

    task: int
    note: Text
    evidence: tuple[str, ...] = ()
    late_reason: Text | None = None


@dataclass(frozen=True, slots=True)
class CheckPass:
    """Accept the results and close the case (核查通过); never by a handler.

    `result` is a code of the rule pack, `solved` if it is left out; `standard` names the closing test that was met, by
    the code of its stage: the last one of the case's limit class.
    """

    note: Text | None = None
    result: str = ""
    standard: str = ""


@dataclass(frozen=True, slots=True)
class CheckFail:
    """Send tasks back for rework (核查不通过); an empty list means every task."""

    reason: Text
    tasks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AddDepartment:
    """Call one more department into the case (增派); the border fills in what binds it.

    `due` says until when an assisting department sends its result to the lead, in one stage (接诉即办条例 art. 14).
    """

    org: str
    role: TaskRole
    tie: Tie = Tie.ORDER
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Urge:
    """Remind a department (催办)."""

    task: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Let a department go (放行); only the raiser may, and never the lead."""

    task: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take the whistle back (撤回), before anybody is on the scene."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Tick:
    """Let time pass: whatever is due by now happens; by the drive and the watchdog."""


@dataclass(frozen=True, slots=True)
class MarkCalled:
    """The drive has called the named departments."""

    tasks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WindUp:
    """Give the all-clear (解除): the case has ended, and those who were alarmed on its way are told."""


PersonCommand = (
    Approve | Refuse | Claim | Unclaim | Assign | ReportIn | StageReport | Submit | CheckPass | CheckFail
    | AddDepartment | Urge | Release | Withdraw
    | extension.Command | suspension.Command | upward.Command | milestones.Command | reopening.Command
    | channel.Command | grid.Command | call_back.Command | reports.Command | linking.Command
    | coordination.Command | objection.Command | orders.Command
    | rating.Command | volunteers.Command
    | meeting.Command
)  # fmt: skip
"""What persons may want; the chapters add theirs."""

DriveCommand = Tick | MarkCalled | WindUp | adoption.Command | reports.DriveCommand
PairCommand = linking.PairCommand
"""What another case is told in the transaction of a person's command or of the drive."""
Command = Raise | RaiseTopic | PersonCommand | DriveCommand | PairCommand
