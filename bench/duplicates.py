"""Precision and recall of suggested duplicates on real letters, against pairs that we labelled by reading.

    python -m bench.duplicates [FOLDER]

FOLDER holds 附件3.xlsx (see its SOURCE.md); by default ../shared/data/tipdm-2020c-attachments. `letter_pairs.csv`
beside this program holds letter numbers and our labels only: `same` (one matter: same object and same problem, so that
one handling answers both), `other`, or `unsure` (not counted: mostly claims of several people against one firm).

What set what, and what is a test:

- `tune`, 200 pairs: every number of `insight.toml` that says `fitted` was set on it, both thresholds too (`suggest`,
  `sure`). Its figures say how well that fit went, not how well the rule does on other letters.
- `check`, 100 pairs labelled after the numbers were frozen: it set nothing. But 19 of its pairs have a letter that
  stands in `tune` too.
- `unseen`, the 81 pairs of `check` (74 without the unsure ones) neither of whose letters stands in `tune`: the honest
  test. Of what is suggested (0.30) 31 of 44 are one matter and 1 of 32 is missed; of what is called nearly certain
  (0.50) 18 of 18 are.

Whoever reads these figures should know three things. The pairs were drawn in layers of likeness, not at random (52 of
the 100 in `check` score between 0.2 and 0.4): precision among all suggestions of a day is another number, and recall is
that of labelled pairs, so two letters about one matter with few words in common are hardly among them. One reader
labelled; nobody labelled a second time. Rarity of phrases is counted in a sample of all letters, without their labels.
"""

from __future__ import annotations

import csv
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook
from rich.console import Console
from rich.table import Table

from adapters.insight_files import bundled_insight
from domain.duplicates import Rarity, Report, likeness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = "附件3.xlsx"
_FOLDER = Path(__file__).parents[2] / "shared" / "data" / "tipdm-2020c-attachments"
_PAIRS = Path(__file__).with_name("letter_pairs.csv")
_COLUMNS = ("留言编号", "留言主题", "留言详情")
_SEED = 5
PARTS = ("tune", "check", "unseen")
"""Part that set the numbers, part that set none, and of that the pairs of letters that stand in no fitted pair."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two letters by number, with our label and the part of the sample."""

    first: str
    second: str
    label: str
    part: str


@dataclass(frozen=True, slots=True)
class Score:
    """How a threshold does on one part of the pairs."""

    part: str
    threshold: float
    found: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the suggested pairs that are one matter."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the pairs of one matter that are suggested."""
        return self.found / (self.found + self.missed)


def read_pairs() -> tuple[Pair, ...]:
    """Read our labels."""
    with _PAIRS.open(encoding="utf-8", newline="") as file:
        return tuple(Pair(**row) for row in csv.DictReader(file))


def read_reports(file: Path) -> dict[str, Report]:
    """Read the letters by number."""
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    places = [rows[0].index(name) for name in _COLUMNS]
    cells = ([str(row[place]) for place in places] for row in rows[1:])
    return {number.removesuffix(".0"): Report(title, details) for number, title, details in cells}


def scores(reports: Mapping[str, Report], thresholds: tuple[float, ...]) -> Iterator[Score]:
    """Judge thresholds as the API works: rarity from as many reports as it reads, the rest of the words in full."""
    looks, pairs = bundled_insight().duplicates, read_pairs()
    sample = random.Random(_SEED).sample(sorted(reports), looks.sample)  # noqa: S311 - a fixed sample, no secret
    rarity = Rarity.of(reports[number] for number in sample)
    found = [(p, likeness(reports[p.first], reports[p.second], rarity, looks.tuning).score) for p in pairs]
    fitted = {number for p in pairs if p.part == "tune" for number in (p.first, p.second)}
    unseen = {p for p in pairs if fitted.isdisjoint((p.first, p.second))}
    for part in PARTS:
        judged = [
            (p.label == "same", score) for p, score in found
            if p.label != "unsure" and (p in unseen if part == "unseen" else p.part == part)
        ]  # fmt: skip
        for threshold in thresholds:
            hits = sum(same and score >= threshold for same, score in judged)
            wrong = sum(not same and score >= threshold for same, score in judged)
            yield Score(part, threshold, hits, wrong, sum(same for same, _ in judged) - hits)


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER
    looks, pairs = bundled_insight().duplicates, read_pairs()
    labels = {name: sum(p.label == name for p in pairs) for name in ("same", "other", "unsure")}
    heading = ("part", "threshold", "precision", "recall", "found", "wrong", "missed")
    table = Table(*heading, title=f"{len(pairs)} pairs {labels}")
    chosen = (looks.tuning.suggest, looks.tuning.sure)
    for score in scores(read_reports(folder / FILE), tuple(sorted({0.25, 0.3, 0.4, *chosen}))):
        mark = " ←" if score.threshold in chosen else ""
        counts = (str(score.found), str(score.wrong), str(score.missed))
        shares = (f"{score.precision:.3f}", f"{score.recall:.3f}")
        table.add_row(score.part, f"{score.threshold:.2f}{mark}", *shares, *counts)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
