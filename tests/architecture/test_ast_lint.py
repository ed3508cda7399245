"""Each of our own lint rules fires on a bad sample, stays quiet on a good one, and the project is clean."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import ast_lint

ROOT = Path(__file__).resolve().parents[2]

BAD = [
    ("W001", "domain/x.py", "now = datetime.now(UTC)"),
    ("W001", "workers/x.py", "field(default_factory=datetime.utcnow)"),
    ("W001", "api/x.py", "import time\nstarted = time.time()"),
    ("W001", "contracts/x.py", "day = datetime.date.today()"),
    ("W002", "activities/x.py", "async def f(session):\n    await session.commit()"),
    ("W002", "adapters/notify/x.py", "session.commit()"),
    ("W003", "workflows/x.py", "workflow.execute_activity(send, 1, start_to_close_timeout=t)"),
    ("W003", "workflows/x.py", "workflow.start_activity_method(A.send, **local)"),
    ("W003", "workflows/x.py", "workflow.execute_local_activity(send, 1)"),
    ("W004", "workflows/x.py", "for unit in {1, 2}:\n    pass"),
    ("W004", "domain/x.py", "names = [n for n in set(units)]"),
    ("W004", "domain/x.py", "names = tuple(a | frozenset(b))"),
    ("W004", "domain/x.py", "names = tuple(n for n in {1} - seen)"),
    ("W004", "domain/x.py", "text = ','.join(set(units))"),
    ("W004", "domain/x.py", "for n in a.union(b):\n    pass"),
    ("W005", "workflows/x.py", "await asyncio.wait(tasks)"),
    ("W005", "workflows/x.py", "await asyncio.gather(a, b)"),
    ("W005", "workflows/x.py", "from asyncio import create_task"),
    ("W005", "workflows/x.py", "for t in workflow.as_completed(tasks):\n    pass"),
    ("W006", "web/x.py", "try:\n    f()\nexcept Exception:\n    pass"),
    ("W006", "tests/x.py", "try:\n    f()\nexcept:\n    ..."),
    ("W006", "cli/x.py", "with contextlib.suppress(Exception):\n    f()"),
    ("W007", "domain/x.py", "value = 1  # allow W001"),
]

GOOD = [
    ("adapters/db/record.py", "await session.commit()\nstarted = time.time()"),
    ("tests/x.py", "now = datetime.now(UTC)"),
    ("domain/x.py", "now = state.now()\nfor n in sorted({1, 2}):\n    pass\nfound = {n for n in set(a)}"),
    ("domain/x.py", "total = sum(n for n in set(a))\nhit = any(n in {1, 2} for n in rows)"),
    ("workflows/x.py", "workflow.execute_activity(send, 1, summary='s', **options.DELIVER)"),
    ("workflows/x.py", "from contracts.options import STEP\nworkflow.execute_activity(send, 1, **STEP)"),
    ("workflows/x.py", "from contracts.options import step\nworkflow.start_activity(send, 1, **step('look'))"),
    ("workflows/x.py", "await workflow.wait_condition(lambda: done, timeout=t)"),
    ("web/x.py", "try:\n    f()\nexcept ValueError:\n    pass"),
    ("web/x.py", "try:\n    f()\nexcept Exception:\n    log.exception('failed')\n    raise"),
    ("domain/x.py", "now = datetime.now(UTC)  # allow W001: the sample of a reasoned exception"),
]


@pytest.mark.parametrize(("code", "path", "source"), BAD)
def test_each_rule_fires(code: str, path: str, source: str) -> None:
    assert [finding.code for finding in ast_lint.check(path, source)] == [code]


@pytest.mark.parametrize(("path", "source"), GOOD)
def test_good_code_passes(path: str, source: str) -> None:
    assert ast_lint.check(path, source) == []


def test_every_rule_has_a_sample() -> None:
    assert {code for code, _, _ in BAD} == set(ast_lint.RULES)


def test_the_project_is_clean() -> None:
    done = subprocess.run([sys.executable, "tools/ast_lint.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
