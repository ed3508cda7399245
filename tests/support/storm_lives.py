"""Whole lives of cases, lived by people over HTTP during a storm; a refusal by a rule is an answer like any other."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from typing import Any

from tests.support.storm_client import Deed, Desk

STREETS = {
    "110101001": ("dhm.staff", "dhm.leader"),
    "110101002": ("js.staff", "js.leader"),
    "110101003": ("jdk.staff", "jdk.leader"),
    "110101016": ("tt.staff", "tt.leader"),
}
"""Sub-district → who raises and checks, who approves."""

CREWS = {
    "110101-DRAIN": ("drain.worker1", "drain.worker2"),
    "110101-CG": ("cg.worker1", "cg.worker2"),
    "110101-SW": ("sw.worker1", "sw.worker2"),
    "110101-JG": ("jg.worker1", "jg.worker2"),
    "110101-WATER": ("water.worker1", "water.worker2"),
    "110101-HEAT": ("heat.worker1", "heat.worker2"),
}
"""Department → two workers who may take its tasks."""

LOGINS = sorted({*(login for pair in (*STREETS.values(), *CREWS.values()) for login in pair), "desk", "sup"})

_KINDS = {
    "emergency": ("W04", "110101-DRAIN", ("110101-CG", "110101-SW")),
    "pipe": ("W01", "110101-WATER", ("110101-CG", "110101-JG")),
    "request": ("W10", "110101-HEAT", ("110101-CG",)),
}
_MIX = ("plain", "plain", "joint", "rework", "staged", "approved", "crowd", "released", "returned", "withdrawn", "late")
_TRIES = 5


class Lives:
    """Makes people live cases until told to stop.

    Attributes:
        alone: Cases that are raised and then left to the workflow alone.
    """

    def __init__(self, desk: Desk, seed: int, pause: float, rate: float) -> None:
        self._desk = desk
        self._random = random.Random(seed + 1)
        self._pause, self._rate = pause, rate
        self.alone: list[str] = []
        self.stories: Counter[str] = Counter()
        self._last_stage: dict[str, str] = {}
        self.closing = asyncio.Event()

    async def loop(self) -> None:
        """Live one case after the other until `closing`; the one begun is lived to its end."""
        while not self.closing.is_set():
            await self._live(self._random.choice(_MIX))

    async def leave_alone(self, count: int) -> None:
        """Raise cases that nobody ever touches: claimed by nobody, so that every rung is the workflow's."""
        for _ in range(count):
            deed = await self._raise("emergency", assist=True)
            if deed.done:
                self.alone.append(deed.case_id)
            await self._rest()

    async def _live(self, story: str) -> None:
        self.stories[story] += 1
        kind = {"staged": "pipe", "approved": "request"}.get(story, "emergency")
        raised = await self._raise(kind, assist=story not in ("plain", "rework", "approved"))
        if not raised.done:
            return
        street, leader = STREETS[str(raised.body["_area"])]
        if story == "withdrawn":
            await self._insist(street, "withdraw", raised.case_id, reason="情况已消除")
            return
        if self._random.random() < 0.5 or kind == "request":
            raised = await self._insist(leader, "approve", raised.case_id, note="同意") or raised
        tasks = [task for task in raised.body["tasks"] if task["role"] != "inform"]
        if not tasks:  # the approval was refused, which only a sabotaged installation does; `judge` says why
            return
        if story == "released" and len(tasks) > 1:
            await self._insist(street, "release", raised.case_id, task=tasks.pop()["no"], reason="无需到场")
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(self._department(raised.case_id, task, story))
            if self._random.random() < 0.4:
                group.create_task(self._aside(raised.case_id, street, tasks[0]["no"]))
        if story == "rework":
            failed = await self._insist(street, "check-fail", raised.case_id, reason="仍有渗漏")
            if failed is not None:
                await self._hand_in(raised.case_id, tasks[0]["no"], failed.body["tasks"][0]["holder"])
        standard = self._last_stage.get(raised.case_id, "handle")
        await self._insist(street, "check-pass", raised.case_id, note="核查合格", standard=standard)

    async def _raise(self, kind: str, *, assist: bool) -> Deed:
        code, lead, others = _KINDS[kind]
        area = self._random.choice(sorted(STREETS))
        deed = await self._desk.give(
            STREETS[area][0], "raise", kind="public_request" if kind == "request" else "emergency", area=area,
            class_code=code, title="路面积水", description="积水没过脚踝，请到场处置。", place="路口东南角",
            lead=lead, assist=list(others) if assist else [],
        )  # fmt: skip
        deed.body["_area"] = area
        return deed

    async def _department(self, case_id: str, task: dict[str, Any], story: str) -> None:
        """Do the part of one department: claim (sometimes two at once), report in, hand in."""
        no, crew = task["no"], CREWS[task["org"]]
        await self._rest(minutes=16 if story == "late" else 0)
        holder = await self._claim(case_id, no, crew, crowd=story == "crowd")
        if holder is None:
            return
        if story == "returned" and no == 1:
            await self._insist(holder, "unclaim", case_id, task=no, reason="另派他人")
            holder = await self._claim(case_id, no, crew[::-1], crowd=False)
            if holder is None:
                return
        await self._rest(minutes=18 if story == "late" else 0)
        if await self._insist(holder, "report-in", case_id, task=no, note="已到现场") is None:
            return
        if self._random.random() < 0.3:
            await self._insist(holder, "stage-report", case_id, task=no, note="正在抢修")
        await self._hand_in(case_id, no, holder)

    async def _claim(self, case_id: str, no: int, crew: tuple[str, ...], *, crowd: bool) -> str | None:
        """Take a task; with a crowd all try at once, and exactly one may win, whom every loser is told."""
        if not crowd:
            return crew[0] if await self._insist(crew[0], "claim", case_id, task=no) else None
        deeds = await asyncio.gather(*(self._desk.give(login, "claim", case_id, task=no) for login in crew))
        won = [deed for deed in deeds if deed.done]
        told = [deed.body.get("facts", {}).get("holder") for deed in deeds if not deed.done]
        if len(won) != 1 or set(told) != {won[0].actor}:
            winners, codes = [deed.actor for deed in won], [deed.code for deed in deeds]
            self._desk.history.faults.append(f"{case_id} task {no}: won by {winners}, losers told {told}, {codes}")
        return won[0].actor if won else None

    async def _hand_in(self, case_id: str, no: int, holder: str) -> None:
        """Hand in stage after stage until the task is submitted."""
        for _ in range(4):
            await self._rest()
            said = {"note": "已处置", "evidence": ["photo-1"], "late_reason": "现场复杂"}
            deed = await self._insist(holder, "submit", case_id, task=no, **said)
            if deed is None:
                return
            task = next(t for t in deed.body["tasks"] if t["no"] == no)
            if task["state"] == "submitted":
                self._last_stage[case_id] = task["stage"]
                return

    async def _aside(self, case_id: str, street: str, no: int) -> None:
        """Urge, by the street or the desk; now and then call a further department that is only informed."""
        await self._desk.give(self._random.choice((street, "desk", "sup")), "urge", case_id, task=no, note="请抓紧")
        if self._random.random() < 0.5:
            await self._desk.give(street, "add-department", case_id, org="110101-GAS", role="inform")

    async def _insist(self, actor: str, verb: str, case_id: str, **body: Any) -> Deed | None:
        """Give a command; where a rule refuses for now, try again a little later as a new command."""
        for attempt in range(_TRIES):
            deed = await self._desk.give(actor, verb, case_id, **body)
            if deed.done:
                return deed
            await asyncio.sleep(0.1 * (attempt + 1))
        return None

    async def _rest(self, minutes: float = 0) -> None:
        """Think a moment, or so many business minutes; nobody rests any more once the storm is closing."""
        seconds = minutes * 60 / self._rate if minutes else self._random.expovariate(1 / self._pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), seconds)
