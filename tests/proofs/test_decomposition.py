"""l = sym(l) + ins(l) over the whole catalogue, and l = kappa MUH + a function of z alone (THEORY 2).

The parts are proved by canonical forms; here they are also compared with the definition, sums over the labels one by
one, at rational points z.  Every near miss of an identity of the theory stays unproved.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.everywhere.everywhere import classes_tried, equal_everywhere, equality, logits_tried, points_of
from symcheck.decomposition import Decomposition, decompose
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Code, Undecided
from tests.each import of_each

UNSAID = {"carlini_wagner": "amax(z, but=y)", "crammer_singer": "amax(z, but=y)"}
"""Losses whose mean over the labels has no formula in the language, with the part that has none."""


def parts(name: str) -> Decomposition:
    return decompose(loss_named(name))


@of_each([n for n in names("loss") if n not in UNSAID])
def test_the_parts_of_a_loss_are_proved(name: str) -> None:
    found = parts(name)
    assert found.verdict is Verdict.PROVED, found.reason
    assert found.symmetric is not None
    assert found.insensitive is not None
    assert not found.insensitive.uses_label
    assert found.statement.startswith(name)


@pytest.mark.parametrize("name", UNSAID)
def test_a_part_without_a_formula_is_named(name: str) -> None:
    found = parts(name)
    assert (found.verdict, found.symmetric, found.insensitive) == (Verdict.UNDECIDED, None, None)
    assert found.reason is not None
    assert (found.reason.code, found.reason.where) == (Code.UNMAPPED_OP, UNSAID[name])
    assert "sum_j(amax(z[i], j))" in found.canonical  # the sum over j of the largest z_i with i != j


@of_each([n for n in names("loss") if n not in UNSAID])
def test_the_parts_are_those_of_the_definition(name: str) -> None:
    """ins(l) is the mean over the labels and sym(l) the rest, as balls at C = 2, 3, 5 see them."""
    found, formula = parts(name), loss_named(name).recorded
    assert found.symmetric is not None
    assert found.insensitive is not None
    met = 0
    for classes in classes_tried(found.scope):
        for point in points_of(formula, found.scope, classes, 1):
            for z in logits_tried(classes, 2):

                def at(f: Formula, y: int, p=point, z=z):
                    return value_at(f.with_arrays(p.arrays), z, p.values, y=y)

                labels = range(1, classes + 1)
                try:
                    losses = [at(formula, y) for y in labels]
                except Undecided:
                    continue
                mean = sum(losses[1:], losses[0]) / classes
                symmetric = [at(found.symmetric, y) for y in labels]
                assert at(found.insensitive, 1).overlaps(mean)
                assert sum(symmetric[1:], symmetric[0]).contains(0)
                for l_y, s_y in zip(losses, symmetric, strict=True):
                    assert s_y.overlaps(l_y - mean)
                    assert float(s_y.rad()) < 1e-20 or float(mean.rad()) > 1e-20  # a tie has a wide ball
                met += 1
    assert met >= 2


KAPPA = {
    # the losses with l = kappa MUH + a function of z alone, every other has none
    "backward_uniform": "1/a",
    "bootstrap_hard": "beta",
    "bootstrap_soft": "beta",
    "confidence_penalty": "1",
    "cross_entropy": "1",
    "elr": "1",  # the penalty has no label in it
    "entmax": "1",  # its label occurs in -z_y alone
    "label_smoothing": "1 - r",
    "ldr_kl": "1",
    "logistic_margin": "1",
    "mixup_prior": "lambda_",
    "muh": "1",
    "negative_label_smoothing": "1 - r",
    "one_vs_rest_logistic": "1",  # total(softplus(z)) - z_y
    "peer": "1",
    "peer_uniform": "1",
    "perceptron": "1",  # relu(-v) = |v|/2 - v/2
    "sparse_regularization": "1/tau",
    "sparsemax": "1",
    "square": "1",
    "square_centred": "1",
    "temperature_ce": "1/tau",
    "unhinged_margin": "2",
    "z_loss_ce": "1",
}


@of_each(names("loss"))
def test_which_losses_are_muh_and_a_function_of_z(name: str) -> None:
    assert str(parts(name).kappa) == KAPPA.get(name, "None")


@pytest.mark.parametrize("name", [n for n in KAPPA if n not in ("bootstrap_hard", "perceptron", "mixup_prior")])
def test_kappa_is_that_of_the_gradient(name: str) -> None:
    """Where the rest is smooth at 0 and treats classes alike, kappa is the one of grad l(0, y), derived at 0 alone."""
    if loss_named(name).recorded.is_classwise:
        pytest.skip("the drift of a prior has no single kappa")
    assert str(sc.certify(name, "l2").kappa) == KAPPA[name]


STATEMENTS = {
    "backward_uniform": "(1/a) MUH + KL(u||p) + log(C)",
    "bootstrap_soft": "beta MUH + (beta - 1) (sum_k p_k log p_k) + beta KL(u||p) + beta*log(C)",
    "confidence_penalty": "MUH + beta (sum_k p_k log p_k) + KL(u||p) + log(C)",
    "cross_entropy": "MUH + KL(u||p) + log(C)",
    "label_smoothing": "(1 - r) MUH + KL(u||p) + log(C)",
    "ldr_kl": "MUH + lambda_ KL(u||softmax((1/lambda_)*z))",
    "logistic_margin": "MUH + KL(u||p) + log(2)",
    "one_vs_rest_logistic": "MUH - mean(z) + sum_k log(1 + exp(z_k))",
    "peer_uniform": "MUH + (1 - alpha) KL(u||p) + log(C)*(1 - alpha)",
    "square": "MUH + ||z||^2/2 - mean(z) + 1/2",
    "square_centred": "MUH + ||z||^2/2 + (C - 1)/(2*C)",
    "temperature_ce": "(1/tau) MUH + KL(u||softmax((1/tau)*z)) + log(C)",
    "unhinged_margin": "2 MUH + 1",
    "z_loss_ce": "MUH + KL(u||p) + zeta LSE(z)^2 + log(C)",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements(name: str) -> None:
    assert parts(name).statement == f"{name} = {STATEMENTS[name]}"


LOCAL = {
    # relu(m - z_y + z_k) is its argument where |z_y - z_k| < m, which ||z||_inf < m/2 ensures
    "multi_margin": "On ||z||_inf < 1/2: l = MUH + (C - 1)/C",
    "weston_watkins": "On ||z||_inf < m/2: l = C MUH + m*(C - 1)",
    "hinge": "On ||z||_inf < 1/2: l = 2 MUH + 1",
    "lee_lin_wahba": "On ||z||_inf < 1/(C - 1): l = MUH + (C - 1) mean(z) + 1",
    "one_vs_all_hinge": "On ||z||_inf < 1: l = 2 MUH + (C - 2) mean(z) + C",
    "multi_margin_squared": "",  # (m - z_y + z_k)^2 has z_y^2 in it
}


@pytest.mark.parametrize("name", LOCAL)
def test_what_holds_near_0(name: str) -> None:
    found = parts(name)
    assert found.kappa is None
    assert found.local == LOCAL[name]


def test_the_box_of_the_margin_loss_is_not_larger() -> None:
    """At C = 2, z = (x, -x), y = 1 the loss is relu(1 - 2x)/2 and MUH + 1/2 is 1/2 - x: equal for x <= 1/2 only."""
    margin, muh = loss_named("multi_margin").recorded, loss_named("muh").recorded
    for x, holds in ((Fraction(2, 5), True), (Fraction(3, 5), False)):
        difference = value_at(margin, [x, -x], {}, y=1) - value_at(muh, [x, -x], {}, y=1)
        assert difference.contains(arb(1) / 2) is holds


@of_each([n for n in names("loss") if n not in UNSAID])
def test_noise_only_shrinks_the_symmetric_part(name: str) -> None:
    """(1 - rho) l + rho/(C - 1) (sum_k l_k - l) = a sym(l) + ins(l) with a = 1 - rho C/(C - 1), for every rho."""
    found = parts(name)
    assert found.symmetric is not None
    assert found.insensitive is not None
    rho = Parameter("rho_n", at_least=0, below=1)
    classes = parsed("C", kind="loss")
    C, l_, sym, ins = map(
        term_of_formula, (classes, loss_named(name).recorded, found.symmetric, found.insensitive)
    )  # fmt: skip
    noisy = (1 - rho) * l_ + rho / (C - 1) * (C * ins - l_)
    a = 1 - rho * C / (C - 1)
    assert equal_everywhere(Formula.of(noisy), Formula.of(a * sym + ins), found.scope, Budget(30)) is Verdict.PROVED


MUH, KL_UP = "(mean(z) - z[y])", "(logsumexp(z) - mean(z) - log(C))"
KL_PU = "(total(softmax(z)*log_softmax(z)) + log(C))"
CE = "logsumexp(z) - z[y]"

NEAR_MISSES = {
    # statement: (left, right), each one change away from an identity of the theory
    "KL(p||u) for KL(u||p)": (CE, f"{MUH} + {KL_PU} + log(C)"),
    "log(C - 1) for log C": (CE, f"{MUH} + {KL_UP} + log(C - 1)"),
    "log C with a minus": (CE, f"{MUH} + {KL_UP} - log(C)"),
    "log C left out": (CE, f"{MUH} + {KL_UP}"),
    "MUH with a minus": (CE, f"-{MUH} + {KL_UP} + log(C)"),
    "kappa C": (CE, f"C*{MUH} + {KL_UP} + log(C)"),
    "kappa 1/C": (CE, f"{MUH}/C + {KL_UP} + log(C)"),
    "kappa (C - 1)/C": (CE, f"(C - 1)/C*{MUH} + {KL_UP} + log(C)"),
    "kappa 1 + 10^-9": (CE, f"(1 + 10**(-9))*{MUH} + {KL_UP} + log(C)"),
    "KL twice": (CE, f"{MUH} + 2*{KL_UP} + log(C)"),
    "the mean over the others": (CE, f"mean(z, but=y) - z[y] + {KL_UP} + log(C)"),
    "KL of another temperature": (CE, f"{MUH} + logsumexp(2*z)/2 - mean(z)"),
    "square without its -mean(z)": ("total((z - onehot(y))**2)/2", f"{MUH} + total(z**2)/2 + 1/2"),
    "square with + mean(z)": ("total((z - onehot(y))**2)/2", f"{MUH} + total(z**2)/2 + mean(z) + 1/2"),
    "square without its 1/2": ("total((z - onehot(y))**2)/2", f"{MUH} + total(z**2)/2 - mean(z)"),
    "square without the factor 1/2": ("total((z - onehot(y))**2)", f"{MUH} + total(z**2)/2 - mean(z) + 1/2"),
    "centred square with (C - 1)/C": ("square_centred", f"{MUH} + total(z**2)/2 + (C - 1)/C"),
    "centred square with 1/2": ("square_centred", f"{MUH} + total(z**2)/2 + 1/2"),
    "the plain square for the centred one": ("square_centred", "total((z - onehot(y))**2)/2"),
    "RCE as -A MAE": ("reverse_cross_entropy", "-A*2*(1 - softmax(z)[y])"),
    "RCE as A/2 MAE": ("reverse_cross_entropy", "A*(1 - softmax(z)[y])"),
    "SCE at lambda = 1 as a multiple of MAE": ("logsumexp(z) - z[y] + 1 - softmax(z)[y]", "3/2*(1 - softmax(z)[y])"),
    "MAE = 1 - p_y": ("mae", "1 - softmax(z)[y]"),
    "Brier as MAE squared": ("brier", "(2 - 2*softmax(z)[y])**2"),
    "label smoothing as (1 + r) MUH": ("label_smoothing", f"(1 + r)*{MUH} + {KL_UP} + log(C)"),
    "label smoothing with r KL": ("label_smoothing", f"(1 - r)*{MUH} + r*{KL_UP} + log(C)"),
    "backward with a for 1/a": ("backward_uniform", f"a*{MUH} + {KL_UP} + log(C)"),
    "peer with alpha for 1 - alpha": ("peer_uniform", f"{MUH} + alpha*({KL_UP} + log(C))"),
    "temperature with tau for 1/tau": ("temperature_ce", f"tau*{MUH} + logsumexp(z/tau) - mean(z)/tau"),
    "multi-margin everywhere": ("multi_margin", f"{MUH} + (C - 1)/C"),
    "Weston-Watkins as MUH": ("weston_watkins", f"{MUH} + m*(C - 1)"),
    "the printed label smoothing": (CE, f"{MUH} + total(log_softmax(z))/C + log(C)"),
    "onehot* with 1/(C - 1)": ("muh", "-total(z*(onehot(y) - 1/(C - 1)))"),
}


def formula(text: str) -> Formula:
    if text in names("loss"):
        return loss_named(text).recorded
    free = [p for n in names("loss") for p in loss_named(n).recorded.parameters]
    wanted = {"A": "reverse_cross_entropy", "r": "label_smoothing", "a": "backward_uniform"}
    known = {p.name: p for p in free}
    for n, entry in {**wanted, "tau": "temperature_ce", "alpha": "peer_uniform", "m": "weston_watkins"}.items():
        known[n] = next(p for p in loss_named(entry).recorded.parameters if p.name == n)
    return parsed(text, kind="loss", parameters=known)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_of_the_identities_are_refuted(name: str) -> None:
    left, right = map(formula, NEAR_MISSES[name])
    found = equality(left, right, Scope(), Budget(20))
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None


IDENTITIES = {
    # what the near misses are one change away from: all of these are proved
    "CE": (CE, f"{MUH} + {KL_UP} + log(C)"),
    "square": ("total((z - onehot(y))**2)/2", f"{MUH} + total(z**2)/2 - mean(z) + 1/2"),
    "centred square": ("square_centred", f"{MUH} + total(z**2)/2 + (C - 1)/(2*C)"),
    "RCE": ("reverse_cross_entropy", "-A/2*(2 - 2*softmax(z)[y])"),
    "label smoothing": ("label_smoothing", f"(1 - r)*{MUH} + {KL_UP} + log(C)"),
    "backward": ("backward_uniform", f"1/a*{MUH} + {KL_UP} + log(C)"),
    "peer": ("peer_uniform", f"{MUH} + (1 - alpha)*({KL_UP} + log(C))"),
    "temperature": ("temperature_ce", f"{MUH}/tau + logsumexp(z/tau) - mean(z)/tau"),
    "MUH": ("muh", "-total(z*(onehot(y) - 1/C))"),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_the_identities_themselves_are_proved(name: str) -> None:
    left, right = map(formula, IDENTITIES[name])
    assert equal_everywhere(left, right, Scope(), Budget(20)) is Verdict.PROVED


@pytest.mark.parametrize("name", ["adaboost_mr", "gce", "nce", "weston_watkins", "brier"])
def test_the_parts_of_the_parts(name: str) -> None:
    """The decomposition is unique: sym(sym(l)) = sym(l), and sym(ins(l)) = 0."""
    found = parts(name)
    assert found.symmetric is not None
    assert found.insensitive is not None
    again = decompose(found.symmetric)
    assert again.symmetric is not None
    assert equal_everywhere(again.symmetric, found.symmetric, found.scope, Budget(20)) is Verdict.PROVED
    assert str(decompose(found.insensitive).kappa) == "0"


def test_two_classes_have_parts_of_their_own() -> None:
    """At C = 2 pairwise logistic is the cross entropy of two classes, and a margin is a difference of two scores."""
    assert decompose("pairwise_logistic", classes=2).statement == "pairwise_logistic = MUH + KL(u||p) + log(2)"
    assert decompose("carlini_wagner", classes=2).statement == "carlini_wagner = 2 MUH"
    assert decompose("bce_balanced", classes=Classes(2, 2)).kappa == 1
