"""Indicators, total scores, ranks and grades: published figures as oracles, hand-computed ones, and properties."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.evaluation_files import SchemeInvalid, bundled_scheme, load_scheme
from domain.case import ClockCode, Outcome, Status, TaskRole, TaskState
from domain.evaluation.board import Row, behind, board, percent, rounded, summary
from domain.evaluation.facts import Objection, Order, Satisfaction, Stamps
from domain.evaluation.flags import Flags, View, seen
from domain.evaluation.scheme import UnitKind
from tests.support.evaluation import AREA, AREA2, CG, GA, HOUR, T0, a_case, a_clock, a_task, asked, called_back

SCHEME = bundled_scheme()


def row(cases, unit=AREA, kind=UnitKind.AREA, **more) -> Row:
    found = {r.unit: r for r in board(asked(kind, **more), cases, (unit,))}
    return found[unit]


def rate(cases, code, unit=AREA, kind=UnitKind.AREA, **more) -> str:
    figure = row(cases, unit, kind, **more).figures[code]
    return f"{figure.score}/{figure.base} = {percent(figure.value)}"


class TestPublishedFigures:
    """Tianmen, December 2016 [found: G19]: accepted 1054, filed 996, due to close 972, closed 911, in time 737."""

    def cases(self):
        later = a_clock(due=T0 + timedelta(days=40), ended_at=None, outcome=Outcome.OPEN)
        for number in range(1054):
            filed, due, closed, in_time = number < 996, number < 972, number < 911, number < 737
            clock = a_clock(late=not in_time) if closed else a_clock(ended_at=None, outcome=Outcome.OPEN)
            status = Status.CLOSED if closed else Status.IN_ACTION if filed else Status.WITHDRAWN
            channel = "grid" if number < 953 else "hotline"
            yield a_case(number, channel=channel, status=status, clocks=(clock if due else later,))

    def test_rates(self):
        cases = tuple(self.cases())
        assert rate(cases, "closing") == "911/972 = 93.72"
        assert rate(cases, "closing_in_time") == "737/972 = 75.82"
        assert rate(cases, "collectors") == "953/996 = 95.68"
        assert rate(cases, "filing") == "996/1054 = 94.50"
        assert row(cases).received == 1054

    def test_every_figure_opens_its_list(self):
        cases = tuple(self.cases())
        figures = row(cases).figures
        for indicator in SCHEME.indicators:
            figure = figures[indicator.code]
            listed = tuple(behind(asked(), indicator, AREA, cases))
            assert (sum(c.base for c in listed), sum(c.score for c in listed)) == (figure.base, figure.score)


def test_three_rates_by_hand():
    s, b, d = Satisfaction.SATISFIED, Satisfaction.BASICALLY, Satisfaction.DISSATISFIED
    answers = [
        called_back(s), called_back(s), called_back(b), called_back(d, solved=False),
        called_back(d, solved=False, contacted=False), called_back(valid=False),
    ]  # fmt: skip
    cases = [a_case(n, call_backs=(answer,)) for n, answer in enumerate(answers)] + [a_case(9)]
    mine = row(cases)
    assert [mine.figures[c].base for c in ("response", "solution", "satisfaction")] == [5, 5, 5]
    assert mine.figures["response"].value == Fraction(4, 5)
    assert mine.figures["solution"].value == Fraction(3, 5)
    assert mine.figures["satisfaction"].value == Fraction(29, 50), "(2 + 0.9) / 5"
    assert mine.total == Decimal("61.2"), "100 × (0.10 × 0.8 + 0.50 × 0.6 + 0.40 × 0.58)"
    assert mine.received == 7
    nobody = row([a_case(1, call_backs=(called_back(valid=False),))])
    assert [nobody.figures[c].value for c in ("response", "solution", "satisfaction")] == [0, 0, 0]
    assert nobody.total == Decimal("0.0")


def test_response_only_counts_for_the_response_alone():
    response_only = called_back(None, solved=False, response_only=True)
    cases = [a_case(1, call_backs=(response_only,)), a_case(2, call_backs=(called_back(),))]
    figures = row(cases).figures
    assert (figures["response"].base, figures["solution"].base, figures["satisfaction"].base) == (2, 1, 1)


def test_the_first_valid_call_back_counts():
    """domain.md 8.8: the first call-back counts as unsolved, also where the second handling solves it."""
    first = called_back(Satisfaction.DISSATISFIED, solved=False)
    second = called_back(round=2, at=T0 + 60 * HOUR)
    lost = called_back(valid=False, at=T0 - HOUR)
    assert rate([a_case(1, call_backs=(lost, first, second))], "solution") == "0/1 = 0.00"
    assert rate([a_case(1, call_backs=(lost, second))], "solution") == "1/1 = 100.00"
    assert rate([a_case(1, call_backs=(first,))], "solution") == "0/1 = 0.00"


def test_suspended_cases_leave_the_net_rates_only():
    paused = a_clock(outcome=Outcome.PAUSED, ended_at=None)
    resting = a_case(1, status=Status.SUSPENDED, closed_at=None, clocks=(paused,))
    cases = [resting, a_case(2), a_case(3, clocks=(a_clock(late=True),))]
    assert rate(cases, "closing") == "2/3 = 66.67"
    assert rate(cases, "closing_net") == "2/2 = 100.00"
    assert rate(cases, "closing_in_time") == "1/3 = 33.33"
    assert rate(cases, "closing_in_time_net") == "1/2 = 50.00"


def test_duties_of_clocks():
    claim, arrive = ClockCode.CLAIM, ClockCode.REPORT_IN
    in_time = a_case(1, clocks=(a_clock(claim), a_clock(arrive), a_clock()))
    late = a_case(2, clocks=(a_clock(claim), a_clock(arrive, late=True), a_clock(late=True)))
    absent = a_case(3, clocks=(a_clock(arrive, outcome=Outcome.OPEN, ended_at=None),))
    released = a_case(4, clocks=(a_clock(arrive, outcome=Outcome.CANCELLED, ended_at=T0),))
    cases = [in_time, late, absent, released]
    assert rate(cases, "claim", CG, UnitKind.DEPARTMENT) == "2/2 = 100.00"
    assert rate(cases, "report_in", CG, UnitKind.DEPARTMENT) == "1/3 = 33.33"
    assert rate(cases, "report_in_ever", CG, UnitKind.DEPARTMENT) == "2/3 = 66.67"
    assert rate(cases, "handling", CG, UnitKind.DEPARTMENT) == "1/2 = 50.00"
    before_due = asked(UnitKind.DEPARTMENT, at=T0 + 5 * HOUR)
    (held,) = board(before_due, [absent])
    assert held.figures["report_in"].base == 0, "not due yet: nothing is known"
    at_due = a_clock(arrive, ended_at=T0 + 10 * HOUR)
    assert rate([a_case(1, clocks=(at_due,))], "report_in") == "1/1 = 100.00", "done at the due instant is in time"


def test_rework_objections_orders_and_averages():
    twice = a_case(1, rework=2)
    often = a_case(2, rework=3)
    ruled = {"ruled_at": T0 + HOUR}
    shirker = a_case(3, tasks=(a_task(objection=Objection.OVERRULED, **ruled),))
    undone = a_task(objection=Objection.UPHELD, state=TaskState.WITHDRAWN, **ruled)
    wrong = a_case(4, tasks=(undone, a_task(2, GA, role=TaskRole.ASSIST)))
    appealed = Order(CG, T0, 2, standing=False)
    ordered = a_case(5, orders=(Order(CG, T0, 1), Order(CG, T0, 3), appealed, Order(AREA, T0, 2)))
    quick = a_case(6, tasks=(a_task(stamps=Stamps(T0 + HOUR, T0 + 2 * HOUR, T0 + 6 * HOUR)),))
    slow = a_case(7, tasks=(a_task(stamps=Stamps(T0 + 2 * HOUR, None, T0 + 9 * HOUR)),))
    cases = [twice, often, shirker, wrong, ordered, quick, slow]
    area = row(cases).figures
    assert rate(cases, "rework") == "2/7 = 28.57"
    assert area["rework_points"].value == Fraction(-9, 10), "−0.2 − 0.2, and −0.5 for three times"
    assert rate(cases, "shirking") == "1/2 = 50.00"
    assert area["shirking_points"].value == -1
    assert rate(cases, "accurate_dispatch") == "7/8 = 87.50"
    assert area["supervision_points"].value == -1, "its own order"
    department = row(cases, CG, UnitKind.DEPARTMENT).figures
    assert department["supervision_points"].value == Fraction(-5, 2), "grades 1 and 3; one is gone"
    assert area["hours_to_claim"].value == Fraction(3, 2)
    assert area["hours_to_report_in"].value == 2
    assert area["hours_to_handle"].value == Fraction(15, 2)
    assert row([a_case(1)]).figures["hours_to_claim"].value is None


def test_whistle_rate_has_a_band():
    def mark(whistles: int) -> str:
        cases = [a_case(n, channel="street" if n < whistles else "hotline") for n in range(100)]
        return row(cases).marks["whistles"]

    assert [mark(n) for n in (4, 5, 40, 41)] == ["low", "within", "within", "high"]
    assert row([]).marks["whistles"] == ""


def test_units_by_area_department_branch_line_and_person():
    both = (a_task(), a_task(2, GA, role=TaskRole.ASSIST, holder="w2"), a_task(3, AREA2, duty=False))
    clocks = (a_clock(), a_clock(task=2, late=True))
    cases = [a_case(1, tasks=both, clocks=clocks), a_case(2, area=AREA2, tasks=(a_task(1, "110101-GA"),))]
    units = {kind: {r.unit for r in board(asked(kind), cases)} for kind in UnitKind}
    assert units == {
        UnitKind.AREA: {AREA, AREA2}, UnitKind.DEPARTMENT: {CG, "110101-GA"}, UnitKind.BRANCH: {GA},
        UnitKind.LINE: {"110000-CG", "110000-GA"}, UnitKind.PERSON: {"w1", "w2"},
    }  # fmt: skip
    assert rate(cases, "handling", "110101-GA", UnitKind.DEPARTMENT) == "1/2 = 50.00", "with its branches"
    assert rate(cases, "handling", GA, UnitKind.BRANCH) == "0/1 = 0.00"
    assert rate(cases, "handling", "w2", UnitKind.PERSON) == "0/1 = 0.00"
    assert row(cases, CG, UnitKind.DEPARTMENT).received == 1
    assert row(cases, GA, UnitKind.BRANCH).received == 0, "an assistant has no case of its own"
    assert row(cases, "w1", UnitKind.PERSON).total is None


class TestRanking:
    def scored(self, area, good, bad, more=0):
        bad_answer = called_back(Satisfaction.DISSATISFIED, solved=False)
        answers = [called_back()] * good + [bad_answer] * bad
        start = int(area) * 100
        cases = [a_case(start + n, area=area, call_backs=(a,)) for n, a in enumerate(answers)]
        return cases + [a_case(start + 90 + n, area=area) for n in range(more)]

    def test_by_score_then_received_with_ties(self):
        cases = [
            *self.scored("110101001", 9, 1), *self.scored("110101002", 10, 0), *self.scored("110101003", 9, 1, more=2),
            *self.scored("110101004", 9, 1), *self.scored("110101005", 5, 5), *self.scored("110101006", 4, 0),
        ]  # fmt: skip
        rows = board(asked(), cases, ("110101007",))
        assert [(r.unit[-1], r.rank) for r in rows] == [
            ("2", 1), ("3", 2), ("1", 3), ("4", 3), ("5", 5), ("6", None), ("7", None),
        ]  # fmt: skip
        assert [r.grade for r in rows] == ["excellent", "good", "good", "good", "poor", None, None]
        assert rows[5].total == Decimal("100.0"), "few cases: shown, not ranked"

    def test_the_district_sums_counts_and_averages_rates(self):
        rows = board(asked(), [*self.scored("110101001", 10, 0), *self.scored("110101002", 1, 1)])
        district = summary(asked(), rows)
        assert district.figures["response"].base == 12
        assert district.figures["solution"].value == Fraction(3, 4), "the plain average of 1 and 1/2, not 11/12"
        assert district.total == rounded(Fraction(sum(r.total for r in rows)) / 2, 1)
        assert district.received == 12
        assert summary(asked(), ()).total is None


def test_exclusion_and_appeal_change_the_assessed_view_only():
    bad = a_case(1, call_backs=(called_back(Satisfaction.DISSATISFIED, solved=False),))
    late = a_case(2, clocks=(a_clock(late=True),))
    cases = [bad, late, a_case(3, call_backs=(called_back(),))]
    flags = Flags(frozenset({bad.id}), frozenset({(late.id, late.clocks[0].key)}))
    everything, assessed = (seen(view, flags, cases) for view in (View.ALL, View.ASSESSED))
    assert everything == tuple(cases)
    assert rate(everything, "solution") == "1/2 = 50.00"
    assert rate(assessed, "solution") == "1/1 = 100.00"
    assert rate(everything, "closing_in_time") == "2/3 = 66.67"
    assert rate(assessed, "closing_in_time") == "2/2 = 100.00"
    assert assessed[0].clocks[0].ended_at == late.clocks[0].ended_at, "the lateness itself stays"


def test_what_lies_outside_the_period_does_not_count():
    before, after = asked().window.start, asked().window.end
    old = a_case(1, raised_at=before - HOUR, call_backs=(called_back(at=before - HOUR),))
    new = a_case(2, raised_at=after, call_backs=(called_back(at=after),))
    edge = a_case(3, raised_at=before, call_backs=(called_back(at=before),))
    figures = row([old, new, edge]).figures
    assert (figures["received"].value, figures["response"].base) == (1, 1)


cases_of = st.lists(
    st.builds(
        lambda n, late, closed, rework, answers: a_case(
            n, clocks=(a_clock(late=late),), rework=rework, status=Status.CLOSED if closed else Status.CHECKING,
            call_backs=tuple(called_back(a, solved=a is not Satisfaction.DISSATISFIED) for a in answers),
            area=(AREA, AREA2)[n % 2],
        ),
        st.integers(0, 99_999), st.booleans(), st.booleans(), st.integers(0, 4),
        st.lists(st.sampled_from(Satisfaction), max_size=2),
    ),
    max_size=12, unique_by=lambda case: case.id,
)


@given(cases_of, st.randoms(use_true_random=False))
def test_figures_are_sums_of_their_lists_in_any_order(cases, dice):
    shuffled = list(cases)
    dice.shuffle(shuffled)
    for kind in UnitKind:
        rows = board(asked(kind), cases)
        assert rows == board(asked(kind), shuffled)
        for each in rows:
            for indicator in SCHEME.indicators:
                listed = tuple(behind(asked(kind), indicator, each.unit, cases))
                held = each.figures[indicator.code]
                assert (sum(c.base for c in listed), sum(c.score for c in listed)) == (held.base, held.score)
                assert indicator.measure != "rate" or 0 <= held.value <= 1


@given(cases_of)
def test_the_assessed_view_without_flags_is_the_view_of_all(cases):
    assert seen(View.ASSESSED, Flags(), cases) == seen(View.ALL, Flags(), cases)


def test_rounding_is_half_up():
    assert rounded(Fraction(25, 100), 1) == Decimal("0.3")
    assert rounded(Fraction(35, 100), 1) == Decimal("0.4")
    assert str(rounded(Fraction(5), 1)) == "5.0"
    assert percent(Fraction(911, 972)) == Decimal("93.72")


TEXT = Path("policies/beijing/evaluation.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("response = 0.10", "response = 0.11", "the weights add up to 1.01, not 1"),
        ("solution = 0.50, s", "solutions = 0.50, s", "no rates"),
        ('formula = "contacted"', 'formula = "guessed"', "no formula guessed"),
        ("first_day = 19", "first_day = 31", "day 1 to 28"),
        ("low = 0.05", "low = 0.5", "low ≤ high"),
        ("least = 85.0", "least = 99.0", "from the best down"),
        ('code = "solution"', 'code = "response"', "stands twice"),
        ('options = { clock = "claim" }', "", "names no clock"),
        ("points = [-0.5, -1.0, -2.0]", "points = [-0.5]", "takes 3 points"),
        ('code = "secret"', 'code = "unlawful"', "a reason stands twice"),
        ('guard = "response"', 'guard = "none"', "no indicator none"),
        ("version = 2", "version = true", "int is expected"),
        ("[[bands]]", "[[bands]]\nwhy = 1", "unknown"),
    ],
)
def test_lint_finds_what_is_wrong(old, new, finding):
    assert old in TEXT
    with pytest.raises(SchemeInvalid, match=finding):
        load_scheme(TEXT.replace(old, new, 1))


def test_every_value_has_a_source():
    lists = (SCHEME.indicators, SCHEME.composites, SCHEME.bands, SCHEME.grades, SCHEME.exclusions, SCHEME.appeals)
    for held in (each for listed in lists for each in listed):
        assert any(word in held.source for word in ("found", "proposal", "from memory", "L1")), held
    assert SCHEME.ref == "beijing-evaluation/2"
    assert SCHEME.composite(UnitKind.PERSON) is None
    assert replace(SCHEME, version=3).ref != SCHEME.ref
