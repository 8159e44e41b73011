"""Repairs: each is proved, by certify and again by differences of its formula string, and every rule finds some."""

from __future__ import annotations

import copy
import json
import pickle
from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from mpmath import mp, mpf

import symcheck as sc
from symcheck import Parameter, certify, recheck
from symcheck.certificates.repair import Repair
from symcheck.conditions.agreement.points import array_points
from symcheck.design.advice import NOTHING, REGION, SIGNAL, TIME
from symcheck.design.change import Rule, Setting
from symcheck.design.impossible import BOUNDED, CLASSWISE, SYMMETRIC
from symcheck.design.repairs import rules
from symcheck.errors import CertificateError
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.scope import Scope
from symcheck.language.term import Term
from symcheck.problem import UNREAD
from symcheck.reason import Undecided
from tests.proofs.table import LOSSES, REGULARIZERS
from tests.sampled import one_in
from tests.symcheck.design.by_hand import DIGITS, NEAR, gradient, value

MET = ("EXACT", "SCALED", "SYMLIN")
WITH_A_KINK = ("phuber_ce", "phuber_gce")
"""Their kink is at 0 for one value of a parameter."""

REFUSED = sorted([*(name for name, (tier, *_) in LOSSES.items() if tier not in MET), *WITH_A_KINK])
"""The losses of the catalogue that are not proved with l2 in their whole scope."""

PENALTIES = [name for name, (kind, *_) in REGULARIZERS.items() if kind not in ("FULL", "QUOT")]
"""The regularizers that are not proved with cross entropy."""


def numbers_in(scope: Scope) -> dict[str, Fraction]:
    """A value of each parameter, irregular enough that nothing holds by chance."""
    return {p.name: _inside(p.interval) for p in scope.parameters}


def _inside(interval: Interval) -> Fraction:
    low, high = interval.low, interval.high
    if interval.integer:
        return Fraction(3)
    if low is None or high is None:
        return (Fraction(0) if low is None and high is None else low if high is None else high - 2) + Fraction(13, 17)
    return low + (high - low) * Fraction(5, 13)


def some_classes(scope: Scope) -> list[int]:
    """Two numbers of classes of the scope, or the only one."""
    return [n for n in (2, 3, 11) if n in scope.classes][:2] or [scope.classes.low]


def assert_symmetric(repair: Repair) -> None:
    """The sum over the labels is the same at two points, and at 0."""
    certificate, numbers = repair.certificate, numbers_in(repair.certificate.scope)
    for classes in some_classes(certificate.scope):
        points = [[mpf(0)] * classes, [mpf(k) / 3 for k in range(classes)], [mpf(1) / (2 + k) for k in range(classes)]]
        with mp.workdps(DIGITS):
            sums = [sum(value(certificate.loss.text, z, y, numbers) for y in range(classes)) for z in points]
            assert max(sums) - min(sums) < NEAR


def assert_proved(repair: Repair) -> None:
    """The gradients at 0 of the formula strings: b_y = -kappa o_y with one kappa > 0, and grad g(0) = 0."""
    certificate = repair.certificate
    assert certificate.verdict is Verdict.PROVED
    if certificate.problem.is_alone:
        if certificate.theorems[0].name == "Ghosh":
            assert_symmetric(repair)
        return
    numbers = numbers_in(certificate.scope)
    for classes in some_classes(certificate.scope):
        point = next(array_points(certificate.loss.formula, certificate.scope, classes))
        with mp.workdps(DIGITS):  # entries with the sum 1 have it to as many digits
            rows = {name: [mpf(x.numerator) / x.denominator for x in a.values[0]] for name, a in point.arrays.items()}
        anchor = "0" if certificate.problem.anchor is None else certificate.problem.anchor_text
        with mp.workdps(DIGITS):
            away = value(anchor, [mpf(0)] * classes, 0, numbers, rows)

        def loss(w: list[Any], y: int, r: Any = rows, away: Any = away) -> Any:
            with mp.workdps(DIGITS):
                return value(certificate.loss.text, [x + away for x in w], y, numbers, r)

        slopes = [gradient(lambda w, y=y, of=loss: of(w, y), classes) for y in range(classes)]
        if certificate.tier is Tier.SYMLIN:
            with mp.workdps(DIGITS):
                assert all(abs(sum(b[k] for b in slopes)) < NEAR for k in range(classes))
            continue
        kappas = []
        for y, b in enumerate(slopes):
            with mp.workdps(DIGITS):
                kappa = b[(y + 1) % classes] - b[y]
                expected = [-kappa * (mpf(k == y) - mpf(1) / classes) for k in range(classes)]
                assert all(abs(x - e) < NEAR * (1 + abs(kappa)) for x, e in zip(b, expected, strict=True))
            kappas.append(kappa)
        assert min(kappas) > NEAR
        assert max(kappas) - min(kappas) < NEAR * (1 + max(kappas))
        if not certificate.regularizer.formula.arrays:
            slope = gradient(lambda z: value(certificate.regularizer.text, z, 0, numbers), classes)
            assert max(map(abs, slope)) < NEAR * 10


@pytest.mark.parametrize("name", one_in(2, REFUSED))
def test_what_is_shown_for_a_loss_of_the_catalogue_is_proved(name: str) -> None:
    refused = certify(name, "l2")
    for repair in refused.repairs:
        assert_proved(repair)
        assert repair.title in str(refused)
        assert repair.text in str(refused).replace("\n", " ") or len(repair.text) > 60


@pytest.mark.parametrize("name", PENALTIES)
def test_what_is_shown_for_a_penalty_of_the_catalogue_is_proved(name: str) -> None:
    refused = certify("cross_entropy", name)
    for repair in refused.repairs:
        assert_proved(repair)
        assert repair.problem.loss.formula == refused.loss.formula


def test_nearly_all_refused_losses_have_a_repair() -> None:
    """All whose worst tier is QUOTIENT, and more than 24 of the 29."""
    found = {name: c for name in names("loss") if (c := certify(name, "l2")).verdict is not Verdict.PROVED}
    assert [*found] == REFUSED
    assert len(found) == 29
    every = names("regularizer")
    assert [n for n in every if certify("cross_entropy", n).verdict is not Verdict.PROVED] == PENALTIES
    assert [n for n, c in found.items() if c.tier is Tier.QUOTIENT and not c.repairs] == []
    assert sum(c.tier is Tier.QUOTIENT for c in found.values()) == 10
    assert [n for n, c in found.items() if not c.repairs] == []
    assert [n for n in PENALTIES if not certify("cross_entropy", n).repairs] == []


KINDS: dict[str, list[tuple[str, str | None]]] = {
    "add a penalty": [("cross_entropy", None), ("gce", None), ("focal", None), ("logsumexp(z) - z[y]", None)],
    "take the symmetric part": [
        ("cross_entropy", None),
        ("total(softplus(z)) - z[y]", None),
        ("squentropy", None),
        ("exp(-z[y])", None),
    ],
    "subtract the drift": [
        ("total(softplus(z)) - z[y]", "l2"),
        ("total(softplus(z)) - 2*z[y]", "l2"),
        ("total(log(1 + exp(z))) - z[y] + total(z)", "l2"),
        ("total((z - onehot(y))**2)/2", "huber"),
        ("logsumexp(z) - z[y] + 1/100*total(z)", "l2"),
        ("-z[y]", "log_cosh"),
        ("mean((z - onehot(y))**2)", "l2"),
        ("class_weighted_ce", "l2"),
        ("logit_adjusted_ce", "l2"),
        ("alpha_balanced_focal", "log_cosh"),
    ],
    "centre the one-hot vector": [
        ("total((z - onehot(y))**2)/2", "l2"),
        ("3*total((z - onehot(y))**2)", "l2"),
        ("mean((2*z - 2*onehot(y))**2)", "log_cosh"),
    ],
    "turn the sign": [
        ("log_softmax(z)[y]", "l2"),
        ("softmax(z)[y]", "entropy"),
        ("z[y] - mean(z)", "l2"),
        ("cross_entropy", "-total(z**2)"),
        ("cross_entropy", "total(log_softmax(z))"),
        ("mae", "1 - total(softmax(z)**2)"),
    ],
    "take logsumexp in the place of the largest entry": [
        ("amax(z, but=y) - z[y]", "l2"),
        ("relu(2 - z[y] + amax(z, but=y))", "l2"),
        ("amax(z) - z[y]", "l2"),
        ("-z[y] - amin(z - onehot(y), but=y)", "l2"),
    ],
    "take softmax in the place of the largest class": [
        ("epsilon_softmax", "l2"),
        ("-log(softmax(z)[y]/2 + onehot_argmax(z)[y]/2 + 1/10)", "l2"),
    ],
    "leave the logits unnormalised": [
        ("logsumexp(3*z/sqrt(total(z**2))) - 3*z[y]/sqrt(total(z**2))", "l2"),
        ("-log_softmax(z/sqrt(total(z**2)))[y]", "l2"),
    ],
    "round the kink off": [
        ("relu(total(z, but=y)/(C - 1) - z[y])", "l2"),
        ("abs(mean(z) - z[y]) + mean(z) - z[y]", "l2"),
        ("cross_entropy", "total(abs(z)) + total(z**2)"),
        ("cross_entropy", "sqrt(total(z**2))"),
        ("cross_entropy", "maximum(total(z**2), 2*total(abs(z)))"),
    ],
    "move the penalty": [
        ("one_vs_rest_logistic", "l2"),
        ("total(softplus(z)) - z[y]", "huber"),
        ("2*softplus(-z[y]) + 2*total(softplus(z), but=y)", "log_cosh"),
        ("mean(softplus(z) - onehot(y)*z)", "l2"),
    ],
    "weight the label": [
        ("total(softplus(z)) - z[y]", "l2"),
        ("softplus(-z[y]) + total(softplus(z), but=y)", "l2"),
        ("exp(-z[y]) + total(exp(z), but=y)", "l2"),
        ("relu(1 - z[y])**2 + 3*total(relu(1 + z)**2, but=y)", "l2"),
    ],
    "make the classes equal": [
        ("forward", "l2"),
        ("class_weighted_ce", "l2"),
        ("ldam", "l2"),
        ("logit_adjusted_ce", "l2"),
    ],
    "drop the linear part of the penalty": [
        ("cross_entropy", "total(softplus(z))"),
        ("cross_entropy", "total(exp(z))"),
        ("mae", "total(z**2)/2 + mean(z)"),
    ],
    "add curvature to the penalty": [
        ("cross_entropy", "total(z**4)"),
        ("square_centred", "entropy"),
        ("square_centred", "total((z - mean(z))**2)"),
        ("total((z - onehot(y))**2)/2 + mean(z)", "label_smoothing_penalty"),
    ],
    "set a parameter": [("bce_pos_weight", "l2"), ("phuber_gce", "l2")],
    "restrict the scope": [
        ("-log(maximum(softmax(z)[y], 1/100))", "l2"),
        ("one_vs_rest_logistic", "l2"),
        ("(C - 5)*z[y] - (C - 5)*mean(z)", "l2"),
        ("phuber_ce", "l2"),
    ],
}  # fmt: skip
"""Pairs that each rule mends; the rules are those of the folder, and none is without one."""


def test_every_rule_is_tried() -> None:
    assert {rule.name for rule in rules()} == set(KINDS)
    assert len({rule.rank for rule in rules()}) == len(rules())


@pytest.mark.parametrize(
    ("rule", "loss", "regularizer"), [(rule, *pair) for rule, pairs in KINDS.items() for pair in pairs]
)
def test_a_rule_mends_what_it_is_for(rule: str, loss: str, regularizer: str | None) -> None:
    refused = certify(loss, regularizer)
    assert refused.verdict is Verdict.REFUTED
    found = [repair for repair in refused.repairs if rule in repair.rules]
    assert found
    for repair in refused.repairs:
        assert_proved(repair)


@pytest.mark.parametrize("first", one_in(4, range(4)))
@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_stops_with_a_reason_or_not_at_all(rule: Rule, first: int) -> None:
    """The search passes over what a rule raises, so that nothing of it would be seen there."""
    for name in REFUSED[first::4]:
        for refused in (certify(name, "l2"), certify(name), certify(name, "l2", anchor="t_")):
            is_asked = Setting.of(refused.problem) in rule.settings and refused.verdict is not Verdict.PROVED
            with suppress(Undecided):
                if not is_asked:
                    continue
                for change in rule.changes(refused):
                    assert change.what
                    assert change.problem != refused.problem


def test_a_clamp_is_left_alone_where_it_does_not_act() -> None:
    """max(p_y, 10^-7) is p_y at z = 0 for C < 10^7, has a kink there at C = 10^7, and is constant beyond."""
    refused = certify("-log(maximum(softmax(z)[y], 1/10000000))", "l2")
    (repair,) = refused.repairs
    assert repair.rules == ("restrict the scope",)
    assert str(repair.certificate.scope) == "every C from 2 to 9999999"
    assert repair.text == "every C from 2 to 9999999"


def test_both_runs_of_classes_are_told() -> None:
    """PHuber at tau = 10 has a kink at C = 10 alone."""
    refused = certify("phuber_ce", "l2").at(tau=10)
    scopes = [str(r.certificate.scope) for r in refused.repairs if r.rules == ("restrict the scope",)]
    assert scopes == ["every C from 2 to 9", "every C >= 11"]


def test_the_number_that_mends_one_vs_rest_is_the_one_of_the_paper() -> None:
    """c = 1/2 - 1/C, so that (1/2 - 1/C) total(z) = (C/2 - 1) mean(z) is taken off, for every C (THEORY 16)."""
    repair = certify("one_vs_rest_logistic", "l2").repairs[0]
    assert repair.text == "total(softplus(z)) - z[y] - (C/2 - 1)*mean(z)"
    assert repair.certificate.tier is Tier.EXACT
    assert str(repair.certificate.scope) == "every C >= 2"
    square = certify("square", "l2").repairs[0]
    assert square.text == "total((z - onehot(y))**2)/2 + mean(z)"  # 2 mean(z) without the 1/2


def test_what_a_repair_loses_is_said() -> None:
    """A bounded loss plus a linear one is not bounded; one-vs-rest less its drift falls without end along t e_y."""
    bounded = certify("ova_sigmoid", "l2").repairs[0]
    assert bounded.loses == ("the loss need not be bounded below any more",)
    at_10 = certify("ova_sigmoid", "l2", classes=10).repairs[0]
    assert at_10.loses == ("the loss is not bounded below any more",)
    mended = certify("one_vs_rest_logistic", "l2").repairs[0]
    assert mended.loses == ("the loss need not be bounded below any more",)
    assert certify("square", "l2").repairs[0].loses == ()  # a positive definite form plus a linear one
    # At C = 3 along t e_y: 3 softplus(0) etc. - (1/6) t, -15 at t = 100 (THEORY 16).
    with mp.workdps(DIGITS):
        assert -16 < value(mended.text, [mpf(100), mpf(0), mpf(0)], 0, {}) < -15


def test_impossible_is_what_a_theorem_says() -> None:
    assert CLASSWISE in certify("class_weighted_ce", "l2").repairs.impossible
    # with two classes a linear term does mend it, so nothing is said there
    assert CLASSWISE not in certify("class_weighted_ce", "l2", classes=2).repairs.impossible
    assert CLASSWISE not in certify("one_vs_rest_logistic", "l2").repairs.impossible
    assert BOUNDED in certify("ova_sigmoid", "l2").repairs.impossible
    assert BOUNDED not in certify("square", "l2").repairs.impossible
    assert SYMMETRIC in certify("cross_entropy").repairs.impossible
    assert SYMMETRIC not in certify("gce").repairs.impossible  # not convex
    # where the penalty fails, the loss needs no change
    assert certify("mae", "quartic").repairs.impossible == ()


@pytest.mark.parametrize("classes", [100, 10**9])
def test_many_classes_are_not_written_out(classes: int) -> None:
    found = certify("one_vs_rest_logistic", "l2", classes=classes).repairs
    assert {"subtract the drift", "weight the label"} <= {r.rules[0] for r in found}


def test_where_no_change_is_found_there_is_advice() -> None:
    a, b = Parameter("a", above=0), Parameter("b", above=0)
    found = certify(lambda z, y: (a - b) * (sc.mean(z) - z[y]), "l2").repairs
    assert found.advice == (NOTHING, REGION)
    assert REGION.split(":")[0] in " ".join(str(found).split())
    assert str(sc.region(lambda z, y: (a - b) * (sc.mean(z) - z[y]), "l2").headline).startswith(
        "PROVED exactly where a > b"
    )
    assert certify("(z[y] - mean(z))**2", "l2").repairs.advice == (NOTHING, SIGNAL)
    assert certify("square", "l2").repairs.advice == ()


def test_without_time_it_is_not_said_that_there_is_no_change() -> None:
    refused = certify("square", "l2", budget=1e-6)
    assert refused.verdict is Verdict.UNDECIDED
    assert refused.repairs.advice[0] == TIME


@pytest.mark.parametrize("pair", [("cross_entropy", "l2"), ("gce", "entropy"), ("mae", "log_cosh")])
def test_what_is_proved_needs_none(pair: tuple[str, str]) -> None:
    found = certify(*pair).repairs
    assert len(found) == 0
    assert found.impossible == ()
    assert "What now" not in str(certify(*pair))


def test_code_that_was_not_read_has_none() -> None:
    def unreadable(z: object, y: object) -> object:
        import torch

        return torch.fft.fft(z)[y]

    found = certify(unreadable, "l2")
    assert found.verdict is Verdict.UNDECIDED
    assert found.loss.formula == UNREAD
    assert len(found.repairs) == 0


def test_at_an_anchor_the_drift_there_is_taken_off() -> None:
    """For cross entropy d = softmax(z_ref) - u (THEORY 2); with a law pi as the anchor log(pi) that is pi - u."""
    (repair,) = certify("cross_entropy", "l2", anchor="t").repairs
    assert repair.text == "logsumexp(z) - z[y] - total((softmax(t) - 1/C)*z)"
    assert repair.certificate.problem.anchor_text == "t"
    (repair,) = certify("cross_entropy", "l2", anchor="log(pi)").repairs
    assert repair.certificate.verdict is Verdict.PROVED
    # sum_y grad l(t, y) of the formula string, by differences about t
    t = [mpf(1) / 3, mpf(-2), mpf(7) / 5]
    text = certify("cross_entropy", "l2", anchor="t").repairs[0].text
    slopes = [
        gradient(lambda w, y=y: value(text, [a + b for a, b in zip(w, t, strict=True)], y, {}, {"t": t}), 3)
        for y in range(3)
    ]
    with mp.workdps(DIGITS):
        assert all(abs(sum(b[k] for b in slopes)) < NEAR for k in range(3))


@pytest.mark.parametrize("anchor", ["-log(C - 1)", "2", "t", "log(pi)"])
def test_an_anchor_may_be_one_number_for_all_classes(anchor: str) -> None:
    """Cross entropy does not notice one; of others the drift there is taken off, with kinks and powers on the way."""
    for loss in ("exp(-z[y])", "exp(-z[y]) + maximum(softmax(z)[y], 2/5)", "total(softplus(z)**2) - z[y]"):
        refused = certify(loss, "l2", anchor=anchor)
        found = [r for r in refused.repairs if r.rules == ("subtract the drift",)]
        assert all(r.certificate.verdict is Verdict.PROVED for r in found)
    assert found or refused.verdict is Verdict.PROVED


def test_torch_code_of_binary_losses_is_weighted_as_pos_weight_does() -> None:
    torch = pytest.importorskip("torch")
    found = certify(torch.nn.BCEWithLogitsLoss(), "l2", classes=10).repairs
    assert {r.rules[0] for r in found} == {"subtract the drift", "move the penalty", "weight the label"}
    weighted = next(r for r in found if r.rules == ("weight the label",))
    ours = torch.nn.BCEWithLogitsLoss(pos_weight=torch.full((10,), 9.0))
    again = certify(ours, "l2", classes=10)
    assert sc.same(weighted.problem.loss.formula, again.loss.formula, classes=10).relation.name == "EQUAL"


def test_every_rendering_of_a_refusal_shows_them() -> None:
    refused = certify("square", "l2")
    for page in (refused.to_text(), refused.to_markdown(), refused.to_latex(), refused.to_json()):
        assert "subtract the drift" in page
        assert "mean(z)" in page
    told = json.loads(refused.to_json())["repairs"]["found"]
    assert [r["rules"] for r in told] == [list(r.rules) for r in refused.repairs]


def test_recheck_derives_them_again() -> None:
    text = certify("bce_pos_weight", "l2").to_json()
    assert recheck(text).repairs[0].text == "(C - 1)*softplus(-z[y]) + total(softplus(z), but=y)"
    fields = json.loads(text)
    fields["repairs"]["found"][0]["loss"]["formula"] = "C*softplus(-z[y]) + total(softplus(z), but=y)"
    with pytest.raises(CertificateError, match=r"repairs\.found\[0\]\.loss\.formula"):
        recheck(json.dumps(fields))
    # written before there were repairs
    del fields["repairs"]
    assert recheck(json.dumps(fields)).verdict is Verdict.REFUTED


def test_they_are_values() -> None:
    found = certify("square", "l2").repairs
    assert pickle.loads(pickle.dumps(found)) == found
    assert copy.deepcopy(found) == found
    assert hash(found) == hash(certify("square", "l2").repairs)
    assert list(found) == [found[0], found[1]]
    assert found[:1] == (found[0],)
    assert "What now" in str(found)
    assert repr(found) == "<Repairs: subtract the drift, centre the one-hot vector>"


def test_parameters_of_the_pair_keep_their_names() -> None:
    """A loss with a parameter called r gets a rate of another name."""
    r = Parameter("r", above=0)
    mixing = sc.MatrixParameter("T", rows_sum=1, at_least=0, positive_diagonal=True)
    refused = certify(lambda z, y: -r * sc.log(mixing.T @ sc.softmax(z))[y], "l2")
    (repair,) = refused.repairs
    assert {p.name for p in repair.certificate.scope.parameters} == {"r", "r2"}


def test_a_formula_of_a_repair_can_be_typed() -> None:
    """Its text is the formula again, where no free parameter has to be declared."""
    for name in ("one_vs_rest_logistic", "square", "lee_lin_wahba", "crammer_singer"):
        for repair in certify(name, "l2").repairs:
            if "loss" in repair.changed:
                again = certify(repair.text, "l2")
                assert again.loss.formula == repair.problem.loss.formula
                assert isinstance(again.loss.formula, Formula)
                assert again.verdict is Verdict.PROVED


def test_the_torch_code_of_a_repair_is_its_formula() -> None:
    """At random logits in double precision, beside the formula string by mpmath."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    for pair in (("one_vs_rest_logistic", "l2"), ("crammer_singer", "l2"), ("square", "entropy"), ("mae", "z_loss")):
        for repair in certify(*pair).repairs:
            made: dict[str, Any] = {}
            exec(repair.torch_code(), made)  # noqa: S102
            z = torch.randn(6, 4, dtype=torch.float64)
            y = torch.tensor([0, 1, 2, 3, 0, 1])
            rows = list(zip(z.tolist(), y.tolist(), strict=True))
            formulas = repair.changed or {"loss": repair.problem.loss.formula}
            assert {"loss", "regularizer"} & made.keys() == formulas.keys()
            for name, formula in formulas.items():
                got = made[name](z, y) if name == "loss" else made[name](z)
                expected = [float(value(str(formula), list(map(mpf, r)), k, {})) for r, k in rows]
                assert torch.allclose(got, torch.tensor(expected, dtype=z.dtype), rtol=1e-12)


def test_a_sum_of_more_parts_than_anybody_could_count_is_looked_at_in_time() -> None:
    """x + x of x + x ...: sixty lines of code, and 2^60 summands."""

    def doubled(z: Term, y: Term) -> Term:
        found = sc.exp(z[y])
        for _ in range(60):
            found = found + found
        return found

    assert isinstance(sc.certify(doubled, "l2").repairs.found, tuple)
