"""The matrix of command × state × role is what the rules say today, and it is whole."""

from typing import get_args

import pytest

from domain.case import Status, TaskState
from domain.commands import PersonCommand
from domain.errors import Reason
from tests.support.matrix import OK, build
from tests.support.matrix_pages import document
from tests.support.process_states import process_states
from tools.matrix import PATH

LESSON = """
docs/matrix.md is not what the rules say now. If the change was meant, run
    python tools/matrix.py
and let a reviewer read the difference: it says whose rights changed in which state.
"""


@pytest.fixture(scope="module")
def matrix():
    return build()


def test_the_document_is_up_to_date(matrix):
    if PATH.read_text("utf-8") != document(matrix):
        pytest.fail(LESSON, pytrace=False)


def test_every_command_of_people_is_accepted_somewhere_and_refused_somewhere(matrix):
    for command in get_args(PersonCommand):
        met = set(matrix.sheets[command].cells)
        assert OK in met, f"{command.__name__} is accepted in no situation"
        assert met - {OK}, f"{command.__name__} is refused to nobody"


def test_every_status_and_every_task_state_is_among_the_situations(matrix):
    assert {status for status, _ in matrix.reached} == set(Status)
    assert {state for _, state in matrix.reached} - {"–"} == set(TaskState)


def test_only_reasons_are_outcomes(matrix):
    codes = {code for sheet in matrix.sheets.values() for code in (*sheet.cells, *sheet.fields)}
    assert codes - {OK, "calendar_gap"} <= set(Reason)


def test_every_status_of_every_process_is_reached():
    reached = {}
    for _, state in process_states():
        reached.setdefault(type(state.status), set()).add(state.status)
    assert all(seen == set(statuses) for statuses, seen in reached.items())
