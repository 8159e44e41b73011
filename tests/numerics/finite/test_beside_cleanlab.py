"""The comparison with cleanlab: what it measures, on a small data set."""

from __future__ import annotations

import math

import numpy as np
import pytest

from numerics.finite.samples import samples_of
from numerics.finite.trusted.trusting import trusted

pytest.importorskip("cleanlab", reason="cleanlab is not installed: pip install symcheck[compare]")


@pytest.mark.filterwarnings("ignore")
def test_all_ways_on_iris() -> None:
    from benchmarks.label_errors import WAYS
    from benchmarks.trusted import claims_row, comparison, rows_of, won

    found = comparison(samples_of("iris"), 0.2, draws=1)
    assert set(found.scores) == set(WAYS)
    for score in found.scores.values():
        assert 0 <= score.recall <= 1
        assert math.isnan(score.ranking) or 0.5 < score.ranking <= 1
    proved = found.scores["trusted, by the bound"]
    assert proved.flagged <= found.scores["prediction without the label"].flagged
    assert [wrong for _, wrong in found.claims] == [0, 0]
    assert all(row.count("|") == 10 for row in rows_of(found))
    assert claims_row(found).count("|") == 9
    assert "cleanlab" in won([found])


@pytest.mark.filterwarnings("ignore")
def test_it_takes_the_scores_as_they_are() -> None:
    from cleanlab.filter import find_label_issues

    from benchmarks.label_errors import by_cleanlab_on_scores, draw_of

    draw = draw_of(samples_of("iris"), 0.2, 1)
    scores = trusted(draw.samples, rho=0.2).scores
    flags = find_label_issues(draw.samples.labels, scores, n_jobs=1)
    assert (by_cleanlab_on_scores(draw).flags == flags).all()
    # better than flagging at random
    assert np.mean(draw.moved[flags]) > 0.5
