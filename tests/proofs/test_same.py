"""Which formulas are one: pairs that are so by a line of algebra, near misses, and points that tell others apart.

What is refuted is evaluated once more with the definitions in mpmath, which share nothing with the formulas.
"""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
import sympy
from flint import arb
from mpmath import mp, mpf

import symcheck as sc
from symcheck.design.same import same
from symcheck.design.sameness.apart import Apart, Change
from symcheck.design.sameness.relation import Relation
from symcheck.design.sameness.value import Sameness
from symcheck.entry import Entry
from symcheck.errors import ParameterError
from symcheck.field.ball import working
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.formula import Formula
from symcheck.language.functions import logsumexp, total
from symcheck.language.recording import Kind
from symcheck.language.term import Term, Vec
from symcheck.language.terms_of import term_of_formula
from symcheck.reason import Code
from tests.definitions import TABLES

EQUAL, CONSTANT, FACTOR = Relation.EQUAL, Relation.CONSTANT, Relation.FACTOR
BOTH, LABEL_FREE = Relation.FACTOR_AND_CONSTANT, Relation.LABEL_FREE
losses, log_softmax, softmax = sc.losses, sc.log_softmax, sc.softmax
R, S, BETA = (
    sc.Parameter("r", at_least=0, below=1),
    sc.Parameter("s", at_least=0, below="1/2"),
    sc.Parameter("b", above=0),
)
DETACHED = {"focal_detached", "nfl_detached"}


def smoothed(z: Any, y: Any) -> Any:
    """Label smoothing with r/C for every class."""
    return -(1 - R) * log_softmax(z)[y] - R * sc.mean(log_softmax(z))


def smoothed_over_others(z: Any, y: Any) -> Any:
    """Label smoothing with s/(C - 1) for every other class."""
    return -(1 - S) * log_softmax(z)[y] - S * total(log_softmax(z), but=y) / (z.C - 1)


def ipo(z: Any, y: Any) -> Any:
    """(h - 1/(2 b))^2 with h = z_y - z_other, for two classes."""
    return (2 * z[y] - total(z) - 1 / (2 * BETA)) ** 2


def sppo(z: Any, y: Any) -> Any:
    """(z_y - 1/2)^2 + (z_other + 1/2)^2."""
    return (z[y] - Fraction(1, 2)) ** 2 + (total(z) - z[y] + Fraction(1, 2)) ** 2


# With x = p_y: a relation and a factor f, a = f b + h.  By hand, from the definitions.
ONE: list[tuple[Any, Any, Relation, str]] = [
    ("mae", "reverse_cross_entropy", FACTOR, "-2/A"),  # 2 (1 - x) and -A (1 - x)
    ("mae", "nmae", FACTOR, "2*(C - 1)"),  # (1 - x)/(C - 1)
    (losses.GCE(q=1), "mae", FACTOR, "1/2"),  # 1 - x
    (losses.GCE(q="1/2"), "2*(1 - sqrt(softmax(z)[y]))", EQUAL, "1"),  # squared Hellinger
    (losses.AlphaLoss(alpha=2), losses.GCE(q="1/2"), EQUAL, "1"),  # q = 1 - 1/alpha
    (losses.AlphaLossBelowOne(alpha="1/2"), "adaboost_mr", EQUAL, "1"),  # 1/x - 1 = sum over j != y of e^(z_j - z_y)
    (losses.PolyLoss(eps="3/7"), losses.SCE(lambda_="3/7"), EQUAL, "1"),
    (losses.BetaDivergence(beta=1), "brier", CONSTANT, "1"),  # sum p^2 - 2 x, and Brier adds 1
    (losses.Focal(gamma=0), "cross_entropy", EQUAL, "1"),
    (losses.TaylorCE(t=1), "mae", FACTOR, "1/2"),
    (losses.TemperedMAE(alpha=1), "mae", FACTOR, "1/2"),
    (losses.AGCE(q=1), "mae", FACTOR, "1/2"),  # (a + 1) - (a + x)
    ("brier", "mae", LABEL_FREE, "1"),  # sum p^2 + 1 - 2 x
    ("amse", "brier", LABEL_FREE, "a/C"),  # the label enters as -2 a x/C
    ("backward_uniform", "muh", LABEL_FREE, "1/a"),  # MUH/a + KL(u||p) + log C
    ("cross_entropy", "label_smoothing", LABEL_FREE, "1/(1 - r)"),  # (1 - r) MUH + KL(u||p) + log C
    ("negative_label_smoothing", "muh", LABEL_FREE, "1 - r"),
    ("cross_entropy", "muh", LABEL_FREE, "1"),
    ("peer_uniform", "cross_entropy", LABEL_FREE, "1"),  # CE less a mean over the labels
    ("one_vs_rest_logistic", "cross_entropy", LABEL_FREE, "1"),  # sum_j log(1 + e^z_j) - z_y
    ("square", "square_centred", LABEL_FREE, "1"),  # they differ by mean(z) - 1/(2 C)
    ("ldr_kl", "temperature_ce", LABEL_FREE, "tau"),  # -z_y and -z_y/tau
    (losses.LDRKL(lambda_=1), "cross_entropy", CONSTANT, "1"),  # CE - log C
    ("elr", "confidence_penalty", LABEL_FREE, "1"),
    ("hinge", "multi_margin", FACTOR, "2"),  # at C = 2 the sum over the others is one term, divided by C
    ("logistic_margin", "cross_entropy", EQUAL, "1"),  # at C = 2
    ("unhinged_margin", "muh", BOTH, "2"),  # 1 - v at C = 2, and MUH is -v/2
    ("perceptron", "muh", LABEL_FREE, "1"),  # relu(-v) = (|v| - v)/2
    ("pairwise_sigmoid", "sigmoid_margin", EQUAL, "1"),  # at C = 2
    (losses.ClassWeightedCE(w=(2, 2, 2)), "cross_entropy", FACTOR, "2"),
    (smoothed, smoothed_over_others, LABEL_FREE, "(1 - r)*(C - 1)/(C - 1 - C*s)"),  # 1 - r and 1 - s C/(C - 1)
    (sppo, "muh", LABEL_FREE, "2"),  # -(z_y - z_other) at C = 2
]
REGULARIZERS: list[tuple[Any, Any, Relation, str]] = [
    ("l2", "logit_squeezing", FACTOR, "1/2"),
    ("entropy", "total(softmax(z)*log_softmax(z)) + log(C)", CONSTANT, "1"),  # KL(p||u)
    ("label_smoothing_penalty", "-total(log_softmax(z))", BOTH, "1/C"),
    ("pairwise_differences", "logit_variance", FACTOR, "2*C"),  # sum over pairs (z_i - z_j)^2 = C sum (z_i - mean)^2
    (sc.regularizers.Tsallis(power=2), "chi_squared", BOTH, "1/C"),  # sum p^2 - 1, and C sum p^2 - 1
    ("norm(z)", "sqrt(total(z**2))", EQUAL, "1"),
    ("abs(total(z))", "relu(total(z)) + relu(-total(z))", EQUAL, "1"),
]


@pytest.mark.parametrize(("a", "b", "relation", "factor"), [*ONE, *REGULARIZERS])
def test_what_is_one_by_hand(a: Any, b: Any, relation: Relation, factor: str) -> None:
    classes = 2 if a is sppo else None
    found = same(a, b, classes=classes)
    assert found.verdict is Verdict.PROVED, found.reason or found.witness
    assert found.relation is relation
    assert found.factor is not None
    names_ = {str(s): s for s in found.factor.free_symbols} | {"C": sympy.Symbol("C", positive=True, integer=True)}
    assert sympy.cancel(found.factor - sympy.sympify(factor, locals=names_)) == 0
    turned = same(b, a, classes=classes)
    assert turned.verdict is Verdict.PROVED
    assert turned.relation is relation
    assert turned.factor is not None
    assert sympy.cancel(found.factor * turned.factor - 1) == 0


def test_ipo_and_sppo_share_what_noise_moves_and_nothing_else() -> None:
    """(h - t)^2 = h^2 - 2 t h + t^2 with t = 1/(2 b), and SPPO is z_y^2 + z_o^2 - h + 1/2: sym is -h/b, and -h."""
    found = same(ipo, sppo, classes=2)
    assert (found.verdict, found.relation, str(found.factor)) == (Verdict.PROVED, LABEL_FREE, "1/b")
    assert found.label_free is not None
    # h^2 + t^2 - (z_y^2 + z_o^2 + 1/2)/b at b = 3, with h^2 as a sum over the two ordered pairs of classes.
    by_hand = "pair_total((first(z) - second(z))**2)/2 + 1/36 - total(z**2)/3 - 1/6"
    assert same(found.label_free.with_values({"b": Fraction(3)}), by_hand, classes=2).relation is EQUAL


def entries() -> list[tuple[Kind, str]]:
    kinds: tuple[Kind, ...] = ("loss", "regularizer")
    return [(kind, name) for kind in kinds for name in names(kind)]


def entry_of(kind: Kind, name: str) -> Entry:
    return loss_named(name) if kind == "loss" else regularizer_named(name)


def term_of(entry: Entry) -> Term:
    return term_of_formula(entry.recorded)


Z = Vec("logits")


@pytest.mark.parametrize(("kind", "name"), entries())
def test_every_formula_is_one_with_its_multiples(kind: Kind, name: str) -> None:
    """-3 a + 1/7 is a up to a factor and a constant, and 3 a + h(z) a loss up to a part without the label."""
    entry = entry_of(kind, name)
    assert same(entry, entry).relation is EQUAL
    times = -3 if kind == "regularizer" or len(name) % 3 == 0 else 3
    more = (logsumexp(2 * Z) + total(Z**2)) if times > 0 else Fraction(1, 7)
    found = same(Formula.of(times * term_of(entry) + more), entry)
    if name in DETACHED:
        assert found.verdict is Verdict.UNDECIDED
        assert found.reason is not None
        assert "detached" in found.reason.why
        return
    relation = LABEL_FREE if times > 0 else BOTH
    assert (found.verdict, found.relation, found.factor) == (Verdict.PROVED, relation, times), found.reason
    assert found.tie is not None
    assert found.tie.sign == ("> 0" if times > 0 else "< 0")


NEAR_MISSES = [
    ("1 - softmax(z)[y] + (1 - softmax(z)[y])**2/10**9", "mae"),
    ("1 - softmax(z)[y]**(1 + 1/10**9)", "mae"),
    ("(z[y] - 1/2)**2 + (1 + 1/10**9)*(total(z) - z[y] + 1/2)**2", "(z[y] - 1/2)**2 + (total(z) - z[y] + 1/2)**2"),
    ("total(relu(1 + 1/10**9 - z[y] + z), but=y)", "total(relu(1 - z[y] + z), but=y)"),
    ("total(z**2) + z[y]**2/10**9", "z[y]**2/10**9 + total(z**4)/10**9 + z[y]**4/10**30"),
    ("total(z**2) + total(z**4)/10**20", "total(z**2)"),
    ("-log_softmax(z)[y] - mean(log_softmax(z)) + softmax(z)[y]/10**12", "cross_entropy"),
]


@pytest.mark.parametrize(("a", "b"), NEAR_MISSES)
def test_near_misses_are_not_one(a: str, b: str) -> None:
    classes = 2 if "total(z) - z[y]" in a else None
    found = same(a, b, classes=classes)
    assert found.verdict is not Verdict.PROVED or found.where != "every z"
    assert found.witness is not None
    assert_tells_apart(found.witness)


def shown(ball: str) -> arb:
    with working(400):
        return arb(ball)


def assert_tells_apart(point: Apart) -> None:
    """Whatever the numbers shown stand for, no factor takes the second change to the first one, at both places."""
    if len(point.changes) == 1:
        (only,) = point.changes
        assert shown(only.first).contains(0) is not shown(only.second).contains(0)
        return
    one, two = point.changes
    with working(400):
        assert not (shown(one.first) * shown(two.second) - shown(two.first) * shown(one.second)).contains(0)


def sampled_pairs(count: int) -> list[tuple[str, str]]:
    """Pairs of losses that both treat all classes alike, the same ones every time."""
    alike = [n for n in names("loss") if not loss_named(n).declared_arrays and n not in DETACHED]
    every = [(a, b) for a, b in product(alike, alike) if a < b]
    return random.Random(14).sample(every, count)


def defined(name: str, parameters: Mapping[str, Fraction]) -> Callable[..., Any]:
    """The definition of a loss in mpmath at these values."""
    entry = loss_named(name)
    given = {**entry.values, **{n: v for n, v in parameters.items() if n in entry.declared}}
    numbers = {n: mpf(v.numerator) / v.denominator for n, v in given.items()}

    def value(z: tuple[Fraction, ...], y: int) -> Any:
        return TABLES["loss"][name]([mpf(x.numerator) / x.denominator for x in z], y - 1, **numbers)

    return value


def changed(value: Callable[..., Any], change: Change) -> Any:
    assert change.y is not None
    return value(change.z, change.y) - value(change.z, change.other)


@pytest.mark.parametrize(("a", "b"), sampled_pairs(90))
def test_witnesses_tell_apart_by_the_definitions_too(a: str, b: str) -> None:
    """A witness lies in the scope, and its numbers are those of the definitions at 60 digits."""
    with suppress(ParameterError):  # one name with two ranges
        assert_right(a, b, same(a, b))


def assert_right(a: str, b: str, found: Sameness) -> None:
    assert found.verdict is not Verdict.UNDECIDED, found.reason
    if found.witness is None:
        assert found.verdict is Verdict.PROVED
        return
    point = found.witness
    assert point.classes in found.scope.classes
    assert all(point.parameters[p.name] in p.interval for p in found.scope.parameters)
    assert_tells_apart(point)
    with mp.workdps(60):
        for change in point.changes:
            for name, ball in ((a, change.first), (b, change.second)):
                number = changed(defined(name, point.parameters), change)
                assert shown(ball).overlaps(shown(str(number)) + arb(0, 1e-40)), (name, ball, number)


# Where two formulas are one on a part of the z: the part, f and what is left, with a point inside and one outside.
REGIONS = [
    ("multi_margin", "muh", None, "||z||_inf < 1/2", CONSTANT, True),
    ("weston_watkins", "muh", None, "||z||_inf < m/2", BOTH, True),
    ("phuber_ce", "cross_entropy", None, "tau*softmax(z)[y] - 1 > 0", EQUAL, False),
    ("truncated_gce", "gce", None, "softmax(z)[y] > k", EQUAL, False),
    ("hinge", "squared_hinge", None, "||z||_inf < 1/2", LABEL_FREE, True),
    ("huber", "l2", None, "||z||_inf < delta", EQUAL, True),
    (losses.PHuberCE(tau=20), "cross_entropy", (2, 19), "20*softmax(z)[y] - 1 > 0", EQUAL, True),
    ("ramp", "hinge", None, "||z||_inf < 1/2", FACTOR, True),
]


@pytest.mark.parametrize(("a", "b", "classes", "where", "relation", "near"), REGIONS)
def test_regions_on_which_two_formulas_are_one(
    a: Any, b: Any, classes: Any, where: str, relation: Relation, near: bool
) -> None:
    found = same(a, b, classes=classes)
    assert (found.verdict, found.where, found.relation) == (Verdict.PROVED, where, relation)
    assert found.is_near_zero is near
    assert found.witness is not None  # elsewhere they differ
    assert_tells_apart(found.witness)
    assert "not one at every z" in str(found).lower()
    if not near:
        assert "nothing follows for training" in found.meaning


def test_a_region_that_no_z_lies_in_is_none() -> None:
    """relu(-z_y) is -z_y where z_y < 0, and relu(z_y - 1) is z_y - 1 where z_y > 1: nowhere both."""
    found = same("relu(-z[y]) + 0*relu(z[y])", "relu(z[y] - 1)")
    assert found.verdict is Verdict.REFUTED


# Values of parameters at which two families of formulas are one.  By hand.
AGREEMENTS = [
    ("mae", "gce", "q = 1", FACTOR, "2"),
    ("gce", "alpha_loss", "q = (alpha - 1)/alpha", EQUAL, "1"),
    ("sce", "symmetric_cross_entropy", "lambda_ = -A*beta/alpha", FACTOR, "1/alpha"),
    ("poly_loss", "sce", "eps = lambda_", EQUAL, "1"),
    ("beta_divergence", "brier", "beta = 1", CONSTANT, "1"),
    ("focal", "cross_entropy", "gamma = 0", EQUAL, "1"),
    ("symmetric_cross_entropy", "cross_entropy", "beta = 0", FACTOR, "alpha"),
    ("agce", "mae", "q = 1", FACTOR, "1/2"),
    ("gce", losses.GCE(q="7/10"), "q = 7/10", EQUAL, "1"),
    ("forward_uniform", "cross_entropy", "a = 1", EQUAL, "1"),
    ("temperature_ce", "cross_entropy", "tau = 1", EQUAL, "1"),
    ("cross_entropy", "label_smoothing", "r = 0", EQUAL, "1"),
    ("mae", "reverse_cross_entropy", "A = -2", EQUAL, "1"),
    (smoothed, smoothed_over_others, "r = C*s/(C - 1)", EQUAL, "1"),
    ("bce_pos_weight", "one_vs_rest_logistic", "w = 1", EQUAL, "1"),
    ("tsallis", "chi_squared", "power = 2", BOTH, "1/C"),
]


@pytest.mark.parametrize(("a", "b", "condition", "relation", "factor"), AGREEMENTS)
def test_values_of_parameters_at_which_families_are_one(
    a: Any, b: Any, condition: str, relation: Relation, factor: str
) -> None:
    found = same(a, b)
    assert found.verdict is Verdict.REFUTED or found.relation is not relation
    (agreement, *_) = [x for x in found.agreements if x.condition == condition]
    assert (agreement.tie.relation, str(agreement.tie.factor)) == (relation, factor)


@pytest.mark.parametrize(("a", "b"), sampled_pairs(90)[:25])
def test_agreements_hold_at_numbers(a: str, b: str) -> None:
    """With the number put in the two are one: asked anew."""
    try:
        found = same(a, b)
    except ParameterError:
        return
    for agreement in found.agreements:
        name, _, value = agreement.condition.partition(" = ")
        if value.replace("/", "").replace("-", "").isdigit():
            pair = [loss_named(n).at(**{name: value}) if name in loss_named(n).declared else n for n in (a, b)]
            assert same(*pair).relation is agreement.tie.relation


T = sc.Parameter("t", at_least=-1, at_most=1)


def test_a_factor_that_is_0_somewhere_is_told_by_cases() -> None:
    """t z_y is z_y times t, and has no label in it at t = 0."""
    found = same(lambda z, y: T * z[y], lambda z, y: z[y])
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    assert found.witness.parameters == {"t": 0}
    assert [a.condition for a in found.agreements] == ["t != 0", "t = 1"]
    assert "never does" in str(found.witness)


def test_a_factor_that_is_0_for_one_number_of_classes_only() -> None:
    def multiple(z: Any, y: Any) -> Any:
        return (z.C - 4) * z[y]

    found = same(multiple, "z[y]")
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    assert found.witness.classes == 4
    above = same(multiple, "z[y]", classes=(5, 100))
    assert (above.verdict, str(above.factor)) == (Verdict.PROVED, "C - 4")
    # 2 - 4 and 3 - 4 are negative.
    below = same(multiple, "z[y]", classes=(2, 3))
    assert below.tie is not None
    assert (below.verdict, below.tie.sign) == (Verdict.PROVED, "< 0")
    assert "what minimises one maximises the other" in below.meaning


def test_a_factor_whose_zero_is_no_fraction_is_open() -> None:
    """t^2 - 1/2 is 0 at 1/sqrt(2): no point with rational numbers shows it."""
    found = same(lambda z, y: (T**2 - Fraction(1, 2)) * z[y], "z[y]")
    assert found.verdict is Verdict.UNDECIDED
    assert [a.condition for a in found.agreements][:1] == ["2*t**2 - 1 != 0"]


def test_many_classes() -> None:
    assert same("mae", "brier", classes=1000).verdict is Verdict.PROVED
    assert same("mae", "brier", classes=10**6).verdict is Verdict.PROVED  # it holds for every C
    hundred = same("mae", losses.GCE(q="1/2"), classes=100)
    assert hundred.witness is not None
    assert hundred.witness.classes == 100
    assert_tells_apart(hundred.witness)
    far = same("mae", losses.GCE(q="1/2"), classes=10**6)
    assert far.verdict is Verdict.UNDECIDED
    assert far.reason is not None
    assert "C > 1000" in far.reason.why


def test_detached_parts_have_one_value_and_another_field() -> None:
    found = same("focal", "focal_detached")
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason is not None
    assert found.reason.code is Code.UNMAPPED_OP
    assert found.relation is EQUAL
    assert found.meaning == ""
    assert "As values, a = b" in str(found)


def test_formulas_without_a_value_are_not_shown_to_be_one() -> None:
    found = same("log(-1 - z[y]**2)", "2*log(-1 - z[y]**2)")
    assert found.verdict is Verdict.UNDECIDED


def test_one_that_never_changes_is_no_multiple_of_another() -> None:
    assert same("0*total(z)", "total(z**2)").verdict is Verdict.REFUTED
    assert same("z[y] - z[y] + total(z)", "z[y]").verdict is Verdict.REFUTED
    assert same("z[y] - z[y] + total(z)", "z[y] - z[y] + 2*total(z)").relation is FACTOR


def test_constants_differ_by_a_constant() -> None:
    assert same("0*total(z) + C", "0*total(z) + 3").relation is CONSTANT
    # |t| is a constant too, though no polynomial in t.
    found = same(lambda z: total(z**2) + 2 * sc.abs(T), "total(z**2)")
    assert found.relation is CONSTANT
    assert found.tie is not None
    assert found.tie.equation == "a = b + 2*abs(t)"
    assert str(found.label_free) == "2*abs(t)"


def test_class_weights_are_told_apart() -> None:
    found = same("class_weighted_ce", "cross_entropy")
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    assert_tells_apart(found.witness)
    assert same(losses.ClassWeightedCE(w=(1, 2, 1)), "cross_entropy").verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("a", "b", "options", "words"),
    [
        ("cross_entropy", "l2", {}, "a is a loss and b has no label in it"),
        ("l2", "cross_entropy", {}, "b is a loss and a has no label in it"),
        (sc.regularizers.L2(), "cross_entropy", {}, "pass two losses, or two regularizers"),
        ("gce", "agce", {}, "q: a has it in (0, 1] and b in (0, oo)"),
        ("class_weighted_ce", lambda z, y: sc.ClassParameter("w", above=-1)[y] * z[y], {}, "w: a has it in"),
        ("hinge", "cross_entropy", {"classes": 3}, "hinge is about C = 2"),
        ("dpo", "l2", {}, "a: dpo is a loss of a pair of answers, and accepted is a loss of the classes' scores"),
        ("entrpy", "l2", {}, "no loss and no regularizer is called 'entrpy'; did you mean entropy"),
        ("l2", "logsumexp(z) - w[y]", {}, "b: "),
        ("cross_entropy", "cross_entropy", {"classes": 1}, "an integer C >= 2"),
        (lambda z, y, x: z[y], "l2", {}, "a: "),
        (7, "l2", {}, "a: "),
        (losses.ClassWeightedCE(w=(1, 2)), losses.ClassWeightedCE(w=(1, 2, 3)), {}, "w: a has it in"),
    ],
)
def test_bad_input_is_told_what_to_do(a: Any, b: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(sc.SymcheckError) as caught:
        same(a, b, **options)
    assert words in str(caught.value)


def test_a_short_budget_is_open_and_no_error() -> None:
    found = same("nfl_rce", "anl_ce", budget=1e-6)
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason is not None
    assert found.reason.code is Code.BUDGET


def test_answers_are_values_and_pages() -> None:
    found = same("mae", "gce")
    assert found == same("mae", "gce")
    assert pickle.loads(pickle.dumps(found)) == found
    assert hash(found) == hash(same("mae", "gce"))
    assert repr(found).startswith("<Sameness REFUTED: mae and gce")
    for page in (found.to_text(), found.to_markdown(), found.to_latex(), str(found), found._repr_markdown_()):
        assert "REFUTED" in page
    assert "where q = 1" in str(found)


def test_letters_that_parameters_have_are_not_used_for_formulas() -> None:
    found = same("backward_uniform", "muh")
    assert found.tie is not None
    assert found.tie.equation == "l_1 = l_2/a + KL(u||p) + log(C)"


def test_torch_code_is_compared_as_a_formula() -> None:
    torch = pytest.importorskip("torch")
    found = same(torch.nn.CrossEntropyLoss(label_smoothing=0.1), losses.LabelSmoothing(r="1/10"))
    assert found.relation is EQUAL
    assert same(torch.nn.MultiMarginLoss(), "multi_margin").relation is EQUAL


def test_what_is_said_of_noise_needs_a_positive_factor() -> None:
    found: Sameness = same("-softmax(z)[y] + total(z)", "softmax(z)[y]")
    assert found.tie is not None
    assert found.tie.sign == "< 0"
    assert "noisy risk" not in found.meaning
