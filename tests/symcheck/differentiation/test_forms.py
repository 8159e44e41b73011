"""What derivatives look like, by hand, and that every operator of the vocabulary has them."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.differentiation import proof
from symcheck.differentiation.derive import derived
from symcheck.differentiation.gradient import ENTRYWISE
from symcheck.differentiation.proof import points_agreed, why_not_shown
from symcheck.differentiation.shown import entry_text
from symcheck.errors import FormulaError, ScopeError, UnknownNameError
from symcheck.intake.given import Given
from symcheck.language.formula import Formula
from symcheck.language.functions import FUNCTIONS
from symcheck.language.scope import Scope
from symcheck.readings.explicit.series import SeriesReading, series_of_length
from tests.sampled import one_in
from tests.symcheck.differentiation.values import EVERY, close, entries, entry, points

FORMS = [
    # d/dz_j (log sum_k e^(z_k) - z_y) = p_j - [j = y], and d p_j/dz_k = p_j ([j = k] - p_k).
    ("cross_entropy", "softmax(z) - onehot(y)", "softmax(z)[j]*([j=k] - softmax(z)[k])", "softmax(z)*(1 - softmax(z))"),
    # d/dz (1 - p_y^q)/q = -p_y^(q - 1) p_y (e_y - p); then the product rule.
    (
        "gce",
        "softmax(z)[y]**q*(softmax(z) - onehot(y))",
        "softmax(z)[y]**q*(softmax(z)[j]*([j=k] - softmax(z)[k]) - q*(softmax(z)[j] - [j=y])*(softmax(z)[k] - [k=y]))",
        "softmax(z)[y]**q*(softmax(z)*(1 - softmax(z)) - q*(softmax(z) - onehot(y))**2)",
    ),
    # 2 (1 - p_y) has the gradient -2 p_y (e_y - p).
    ("mae", "2*softmax(z)[y]*(softmax(z) - onehot(y))", None, None),
    ("muh", "1/C - onehot(y)", "0", "filled(0)"),
    ("square", "z - onehot(y)", "[j=k]", "filled(1)"),
    ("one_vs_rest_logistic", "sigmoid(z) - onehot(y)", "sigmoid(z[j])*sigmoid(-z[j])*[j=k]", "sigmoid(z)*sigmoid(-z)"),
    ("sce", "(lambda_*softmax(z)[y] + 1)*(softmax(z) - onehot(y))", None, None),
    ("class_weighted_ce", "w[y]*(softmax(z) - onehot(y))", "w[y]*softmax(z)[j]*([j=k] - softmax(z)[k])", None),
    # The Fenchel-Young loss of the Tsallis entropy: its gradient is the entmax less the label.
    ("entmax", "entmax(z, alpha) - onehot(y)", None, None),
    ("sparsemax", "entmax(z, 2) - onehot(y)", None, None),
    ("temperature_ce", "(softmax(z/tau) - onehot(y))/tau", None, None),
    ("l2", "z", "[j=k]", "filled(1)"),
    ("norm", "z/sqrt(total(z**2))", "(total(z**2)*[j=k] - z[j]*z[k])/total(z**2)**(3/2)", None),
    ("logit_variance", "z - mean(z)", "[j=k] - 1/C", None),
    ("quadratic_form", "2*apply(Q, z)", "2*Q[j, k]", None),
    ("huber", "minimum(maximum(z, -delta), delta)", None, None),
    ("focal_detached", "(1 - detach(softmax(z)[y]))**gamma*(softmax(z) - onehot(y))", None, None),
    ("squared_hinge", "2*relu(1 + total(z, but=y) - z[y])*(1 - 2*onehot(y))", None, None),
]


@pytest.mark.parametrize(("name", "gradient", "hessian", "diagonal"), FORMS, ids=[f[0] for f in FORMS])
def test_results_are_short_and_as_a_person_writes_them(
    name: str, gradient: str, hessian: str | None, diagonal: str | None
) -> None:
    found = sc.derivatives(name)
    assert str(found.gradient_formula) == gradient
    assert hessian is None or entry_text(found.hessian_formula) == hessian
    assert diagonal is None or str(found.diagonal_formula) == diagonal


WHERE: list[tuple[Given, tuple[str, ...]]] = [
    ("cross_entropy", ()),
    ("hinge", ("1 + total(z, but=y) - z[y] != 0",)),
    ("l1", ("z != 0",)),
    ("norm", ("total(z**2) != 0",)),
    ("crammer_singer", (
        "1 + amax(z, but=y) - z[y] != 0", "the largest entry of z but that of y is that of one class alone",
    )),
    ("sparsemax", ("no class is at the end of the support of entmax(z, 2)",)),
    ("phuber_ce", ("1 - tau*softmax(z)[y] != 0",)),
    # What is 0 at every z is no kink: relu(z_y - z_y).
    ("total(relu(z - z[y]))", ("z - z[y] != 0 for every class but y",)),
    ("pair_total(abs(first(z) - second(z)))", ("first(z) - second(z) != 0 for two different classes",)),
    # Kinks that are none: of what is positive, and of even powers of |x|.
    ("total(abs(softmax(z))) + relu(exp(z[y]))", ()),
    ("total(abs(z)**2) + 0*z[y]", ()),
    ("sqrt(1 + z[y]**2)", ()),
    ("sqrt(z[y]**2)", ("z[y]**2 != 0",)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "where"), WHERE, ids=[str(w[0]) for w in WHERE])
def test_it_is_said_where_they_hold(given: Given, where: tuple[str, ...]) -> None:
    found = sc.derivatives(given)
    assert found.where == where
    assert all(text in found.to_text().replace("\n" + " " * 19, " ") for text in where)


VOCABULARY = [
    "exp(z[y])*log(1 + z[y]**2)",
    "sqrt(1 + z[y]**2)*abs(z[y] - 1/3)",
    "total(relu(z)**3) + relu(z[y] + 1/5)",
    "softplus(z[y])*sigmoid(-z[y]) + total(softplus(z)**2)",
    "log_sigmoid(z[y])*z[y] - total(log_sigmoid(2*z), but=y)",
    "total(tanh(z)*cosh(z)) + tanh(z[y])",
    "arccos(softmax(z)[y])",
    "total(sin(z)*cos(z)*z) + sin(z[y])**2",
    "total(arctan(z)*erf(z)) + erf(z[y])*arctan(z[y])",
    "maximum(z[y], 1/3)*minimum(z[y], 2) + total(maximum(z, softmax(z)))",
    "total(minimum(z**2, 1 + softmax(z)))",
    "clamp(z[y], -1/4, 3)*z[y]",
    "branch(z[y] - 1/7, z[y]**2, exp(z[y]))",
    "total(branch(z, z**3, 1 - softmax(z)))*z[y]",
    "detach(z[y])*z[y]**2 + total(detach(softmax(z))*z)",
    "total(z**3, but=y)*mean(z) + mean(exp(z), but=y)",
    "norm(z)*z[y] + norm(softmax(z) - onehot(y))",
    "logsumexp(2*z)*logsumexp(z, but=y)",
    "product(2 + softmax(z))*z[y]",
    "product(1 + exp(z), but=y)",
    "amax(z)*z[y] + amin(softmax(z))",
    "amax(z**2, but=y) + amin(z, but=y)*z[y]",
    "pair_total(exp(first(z)*second(softmax(z))))*z[y]",
    "pair_total(relu(1/9 + first(z) - second(z))**2*first(onehot(y)))",
    "total(softmax(z*z[y])**2)",
    "total(log_softmax(z**2)*onehot(y)) + total(log_softmax(z)*softmax(z))",
    "total(onehot_argmax(z)*z**2) + onehot_argmax(z)[y]*z[y]",
    "total(entmax(z, 3/2)**2) + entmax(z, 1/2)[y] + entmax(z, 1)[y]",
    "total(entmax(z, 2)*z**2)*z[y]",
    "total(centred_onehot(y)*z**2) + total(onehot(y)*z)",
    "(1 + z[y]**2)**(1/2 + softmax(z)[y])",
    "C**2*z[y]/(1 + total(z**2)) + C**(1/2)*z[y]**2",
]


def series(formula: Formula, z: tuple[Fraction, ...], y: int, line: list[int]) -> list[object]:
    with series_of_length(3):
        reading = SeriesReading(z, list(map(Fraction, line)), {}, y=y, order=3, one_sided=False)
        return reading.coefficients(formula)


@pytest.mark.parametrize("text", VOCABULARY)
def test_every_operator_agrees_with_power_series(text: str) -> None:
    formula = sc.derivatives(text).subject.formula
    found = derived(formula)
    for at in points(entry("loss", "cross_entropy"), 3, 1):
        gradient, hessian = entries(found.gradient, at, 3), entries(found.hessian, at, 9)
        for line in ([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 2, -3]):
            _, slope, bend = series(formula, at.z, at.y, line)
            along = sum(a * b for a, b in zip(gradient, line, strict=True))
            bent = sum(hessian[3 * i + j] * line[i] * line[j] for i in range(3) for j in range(3))
            assert close(along, slope.mid().str(50, radius=False) and float(slope), 14)  # type: ignore[attr-defined]
            assert close(bent, 2 * float(bend), 13)  # type: ignore[arg-type]


def test_the_vocabulary_is_covered() -> None:
    used = " ".join(VOCABULARY)
    assert [name for name in FUNCTIONS if f"{name}(" not in used] == []


@pytest.mark.parametrize("name", one_in(4, [name for _, name in EVERY]))
def test_points_are_looked_at(name: str) -> None:
    # The series of no entry stop everywhere, so that none rests on the rules alone.
    assert len(sc.derivatives(name).points) >= 2


NOT_SHOWN = {
    "anl_ce": "too many terms", "nfl": "too many terms", "nfl_mae": "too many terms", "nfl_rce": "too many terms",
    "entmax": "entmax", "sparsemax": "entmax", "bi_tempered": "entmax",
    "bootstrap_hard": "amax", "max_squared": "amax", "carlini_wagner": "amax", "crammer_singer": "amax",
    "focal_detached": "detached", "nfl_detached": "detached",
    "logit_norm": "roots in sums", "multi_margin": "sums", "multi_margin_squared": "sums",
    "pairwise_logistic": "sums", "pairwise_sigmoid": "sums",
}  # fmt: skip
"""The derivatives that rest on rules and series alone, by what canonical forms stop at."""


@pytest.mark.parametrize("name", one_in(4, [n for _, n in EVERY if "terms" not in NOT_SHOWN.get(n, "")]))
def test_canonical_forms_prove_them(name: str) -> None:
    found = sc.derivatives(name)
    assert found.is_exact is (name not in NOT_SHOWN)
    assert (found.reason is None) is found.is_exact
    assert ("canonical forms of both sides are equal" in found.to_text()) is found.is_exact


def test_a_wrong_rule_is_found_by_series_and_by_canonical_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcheck.differentiation.sums import scaled

    right = ENTRYWISE["exp"]
    monkeypatch.setitem(ENTRYWISE, "exp", lambda rules, atom: (scaled(right(rules, atom)[0], 2),))
    with pytest.raises(FormulaError, match="two derivations of the derivatives do not agree"):
        sc.derivatives("total(exp(z)) - z[y]")
    formula = entry("loss", "adaboost_mr").recorded
    assert why_not_shown(formula, Scope(), Budget()) is not None


@pytest.mark.parametrize("which", ["gradient", "hessian"])
def test_series_find_a_slip_in_the_result(which: str) -> None:
    formula = entry("loss", "gce").recorded
    right, wrong = derived(formula), derived(entry("loss", "mae").recorded)
    forms = {"gradient": right.gradient, "hessian": right.hessian, which: getattr(wrong, which)}
    assert points_agreed(formula, right.gradient, right.hessian, Scope(), Budget())
    with pytest.raises(Exception, match="do not agree"):
        points_agreed(formula, forms["gradient"], forms["hessian"], Scope(), Budget())


def test_canonical_forms_of_all_classes_are_not_taken_for_constants() -> None:
    # The field has no derivative of entmax: what it depends on is the class that is bound, and no named one.
    reason = why_not_shown(entry("loss", "sparsemax").recorded, Scope(), Budget())
    assert reason is not None
    assert "entmax" in reason.why


def test_scores_of_points_meet_no_kink_at_whole_numbers() -> None:
    found = [proof._score(k, 0) for k in range(5)]
    assert len({abs(x) for x in found}) == 5
    assert not any((a - b) in (1, -1, 2, -2) for a in found for b in found)


def test_it_is_a_value() -> None:
    found = sc.derivatives("gce")
    assert found == sc.derivatives("gce")
    assert hash(found) == hash(sc.derivatives("gce"))
    assert found != sc.derivatives("mae")
    copy = pickle.loads(pickle.dumps(found))
    assert copy == found
    assert copy.to_text() == found.to_text() == str(found)
    assert repr(found).startswith("<Derivatives of gce, every C >= 2")
    assert r"$\mathrm{softmax}(z)_{y}^{q} \left(\mathrm{softmax}(z)_{j} - [j = y]\right)$" in found._repr_markdown_()


def test_one_number_of_classes_and_values_of_parameters() -> None:
    found = sc.derivatives(sc.losses.GCE(q="1/2"), classes=3)
    assert str(found.scope) == "C = 3"
    assert str(found.gradient_formula) == "sqrt(softmax(z)[y])*(softmax(z) - onehot(y))"
    with pytest.raises(ScopeError, match="hinge is about C = 2"):
        sc.derivatives("hinge", classes=5)


BAD: list[tuple[Given, type[Exception], str]] = [
    ("gcee", UnknownNameError, "there is no loss called 'gcee'; did you mean gce"),
    ("log(0)", FormulaError, "formula was not differentiated: .* at log\\(0\\): the logarithm of 0 has no value"),
    ("log(0*z[y] - 1)", FormulaError, "the logarithm of -1 has no value"),
    ("z[y]/(0*z[y])", FormulaError, "the division by 0 has no value"),
    ("(0 - 2)**(1/2)*z[y]", FormulaError, "a power of -2 that is not whole has no value"),
    ("softmax(z)", FormulaError, "one number"),
    ("onehot_argmax(0*z)[y]", FormulaError, "onehot_argmax of entries that are all equal"),
    (3, FormulaError, "got int; accepted is a name of the catalogue such as 'cross_entropy', an entry"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("given", "error", "told"), BAD, ids=[str(b[0]) for b in BAD])
def test_bad_input_is_told_what_to_do(given: Given, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        sc.derivatives(given)


def test_a_regularizer_is_recognised_in_every_way() -> None:
    for given in ("l2", sc.regularizers.L2(), "total(z**2)/2", lambda z: sc.total(z**2) / 2):
        assert str(sc.derivatives(given).gradient_formula) == "z"


@pytest.mark.parametrize(
    "share", ["exp(log_softmax(z)[y])", "exp(-(-log_softmax(z)[y]))", "exp(z[y] - logsumexp(z))", "exp(-cross_entropy)"]
)
def test_a_share_by_its_logarithm_is_a_share(share: str) -> None:
    # As focal losses are written: pt = exp(-ce).
    found = sc.derivatives(f"-(1 - {share})**2*log_softmax(z)[y]")
    assert "exp" not in f"{found.gradient_formula} {found.hessian_formula} {found.diagonal_formula}"
    assert found.is_exact


@pytest.mark.parametrize(
    ("loss", "entry"),
    [
        # d p_y/dz_j = p_y ([j=y] - p_j), once more by z_k; with the common factor before the bracket.
        (
            "mae",
            "2*softmax(z)[y]*(softmax(z)[j]*([j=k] - softmax(z)[k]) - (softmax(z)[j] - [j=y])*(softmax(z)[k] - [k=y]))",
        ),
        ("cross_entropy", "softmax(z)[j]*([j=k] - softmax(z)[k])"),
        ("one_vs_rest_logistic", "sigmoid(z[j])*sigmoid(-z[j])*[j=k]"),
    ],
)
def test_common_factors_stand_before_the_bracket(loss: str, entry: str) -> None:
    assert f" {entry} " in " ".join(str(sc.derivatives(loss)).split()).replace("d^2 l/dz_j^2", " ")


def test_one_minus_a_sigmoid_is_a_sigmoid() -> None:
    found = sc.derivatives("-log(1 - sigmoid(z[y]))")
    assert str(found.gradient_formula) == "sigmoid(z[y])*onehot(y)"


def test_a_hinge_is_not_told_to_narrow_the_scope() -> None:
    reason = sc.derivatives("multi_margin").reason
    assert reason is not None
    assert "no rule for all sums of kinks (relu)" in str(reason)
    assert "narrow" not in str(reason)
