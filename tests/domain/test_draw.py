"""The draw: the same for everybody who recomputes it, fair over many seeds, and a forged one is found."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.draw import digest_of, draw, faults, ranked, seed_of

HEAD = "ab" * 32
POPULATION = [f"case-{n:04d}" for n in range(200)]

populations = st.lists(st.text(min_size=1, max_size=8), min_size=0, max_size=40)


def bundle(salt: str = "salt-1", sample: int = 5) -> dict[str, Any]:
    population = sorted(POPULATION)
    drawn = list(draw(seed_of(HEAD, salt), population, sample))
    share = {"group": "g1", "population": population, "digest": digest_of(population), "drawn": drawn}
    return {"head": {"hash": HEAD}, "salt": salt, "sample": sample, "shares": [share]}


@given(populations, st.integers(0, 50), st.randoms(use_true_random=False))
def test_order_and_repetition_of_the_population_change_nothing(
    population: list[str], count: int, chance: random.Random
) -> None:
    seed = seed_of(HEAD, "salt")
    other = population + population[: len(population) // 2]
    chance.shuffle(other)
    assert draw(seed, population, count) == draw(seed, other, count)
    assert set(draw(seed, population, count)) <= set(population)
    assert len(draw(seed, population, count)) == min(count, len(set(population)))


@given(populations, st.integers(0, 20), st.integers(0, 20))
def test_a_greater_sample_holds_the_smaller(population: list[str], one: int, other: int) -> None:
    seed, (small, great) = seed_of(HEAD, "salt"), sorted((one, other))
    assert draw(seed, population, great)[:small] == draw(seed, population, small)


def test_every_member_is_equally_likely() -> None:
    members, rounds, drawn = [f"m{n}" for n in range(20)], 4_000, 5
    counts = dict.fromkeys(members, 0)
    for number in range(rounds):
        for member in draw(seed_of(HEAD, f"salt-{number}"), members, drawn):
            counts[member] += 1
    expected = rounds * drawn / len(members)
    chi_square = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi_square < 43.8, f"19 degrees of freedom: p < 0.001 ({chi_square:.1f})"


def test_one_byte_of_salt_or_head_makes_another_draw() -> None:
    first = draw(seed_of(HEAD, "salt-1"), POPULATION, 10)
    assert draw(seed_of(HEAD, "salt-2"), POPULATION, 10) != first
    assert draw(seed_of("ac" + HEAD[2:], "salt-1"), POPULATION, 10) != first
    assert ranked(seed_of(HEAD, "salt-1"), POPULATION)[:10] == list(first)
    with pytest.raises(ValueError, match="hex"):
        seed_of("no head", "salt")


def test_a_forged_draw_is_found() -> None:
    assert faults(bundle()) == []
    swapped = bundle()
    spared = swapped["shares"][0]["drawn"][0]
    swapped["shares"][0]["drawn"][0] = next(c for c in POPULATION if c not in swapped["shares"][0]["drawn"])
    assert "other cases" in faults(swapped)[0]
    without = bundle()
    without["shares"][0]["population"].remove(spared)
    assert "population" in faults(without)[0]
    assert faults(bundle() | {"salt": "salt-2"})
    assert faults(bundle() | {"head": {"hash": "00" * 32}})
    assert faults(bundle() | {"sample": 4})
