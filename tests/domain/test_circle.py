"""The circle of community services: the list, how a gap stands, that coverage adds up, who may survey and raise."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.circle_files import bundled_circle, parse_survey
from domain.actors import Actor, Role
from domain.circle import (
    RAISERS,
    GapCase,
    GapState,
    Survey,
    coverage,
    may_raise,
    may_survey,
    readable_area,
    state_of,
)  # fmt: skip
from tests.support.cases import (
    CITY,
    CITY_SUPERVISOR,
    COMMUNITY,
    DESK,
    DISTRICT,
    GRID,
    HOTLINE,
    LEADER,
    NEIGHBOUR,
    STAFF,
    STRANGER,
    VOLUNTEER,
    WATERMAN,
    person,
    rules2,
)  # fmt: skip

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def case(number: str, *, result: str | None = None, at: datetime = NOON, ended: bool = True) -> GapCase:
    return GapCase(number, number, ended, result, at if ended else None)


def test_the_list_has_ten_classes_and_sixty_items_each_with_its_standing() -> None:
    circle = bundled_circle()
    assert (len(circle.classes), len(circle.items)) == (10, 60)
    assert all(each.source and all(item.source for item in each.items) for each in circle.classes)
    assert all(item.code.startswith(each.code) for each in circle.classes for item in each.items)
    found = circle.class_of("0305")
    assert found is not None
    assert found.name == "社区社会救助服务"
    assert circle.class_of("9999") is None
    pack = rules2().pack
    assert circle.kind in pack.kinds
    assert circle.kind in (pack.parts.milestones.kinds if pack.parts.milestones else ())
    assert pack.parts.channels is not None
    assert set(pack.parts.channels[circle.channel].raisers) >= RAISERS


MISSING = Survey(COMMUNITY, "0305", present=False, surveyed_on=TODAY)


@pytest.mark.parametrize(
    ("survey", "cases", "state", "number"),
    [
        (MISSING, [], GapState.MISSING, None),
        (MISSING, [case("1", ended=False)], GapState.RAISED, "1"),
        (MISSING, [case("1", result="solved")], GapState.SOLVED, "1"),
        (MISSING, [case("1", result="solved", at=NOON - timedelta(days=1))], GapState.MISSING, None),
        (MISSING, [case("1", result="explained")], GapState.MISSING, None),
        (MISSING, [case("1", result="solved"), case("2", result="explained")], GapState.SOLVED, "1"),
        (MISSING, [case("1", result="solved"), case("2", ended=False)], GapState.RAISED, "2"),
        (Survey(COMMUNITY, "0305", present=True, surveyed_on=TODAY), [], GapState.PRESENT, None),
    ],
)
def test_how_a_gap_stands(survey: Survey, cases: list[GapCase], state: GapState, number: str | None) -> None:
    found, by = state_of(survey, cases)
    assert (found, by.number if by else None) == (state, number)


PLACES = st.tuples(st.sampled_from(["110101001001", "110101001002", "110101002001"]), st.sampled_from(["0101", "0201"]))


@given(st.dictionaries(PLACES, st.sampled_from(GapState)))
def test_coverage_adds_up_by_every_unit(states: dict[tuple[str, str], GapState]) -> None:
    rows = [(community, item, state) for (community, item), state in states.items()]
    by_street = coverage(rows, {"110101001": 4, "110101002": 2}, lambda community, _: community[:9])
    by_class = coverage(rows, {"01": 3, "02": 3}, lambda _, item: item[:2])
    for rows_ in (by_street, by_class):
        assert sum(row.known for row in rows_) == len(states)
        assert sum(row.expected for row in rows_) == 6
        for row in rows_:
            assert row.unknown >= 0
            assert row.share is None if not row.known else 0 <= (row.share or 0) <= 1
    assert sum(r.present + r.solved for r in by_street) == sum(r.present + r.solved for r in by_class)


@pytest.mark.parametrize(
    ("actor", "survey", "raises", "reads"),
    [
        (STAFF, True, True, DISTRICT), (LEADER, True, True, DISTRICT), (NEIGHBOUR, True, False, DISTRICT),
        (person("station", f"{COMMUNITY}-STN", Role.COMMUNITY_WORKER), True, True, DISTRICT),
        (GRID, False, True, DISTRICT), (DESK, True, True, DISTRICT), (STRANGER, False, False, DISTRICT),
        (WATERMAN, False, False, DISTRICT), (VOLUNTEER, False, False, DISTRICT), (HOTLINE, False, False, CITY),
        (CITY_SUPERVISOR, False, False, CITY),
    ],
)  # fmt: skip
def test_who_surveys_raises_and_reads(actor: Actor, survey: bool, raises: bool, reads: str) -> None:
    assert (may_survey(actor, COMMUNITY), may_raise(actor, COMMUNITY), readable_area(actor)) == (survey, raises, reads)


HEAD = "community,item,present,date,note\n"


def test_a_survey_is_read_and_every_bad_cell_is_told() -> None:
    known = {COMMUNITY: "多福巷社区"}
    text = HEAD + f"{COMMUNITY},0101,是,2026-11-20,\n{COMMUNITY},0102,no,2026-11-20,没有窗口\n"
    found = parse_survey(text, bundled_circle(), known, NEIGHBOUR, TODAY)
    assert not found.errors
    assert [(s.item, s.present, s.note) for s in found.records.values()] == [
        ("0101", True, ""),
        ("0102", False, "没有窗口"),
    ]
    bad = (
        HEAD + "110101001999,0101,是,2026-11-20,\n" + f"{COMMUNITY},9901,也许,2026-13-01,\n"
        f"{COMMUNITY},0101,是,2026-11-24,\n{COMMUNITY},0102,是,2026-11-20,\n{COMMUNITY},0102,否,2026-11-20,\n"
    )
    errors = [(e.row, e.column, e.code) for e in parse_survey(bad, bundled_circle(), known, NEIGHBOUR, TODAY).errors]
    assert errors == [
        (2, "community", "unknown_community"), (3, "item", "unknown_item"), (3, "present", "bad_answer"),
        (3, "date", "bad_date"), (4, "date", "future_date"), (6, "item", "duplicate"),
    ]  # fmt: skip
    (error,) = parse_survey(
        HEAD + f"{COMMUNITY},0101,是,2026-11-20,\n", bundled_circle(), known, STRANGER, TODAY
    ).errors
    assert error.code == "not_yours"
    assert [e.code for e in parse_survey("community,item\n", bundled_circle(), known, STAFF, TODAY).errors] == [
        "missing_column"
    ] * 3
