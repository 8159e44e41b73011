"""decompose and symmetrize: what they take, what they give, and what they say where they cannot."""

from __future__ import annotations

import dataclasses

import pytest

import symcheck as sc
from symcheck.conditions.remembered import forget
from symcheck.errors import FormulaError, ScopeError, UnknownNameError
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import symbols

CE = "cross_entropy = MUH + KL(u||p) + log(C)"


def test_every_way_to_hand_in_a_loss() -> None:
    """The same loss by name, entry, formula string, code and torch ends in the same statement."""
    assert sc.decompose("cross_entropy").statement == CE
    assert sc.decompose(sc.losses.CrossEntropy()).statement == CE
    statement = "formula = MUH + KL(u||p) + log(C)"
    assert sc.decompose("logsumexp(z) - z[y]").statement == statement
    assert sc.decompose(lambda z, y: -sc.log_softmax(z)[y]).statement == statement
    assert sc.decompose(sc.losses.CrossEntropy().recorded).statement == statement


def test_torch_code() -> None:
    torch = pytest.importorskip("torch")
    found = sc.decompose(torch.nn.CrossEntropyLoss(label_smoothing=0.1))
    assert found.statement == "CrossEntropyLoss = (9/10) MUH + KL(u||p) + log(C)"


def test_a_value_of_a_parameter_is_in_the_statement() -> None:
    found = sc.decompose(sc.losses.LabelSmoothing(r="1/4"))
    assert found.statement == "label_smoothing(r=1/4) = (3/4) MUH + KL(u||p) + log(C)"
    assert found.kappa is not None
    assert found.kappa.is_Rational


def test_a_symmetric_loss_is_called_so() -> None:
    found = sc.decompose("mae")
    assert found.statement == "mae is symmetric: sum_y l(z, y) = 2*C - 2"
    assert found.kappa is None


def test_the_scope() -> None:
    assert str(sc.decompose("gce").scope) == "every C >= 2, every q in (0, 1]"
    assert str(sc.decompose("gce", classes=10).scope) == "C = 10, every q in (0, 1]"
    assert str(sc.decompose("hinge").scope) == "C = 2"
    assert str(sc.decompose(sc.losses.ClassWeightedCE(w=(1, 2, 3))).scope) == "C = 3"
    with pytest.raises(ScopeError, match="got C = 3, and hinge is about C = 2"):
        sc.decompose("hinge", classes=3)


def test_what_is_no_loss() -> None:
    with pytest.raises(UnknownNameError):
        sc.decompose("gcee")
    with pytest.raises(FormulaError):
        sc.decompose(sc.regularizers.L2())


def test_shown_as_text() -> None:
    assert str(sc.decompose("cross_entropy")).splitlines()[:3] == [
        f"{CE}  [PROVED, every C >= 2]",
        "",
        "  l                  logsumexp(z) - z[y]",
    ]


def test_shown_as_markdown() -> None:
    found = sc.decompose("cross_entropy")
    lines = found.to_markdown().splitlines()
    assert lines[0].startswith(r"### cross\_entropy = MUH + KL(u\|\|p) + log(C)")
    assert r"- **ins(l)** $\log \sum_{k} e^{z_{k}} - \tfrac{1}{C} \sum_{k} z_{k}$" in lines
    assert found._repr_markdown_() == found.to_markdown()


def test_a_part_without_a_formula_has_its_canonical_form() -> None:
    found = sc.decompose("crammer_singer")
    text = str(found)
    assert "ins(l)             no formula in the language" in text
    assert "ins(l), canonical  " in text
    assert "unmapped-op at amax(z, but=y): " in text
    assert "no formula in the language" in found.to_markdown()


def test_a_loss_without_a_reading_still_has_its_parts() -> None:
    """The reading at all z gives a product no meaning; the mean over the labels needs none."""
    found = sc.decompose("product(exp(z)) - z[y]")
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason is not None
    assert str(found.insensitive) == "product(exp(z)) - mean(z)"


def test_noise_at_every_lambda() -> None:
    text = sc.decompose("gce").finite_lambda
    assert "Lbar_l = a L_sym(l) + L_ins(l) = (1 - r) L_l + r L_ins(l)" in text
    assert "those of the clean risk of sym(l) + (ins(l) + lambda g)/a" in text


def test_it_is_frozen() -> None:
    found = sc.decompose("muh")
    assert isinstance(found, sc.Decomposition)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.kappa = None  # type: ignore[misc]


def test_symmetrized_losses_are_certified() -> None:
    """sym(l) of a QUOTIENT loss has no drift, and kappa stays what it was."""
    for name, kappa in (("gce", "C**(-q)"), ("weston_watkins", "C"), ("ova_sigmoid", "1/2"), ("square", "1")):
        certificate = sc.certify(sc.symmetrize(name), "l2")
        assert (certificate.verdict, str(certificate.kappa)) == (Verdict.PROVED, kappa)
    assert sc.certify("ova_sigmoid", "l2").verdict is Verdict.REFUTED


def test_symmetrize_keeps_what_is_known_of_a_loss() -> None:
    found = sc.symmetrize(sc.losses.GCE(q="1/2"))
    assert (found.name, found.title, dict(found.values)) == (
        "sym_gce",
        "sym_gce(q=1/2)",
        {"q": sc.losses.GCE(q="1/2").values["q"]},
    )
    assert str(sc.symmetrize("hinge").classes) == "C = 2"


def test_symmetrize_says_why_it_cannot() -> None:
    with pytest.raises(FormulaError) as raised:
        sc.symmetrize("carlini_wagner")
    assert str(raised.value) == (
        "loss: carlini_wagner was not symmetrized: unmapped-op at amax(z, but=y): the language has no formula without "
        "the label for the mean over the labels of the largest, the least or the product of all entries but that at "
        "the label (amax_others); read the canonical form of the mean instead"
    )


def test_the_budget_is_kept() -> None:
    forget()
    found = sc.decompose("nfl_rce", budget=0)
    assert found.verdict is Verdict.UNDECIDED
    assert sc.decompose("nfl_rce").verdict is Verdict.PROVED  # what ran out of time is not remembered


def test_names_that_come_late(fresh) -> None:
    """import symcheck loads neither SymPy nor the decomposition; the names bring them."""
    code = (
        "import sys, symcheck as sc; assert 'sympy' not in sys.modules and 'symcheck.decomposition' not in sys.modules;"
        "print(sc.decompose('muh').statement, sc.symmetrize.__name__, sc.Decomposition.__name__)"
    )
    assert fresh("-c", code).stdout == "muh = MUH symmetrize Decomposition\n"


def test_a_certificate_derives_no_decomposition(fresh) -> None:
    code = (
        "import sys, symcheck as sc; sc.certify('cross_entropy', 'l2');"
        "late = ('symcheck.decomposition', '.everywhere.everywhere', '.everywhere.decomposition', "
        "'readings.everywhere', 'everywhere_field', '.bounded', '.symmetric', 'over_labels');"
        "print([m for m in sys.modules if m.startswith('symcheck') and m.endswith(late)])"
    )
    assert fresh("-c", code).stdout == "[]\n"


def test_terms_of_a_formula_are_the_formula_again() -> None:
    from symcheck.intake.catalogue import loss_named, names
    from symcheck.language.formula import Formula
    from symcheck.language.terms_of import term_of_formula

    for name in names("loss"):
        formula = loss_named(name).recorded
        assert Formula.of(term_of_formula(formula)) == formula
    z, y = symbols()
    pairs = Formula.of(sc.pair_total(sc.first(z) * sc.second(z)) - z[y])
    assert Formula.of(term_of_formula(pairs)) == pairs
