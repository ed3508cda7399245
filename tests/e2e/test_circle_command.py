"""`whistle import circle`: a survey taken from a file, whole or not at all, and once."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from cli.imports import circle
from tests.support.servers import Database

pytestmark = pytest.mark.slow

HEAD = "community,item,present,date,note\n"
GOOD = HEAD + "110101001001,0305,否,2026-11-20,没有老年餐桌\n110101001001,0901,是,2026-11-20,\n"
BAD = HEAD + "110101001001,0305,是,2026-11-20,\n110101001001,0000,是,2026-11-20,\n"


async def taken(city: Database, path: Path, text: str, *, dry_run: bool = False) -> tuple[bool, str]:
    path.write_text(text, encoding="utf-8")
    settings: Any = SimpleNamespace(dsn=lambda role: city.app if role == "app" else city.owner)
    console = Console(record=True, width=200)
    fine = await circle(console, settings, path, "dhm.staff", dry_run=dry_run)
    return fine, console.export_text()


async def test_a_survey_is_taken_once_and_never_by_half(city: Database, tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    assert await taken(city, path, GOOD, dry_run=True) == (True, "2 rows, 2 new\n")
    fine, told = await taken(city, path, BAD)
    assert not fine
    assert "row 3 item: beijing-circle/1 has no item '0000' (unknown_item)" in told
    assert await taken(city, path, GOOD) == (True, "2 rows, 2 new\n"), "nothing of the bad file was taken"
    assert await taken(city, path, GOOD) == (True, "2 rows, 0 new\n")
