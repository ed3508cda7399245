"""Logs: one JSON object a line for our events and those of libraries."""

import json
import logging
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import logging, structlog
from adapters.logs import configure
configure()
structlog.get_logger("x").info("case.raised", case_id="c", count=1)
logging.getLogger("alembic").info("not said")
logging.getLogger("temporalio").warning("a library warns")
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("x").exception("broken")
"""


def test_every_line_is_json_with_the_event() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, check=True, text=True)
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in said] == ["case.raised", "a library warns", "broken"]
    assert said[0]["case_id"] == "c"
    assert list(said[0])[:3] == ["timestamp", "level", "event"]
    assert "ZeroDivisionError" in said[2]["exception"]
    assert logging.getLogger("temporalio").level == logging.NOTSET
