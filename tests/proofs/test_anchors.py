"""A penalty g(z - z_ref(x)): the question is asked at the anchor, where sum_y grad l(z_ref, y) has to be 0.

Compared with differences of the definitions at 60 digits, with the shifted formula written by hand, and with limits.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from mpmath import exp, fsum, mp, mpf

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.errors import FormulaError, NumberError, ParameterError, ScopeError, SymcheckError
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names
from tests.proofs.test_ghosh import SYMMETRIC
from tests.proofs.values import DIGITS, classes_of, loss_values

T = sc.ClassParameter("z_ref")


def kl_to_the_anchor(z: Any) -> Any:
    """KL(softmax(z_ref) || softmax(z)) less its value at z = z_ref, in the difference w: log E exp(w) - E w."""
    return sc.logsumexp(z + T) - sc.logsumexp(T) - sc.total(sc.softmax(T) * z)


# the catalogue

ANCHORS = {2: (Fraction(1, 2), Fraction(-1, 3)), 3: (Fraction(1, 2), Fraction(-1, 3), Fraction(2))}
STEP = mpf(10) ** -20


def gradients(name: str, at: Sequence[Fraction]) -> list[list[Any]]:
    """b_y = grad l(z_ref, y) by central differences, which are right to 10^-30 where l is smooth."""
    value = loss_values(name, len(at))
    step = Fraction(1, 10**20)
    rows = []
    with mp.workdps(DIGITS):
        for y in range(len(at)):
            row = []
            for k in range(len(at)):
                up, down = ([x + s * step * (j == k) for j, x in enumerate(at)] for s in (1, -1))
                row.append((value(up, y) - value(down, y)) / (2 * STEP))
            rows.append(row)
    return rows


def at_defaults(name: str, classes: int, anchor: object) -> Certificate:
    entry = loss_named(name)
    arrays = {a.name: a.at_default(classes).entries for a in entry.arrays.values() if a.is_free}
    numbers = {p.name: p.default for p in entry.recorded.parameters if p.default is not None}
    return sc.certify(entry.at(**numbers, **arrays), "l2", anchor=anchor, classes=classes)  # type: ignore[arg-type]


CATALOGUE = [name for name in names("loss") if not name.endswith("_detached")]


# Every third one at once, so that the fast tests stay fast.
@pytest.mark.parametrize(
    "name", [n if i % 3 == 0 else pytest.param(n, marks=pytest.mark.slow) for i, n in enumerate(CATALOGUE)]
)
def test_the_sum_of_gradients_at_an_anchor_decides(name: str) -> None:
    classes = classes_of("loss", name)
    at = ANCHORS[classes]
    cert = at_defaults(name, classes, at)
    b = gradients(name, at)
    with mp.workdps(DIGITS):
        sums = [fsum(row[k] for row in b) for k in range(classes)]
        vanishes = all(abs(s) < mpf(10) ** -12 for s in sums)
    met = {f.condition: f.verdict for f in cert.findings}
    shown = max(
        met.get(Condition.LOSS_GRADIENT, Verdict.REFUTED), met.get(Condition.LOSS_GRADIENT_SUM, Verdict.REFUTED)
    )
    if shown is Verdict.PROVED:
        assert vanishes
    if cert.verdict is Verdict.REFUTED and cert.tier in (Tier.QUOTIENT, Tier.CLASSWISE):
        assert not vanishes
    if name in SYMMETRIC:
        assert vanishes
        assert cert.verdict is not Verdict.REFUTED
    if cert.kappa is not None and cert.verdict is Verdict.PROVED:  # b_y = -kappa o_y with one number
        kappa = mpf(str(sc_float(cert.kappa)))
        wanted = [[-kappa * (mpf(int(k == y)) - mpf(1) / classes) for k in range(classes)] for y in range(classes)]
        assert all(abs(p - q) < 1e-12 for r, s in zip(b, wanted, strict=True) for p, q in zip(r, s, strict=True))


def sc_float(expression: Any) -> Any:
    return expression.evalf(30)


@pytest.mark.parametrize("name", sorted(SYMMETRIC))
def test_no_anchor_refutes_a_symmetric_loss(name: str) -> None:
    cert = sc.certify(name, "l2", anchor="z_ref")
    # Of a quotient of sums of logarithms it is not decided that what it divides by is never 0, and a ramp has corners.
    is_open = (name.startswith(("n", "anl")) and name != "nmae") or name == "ramp"
    assert cert.verdict is (Verdict.UNDECIDED if is_open else Verdict.PROVED)


# kinds of anchors


@pytest.mark.parametrize("name", ["cross_entropy", "gce", "focal", "label_smoothing", "one_vs_rest_logistic", "square"])
def test_free_entries_refute_what_is_not_symmetric(name: str) -> None:
    cert = sc.certify(name, "l2", anchor="z_ref")
    assert cert.verdict is Verdict.REFUTED
    w = cert.witness
    assert w is not None
    at = [w.parameters[f"z_ref[{k + 1}]"] for k in range(w.classes)]
    assert len(set(at)) > 1 or name in ("one_vs_rest_logistic", "square")
    assert "is left" not in cert.still_holds
    assert "leaves d(x)" in cert.still_holds
    # For a shift-invariant loss an anchor with equal entries is none.
    equal = "It is PROVED where z_ref_1 = ... = z_ref_C." in cert.still_holds
    assert equal is (name in ("cross_entropy", "gce", "focal", "label_smoothing"))


def test_the_drift_of_cross_entropy_is_softmax_less_uniform() -> None:
    """sum_y (softmax(t) - e_y) = C softmax(t) - 1, and its first entry at the witness is what is shown."""
    w = sc.certify("cross_entropy", "l2", anchor="z_ref").witness
    assert w is not None
    assert w.quantity == "the sum over y of d l(0, y)/d z_1"
    t = [w.parameters[f"z_ref[{k + 1}]"] for k in range(w.classes)]
    shares = [exp(mpf(x.numerator) / x.denominator) for x in t]
    assert abs(w.classes * shares[0] / fsum(shares) - 1 - mpf(w.decimal.strip("[]").split()[0])) < 1e-11


@pytest.mark.parametrize(
    ("anchor", "classes"),
    [
        ("z_ref", None),
        (T, None),
        ((1, 2, 3), 3),
        (sc.Parameter("c"), None),
        ("log(pi)", None),
        (lambda: sc.softplus(T) * T, 3),
    ],
)
def test_muh_notices_no_anchor(anchor: object, classes: int | None) -> None:
    cert = sc.certify("muh", "l2", anchor=anchor, classes=classes)  # type: ignore[arg-type]
    assert cert.verdict is Verdict.PROVED
    assert cert.tier is Tier.EXACT
    assert cert.theorems[0].name == "Theorem 1"
    assert cert.prediction is not None
    assert cert.prediction.kappa == 1


@pytest.mark.parametrize("name", ["cross_entropy", "gce", "mae", "nce", "focal", "weston_watkins"])
@pytest.mark.parametrize("anchor", [7, "log(C)", sc.Parameter("c"), (2, 2, 2)])
def test_a_constant_anchor_is_none_for_what_does_not_change_under_shifts(name: str, anchor: object) -> None:
    classes = 3 if isinstance(anchor, tuple) else None
    cert = sc.certify(name, "l2", anchor=anchor, classes=classes)  # type: ignore[arg-type]
    plain = sc.certify(name, "l2", classes=classes)
    assert (cert.verdict, cert.tier) == (plain.verdict, plain.tier)
    assert str(cert.kappa) == str(plain.kappa)


def test_others_notice_it() -> None:
    """One-vs-rest logistic at c 1: sum_y b_y = (C sigma(c) - 1) 1, which is 0 at c = -log(C - 1) alone."""
    cert = sc.certify("one_vs_rest_logistic", "l2", anchor=sc.Parameter("c"))
    assert cert.headline.startswith("PROVED where c = -log(C - 1); REFUTED where c < -log(C - 1)")


def test_a_prior_in_the_loss_is_undone_by_an_anchor() -> None:
    """CE(z + log pi) at z_ref = -log pi is CE(w)."""
    cert = sc.certify("logit_adjusted_ce", "l2", anchor="-log(pi)")
    assert cert.verdict is Verdict.PROVED
    assert cert.tier is Tier.EXACT
    assert sc.certify("logit_adjusted_ce", "l2", anchor="log(pi)").verdict is Verdict.REFUTED


def test_class_weights_are_undone_by_an_anchor_of_their_logarithms() -> None:
    """b_y = w_y (w/sum(w) - e_y) at z_ref = log w, so sum_y b_y = w - w: the limit is kept for every w > 0."""
    cert = sc.certify("class_weighted_ce", "l2", anchor="log(w)")
    assert cert.verdict is Verdict.PROVED
    assert cert.finding(Condition.LOSS_GRADIENT_SUM) is not None
    w = [mpf(1), mpf(5), mpf(2)]
    for k in range(3):
        assert abs(fsum(x * (w[k] / fsum(w) - (j == k)) for j, x in enumerate(w))) < 1e-12
    assert sc.certify("class_weighted_ce", "l2", anchor="w").verdict is Verdict.REFUTED


def test_many_entries_are_cut_in_the_headline() -> None:
    cert = sc.certify("mae", "l2", anchor=[i % 7 for i in range(40)])
    assert "z_ref = 40 entries" in cert.headline
    assert len(cert.headline) < 200
    assert sc.recheck(cert.to_json()).problem.anchor == cert.problem.anchor


@pytest.mark.parametrize("loss", ["cross_entropy", "mae", "square_centred", "gce"])
@pytest.mark.parametrize("regularizer", ["l2", "entropy"])
def test_it_is_the_pair_with_the_loss_moved(loss: str, regularizer: str) -> None:
    by_hand: dict[str, Callable[[Any, Any], Any]] = {
        "cross_entropy": lambda z, y: sc.logsumexp(z + T) - (z + T)[y],
        "mae": lambda z, y: 2 * (1 - sc.softmax(z + T)[y]),
        "square_centred": lambda z, y: sc.total((z + T - sc.centred_onehot(y)) ** 2) / 2,
        "gce": lambda z, y: (
            (1 - sc.softmax(z + T)[y] ** sc.Parameter("q", above=0, at_most=1)) / sc.Parameter("q", above=0, at_most=1)
        ),
    }
    cert = sc.certify(loss, regularizer, anchor="z_ref")
    moved = sc.certify(by_hand[loss], regularizer)
    assert (cert.verdict, cert.tier, cert.quotient) == (moved.verdict, moved.tier, moved.quotient)
    assert [f.verdict for f in cert.findings] == [f.verdict for f in moved.findings]
    assert str(cert.loss.text) == loss_named(loss).recorded.__str__()


def test_two_classes() -> None:
    """MAE at C = 2: b_1 = -2 p_1 p_2 (1, -1), so kappa = 4 p_1 p_2 is another number at each anchor: no prediction."""
    cert = sc.certify("mae", "l2", anchor="z_ref", classes=2)
    assert (cert.verdict, cert.tier, cert.kappa, cert.prediction) == (Verdict.PROVED, Tier.SCALED, None, None)
    assert sc.certify("cross_entropy", "l2", anchor="z_ref", classes=2).verdict is Verdict.REFUTED


# divergences to the anchor


@pytest.mark.parametrize("loss", ["muh", "mae", "reverse_cross_entropy"])
def test_the_divergence_to_the_anchor(loss: str) -> None:
    cert = sc.certify(loss, kl_to_the_anchor, anchor=T, classes=3)
    assert cert.verdict is Verdict.PROVED
    assert cert.quotient
    # Its Hessian diag(p) - pp' is another one at each anchor, so that no S = kappa P o H^(-1) is the limit.
    assert cert.prediction is None
    assert sc.certify("cross_entropy", kl_to_the_anchor, anchor=T, classes=3).verdict is Verdict.REFUTED


def test_entries_of_the_anchor_are_those_of_the_divergence() -> None:
    cert = sc.certify("mae", kl_to_the_anchor, anchor=(1, 2, 4))
    assert cert.verdict is Verdict.PROVED
    assert cert.scope.arrays == ()
    there = sc.certify("mae", kl_to_the_anchor, anchor=T).at(z_ref=(1, 2, 4))
    assert there.verdict is Verdict.PROVED
    assert there.regularizer.text == cert.regularizer.text


def test_the_other_way_round_is_no_penalty_of_the_difference() -> None:
    """With the anchor in g and no anchor=, grad g(0) is softmax(z_ref) less softmax(z_ref) at z = 0 all the same."""
    wrong = sc.certify("mae", lambda z: sc.logsumexp(z) - sc.total(sc.softmax(T) * z), anchor=T, classes=3)
    assert wrong.verdict is Verdict.REFUTED
    assert wrong.finding(Condition.REGULARIZER_GRADIENT).verdict is Verdict.REFUTED  # type: ignore[union-attr]


# limits


@pytest.mark.parametrize(("loss", "is_kept"), [("mae", True), ("cross_entropy", False), ("muh", True), ("gce", False)])
def test_noise_turns_no_limit_where_it_is_proved(loss: str, is_kept: bool) -> None:
    """One feature, an anchor at each of three points: v = -sum_i phi_i (a (b_i - d_i) + d_i), with H = I."""
    points = [(Fraction(1), (1, 0, -1), 0), (Fraction(-2), (0, 2, 1), 1), (Fraction(3), (1, 1, 4), 0)]

    def limit(a: Any) -> list[Any]:
        v = [mpf(0)] * 3
        for phi, anchor, label in points:
            b = gradients(loss, [Fraction(x) for x in anchor])
            d = [fsum(row[k] for row in b) / 3 for k in range(3)]
            v = [x - number(phi) * (a * (b[label][k] - d[k]) + d[k]) for k, x in enumerate(v)]
        return v

    def number(x: Fraction) -> Any:
        return mpf(x.numerator) / x.denominator

    clean, noisy = limit(mpf(1)), limit(mpf(1) / 4)
    cross = [clean[i] * noisy[j] - clean[j] * noisy[i] for i in range(3) for j in range(i)]
    assert all(abs(x) < 1e-15 for x in cross) is is_kept
    verdict = sc.certify(loss, "l2", anchor="z_ref").verdict
    assert verdict is (Verdict.PROVED if is_kept else Verdict.REFUTED)


def test_orders_are_not_told_where_the_anchor_varies() -> None:
    free, given = sc.certify("muh", "entropy", anchor="z_ref"), sc.certify("muh", "entropy", anchor=7)
    assert free.prediction is not None
    assert free.prediction.orders == free.reference_orders == ()
    assert given.prediction is not None
    assert given.prediction.orders != ()


# copies, records, narrower scopes


@pytest.mark.parametrize("anchor", ["z_ref", "log(pi)", 7, sc.Parameter("c", above=0), "2*z_ref + C"])
@pytest.mark.parametrize("loss", ["cross_entropy", "mae"])
def test_records_and_copies(loss: str, anchor: object) -> None:
    cert = sc.certify(loss, "l2", anchor=anchor)  # type: ignore[arg-type]
    for full in (False, True):
        text = cert.to_json(full=full)
        derived = sc.recheck(text)
        assert derived == cert
        assert derived.to_json(full=full) == text
    assert pickle.loads(pickle.dumps(cert)) == cert == cert.check()
    for page in (cert.to_text(full=True), cert.to_markdown(full=True), cert.to_latex(full=True)):
        assert "anchor" in page
    assert " at the anchor " in repr(cert)
    assert " at the anchor " in str(cert.theorem("Theorem 3"))


def test_a_pair_has_no_anchor_in_its_record() -> None:
    assert '"anchor"' not in sc.certify("mae", "l2").to_json()


def test_entries_are_given_later() -> None:
    cert = sc.certify("cross_entropy", "l2", anchor="z_ref")
    assert cert.at(z_ref=(1, 1, 1)).verdict is Verdict.PROVED
    there = cert.at(z_ref=(0, "1/2", 1))
    assert there.verdict is Verdict.REFUTED
    assert there.scope.classes.fixed == 3
    assert "z_ref = (0, 1/2, 1)" in there.headline
    assert there.verdict is sc.certify("cross_entropy", "l2", anchor=(0, "1/2", 1)).verdict


# wrong input


@pytest.mark.parametrize(
    ("anchor", "error", "said"),
    [
        ("onehot(y)", FormulaError, "anchor: onehot(y) depends on the label y.*move what depends on y into the loss"),
        ("z_ref[y]", FormulaError, "anchor: .*depends on the label y"),
        (lambda y: y, FormulaError, r"anchor: got a function of \(y\).*a function without arguments"),
        (lambda z, y: z, FormulaError, r"anchor: got a function of \(z, y\)"),
        ("softmax(z)", FormulaError, "anchor: .* depends on the scores z.*the regularizer"),
        ("z", FormulaError, "anchor: z depends on the scores z"),
        ((1, 2), ScopeError, "z_ref: it has entries for 2 classes, and the scope is C = 3; give it one for each class"),
        ((1, "a"), NumberError, r"anchor: z_ref\[2\]: got 'a'"),
        ((1,), ParameterError, "anchor: .*at least 2 classes"),
        (0.1 / 9, NumberError, "anchor: the float .* write the exact value"),
        (" ", FormulaError, "anchor: got an empty text; accepted is a name for free entries"),
        ({}, FormulaError, "anchor: got {}; accepted is a name for free entries"),
        (True, FormulaError, "anchor: got True; accepted is"),
        (lambda: None, FormulaError, "anchor: its code returned None; accepted is"),
        (lambda: 1 / 0, FormulaError, "anchor: its code raised ZeroDivisionError"),
        (sc.MatrixParameter("A"), FormulaError, "anchor: got the matrix"),
    ],
)
def test_what_is_no_anchor(anchor: object, error: type[SymcheckError], said: str) -> None:
    said = said.replace("onehot(y)", r"onehot\(y\)")
    with pytest.raises(error, match=f"(?s){said}"):
        sc.certify("cross_entropy", "l2", anchor=anchor, classes=3)  # type: ignore[arg-type]


def test_a_loss_alone_has_nothing_to_anchor() -> None:
    with pytest.raises(FormulaError, match="anchor: there is no penalty to anchor; give a regularizer"):
        sc.certify("cross_entropy", anchor="z_ref")


def test_one_name_for_two_things() -> None:
    with pytest.raises(ParameterError):
        sc.certify("gce", "l2", anchor=sc.ClassParameter("q"))
    with pytest.raises(ParameterError, match="give both the same entries, or different names"):
        sc.certify("class_weighted_ce", lambda z: sc.total(sc.ClassParameter("w", (1, 2, 3)) * z**2))
