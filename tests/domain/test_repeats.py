"""Repeat problems: seeded clusters are found, chance repeats are counted as false alarms, and what makes one place."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.insight_files import bundled_insight
from domain.repeats import Sighting, bursts, candidates, same_place

HABIT = bundled_insight().repeats
START = datetime(2026, 9, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def seen(number: int, place: str, day: float, class_code: str = "W04", **more) -> Sighting:
    area = more.pop("area", "110101001")
    return Sighting(f"case-{number:05d}", f"N-{number}", area, class_code, place, START + day * DAY, **more)


def test_the_same_again_within_the_window():
    again = [seen(n, "南池子大街41号旁", n * 10) for n in range(3)]
    other = [
        seen(10, "南池子大街41号旁", 5, "W01"), seen(11, "南池子大街41号旁", 5, area="110101002"),
        seen(12, "北池子头条", 5),
    ]  # fmt: skip
    (found,) = candidates([*again, *other], HABIT)
    assert (found.cases, found.occurrences, found.place) == (tuple(again), 3, "南池子大街41号旁")
    assert candidates(again[:2], HABIT) == ()
    assert candidates([again[0], again[1], seen(3, "南池子大街41号旁", 95)], HABIT) == (), "outside the window"


def test_many_reports_of_one_day_are_one_occurrence():
    burst = [seen(n, "灯市口大街地铁口", n / 24) for n in range(6)]
    assert candidates(burst, HABIT) == ()
    (found,) = candidates([*burst, seen(8, "灯市口大街地铁口A口", 20), seen(9, "灯市口大街地铁口东侧", 40)], HABIT)
    assert (found.occurrences, len(found.cases)) == (3, 8)


def test_three_reports_of_one_evening_are_a_burst_as_long_as_they_are_fresh():
    evening = [seen(n, f"南池子大街41号院{n}号楼", n / 24) for n in range(3)]
    (found,) = bursts([*evening, seen(5, "南池子大街41号院", 1.5), seen(6, "北池子头条", 0)], HABIT, START + DAY)
    assert (found.cases, found.occurrences) == (tuple(evening), 1)
    assert bursts(evening[:2], HABIT, START + DAY) == ()
    assert bursts([*evening[:2], seen(7, "南池子大街41号院", 1.1)], HABIT, START + DAY) == (), "not within a day"
    assert bursts(evening, HABIT, START + 8 * DAY) == (), "a week later it is told no more"


def test_places_by_words_and_by_distance():
    def same(first: str, second: str, **where) -> bool:
        return same_place(seen(1, first, 0, **where.get("one", {})), seen(2, second, 0, **where.get("two", {})), HABIT)

    assert same("东华门大街22号院门前", "东华门大街22号")
    assert same("东华门大街２２号", "东华门大街22号院")
    assert same("景山街道东华门大街22号", "东华门大街22号3单元")
    assert not same("东华门大街22号院", "西华门大街22号楼")
    assert not same("东华门大街22号", "东华门大街2号")
    assert not same("东华门大街", "东华门大街22号"), "a street is not a house"
    assert not same("灯市口大街", "灯市口大街地铁口东南口外便道")
    assert not same("门", "门"), "too short to say anything"
    near, far = {"lat": 39_914_100, "lng": 116_404_100}, {"lat": 39_934_100, "lng": 116_404_100}
    assert same("井边", "路口东南角", one=near, two={**near, "lat": near["lat"] + 500})
    assert not same("东华门大街22号", "东华门大街22号", one=near, two=far), "the same words two kilometres apart"
    assert same("东华门大街22号", "东华门大街22号", one=near)


def test_seeded_clusters_are_found_and_false_alarms_are_counted():
    """Twenty clusters among 3,000 cases at 900 places; a repeat by chance looks like one and is counted."""
    dice = random.Random(3)
    kinds = ("花市大街", "河沿路", "安里胡同", "井巷", "桥东街", "园小区")
    roads = [a + b for a in "东西南北前后内外上下" for b in kinds]
    places = [f"{road}{number}号" for road in roads for number in range(3, 48, 3)]
    classes = [f"W{n:02d}" for n in range(1, 31)]
    areas = ("110101001", "110101002")
    cases = [
        seen(n, dice.choice(places), dice.uniform(0, 90), dice.choice(classes), area=dice.choice(areas))
        for n in range(3_000)
    ]
    clusters = []
    for number in range(20):
        place, code = f"{dice.choice(roads)}{100 + number}号院", dice.choice(classes)
        days = sorted(dice.sample(range(0, 90, 4), dice.randint(3, 6)))
        first = 10_000 + number * 10
        clusters.append({
            seen(first + n, place + dice.choice(("", "门口", "旁")), day, code) for n, day in enumerate(days)
        })  # fmt: skip
    found = candidates([*cases, *(c for cluster in clusters for c in cluster)], HABIT)
    hits = [cluster for cluster in clusters if any(cluster <= set(f.cases) for f in found)]
    false_alarms = [f for f in found if not any(set(f.cases) & cluster for cluster in clusters)]
    print(f"{len(hits)} of 20 clusters found, {len(false_alarms)} false alarms among 3,000 cases")
    assert len(hits) == 20
    assert len(false_alarms) <= 3


def test_the_numbers_are_checked():
    assert (HABIT.window_days, HABIT.least) == (90, 3)


spots = st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 200)), max_size=14)


@given(spots, st.randoms(use_true_random=False))
def test_the_order_of_the_cases_does_not_matter(given, dice):
    cases = [seen(n, f"{which}字楼前广场", day) for n, (which, day) in enumerate(given)]
    expected = candidates(cases, HABIT)
    dice.shuffle(cases)
    assert candidates(cases, HABIT) == expected
    for found in expected:
        assert found.occurrences >= HABIT.least
        assert found.occurrences <= len(found.cases)
        assert found.cases[-1].raised_at - found.cases[0].raised_at <= HABIT.window_days * DAY
        assert all(same_place(found.cases[0], each, HABIT) for each in found.cases)


@pytest.mark.parametrize("count", [0, 1])
def test_little_is_no_repeat(count):
    assert candidates([seen(n, "某处某处", n) for n in range(count)], HABIT) == ()
