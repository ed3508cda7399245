"""Formulas: what one case contributes to an indicator, each by its own name in `FORMULAS`.

A contribution says how much a case (or one task of it) counts below the line and above it. An indicator is nothing but
the sums of its contributions, so every figure opens the list of cases behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.case import Action, ClockCode
from domain.evaluation.facts import Objection, Satisfaction
from domain.rating import Side

if TYPE_CHECKING:
    from domain.evaluation.facts import CallBack, CaseFacts, ClockFact, Order, Rating, TaskFact
    from domain.evaluation.windows import Window


@dataclass(frozen=True, slots=True)
class Options:
    """What a formula may be told; each uses only what it needs.

    Attributes:
        kinds: Only cases of these kinds; empty for all.
        channels: Channels that count above the line.
        clock: Code of the clock that is looked at.
        ever: Coming late counts too.
        net: Suspended cases are left out.
        basically: What a `基本满意` counts.
        points: Points by grade, or per act.
        often: From so many acts on, `points_often` counts instead of the sum.
        points_often: Points of a case that reached `often`.
        side: Whose ratings.
        mark: Action whose marks are counted.
    """

    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    clock: ClockCode | None = None
    ever: bool = False
    net: bool = False
    basically: Decimal = Decimal(1)
    points: tuple[Decimal, ...] = ()
    often: int = 0
    points_often: Decimal = Decimal(0)
    side: Side | None = None
    mark: Action | None = None


NO_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one case or task adds to an indicator: `base` below the line, `score` above it."""

    case: str
    task: int | None
    base: int
    score: Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a case that belongs to the unit that is judged.

    Attributes:
        tasks: Its ordered tasks; for an area all of the case.
        orders: The supervision orders that it was given.
        ratings: The ratings of it.
        whole: The case as a whole counts for it: its area, or the lead.
        at: Instant as of which is judged.
    """

    case: CaseFacts
    tasks: tuple[TaskFact, ...]
    orders: tuple[Order, ...]
    ratings: tuple[Rating, ...]
    whole: bool
    window: Window
    at: datetime

    @property
    def closed(self) -> bool:
        """The case was closed by the instant as of which is judged."""
        ended = self.case.closed_at
        return self.case.closed and ended is not None and ended <= self.at

    def counted(self, score: Decimal | Fraction | int, task: int | None = None) -> Contribution:
        """Build a contribution that counts one below the line; a condition scores 0 or 1."""
        return Contribution(self.case.id, task, 1, Fraction(score))


Formula = Callable[[Share, Options], Iterator[Contribution]]


def _received(share: Share, _o: Options) -> Iterator[Contribution]:
    """Cases raised in the period; of a department, its calls."""
    if share.whole and share.window.holds(share.case.raised_at):
        yield share.counted(1)


def _answers(share: Share) -> Iterator[CallBack]:
    """Return the first valid call-back, if it lies in the period: what a second handling solves stays unsolved."""
    first = min((c for c in share.case.call_backs if c.valid), key=lambda c: (c.at, c.round), default=None)
    if share.whole and first is not None and share.window.holds(first.at):
        yield first


def _contacted(share: Share, _o: Options) -> Iterator[Contribution]:
    """响应率: contacted / valid call-backs."""
    for answer in _answers(share):
        yield share.counted(answer.contacted)


def _solved(share: Share, _o: Options) -> Iterator[Contribution]:
    """解决率: solved / valid call-backs, without those of which only the response counts."""
    for answer in _answers(share):
        if not answer.response_only:
            yield share.counted(answer.solved)


def _satisfied(share: Share, o: Options) -> Iterator[Contribution]:
    """满意率: (satisfied + a share of basically satisfied) / valid call-backs, as `_solved`."""
    worth = {Satisfaction.SATISFIED: Decimal(1), Satisfaction.BASICALLY: o.basically}
    for answer in _answers(share):
        if not answer.response_only:
            yield share.counted(worth.get(answer.satisfied, Decimal(0)) if answer.satisfied else 0)


def _due_to_close(share: Share, o: Options) -> tuple[ClockFact, ...]:
    """Return the handling clocks of a case that was due to close in the period; none if it was not."""
    case = share.case
    if not (share.whole and case.filed) or (o.net and case.suspended):
        return ()
    if o.kinds and case.kind not in o.kinds:
        return ()
    clocks = case.handling(t.no for t in share.tasks)
    return clocks if clocks and share.window.holds(max(c.due for c in clocks)) else ()


def _closed(share: Share, o: Options) -> Iterator[Contribution]:
    """结案率: closed / due to close."""
    if _due_to_close(share, o):
        yield share.counted(share.closed)


def _closed_in_time(share: Share, o: Options) -> Iterator[Contribution]:
    """按期结案率: closed, every handling kept in time / due to close."""
    clocks = _due_to_close(share, o)
    if clocks:
        yield share.counted(share.closed and all(c.kept for c in clocks))


def _clock_kept(share: Share, o: Options) -> Iterator[Contribution]:
    """Duties of one clock kept in time / due in the period: claim, report-in, handling, check, order reply."""
    mine = {t.no for t in share.tasks}
    for clock in share.case.clocks:
        if clock.code is not o.clock or not share.window.holds(clock.due) or not clock.settled(share.at):
            continue
        if clock.task in mine or (clock.task is None and share.whole):
            came = clock.ended_at is not None if o.ever else clock.kept
            yield share.counted(came, clock.task)


def _reworked(share: Share, _o: Options) -> Iterator[Contribution]:
    """返工率: sent back at least once / closed in the period."""
    if share.whole and share.case.closed and share.window.holds(share.case.closed_at):
        yield share.counted(share.case.rework > 0)


def _rework_points(share: Share, o: Options) -> Iterator[Contribution]:
    """Points for each sending back, and other points for a case that was sent back often."""
    case = share.case
    if share.whole and case.rework and case.closed and share.window.holds(case.closed_at):
        yield share.counted(o.points_often if o.often and case.rework >= o.often else case.rework * o.points[0])


def _objections(share: Share) -> Iterator[TaskFact]:
    for task in share.tasks:
        if task.objection in (Objection.UPHELD, Objection.OVERRULED) and share.window.holds(task.ruled_at):
            yield task


def _overruled(share: Share, _o: Options) -> Iterator[Contribution]:
    """推诿: objections overruled / objections ruled on."""
    for task in _objections(share):
        yield share.counted(task.objection is Objection.OVERRULED, task.no)


def _shirking_points(share: Share, o: Options) -> Iterator[Contribution]:
    """Points for each objection that was overruled."""
    for task in _objections(share):
        if task.objection is Objection.OVERRULED:
            yield share.counted(o.points[0], task.no)


def _accurate(share: Share, _o: Options) -> Iterator[Contribution]:
    """准确派遣率: calls that no upheld objection undid / calls in the period."""
    for task in share.tasks:
        if share.window.holds(task.called_at):
            yield share.counted(task.objection is not Objection.UPHELD, task.no)


def _of_channel(share: Share, o: Options) -> Iterator[Contribution]:
    """Cases of some channels / filed cases raised in the period: 吹哨率, 来源占比."""
    if share.whole and share.case.filed and share.window.holds(share.case.raised_at):
        yield share.counted(share.case.channel in o.channels)


def _filed(share: Share, _o: Options) -> Iterator[Contribution]:
    """立案率: filed / reported."""
    if share.whole and share.window.holds(share.case.raised_at):
        yield share.counted(share.case.filed)


def _order_points(share: Share, o: Options) -> Iterator[Contribution]:
    """Points of supervision orders given in the period, by grade 1, 2, 3; an appeal may have taken them away."""
    for order in share.orders:
        if order.standing and share.window.holds(order.at):
            yield share.counted(o.points[order.grade - 1])


def _marked(share: Share, o: Options) -> Iterator[Contribution]:
    """Marks of one action that ladders wrote to the unit's name in the period."""
    for task in share.tasks:
        for mark in task.marks:
            if mark.action is o.mark and share.window.holds(mark.at):
                yield share.counted(1, task.no)


def _rated(share: Share, o: Options) -> Iterator[Contribution]:
    """Mean score of ratings of one side; a voice that stands for many people counts as many."""
    for rating in share.ratings:
        if rating.side is o.side and rating.at <= share.at and share.window.holds(rating.at):
            yield Contribution(share.case.id, rating.task, rating.voices, Fraction(rating.score * rating.voices))


def _hours_to_claim(share: Share, _o: Options) -> Iterator[Contribution]:
    """Mean real time from the call to the claim, in hours."""
    yield from _hours(share, lambda task: task.stamps.claimed_at)


def _hours_to_report_in(share: Share, _o: Options) -> Iterator[Contribution]:
    """Mean real time from the call to the report-in, in hours."""
    yield from _hours(share, lambda task: task.stamps.reported_at)


def _hours_to_handle(share: Share, _o: Options) -> Iterator[Contribution]:
    """Mean real time from the call to the last hand-in, in hours."""
    yield from _hours(share, lambda task: task.stamps.submitted_at)


def _hours(share: Share, stamp: Callable[[TaskFact], datetime | None]) -> Iterator[Contribution]:
    for task in share.tasks:
        done = stamp(task)
        if done is not None and task.called_at is not None and share.window.holds(done):
            seconds = (done - task.called_at).total_seconds()
            yield share.counted(Fraction(max(0, round(seconds)), 3600), task.no)


FORMULAS: dict[str, Formula] = {
    "received": _received, "contacted": _contacted, "solved": _solved, "satisfied": _satisfied, "closed": _closed,
    "closed_in_time": _closed_in_time, "clock_kept": _clock_kept, "reworked": _reworked,
    "rework_points": _rework_points, "overruled": _overruled, "shirking_points": _shirking_points,
    "accurate": _accurate, "of_channel": _of_channel, "filed": _filed, "order_points": _order_points,
    "marked": _marked, "rated": _rated,
    "hours_to_claim": _hours_to_claim, "hours_to_report_in": _hours_to_report_in, "hours_to_handle": _hours_to_handle,
}  # fmt: skip
