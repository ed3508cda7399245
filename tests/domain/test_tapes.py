"""Case tapes: the decisions of a rule pack version are pinned; a changed decision shows up as a readable difference."""

import json
from typing import get_args

import pytest

from domain.codec import EVENTS
from domain.commands import Command
from tests.support.tapes import FOLDER, KNOWN, SCENARIOS, normal, play

TAPES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}

LESSON = """
The tape {name}.json no longer plays: the core decides otherwise than it did, first at event {position}.
  on the tape: {old}
  now:         {new}
What this means: cases that are judged by {rules} today would be judged differently after the next release.
 - Did you mean to change numbers? Then add a new version of the pack (policies/<name>/<version>.toml), leave this one.
 - Did you mean to change a rule, or mend a mistake? Then say so in the CHANGELOG, run
       python tools/record_tapes.py
   and let a reviewer read the difference of the tapes line by line.
 - Neither? Then you have found a bug before a citizen did.
"""


@pytest.mark.parametrize("name", TAPES)
def test_a_tape_plays_as_recorded(name):
    tape = TAPES[name]
    assert f"{tape['rules']} {tape['calendar']}" in KNOWN
    old, new = json.loads(json.dumps([[normal(e) for e in tape["events"]], play(tape)]))
    if old != new:
        pairs = enumerate(zip([*old, None], [*new, None], strict=False), start=1)
        position, (was, now) = next((n, pair) for n, pair in pairs if pair[0] != pair[1])
        pytest.fail(LESSON.format(name=name, position=position, old=was, new=now, rules=tape["rules"]), pytrace=False)


def test_every_scenario_is_on_tape_and_every_tape_has_its_scenario():
    assert set(TAPES) == set(SCENARIOS)


def test_the_tapes_hold_every_event_and_every_command():
    events = {row["event"] for tape in TAPES.values() for row in tape["events"]}
    commands = {row["command"] for tape in TAPES.values() for row in tape["commands"]}
    assert events == set(EVENTS)
    assert commands == {kind.__name__ for kind in get_args(Command)}
