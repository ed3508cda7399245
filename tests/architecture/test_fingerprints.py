"""The commands of every workflow are as stored: a change to them must be made for running cases too."""

import json

from tools.fingerprints import STORE, fingerprints

LESSON = """
The commands of {name} changed. Cases that are open now were begun on the old code and must replay on the new one:
- put a new or other command behind `if workflow.patched("<what>")`, or make sure that only new runs reach it;
- run `make histories` to record the new shape as well, and keep every old history;
- then store the new fingerprint: `.venv/bin/python tools/fingerprints.py --write`.
was: {was}
now: {now}
"""


def test_the_commands_of_each_workflow_are_as_stored() -> None:
    stored = json.loads(STORE.read_text(encoding="utf-8"))
    today = fingerprints()
    assert stored.keys() == today.keys()
    for name, now in today.items():
        assert now == stored[name], LESSON.format(name=name, was=stored[name], now=now)


def test_no_workflow_waits_without_a_timeout_or_gives_forbidden_commands() -> None:
    lines = [line.split(": ", 1)[1] for commands in fingerprints().values() for line in commands]
    assert [line for line in lines if line.startswith("wait_condition") and "timeout" not in line] == []
    assert [line for line in lines if "local_activity" in line] == []
