"""Suggested duplicates on real letters, against our labels: how many of them are right, how many are found."""

import pytest

from adapters.insight_files import bundled_insight
from bench.duplicates import FILE, read_pairs, read_reports, scores
from tests.support.shared import real_data


@pytest.fixture(scope="module")
def reports():
    return read_reports(real_data("tipdm-2020c-attachments", FILE))


def test_the_labels_are_pairs_of_letters_once_each():
    pairs = read_pairs()
    keys = [frozenset((p.first, p.second)) for p in pairs]
    assert len(set(keys)) == len(keys) == 300
    assert all(len(key) == 2 for key in keys)
    assert {p.label for p in pairs} == {"same", "other", "unsure"}
    assert sum(p.label == "other" for p in pairs) >= 100, "hard negatives"


def test_precision_and_recall(reports):
    tuning = bundled_insight().duplicates.tuning
    found = {(s.part, s.threshold): s for s in scores(reports, (tuning.suggest, tuning.sure))}
    for (part, threshold), s in found.items():
        print(f"{part} ≥ {threshold}: precision {s.precision:.3f}, recall {s.recall:.3f}")
    tune, check = found["tune", tuning.suggest], found["check", tuning.suggest]
    assert tune.precision >= 0.89, "how well the fit went, no test"
    assert tune.recall >= 0.92
    assert check.precision >= 0.70, "drawn near the threshold, where it is hardest"
    assert check.recall >= 0.90
    unseen = found["unseen", tuning.suggest]
    assert (unseen.found, unseen.wrong, unseen.missed) == (31, 13, 1), "as the program says of letters it never saw"
    certain = found["unseen", tuning.sure]
    assert (certain.found, certain.wrong) == (18, 0)
    sure = [found[part, tuning.sure] for part in ("tune", "check")]
    assert [(s.found, s.wrong) for s in sure] == [(79, 1), (20, 0)], "where it was set, and where it was not"
