"""Commands of the chapters through their forms, as people give them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.web.conftest import Pages

pytestmark = pytest.mark.slow

STREET, LEADER, WORKER, DISPATCH, DESK = "dhm.staff", "dhm.leader", "drain.worker1", "drain.dispatch", "desk"


def later(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT10:00")


async def test_more_time_a_pause_and_help_from_above(pages: Pages) -> None:
    street, worker, dispatch, desk = [await pages.of(who) for who in (STREET, WORKER, DISPATCH, DESK)]
    number = await street.raised(alone="1")
    await worker.done(number, "claim", 1)
    await worker.done(number, "report-in", 1)
    await worker.done(number, "ask-extension", 1, reason="管线复杂")
    await dispatch.done(number, "forward-extension", entry=1, note="属实")
    await desk.done(number, "refuse-extension", entry=1, reason="请抓紧")
    await dispatch.done(number, "ask-extension", 1, reason="需开挖")
    assert "延期" in await desk.done(number, "grant-extension", entry=2)
    await street.done(number, "ask-help", org="110101-SW", question="管线归属")
    await (await pages.of("sw.dispatch")).done(number, "answer-help", entry=1, opinion="由排水单位处置")
    await street.done(number, "report-upward", above="desk", reason="需要协调")
    await street.done(number, "ask-suspension", reason_code="engineering", plan="更换管线", until=later(20))
    await desk.done(number, "refuse-suspension", entry=1, reason="先行处置")
    await street.done(number, "ask-suspension", reason_code="engineering", plan="更换管线", until=later(20))
    assert "已挂账" in await desk.done(number, "grant-suspension", entry=2)
    assert "处置中" in await desk.done(number, "resume", entry=2, reason="提前完成")
    await worker.done(number, "submit", 1, note="已更换")
    await street.done(number, "check-pass")
    assert "处置中" in await street.done(number, "reopen", reason="再次外溢")


async def test_not_ours_and_somebody_else(pages: Pages) -> None:
    street, dispatch, desk = [await pages.of(who) for who in (STREET, DISPATCH, DESK)]
    number = await street.raised(alone="1")
    await dispatch.done(number, "object", 1, ground="not_our_property", reason="非我单位管线", evidence="照片")
    ruled = await desk.done(number, "rule-objection", 1, upheld="true", reason="属实", org="110101-WATER")
    assert "自来水" in ruled
    await street.done(number, "replace-department", 2, org="110101-CG", reason="改由城管委牵头")
