"""Every page for every role, and what pages promise: scope, escaping, lists behind figures, help in errors."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from adapters.db import business_clock
from adapters.db.engine import create_engine
from tests.support.servers import Database
from tests.web.conftest import DISPATCH, LEADER, STREET, WORKER, Pages, plain

ROLES = {
    "street_staff": "dhm.staff", "street_leader": "dhm.leader", "street_duty": "dhm.duty", "grid": "dhm.grid",
    "auxiliary": "dhm.aux", "community": "dhm.community", "branch_head": "dhm.ga.head", "worker": "drain.worker1",
    "dispatcher": "drain.dispatch", "leader": "drain.leader", "desk": "desk", "supervisor": "sup",
    "hotline": "hotline.agent", "callback": "hotline.callback", "city": "city.sup", "auditor": "auditor",
    "operator": "operator",
}  # fmt: skip
FOREIGN = re.compile(r"(?:src|href|action|hx-[a-z]+)=[\"'](?:[a-z]+:)?//|https?://", re.IGNORECASE)


@pytest_asyncio.fixture(scope="module")
async def late(pages: Pages, module_city: Database) -> str:
    """A case whose claim is overdue: two business hours have passed since it was raised."""
    number = await (await pages.of(STREET)).raised(title="<b>超时</b>的案件", assist=["110101-CG"])
    engine = create_engine(module_city.owner, role="batch")
    async with engine.begin() as connection:
        await business_clock.advance(connection, timedelta(hours=2))
    await engine.dispose()
    return number


@pytest.mark.parametrize(
    "path", ["/", "/?order=due&light=red&open=yes", "/raise", "/overdue", "/notices", "/notices?all=1", "/login"]
)
async def test_pages_render_for_every_role(pages: Pages, late: str, path: str) -> None:
    for role, login in ROLES.items():
        html = await (await pages.of(login)).get(path)
        assert '<html lang="zh-CN">' in html, role
        assert "演示数据，演示时钟" in html
        assert not FOREIGN.search(html), (role, FOREIGN.search(html))
        assert " style=" not in html
        assert not re.search(r"\son[a-z]+=", html)
        assert "<script>" not in html
        assert "<b>超时</b>" not in html


async def test_case_for_everybody_who_sees_it(pages: Pages, late: str) -> None:
    for role in ("street_staff", "street_leader", "worker", "dispatcher", "desk", "supervisor", "operator"):
        html = await (await pages.of(ROLES[role])).get(f"/cases/{late}")
        assert "&lt;b&gt;超时&lt;/b&gt;的案件" in html, role
        assert not FOREIGN.search(html)
    await (await pages.of("dhm.community")).get(f"/cases/{late}", 404)


async def test_case_explains_its_clocks(pages: Pages, late: str) -> None:
    text = plain(await (await pages.of(STREET)).get(f"/cases/{late}"))
    assert "签收 排水 超时" in text
    assert "时限 5分钟（连续计时，含夜间和节假日）" in text
    assert re.search(r"自 \d+月\d+日\(周.\) \d\d:\d\d 起算", text)
    assert "签收 已超1小时55分" in text
    assert "派单员" in text


async def test_work_list_shows_each_what_waits(pages: Pages, late: str) -> None:
    for login, pile in ((WORKER, "claim"), (DISPATCH, "claim"), (STREET, "late"), ("dhm.leader", "late")):
        browser = await pages.of(login)
        assert late in await browser.get(f"/work/{pile}"), login
    await (await pages.of(STREET)).get("/work/claim", 404)
    one_tap = await (await pages.of(WORKER)).get("/")
    assert f'action="/cases/{late}/claim"' in one_tap


async def test_filters_live_in_the_address(pages: Pages, late: str) -> None:
    street = await pages.of(STREET)
    found = await street.get("/", q="超时", open="yes", kind="emergency")
    assert late in found
    assert "搜索：超时" in found
    assert late not in (await street.get("/", open="no")).split('id="rows"')[1]
    assert late in await street.get("/", q=late)
    await street.get("/?status=nonsense&area=%27%3B+drop&light=&cursor=")
    assert "翻页位置已失效" in await street.get("/", 400, cursor="broken")


async def test_overdue_report_opens_its_figures(pages: Pages, late: str) -> None:
    street = await pages.of(STREET)
    report = await street.get("/overdue")
    assert late in report
    assert "超 1小时55分" in report
    figures = re.findall(r'<a href="(/overdue\?[^"]+)"><span>[^<]+</span><b class="number">(\d+)</b>', report)
    assert figures
    counters = re.findall(r'<a class="counter" href="([^"]+)"[^>]*><b>(\d+)</b>', report)
    assert len(counters) == 6
    for href, number in [*figures, *counters]:
        page = await street.get(href.replace("&amp;", "&"))
        assert page.count('data-label="责任单位"') == int(number), href
    assert late not in await street.get("/overdue", set="overdue_done")


async def test_overdue_report_of_a_past_instant(pages: Pages, late: str) -> None:
    street = await pages.of(STREET)
    assert late not in await street.get("/overdue", as_of="2026-01-05T09:00")
    assert "这个时刻还没有到" in await street.get("/overdue", 422, as_of="2099-01-05T09:00")
    assert "时间格式不正确" in await street.get("/overdue", 422, as_of="yesterday")


async def test_paging_walks_every_row_once(pages: Pages, late: str) -> None:
    street = await pages.of(STREET)
    for _ in range(3):
        await street.raised()
    services_rows = re.findall(r"/cases/(BJ-[0-9-]+)\"", (await street.get("/")).split('id="rows"')[1])
    assert len(set(services_rows)) == len(services_rows) >= 4


async def test_notices_are_read_one_by_one_and_by_page(pages: Pages, late: str) -> None:
    worker = await pages.of(WORKER)
    before = await worker.get("/notices")
    ids = re.findall(r'<td class="act"><form[^>]+><input type="hidden" name="id" value="(\d+)"', before)
    assert ids
    assert late in before
    for unread, sent in ((len(ids) - 1, [ids[0]]), (0, ids)):
        answer = await worker.post("/notices/read", {"id": sent})
        assert answer.headers["location"] == "/notices?done=read"
        assert f"通知，{unread} 条未读" in await worker.get("/notices")
    foreign = await (await pages.of("water.worker1")).post("/notices/read", {"id": ids})
    assert foreign.status_code == 303
    assert late in await worker.get("/notices", all="1")


async def test_operator_page(pages: Pages, late: str) -> None:
    operator = await pages.of("operator")
    page = await operator.get("/operator", number=late)
    assert "due_unfired_120s" in page
    assert "引擎没有回答" in page
    assert "没有死信" in page
    assert "您的岗位不能查看此页面" in await (await pages.of(STREET)).get("/operator", 403)
    gone = await operator.post("/operator/replay", {"letter": str(uuid4())})
    assert gone.status_code == 303
    assert (await (await pages.of(STREET)).post("/operator/replay", {"letter": str(uuid4())})).status_code == 403


async def test_unknown_addresses_are_pages_outside_the_api_only(pages: Pages) -> None:
    street = await pages.of(STREET)
    assert "没有找到" in await street.get("/nothing/here", 404)
    assert "BJ-1" not in await street.get("/cases/BJ-1", 404)
    await street.get("/cases/%00", 404)
    answer = await street.client.get("/api/v1/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "不支持的操作" in (await street.client.post("/overdue", data={})).text


async def test_typed_text_survives_when_the_record_is_away(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    from adapters.commands import Commands
    from adapters.db.errors import RecordUnavailable

    async def away(*_: object, **__: object) -> None:
        raise RecordUnavailable("away")

    street = await pages.of(STREET)
    number = await street.raised()
    hidden = await street.form(f"/cases/{number}/withdraw")
    with monkeypatch.context() as patch:
        patch.setattr(Commands, "give", away)
        answer = await street.post(f"/cases/{number}/withdraw", {**hidden, "reason": "写了很久的理由"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert kept == {"key": hidden["key"], "reason": "写了很久的理由"}
    assert (await street.post(f"/cases/{number}/withdraw", kept)).status_code == 303


async def test_a_crash_tells_nothing_of_the_inside(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    from web.pages import work

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    with monkeypatch.context() as patch:
        patch.setattr(work, "list_cases", broken)
        page = await (await pages.of(LEADER)).get("/", 500)
    assert "系统出错" in page
    assert "secret detail" not in page
