"""The annex of a case: what only some cases have, so that the plain ones stay small; one field for each chapter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.channels import Checker, Filing, Satisfied, Solved
from domain.helping import NO_HELP, Helping
from domain.meetings import Meeting
from domain.rating import RatingBook
from domain.relief import Extension, Help, Milestone, Reopening, Suspension
from domain.supervision import Order


@dataclass(frozen=True, slots=True)
class Intake:
    """What the channel asks of a case.

    Attributes:
        checker: Who says that it is done.
    """

    checker: Checker


@dataclass(frozen=True, slots=True)
class GridEvent:
    """A grid event on its way through the seven steps.

    Attributes:
        step: Where it stands before its departments are called.
        found: What the check before filing (pre_check) says; None if nobody looked.
        owner: The clerk who was first to file it, and closes it.
        post: What the check after handling (post_check) says; None while nobody looked.
        posted_for: Which result that check was of: how often the case had been sent back or reopened before.
    """

    step: Filing
    found: bool | None = None
    owner: str | None = None
    post: bool | None = None
    posted_for: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One call-back.

    Attributes:
        round: Handling that it asks about: 1, 2, 3.
        valid: Somebody who can say it was reached; what follows counts only then.
        contacted: A department had contacted the citizen (是否联系).
    """

    at: datetime
    by: str
    round: int
    valid: bool
    contacted: bool = False
    solved: Solved = Solved.NO
    satisfied: Satisfied = Satisfied.NONE


@dataclass(frozen=True, slots=True)
class CallBacks:
    """The call-backs of a case with a citizen.

    Attributes:
        round: Handling under way: 1, 2, 3.
        tries: Calls of this round that reached nobody.
        asked: The citizen is to be called now.
        checked: The raiser's check passed before the citizen's limit: the case waits for the call-back.
        result: Result code that the raiser's check then gave.
        settled: No call-back is to come any more.
        solved: In which handling the citizen called it solved; 0 for none.
        calls: In order.
    """

    round: int = 1
    tries: int = 0
    asked: bool = False
    checked: bool = False
    result: str = ""
    settled: bool = False
    solved: int = 0
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One more report of the matter; its receipt is `<case number>/R<no>`.

    Attributes:
        no: 2, 3, ...: the case itself is the first report. A number is never used again.
        ref: Number of the report at its source; may be empty.
        by: Who took it, for `org`, which passes the answer on.
        answered_at: None while the reporter waits for an answer.
        unlinked_at: It turned out to be another matter; None while it belongs to the case.
    """

    no: int
    channel: str
    ref: str
    at: datetime
    by: str
    org: str
    answered_at: datetime | None = None
    unlinked_at: datetime | None = None

    @property
    def task(self) -> None:
        """A report belongs to no single department."""

    @property
    def waits(self) -> bool:
        """An answer is owed."""
        return self.answered_at is None and self.unlinked_at is None


@dataclass(frozen=True, slots=True)
class Link:
    """Another case of the same matter.

    Attributes:
        at: When it was linked.
        paused: Keys of the clocks that stand still because of the link; on the linked case only.
        followed: The linked case has closed with this one; on the main case only.
    """

    case_id: str
    number: str
    at: datetime
    paused: tuple[str, ...] = ()
    followed: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """A department's objection to a task (退单异议), and what came of it.

    Attributes:
        org: Who objected; at most once in a case.
        ground: Code of the rule pack's list.
        by: User id.
        suggests: Whose task it is, as the department thinks.
        upheld: None until it is ruled on; stays None if the department was let go before.
        next: Who was called instead.
        silent: Nobody ruled in time, which accepts.
        precedent: The ruling is proposed as a rule of the duty list.
        class_code: Class of the case after the ruling; empty before it.
    """

    task: int
    org: str
    ground: str
    at: datetime
    by: str
    suggests: str | None = None
    upheld: bool | None = None
    next: str | None = None
    ruled_at: datetime | None = None
    silent: bool = False
    precedent: bool = False
    class_code: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """Parts of a case's state that belong to one chapter of the mechanism each; empty in a plain case.

    Attributes:
        orders: Supervision orders, by number.
        objections: In order of time.
        main: The case that this one is linked to.
        linked: The cases that are linked to this one.
        rating: Mutual ratings since the case closed; None before.
        meetings: Meetings about the case, by number.
        helping: Offers to volunteers and auxiliaries, and their hours.
    """

    orders: tuple[Order, ...] = ()
    objections: tuple[Objection, ...] = ()
    intake: Intake | None = None
    grid: GridEvent | None = None
    call_back: CallBacks | None = None
    reports: tuple[Report, ...] = ()
    main: Link | None = None
    linked: tuple[Link, ...] = ()
    rating: RatingBook | None = None

    extensions: tuple[Extension, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    helps: tuple[Help, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    reopenings: tuple[Reopening, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    helping: Helping = NO_HELP


NO_ANNEX = Annex()
