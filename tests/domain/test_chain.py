"""The hash chain: any edit, deletion, insertion or reordering is found, and where."""

import copy
import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chain import GENESIS, canonical, first_break, link
from domain.codec import event_name, seal
from tests.support.cases import handed_in, raised


def chained(records):
    previous, rows = GENESIS, []
    for record in records:
        previous = link(previous, record)
        rows.append((record, previous))
    return rows


def rows_of_a_life():
    life = handed_in(raised()).wait(hours=9)
    life.tick()
    records = [
        {"seq": seq, "event": event_name(event), "body": seal(event, lambda _: "#")[0]}
        for seq, event in enumerate(life.log, start=1)
    ]
    return chained(records)


ROWS = rows_of_a_life()


def test_a_whole_chain_has_no_break():
    assert len(ROWS) > 15
    assert first_break(ROWS) is None
    assert first_break([]) is None


@pytest.mark.parametrize("position", range(1, len(ROWS) + 1))
def test_an_edit_is_found_where_it_was_made(position):
    rows = copy.deepcopy(ROWS)
    rows[position - 1][0]["body"]["at"] = "2026-11-23T01:00:00.000001Z"
    assert first_break(rows) == position


@pytest.mark.parametrize("position", range(1, len(ROWS)))
def test_a_deletion_is_found_at_the_gap(position):
    assert first_break(ROWS[: position - 1] + ROWS[position:]) == position


@pytest.mark.parametrize("position", range(1, len(ROWS)))
def test_a_swap_is_found(position):
    rows = list(ROWS)
    rows[position - 1], rows[position] = rows[position], rows[position - 1]
    assert first_break(rows) == position


def test_an_insertion_is_found():
    forged = {"seq": 3, "event": "urged", "body": {}}
    rows = [*ROWS[:2], (forged, link(ROWS[1][1], forged)), *ROWS[2:]]
    assert first_break(rows) == 4


def test_a_deleted_end_is_not_seen_by_the_chain_alone():
    # The record keeps the version of the case and a daily root beside it for that.
    assert first_break(ROWS[:-1]) is None


def test_the_one_form_of_a_record():
    assert canonical({"b": 1, "a": ["哨", None, True]}) == '{"a":["哨",null,true],"b":1}'.encode()
    assert link(GENESIS, {}) == hashlib.sha256(bytes(32) + b"{}").digest()
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"x": math.nan})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8,
)  # fmt: skip


@given(st.lists(st.dictionaries(st.text(max_size=3), json_values, max_size=3), min_size=1, max_size=6), st.data())
def test_any_change_of_any_record_is_found(records, data):
    rows = chained(records)
    position = data.draw(st.integers(0, len(rows) - 1))
    other = data.draw(st.dictionaries(st.text(max_size=3), json_values, max_size=3))
    changed = [*rows[:position], (other, rows[position][1]), *rows[position + 1 :]]
    same = canonical(other) == canonical(rows[position][0])
    assert first_break(changed) == (None if same else position + 1)
