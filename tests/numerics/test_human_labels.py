"""Human label noise: columns read, T estimated, uniform noise tested, and what cannot be read."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from numerics.errors import DataError, NoiseError
from numerics.noise.class_conditional import ClassConditional
from numerics.noise.human_labels import human_labels, human_labels_from_csv
from numerics.noise.label_theory import LabelTheory
from numerics.noise.theory import OUT_OF_REACH, needed_lead
from numerics.noise.uniform import UniformNoise
from symcheck.class_conditional import score_order

CLEAN = ["cat", "dog", "owl", "cat", "cat", "dog", "owl", "owl", "owl", "cat"]
NOISY = ["cat", "dog", "cat", "cat", "dog", "dog", "owl", "cat", "owl", "cat"]
COUNTS = [[3, 1, 0], [0, 2, 0], [2, 0, 2]]  # counted by hand: cat, dog, owl


@pytest.mark.parametrize(
    ("clean", "noisy"),
    [
        (CLEAN, NOISY),
        (np.array(CLEAN), np.array(NOISY)),
        (pd.Series(CLEAN), pd.Series(NOISY, index=range(10, 20))),
        (pd.Series(CLEAN, dtype="category"), pd.Series(NOISY, dtype="category")),
    ],
    ids=["lists", "arrays", "pandas", "categories"],
)
def test_names_are_numbered_in_order_and_kept(clean, noisy):
    found = human_labels(clean, noisy)
    assert found.names == ("cat", "dog", "owl")
    assert found.counts.tolist() == COUNTS
    assert found.realised_rate == 0.3


@pytest.mark.parametrize("kind", [list, np.array, torch.tensor, pd.Series, lambda x: np.array(x, dtype=float)])
def test_numbers_are_labels_too(kind):
    found = human_labels(kind([2, 10, 2, 10]), kind([2, 2, 2, 10]))
    assert found.names == ("2", "10")  # in the order of numbers
    assert found.counts.tolist() == [[2, 0], [1, 1]]


def test_two_columns_of_a_csv_file(tmp_path):
    path = tmp_path / "labels.csv"
    rows = "\n".join(f"{i},{c},{n}" for i, (c, n) in enumerate(zip(CLEAN, NOISY, strict=True)))
    path.write_text(f'id,"clean, label",worse_label\n{rows}\n\n', encoding="utf-8-sig")
    found = human_labels_from_csv(str(path), clean="clean, label", noisy="worse_label")
    assert (found.names, found.counts.tolist()) == (("cat", "dog", "owl"), COUNTS)


def test_wilson_intervals_are_those_of_scipy():
    found = human_labels(CLEAN, NOISY).transition(0.9)
    for i, row in enumerate(COUNTS):
        for j, count in enumerate(row):
            interval = stats.binomtest(count, sum(row)).proportion_ci(0.9, method="wilson")
            assert float(found.matrix[i, j]) == count / sum(row)
            assert float(found.lower[i, j]) == pytest.approx(interval.low, abs=1e-12)
            assert float(found.upper[i, j]) == pytest.approx(interval.high, abs=1e-12)


def test_simultaneous_intervals_are_those_of_scipy_at_the_bonferroni_level():
    found = human_labels(CLEAN, NOISY).simultaneous(0.9)
    for i, row in enumerate(COUNTS):
        for j, count in enumerate(row):
            interval = stats.binomtest(count, sum(row)).proportion_ci(1 - 0.1 / 9, method="exact")
            assert float(found.lower[i, j]) == pytest.approx(interval.low, abs=1e-12)
            assert float(found.upper[i, j]) == pytest.approx(interval.high, abs=1e-12)


def test_simultaneous_intervals_hold_the_truth_as_often_as_they_say():
    # 150 draws at 95 %: fewer than 130 hits would have a probability below 10^-4
    clean = torch.arange(3).repeat(60)
    noise = ClassConditional.of([[0.8, 0.2, 0], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4]])
    hits = 0
    for seed in range(150):
        found = human_labels(clean, noise.draw(clean, seed).labels).simultaneous()
        hits += bool(((found.lower <= noise.transition) & (noise.transition <= found.upper)).all())
    assert hits >= 130


def test_the_statistics_by_hand():
    # C = 3: [[30, 12, 8], [6, 40, 4], [0, 0, 20]]; moved 20, 10, 0
    clean = np.repeat([0, 1, 2], [50, 50, 20])
    noisy = np.repeat([0, 1, 2, 0, 1, 2, 2], [30, 12, 8, 6, 40, 4, 20])
    found = human_labels(clean, noisy)
    # within: (12-10)^2/10 + (8-10)^2/10 + (6-5)^2/5 + (4-5)^2/5 = .8 + .4; the third class has none that moved
    assert (found.within_rows.statistic, found.within_rows.degrees) == (pytest.approx(1.2), 2)
    assert found.within_rows.p_value == pytest.approx(math.exp(-0.6))  # the law of chi-square on 2 degrees
    # between: as scipy's table of moved and kept
    table = stats.chi2_contingency([[20, 10, 0], [30, 40, 20]], correction=False)
    assert found.between_rows.statistic == pytest.approx(table.statistic)
    assert (found.between_rows.degrees, found.between_rows.p_value) == (2, pytest.approx(table.pvalue))
    assert found.between_rows.smallest_expected == pytest.approx(table.expected_freq.min())
    assert found.against_uniform.statistic == pytest.approx(1.2 + table.statistic)
    assert found.against_uniform.degrees == 4


def test_uniform_noise_passes_as_often_as_it_should_and_other_noise_does_not():
    clean = torch.arange(3).repeat(400)
    values = [
        human_labels(clean, UniformNoise.flipping(0.3, 3).draw(clean, seed).labels).against_uniform.p_value
        for seed in range(150)
    ]
    assert stats.kstest(values, "uniform").pvalue > 1e-3  # p-values of a true claim are uniform
    turned = ClassConditional.pair_flip(0.3, 3).draw(clean, 0).labels
    assert human_labels(clean, turned).against_uniform.p_value < 1e-30
    uneven = ClassConditional.of([[1, 0, 0], [0.15, 0.7, 0.15], [0.15, 0.15, 0.7]]).draw(clean, 0).labels
    found = human_labels(clean, uneven)
    assert found.between_rows.p_value < 1e-10
    assert found.within_rows.p_value > 1e-3


def test_two_classes_have_rates_only_and_no_noise_has_nothing_to_test():
    clean = torch.arange(2).repeat(100)
    found = human_labels(clean, UniformNoise.flipping(0.2, 2).draw(clean, 0).labels)
    assert (found.within_rows.degrees, found.within_rows.statistic, found.within_rows.p_value) == (0, 0.0, 1.0)
    assert found.against_uniform.degrees == 1
    none = human_labels(clean, clean).against_uniform
    assert (none.degrees, none.p_value) == (0, 1.0)


def test_a_rough_p_value_says_so():
    shown = str(human_labels(CLEAN, NOISY).within_rows)
    assert shown == "chi-square 3 on 2 degrees of freedom, p = 0.223 (rough: an expected count is 0.5)"


@pytest.mark.parametrize(
    ("clean", "noisy", "message"),
    [
        (CLEAN, [*NOISY[:9], "emu"], "noisy: got the label 'emu' in row 9; accepted are the clean ones: cat, dog, owl"),
        (CLEAN, [*NOISY[:9], ""], "noisy: the label in row 9 is missing; leave such rows out"),
        ([0, 1, None], [0, 1, 1], "clean: the label in row 2 is missing; leave such rows out"),
        ([0, 1, math.nan], [0, 1, 1], "clean: the label in row 2 is missing; leave such rows out"),
        (
            pd.Series([0, 1, None], dtype="Int64"),
            [0, 1, 1],
            "clean: the label in row 2 is missing; leave such rows out",
        ),
        (
            [0, 1, 0.5],
            [0, 1, 1],
            "clean: got the label 0.5 in row 2; accepted are integers and names",
        ),
        (["a", "a"], ["a", "a"], "clean: every label is 'a'; a classifier needs at least two classes"),
        ([], [], "clean: got shape (0,); accepted is a column (n,) of at least one label"),
        ([[0, 1]], [0, 1], "clean: got shape (1, 2); accepted is a column (n,) of at least one label"),
    ],
)
def test_columns_that_cannot_be_read(clean, noisy, message):
    with pytest.raises(DataError) as raised:
        human_labels(clean, noisy)
    assert str(raised.value) == message


def test_columns_of_different_length():
    with pytest.raises(NoiseError) as raised:
        human_labels(CLEAN, NOISY[:9])
    assert str(raised.value) == (
        "noisy: got labels of shape (9,) beside clean ones of shape (10,); accepted is one noisy label for each clean "
        "one, in the same order"
    )


@pytest.mark.parametrize("level", [0, 1, 95, math.nan])
def test_what_is_no_level(level):
    found = human_labels(CLEAN, NOISY)
    for attempt in (found.transition, found.simultaneous):
        with pytest.raises(NoiseError) as raised:
            attempt(level)
        assert str(raised.value) == f"level: got {level}; accepted is a confidence between 0 and 1, such as 0.95"


def test_files_that_cannot_be_read(tmp_path):
    missing = tmp_path / "no.csv"
    short, empty = tmp_path / "short.csv", tmp_path / "empty.csv"
    short.write_text("clean,noisy\na,b\nb\n")
    empty.write_text("")
    for path, clean, message in [
        (missing, "clean", f"path: cannot read {missing}: No such file or directory; name a CSV file in UTF-8"),
        (short, "clear", f"column: {short} has 'clear' not at all in its first line; there are: clean, noisy"),
        (empty, "clean", f"column: {empty} has 'clean' not at all in its first line; there are: none"),
        (short, "clean", f"noisy: line 3 of {short} ends before this column; fill it in or leave the line out"),
    ]:
        with pytest.raises(DataError) as raised:
            human_labels_from_csv(str(path), clean=clean, noisy="noisy")
        assert str(raised.value) == message


# what the theory says


def labelled(counts, names=None):
    """Labels with these counts n_ij."""
    pairs = [(i, j) for i, row in enumerate(counts) for j, count in enumerate(row) for _ in range(count)]
    columns = [[i for i, _ in pairs], [j for _, j in pairs]]
    return human_labels(*([names[i] for i in column] for column in columns)) if names else human_labels(*columns)


def test_uniform_noise_is_what_a_certificate_is_about():
    found = LabelTheory(labelled([[60, 21, 19], [20, 61, 19], [21, 20, 59]]))
    assert not found.is_rejected
    rate, uniform, leads, certain, last = found.sentences
    assert rate == "300 labels of 3 classes, 120 of them not the clean ones: a realised rate of 0.4000"
    assert uniform == (
        f"uniform noise is not rejected ({found.uniformity}), as far as these counts can tell, and that is no proof: "
        "what a certificate says applies, with rho about 0.4000 (0.3441 to 0.4579 with confidence 0.95), below "
        "(C-1)/C = 2/3"
    )
    assert leads.startswith("the prediction of MUH with an isotropic quadratic penalty (over all functions of x) stays")
    assert certain == "where the clean label is certain given x, every class stays, with confidence 0.95"
    assert last == OUT_OF_REACH


def test_other_noise_is_rejected_with_a_law_whose_prediction_turns():
    # pair flips of .3: at eta = e_1 the classes keep, nearer to a tie they do not
    found = LabelTheory(labelled([[700, 300, 0], [0, 700, 300], [300, 0, 700]]))
    assert found.is_rejected
    _, uniform, turns, leads, certain, last = found.sentences
    assert uniform.startswith("not uniform noise (chi-square 900 on 5 degrees of freedom")
    assert uniform.endswith("): what a certificate says is about uniform noise, and does not carry over")
    witness = found.condition.witness
    before, after = (found.labels.names[leading[0] - 1] for leading in (witness.clean, witness.noisy))
    assert turns.endswith(f"the largest score is that of {before}, and with noise that of {after}")
    # the witness, by hand: T'eta turns the class that leads
    eta = np.array(witness.eta, dtype=float)
    noise = np.array([[0.7, 0.3, 0], [0, 0.7, 0.3], [0.3, 0, 0.7]])
    assert eta.argmax() + 1 == witness.clean[0]
    assert (noise.T @ eta).argmax() + 1 == witness.noisy[0] != witness.clean[0]
    assert leads.endswith(
        f": a lead of more than {found.lead:.4f} is enough by the counted T, a lead of more than {found.sure_lead:.4f} "
        "is enough with confidence 0.95"
    )
    assert certain == "where the clean label is certain given x, every class stays, with confidence 0.95"
    assert last == OUT_OF_REACH


@pytest.mark.parametrize(
    "counts",
    [
        [[7, 3, 0], [0, 7, 3], [3, 0, 7]],
        [[6, 2, 2], [2, 6, 2], [2, 2, 6]],
        [[8, 1, 1], [3, 5, 2], [1, 3, 6]],
        [[9, 1], [3, 7]],
        [[5, 5, 0], [0, 9, 1], [0, 0, 10]],
    ],
)
def test_the_lead_of_the_counted_matrix_is_the_exact_one(counts):
    exact = score_order.needed_lead([[Fraction(n, sum(row)) for n in row] for row in counts])
    found = LabelTheory(labelled(counts)).lead
    assert found == (None if exact is None else pytest.approx(float(exact), abs=1e-12))


def test_a_lead_within_the_intervals_is_enough_for_every_matrix_in_them():
    found = LabelTheory(labelled([[80, 15, 5], [10, 70, 20], [5, 25, 70]]))
    lower, upper = found.bounds.lower, found.bounds.upper
    lead = needed_lead(lower, upper)
    chance = torch.Generator().manual_seed(0)
    assert lead is not None
    assert found.lead < lead < 1
    for _ in range(150):
        inside = lower + (upper - lower) * torch.rand(3, 3, generator=chance, dtype=torch.float64)
        assert needed_lead(inside, inside) <= lead
        # and it does keep: a law in which class i leads by a little more, the rest at random
        rest = torch.rand(3, generator=chance, dtype=torch.float64)
        i = int(torch.randint(3, (1,), generator=chance))
        rest[i] = rest.max()
        eta = (1 - lead - 1e-9) * rest / rest.sum()
        eta[i] += lead + 1e-9
        assert int((eta @ inside).argmax()) == i


def test_classes_that_are_lost_and_classes_that_are_not_sure():
    found = LabelTheory(labelled([[40, 60, 0], [5, 90, 5], [0, 45, 55]], ["cat", "dog", "owl"]))
    assert found.lost == [("cat", "dog")]
    assert found.unsure == ["owl"]  # 55 against 45 of 100
    assert found.lead is None
    assert found.sentences[-3].endswith("no lead is enough by the counted T, no lead is enough with confidence 0.95")
    assert (
        "where the clean label is certain given x, predictions of these classes do not stay, by the counted T: cat "
        "(most often labelled dog)"
    ) in found.sentences
    unsure = LabelTheory(labelled([[60, 40, 0], [5, 90, 5], [0, 45, 55]], ["cat", "dog", "owl"]))
    assert (
        "where the clean label is certain given x, every class stays by the counted T; there are too few labels to say "
        "so with confidence 0.95 of: cat, owl"
    ) in unsure.sentences


def test_many_classes_have_no_witness_and_short_lists():
    many = LabelTheory(labelled((5 * np.eye(20, dtype=int) + 1).tolist()))
    assert many.condition is None
    assert many.sentences[-2].endswith(" and 12 more")


def test_no_noise_leaves_everything_in_place():
    found = LabelTheory(labelled([[50, 0], [0, 50]]))
    assert (found.lead, found.is_rejected, found.lost) == (0.0, False, [])


# what labels say by themselves


def test_labels_counts_and_a_matrix_print_what_the_theory_says():
    counts = [[80, 15, 5], [10, 70, 20], [5, 25, 70]]
    for found in (labelled(counts), human_labels(counts=counts), human_labels(T=np.array(counts) / 100)):
        assert found.theory.sentences == LabelTheory(found).sentences
        words = " ".join(str(found).split())
        assert all(" ".join(sentence.split()) in words for sentence in found.theory.sentences)
        assert found._repr_markdown_().startswith(f"### {found.said}\n")
        assert "symcheck.noise" in found._repr_markdown_()  # uniform noise is rejected, and corrections are named
        assert repr(found) == f"<{type(found).__name__}: {found.said}>"
        assert (found.lead, found.sure_lead) == (found.theory.lead, found.theory.sure_lead)
        assert (found.lost, found.unsure) == (found.theory.lost, found.theory.unsure)
        assert found.to_record()["lead"] == found.lead
    ends = stats.binomtest(80, 300).proportion_ci(0.95, "exact")
    assert str(labelled(counts).rate()) == f"{80 / 300:.4f} ({ends.low:.4f} to {ends.high:.4f})"
    assert labelled(counts).uniformity.p_value < 1e-3
    assert human_labels(T=np.array(counts) / 100).uniformity is None


def test_the_level_is_that_of_every_answer():
    counts = [[60, 21, 19], [20, 61, 19], [21, 20, 59]]
    wide, narrow = human_labels(counts=counts, level=0.99), human_labels(counts=counts, level=0.5)
    assert wide.rate().low < narrow.rate().low < narrow.rate().high < wide.rate().high
    assert wide.sure_lead > narrow.sure_lead > narrow.lead == wide.lead
    assert bool((wide.transition().upper >= narrow.transition().upper).all())
    assert wide.rate(0.5) == narrow.rate()
    assert "with confidence 0.99" in str(wide)


def test_uniform_labels_need_no_correction():
    found = human_labels(counts=[[60, 21, 19], [20, 61, 19], [21, 20, 59]])
    assert found.theory.advice == ""
    assert "correction" not in str(found)
    swapped = human_labels(T=[[0.1, 0.9], [0.9, 0.1]])
    assert 'symcheck.noise_condition(T, correction="forward")' in swapped.theory.advice


def test_whole_rows_are_counts_or_probabilities_as_they_are_called():
    # a permutation: as counts there is one label of each class, as a matrix it is known
    counted, known = human_labels(counts=[[0, 1], [1, 0]]), human_labels(T=[[0, 1], [1, 0]])
    assert (counted.origin, known.origin) == ("counted", "given")
    assert known.theory.is_above_chance is True
    assert counted.theory.is_above_chance is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "human_labels: got no labels; accepted is two columns, human_labels(clean, noisy), or counts=, or T="),
        (
            {"clean": CLEAN},
            "human_labels: got clean; accepted is two columns, human_labels(clean, noisy), or counts=, or T=",
        ),
        (
            {"counts": COUNTS, "T": [[1, 0], [0, 1]]},
            "human_labels: got counts and T; accepted is two columns, human_labels(clean, noisy), or counts=, or T=",
        ),
        (
            {"counts": [[0.7, 0.3], [0.2, 0.8]]},
            "counts[1,1]: got 7/10; accepted are whole numbers, how often class i was labelled j; "
            "probabilities are given as T=",
        ),
        ({"counts": [[-1, 2], [1, 1]]}, "counts[1,1]: got -1; accepted are whole numbers, how often class i "
         "was labelled j; probabilities are given as T="),
        ({"T": [[70, 30], [25, 75]]}, "T: got whole numbers, which are counts; accepted are probabilities: divide "
         "each row by its sum, or give the counts to numerics.human_labels(counts=)"),
        ({"T": [[0.6, 0.3], [0.2, 0.8]]}, "T: row 1 sums to 9/10; accepted are rows that sum to 1, a row for each "
         "clean class"),
        ({"counts": [[1, 2], [0, 0]]}, "counts: row 2 has no label at all; these are counts, and its rates are not "
         "known: leave the class out, row and column"),
        ({"counts": COUNTS, "level": "0.95"}, "level: got '0.95'; accepted is a confidence between 0 and 1, such as "
         "0.95"),
        ({"counts": [[True, False], [False, True]]},
         "counts[1,1]: got the truth value True; accepted is a whole number"),
        ({"counts": COUNTS, "level": 95}, "level: got 95; accepted is a confidence between 0 and 1, such as 0.95"),
        ({"T": [[1, 0], [0, 1]], "level": 1}, "level: got 1; accepted is a confidence between 0 and 1, such as 0.95"),
    ],
)  # fmt: skip
def test_what_are_no_labels(given, message):
    with pytest.raises(NoiseError) as raised:
        human_labels(**given)
    assert str(raised.value) == message
