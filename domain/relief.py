"""State of the chapters of relief: requests for more time, suspensions, calls for help, milestones, reopenings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Request(StrEnum):
    """Where a request stands."""

    REVIEW = "review"
    """The worker's own department looks at it first (初审)."""
    PENDING = "pending"
    """The desk has to rule."""
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """What was asked for fell away before anybody ruled."""


OPEN_REQUESTS = frozenset({Request.REVIEW, Request.PENDING})


class Above(StrEnum):
    """Whom a case is raised to."""

    DESK = "desk"
    DISTRICT = "district"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Extension:
    """A request for more time (延期).

    Attributes:
        no: 1, 2, ... within the case.
        stage: Stage whose handling clock it is about.
        by: Who asked; may not rule.
        due: Due instant when it was asked, which had not passed.
        citizen_told: The citizen was told why.
        settled_at: When it was granted, refused or lapsed.
    """

    no: int
    task: int
    stage: str
    by: str
    asked_at: datetime
    due: datetime
    citizen_told: bool
    state: Request
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A request to let clocks stand still, and the suspension itself (挂账).

    Attributes:
        no: 1, 2, ... within the case.
        task: The task it is about; None for the whole case.
        reason: Code of the rule pack.
        by: Who asked, for `org`.
        until: End date, at which it ends by itself.
        begun_at: When it was granted.
        ended_at: When the clocks ran on.
        before: Status of the case before a suspension of the whole case.
        clocks: Keys of the clocks that it stopped when it began.
    """

    no: int
    task: int | None
    reason: str
    by: str
    org: str
    asked_at: datetime
    until: datetime
    state: Request = Request.PENDING
    settled_at: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    before: str = ""
    clocks: tuple[str, ...] = ()

    @property
    def is_running(self) -> bool:
        """Clocks stand still for it."""
        return self.begun_at is not None and self.ended_at is None

    @property
    def is_live(self) -> bool:
        """It is asked for or running."""
        return self.state is Request.PENDING or self.is_running


@dataclass(frozen=True, slots=True)
class Help:
    """A call for help.

    Attributes:
        no: 1, 2, ... within the case.
        task: The task through which those asked see the case.
        org: Who is asked.
        on_behalf: Task whose department asked; None for the raiser, the lead and the desk.
    """

    no: int
    task: int
    org: str
    by: str
    asked_at: datetime
    on_behalf: int | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone (节点) of a task; `due` is where it stood when it was set, its clock knows of pauses since.

    Attributes:
        no: 1, 2, ... within the case.
        late: It was reached after its clock was due.
    """

    no: int
    task: int
    due: datetime
    reached_at: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Reopening:
    """A closed case went back to work.

    Attributes:
        cause: `by_hand`, or what found that it was not solved.
        closed_at: When it had been closed.
        result: With which result.
    """

    at: datetime
    cause: str
    closed_at: datetime
    result: str
