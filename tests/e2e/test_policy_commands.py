"""`whistle policy …` and `whistle calendar …`: checked as files, previewed, proposed and approved on a real record."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console

from adapters.calendar_files import bundled_calendar
from adapters.db.engine import create_engine
from adapters.db.record import Record
from adapters.db.rules_store import RulesStore
from adapters.policy_files import RulePackInvalid
from cli import policy, publications
from domain.errors import Refusal
from tests.support.publications import drive_record
from tests.support.servers import Database

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "policies" / "beijing" / "2.toml"
DAYS = (("元旦", "2027-01-01", True), ("元旦", "2027-01-02", True), ("春节", "2027-02-06", True))


def notice_of(*days: tuple[str, str, bool]) -> dict[str, Any]:
    named = [{"name": name, "date": day, "isOffDay": off} for name, day, off in days]
    return {"year": 2027, "papers": ["https://www.gov.cn/zhengce/2027"], "days": named}


def told(call: Any, *arguments: Any) -> tuple[Any, str]:
    console = Console(record=True, width=200)
    return call(console, *arguments), console.export_text()


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "2027.json"
    path.write_text(json.dumps(notice_of(*DAYS, ("春节", "2027-02-14", False))), encoding="utf-8")
    return path


def pack_file(folder: Path, text: str) -> Path:
    path = folder / "3.toml"
    path.write_text(text, encoding="utf-8")
    for beside in ("limits.toml", "answers.toml", "stages.toml", "topics.toml", "own_powers.csv"):
        (folder / beside).write_text((PACK.parent / beside).read_text("utf-8"), encoding="utf-8")
    return path


def test_what_ships_is_clean_and_what_is_wrong_is_named(tmp_path: Path) -> None:
    assert told(policy.lint, None) == (True, "✔ beijing/2 and beijing/2026.1\n")
    assert told(policy.lint, PACK)[0]
    assert told(policy.lint, PACK.parent / "dutylist" / "2026.1.csv")[0]
    wrong = pack_file(tmp_path, PACK.read_text("utf-8").replace("near_percent = 75", "near_percent = 0"))
    with pytest.raises(RulePackInvalid, match="near_percent"):
        policy.lint(Console(), wrong)


def test_a_difference_is_named_by_its_place(tmp_path: Path) -> None:
    changed = pack_file(tmp_path, PACK.read_text("utf-8").replace("near_percent = 75", "near_percent = 80"))
    assert "near_percent: 75 → 80" in told(policy.show_diff, "beijing/2", str(changed))[1]
    assert told(policy.show_diff, "beijing/2", "beijing/2")[1] == ""
    with pytest.raises(LookupError):
        policy.show_diff(Console(), "nonsense", "beijing/2")


def test_a_notice_is_checked_day_by_day(notice: Path) -> None:
    _, text = told(policy.check_calendar, [notice])
    assert "beijing/2 2027: published" in text
    assert "2027-02-14: as its weekday → makeup 春节" in text
    assert "2027-10-01: holiday 国庆节 → as its weekday" in text, "a notice replaces what the law alone says"


async def test_preview_propose_and_approve(city: Database, notice: Path, tmp_path: Path) -> None:
    settings: Any = SimpleNamespace(dsn=lambda _role: city.app)
    console = Console(record=True, width=200)
    assert await publications.impact(console, settings, ROOT / "policies" / "calendars" / "beijing.toml", 5)
    assert "0 running cases" in console.export_text()

    held = bundled_calendar("beijing").exceptions
    law = ((special.name, day.isoformat(), True) for day, special in held.items() if day.year == 2027)
    full = notice_of(*law, ("春节", "2027-02-14", False))
    notice.write_text(json.dumps(full), encoding="utf-8")
    await publications.propose_calendar(console, settings, [notice], "city.sup", "2027年放假通知")
    process = console.export_text().split()[0]
    with pytest.raises(Refusal, match="stage"):
        await publications.approve(console, settings, process, "operator")
    engine = create_engine(city.app)
    record = Record(engine, RulesStore(engine))
    await drive_record(record, engine, UUID(process))
    with pytest.raises(Refusal, match="may not approve"):
        await publications.approve(console, settings, process, "city.sup")
    await publications.approve(console, settings, process, "operator")
    assert "approved" in console.export_text()
    await drive_record(record, engine, UUID(process))
    await publications.propose_calendar(console, settings, [notice], "city.sup", "再提一次")
    assert "says so already" in console.export_text()

    changed = PACK.read_text("utf-8").replace("version = 2", "version = 3").replace("_percent = 75", "_percent = 80")
    await publications.propose(console, settings, pack_file(tmp_path, changed), "operator", "提前预警")
    lines = (PACK.parent / "dutylist" / "2026.1.csv").read_text("utf-8")
    newer = tmp_path / "2026.2.csv"
    newer.write_text(lines, encoding="utf-8")
    await publications.propose(console, settings, newer, "desk", "复核")
    said = console.export_text()
    assert "rule_pack/beijing/3" in said
    assert "duty_list/beijing/2026.2" in said
    await engine.dispose()

