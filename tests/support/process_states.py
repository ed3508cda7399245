"""States of the processes beside the cases: each kind in every status, come to by its own commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.actors import SYSTEM, Actor
from domain.evaluation.flags import FlagKind
from domain.evaluation.windows import month_named
from domain.process import Process, Tick
from domain.processes.campaign import CAMPAIGN, CloseCampaign, NoteBatch, OpenCampaign, RowOutcome, StartBatch
from domain.processes.evaluation import EVALUATION, NoteBoards, NoteCount, OpenEvaluation, PublishEvaluation
from domain.processes.flag import FLAG, GrantFlag, ProposeFlag, RefuseFlag
from domain.processes.publication import (
    PUBLICATION,
    ApprovePublication,
    Counts,
    NotePage,
    ProposePublication,
    Publish,
    RefusePublication,
    Subject,
    WithdrawPublication,
)  # fmt: skip
from domain.processes.round import ROUND
from domain.processes.round_commands import CancelRound, FileCheck, ReplyCheck, SignCheck, SummariseRound
from domain.processes.round_state import Finding, Method
from domain.text import Text
from tests.support.cases import (
    CITY_SUPERVISOR,
    DESK,
    DESK2,
    DISTRICT,
    MONDAY,
    STAFF,
    SUPERVISOR,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    rules2,
)  # fmt: skip
from tests.support.rounds import INSPECTOR, RoundStory, share

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTE = Text("已核实")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONTH = month_named("2026-11", 19)
Acts = tuple[tuple[Any, Actor], ...]

PROPOSAL = ProposePublication(
    "p", "calendar/beijing/2", DISTRICT, Subject.CALENDAR, "beijing/2", "d" * 64, Text("2026年放假安排")
)
PERIOD = OpenEvaluation(
    "e", f"{DISTRICT}/2026-11", DISTRICT, "2026-11", MONTH.start, MONTH.end, MONTH.end + 10 * DAY, "b/1", "d"
)
APPEAL = ProposeFlag(
    "f", "appeal/c/handle:1", DISTRICT, FlagKind.APPEAL, "c", "N-1", "handle:1", WATER, "force_majeure",
    Text("暴雨证明"), listed=True, case_closed_at=MONTH.start, late=True, answer_days=10, appeal_days=30,
)  # fmt: skip
LISTED = (NotePage(1, "", Counts(), last=True), SYSTEM)

WAYS: tuple[tuple[Process[Any], Any, Actor, datetime, Acts], ...] = (
    (PUBLICATION, PROPOSAL, DESK, MONDAY, (
        LISTED, (ApprovePublication(NOTE), DESK2), (Publish(), SYSTEM), LISTED,
    )),
    (PUBLICATION, PROPOSAL, DESK, MONDAY, ((RefusePublication(NOTE), DESK2),)),
    (PUBLICATION, PROPOSAL, DESK, MONDAY, ((WithdrawPublication(NOTE), DESK),)),
    (PUBLICATION, PROPOSAL, DESK, MONDAY, ((NotePage(1, "", Counts(9, failed=2), last=True), SYSTEM),)),
    (EVALUATION, PERIOD, SYSTEM, MONTH.end, (
        (NoteCount(1, 1, "c9", 12, last=True), SYSTEM), (NoteBoards(1, "digest"), SYSTEM),
        (PublishEvaluation(NOTE), SUPERVISOR),
    )),
    (FLAG, APPEAL, WATER_HEAD, MONTH.start + DAY, ((GrantFlag(NOTE), SUPERVISOR),)),
    (FLAG, APPEAL, WATER_HEAD, MONTH.start + DAY, ((RefuseFlag(NOTE), CITY_SUPERVISOR),)),
    (FLAG, APPEAL, WATER_HEAD, MONTH.start + DAY, ()),
)  # fmt: skip
"""Kind, opening, who opens it when, and what follows, one act an hour; then nobody acts for a month."""


def process_states() -> Iterator[tuple[Process[Any], Any]]:
    """Yield every state with its kind."""
    for kind, opening, opener, start, acts in WAYS:
        state, _, _ = kind.advance(None, opening, opener, start, None)
        yield kind, state
        for hours, (command, actor) in enumerate(acts, start=1):
            state, _, _ = kind.advance(state, command, actor, start + hours * HOUR, None)
            yield kind, state
        yield kind, kind.advance(state, Tick(), SYSTEM, start + 30 * DAY, None)[0]
    yield from ((ROUND, state) for state in _rounds())
    yield from ((CAMPAIGN, state) for state in _campaigns())


def _campaigns() -> Iterator[Any]:
    """Yield a campaign that closes after a batch, and one that ends with its period."""
    opening = OpenCampaign(
        "c", "KQDD-2026", DISTRICT, "beijing/2", Text("专项行动"), DESK.org, (DISTRICT,), (), MONDAY, MONDAY + 20 * DAY
    )
    rows = StartBatch("emergency", "W04", NOTE, NOTE, Text("area,place\n110101001,东华门大街1号\n"))
    acts: tuple[tuple[Any, Actor], ...] = (
        (rows, STAFF), (NoteBatch(1, 1, (RowOutcome(1, "case-1"),)), SYSTEM), (CloseCampaign(NOTE), DESK),
    )  # fmt: skip
    state, _, _ = CAMPAIGN.advance(None, opening, DESK, MONDAY, rules2())
    yield state
    yield CAMPAIGN.advance(state, Tick(), SYSTEM, MONDAY + 30 * DAY, rules2())[0]
    for hours, (command, actor) in enumerate(acts, start=1):
        state, _, _ = CAMPAIGN.advance(state, command, actor, MONDAY + hours * HOUR, rules2())
        yield state


def _rounds() -> Iterator[Any]:
    planned = RoundStory()
    yield planned.state
    planned.do(CancelRound(NOTE))
    yield planned.state
    for method in Method:
        bodies = (SUPERVISOR.org, DESK.org) if method is Method.JOINT else ()
        story = RoundStory(method, bodies=bodies).committed()
        yield story.state
        story.drawn(share("c1"))
        yield story.state
        if method is Method.WRITTEN:
            story.do(ReplyCheck("c1", NOTE), WATER_DISPATCHER)
            yield story.state
        visit = (39_914_100, 116_404_100, story.at, "photo-1") if method is Method.ON_SITE else ()
        story.do(FileCheck("c1", Finding.OK, NOTE, *visit), INSPECTOR)
        yield story.state
        if method is Method.JOINT:
            story.do(SignCheck("c1"), DESK)
            yield story.state
        story.do(SummariseRound(NOTE))
        yield story.state
