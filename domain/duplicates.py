"""How likely two reports are about one matter: shared words, shared place, class and distance, with the reasons.

Two letters about one matter repeat two things: where it is and what is wrong. So beside the likeness of the whole text,
the rule looks for the two rarest phrases that one title shares with the other report. A common phrase (施工扰民) weighs
little, a name (丽发新城) much; how rare a phrase is, is counted in the reports themselves.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

_BLANKS: Final = re.compile(r"[\W_]+")
_SHORTEST: Final = 2
_SHORTEST_TITLE: Final = 6
_EARTH_M: Final = 6_371_000.0
_MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Tuning:
    """The weights of the rule; values with their sources stand in `policies/<name>/insight.toml`.

    Attributes:
        text: Weight of the likeness of the whole texts.
        name: Weight of the rarest phrase that both share.
        second: Weight of the second rarest; the three weights add up to 1.
        name_full: How many wholly unknown pairs of characters make a phrase as telling as can be.
        other_class: Factor when both reports have a class and they differ.
        far_m: Beyond this distance in metres two known places are not the same.
        far: Factor for such a distance.
        near_m: Within this distance the place counts as shared, whatever the words.
        suggest: Score from which a report is suggested.
        sure: Score from which it is shown as nearly certain.
    """

    text: float
    name: float
    second: float
    name_full: float
    other_class: float
    far_m: int
    far: float
    near_m: int
    suggest: float
    sure: float


@dataclass(frozen=True)
class Report:
    """What is compared of a case or a draft; coordinates in millionths of a degree, WGS-84.

    Attributes:
        place: Where, in words; empty when the reporter did not say.
    """

    title: str
    details: str = ""
    place: str = ""
    class_code: str | None = None
    lat: int | None = None
    lng: int | None = None

    @cached_property
    def subject(self) -> str:
        """Title and place as they are compared."""
        return normal(f"{self.title} {self.place}")

    @cached_property
    def whole(self) -> str:
        """All words as they are compared."""
        return normal(f"{self.title} {self.place} {self.details}")

    @cached_property
    def grams(self) -> frozenset[str]:
        """Pairs and triples of characters of all words."""
        return frozenset(grams(self.whole))


@dataclass(frozen=True, slots=True)
class Rarity:
    """How many of a number of reports hold each pair or triple of characters.

    `prior` reports that hold none of them are added in thought, so that in a small number a name still weighs much.
    """

    reports: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    prior: int = 100

    @classmethod
    def of(cls, reports: Iterable[Report]) -> Rarity:
        """Count reports."""
        counts: Counter[str] = Counter()
        number = 0
        for number, report in enumerate(reports, start=1):  # noqa: B007 - the last number is the sum
            counts.update(report.grams)
        return cls(number, counts)

    def weight(self, gram: str) -> float:
        """Return 1 for a gram that no report holds, less the more reports hold it; never negative."""
        reports = self.reports + self.prior
        return math.log((reports + 1) / (self.counts.get(gram, 0) + 0.5)) / math.log((reports + 1) / 0.5)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two reports are.

    Attributes:
        score: 0 to 1.
        shared: Phrases in both, the most telling first; at most two.
        metres: Distance, None unless both places are known.
        same_class: None unless both have a class.
    """

    score: float
    shared: tuple[str, ...]
    metres: int | None
    same_class: bool | None


def normal(words: str) -> str:
    """Return words in the form in which they are compared: NFKC, lower case, signs as single blanks."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", words).lower()).strip()


def grams(words: str) -> set[str]:
    """Return the pairs and triples of characters of normal words that do not cross a blank."""
    return {
        part[at : at + length] for part in words.split(" ") for length in (2, 3) for at in range(len(part) - length + 1)
    }


def likeness(one: Report, other: Report, rarity: Rarity, tuning: Tuning) -> Likeness:
    """Compare two reports; the order of the two does not matter."""
    shared = _phrases(one, other, rarity)
    metres = distance(one, other)
    first, second = [weight / tuning.name_full for _, weight in (*shared, ("", 0.0), ("", 0.0))][:2]
    if _restated(one, other) or _restated(other, one):
        second = 1.0
    name = 1.0 if metres is not None and metres <= tuning.near_m else min(first, 1.0)
    text = _cosine(one.grams, other.grams, rarity)
    score = tuning.text * text + tuning.name * name + tuning.second * min(second, 1.0)
    same_class = one.class_code == other.class_code if one.class_code and other.class_code else None
    if same_class is False:
        score *= tuning.other_class
    if metres is not None and metres > tuning.far_m:
        score *= tuning.far
    return Likeness(min(score, 1.0), tuple(phrase for phrase, _ in shared[:2]), metres, same_class)


def distance(one: Report, other: Report) -> int | None:
    """Return the metres between two places (a flat earth will do for a district), None unless both are known."""
    if one.lat is None or one.lng is None or other.lat is None or other.lng is None:
        return None
    north = math.radians((one.lat - other.lat) / _MICRO)
    east = math.radians((one.lng - other.lng) / _MICRO) * math.cos(math.radians(one.lat / _MICRO))
    return round(_EARTH_M * math.hypot(north, east))


def _restated(one: Report, other: Report) -> bool:
    """Tell whether the other report holds the whole title, so that one phrase names both the place and the trouble."""
    title = normal(one.title)
    return len(title) >= _SHORTEST_TITLE and title in other.whole


def _cosine(one: frozenset[str], other: frozenset[str], rarity: Rarity) -> float:
    """Return the cosine of two sets of grams, each weighted by its rarity."""
    if one == other:
        return 1.0 if one else 0.0
    lengths = [math.sqrt(sum(rarity.weight(gram) ** 2 for gram in side)) for side in (one, other)]
    product = lengths[0] * lengths[1]
    return sum(rarity.weight(gram) ** 2 for gram in one & other) / product if product else 0.0


def _phrases(one: Report, other: Report, rarity: Rarity) -> list[tuple[str, float]]:
    """Return phrases of either subject that stand in the other's words, with their weight, the most telling first.

    Each side's k-th phrase is weighed, and the two weights are averaged: what only one title names counts half.
    """
    sides = [_runs(one.subject, other.whole, rarity), _runs(other.subject, one.whole, rarity)]
    ranked = []
    for place in range(2):
        here = [side[place] for side in sides if len(side) > place]
        if here:
            best = max(here, key=lambda run: (run[1], run[0]))
            ranked.append((best[0], sum(weight for _, weight in here) / 2))
    return ranked


def _runs(subject: str, words: str, rarity: Rarity) -> list[tuple[str, float]]:
    """Return the longest phrases of `subject` that stand in `words`, two characters or more, by falling weight."""
    found: dict[str, float] = {}
    start = 0
    while start < len(subject) - 1:
        end = start + 1
        while end < len(subject) and subject[end] != " " and subject[start : end + 1] in words:
            end += 1
        run = subject[start:end]
        if len(run) >= _SHORTEST and " " not in run:
            found[run] = sum(rarity.weight(run[at : at + 2]) for at in range(len(run) - 1))
        start += max(1, end - start - 1)
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))
