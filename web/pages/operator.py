"""The operator's page: does the drive run, what should not be there, and how the engine sees one case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.db import counters, readiness
from adapters.db.outbound import OutboundStore
from adapters.temporal import EngineUnavailableError
from domain.actors import Role
from domain.errors import DomainError
from web import texts
from web.failures import PageError, describe
from web.reads import read_case
from web.routing import SEE_OTHER, PageRouter, render, signed_in
from web.visits import OPERATORS, VisitOf

if TYPE_CHECKING:
    from contracts.case import LifeView
    from web.visits import Visit

router = PageRouter()

_MEANING: Final = {
    "dirty_over_30s": ("待通知引擎超过 30 秒", "检查中继（relay）进程是否在运行。"),
    "parked": ("多次失败后搁置", "查看日志中的原因，修复后由对账程序重新发送。"),
    "unarmed_over_60s": ("引擎不知道下次唤醒", "对账程序会重新通知；持续不为零时检查 worker。"),
    "armed_past_120s": ("唤醒时刻已过而无动作", "检查 worker 是否在轮询任务队列。"),
    "due_unfired_120s": ("到期未触发超过 120 秒", "看门狗会补办；检查 Temporal 和 worker。"),
    "undriven": ("在办而无驱动", "运行对账程序。"),
    "messages_over_5min": ("外发消息 5 分钟无人处理", "检查通知 worker。"),
}
"""What each counter is called and what to do when it is not 0."""


@dataclass(frozen=True, slots=True)
class CounterShown:
    """One counter of the drive."""

    name: str
    title: str
    advice: str
    count: int


@router.get("/operator", dependencies=signed_in(*OPERATORS))
async def operator(request: Request, visit: VisitOf, number: str = "") -> Response:
    """Show the state of the drive, and on request the engine's view of one case."""
    found = await counters.counters(visit.services.engine)
    shown = [CounterShown(name, *_MEANING.get(name, (name, "")), count) for name, count in found.items()]
    schema, head = await readiness.schema(visit.services.engine), readiness.head()
    life, trouble = await _life(visit, number.strip()) if number.strip() else (None, "")
    nudge = visit.services.nudge
    letters = await OutboundStore(visit.services.engine).dead_letters()
    return render(
        request, "operator.html", here="operator", counters=shown, schema=schema, schema_current=schema == head,
        engine=nudge.engine, nudges=dict(nudge.counts), letters=letters, may_replay=visit.actor.has(Role.OPERATOR),
        number=number, done=texts.DONE.get(request.query_params.get("done", "")), life=life, trouble=trouble,
        temporal_ui=getattr(request.app.state, "temporal_ui", None),
    )  # fmt: skip


@router.post("/operator/replay", dependencies=signed_in(Role.OPERATOR))
async def replay(request: Request, visit: VisitOf) -> Response:
    """Queue one dead letter again."""
    data = await request.form()
    try:
        letter = UUID(str(data.get("letter", "")))
    except ValueError as error:
        raise PageError("no_such_letter", 404) from error
    await OutboundStore(visit.services.engine).replay(letter)
    return RedirectResponse("/operator?done=replay", SEE_OTHER)


async def _life(visit: Visit, number: str) -> tuple[LifeView | None, str]:
    """Ask the case's workflow where it stands; the second value says why nothing can be shown."""
    try:
        case = await read_case(visit, number)
    except DomainError as error:
        return None, describe(error).detail
    epoch = await counters.epoch(visit.services.engine, UUID(case.id))
    if epoch is None:
        return None, "没有这个案件。"
    try:
        life = await visit.services.nudge.life(case.id, epoch)
    except EngineUnavailableError:
        return None, "引擎没有回答；案件本身照常办理。"
    return life, "" if life else "这个案件的工作流没有运行过。"
