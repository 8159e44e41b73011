"""Advice: every row is what its certificate says, in the order that the page tells, and nothing is lost on the way."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy

import symcheck as sc
from symcheck.cli import main
from symcheck.design.advising.choice import Choice
from symcheck.design.advising.left_out import Because
from symcheck.design.advising.ranking import criteria
from symcheck.design.advising.value import Advice
from symcheck.design.wants import FILES, want_named
from symcheck.errors import ArgumentError, NumberError, ParameterError, ScopeError, SymcheckError, UnknownNameError
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names
from symcheck.readings.explicit.explicit import value_at

DIRECT = {
    "convex": Condition.LOSS_CONVEX, "bounded": Condition.LOSS_BOUNDED, "symmetric": Condition.LOSS_SYMMETRIC,
    "bounded_below": Condition.LOSS_BOUNDED_BELOW, "label_free_hessian": Condition.LOSS_HESSIAN_LABEL_FREE,
    "minimisers_held": Condition.MINIMISERS_HELD,
}  # fmt: skip
WANTED = ("bounded", "symmetric", "convex")


@pytest.fixture(scope="module")
def ten() -> Advice:
    return sc.advise(10, rho="3/10", wants=WANTED)


def row(advice: Advice, loss: str, regularizer: str = "l2") -> Choice:
    return next(c for c in advice.choices if c.loss.name == loss and c.regularizer.name == regularizer)


def test_every_row_is_proved_at_these_classes_with_a_value_for_every_parameter(ten: Advice) -> None:
    assert len(ten.choices) > 150
    for choice in ten.choices:
        certificate = choice.certificate
        assert certificate.verdict is Verdict.PROVED
        assert certificate.scope.classes.fixed == 10
        assert certificate.scope.parameters == certificate.scope.arrays == ()
        declared = {n: p.default for n, p in loss_named(choice.loss.name).declared.items()}
        declared |= {"a": Fraction(2, 3)} if choice.loss.name in ("forward_uniform", "backward_uniform") else {}
        assert choice.loss.values == declared  # a = 1 - .3 * 10/9


def test_a_row_is_what_certify_says(ten: Advice) -> None:
    for name, regularizer in (("gce", "l2"), ("focal", "entropy"), ("muh", "label_smoothing_penalty")):
        found = row(ten, name, regularizer)
        alone = sc.certify(loss_named(name).at(**found.loss.values), regularizer, classes=10)
        assert found.certificate == alone
        assert found.kappa is not None
        assert sympy.simplify(found.kappa.expression - alone.kappa.subs("C", 10)) == 0
        assert found.tier is alone.tier


@pytest.mark.parametrize(
    ("loss", "kappa", "classes"),
    [
        # the rules of THEORY 3, at the values that the entries declare
        ("mae", sympy.Rational(2, 100), 100),
        ("gce", 100 ** -sympy.Rational(7, 10), 100),
        ("nce", 1 / (100 * sympy.log(100)), 100),
        ("sce", 1 + sympy.Rational(1, 100), 100),
        ("focal", sympy.Rational(99, 100) ** 2 + 2 * sympy.Rational(99, 100) * sympy.log(100) / 100, 100),
        ("weston_watkins", sympy.Integer(100), 100),
        ("phuber_ce", sympy.Rational(10, 10**6), 10**6),
        ("gce", sympy.Integer(10) ** -sympy.Rational(42, 10), 10**6),
    ],
)
def test_kappas_by_hand(loss: str, kappa: sympy.Expr, classes: int) -> None:
    found = sc.advise(classes, losses=[loss], regularizers=["l2"]).choices[0].kappa
    assert found is not None
    assert abs(sympy.Float(found.digits, 15) / sympy.N(kappa, 30) - 1) < 1e-11
    assert sympy.N(found.expression / kappa - 1, 30) < 1e-25


@pytest.mark.parametrize(
    ("loss", "regularizer", "reference", "weight", "expected"),
    [
        # lambda_ref (kappa/kappa_ref) (s_ref/s); entropy and KL(u||p) have s = 1/C, ||z||^2 has s = 2 (THEORY 4)
        ("mae", "l2", ("cross_entropy", "l2"), 1, sympy.Rational(2, 100)),
        ("mae", "entropy", ("cross_entropy", "l2"), 1, sympy.Rational(2, 100) * 100),
        ("cross_entropy", "logit_squeezing", ("cross_entropy", "l2"), 3, sympy.Rational(3, 2)),
        ("cross_entropy", "logit_variance", ("cross_entropy", "l2"), 1, sympy.Integer(1)),
        ("cross_entropy", "l2", ("mae", "entropy"), 5, sympy.Rational(5, 1) * 50 / 100),
        ("weston_watkins", "label_smoothing_penalty", ("mae", "l2"), "1/7", sympy.Rational(100 * 50 * 100, 7)),
    ],
)
def test_lambdas_by_hand(loss: str, regularizer: str, reference: Any, weight: Any, expected: sympy.Expr) -> None:
    found = sc.advise(100, losses=[loss], regularizers=[regularizer], reference=reference, weight=weight)
    matched = found.choices[0].weight
    assert not isinstance(matched, str)
    assert matched.expression == expected


def test_where_no_one_lambda_fits_it_says_why() -> None:
    quadratic = sc.regularizers.QuadraticForm(Q=((1, 0, 0), (0, 2, 0), (0, 0, 3)))
    w = sc.ClassParameter("w", (1, 2, 4), above=0)

    def unlike(z: Any, y: Any) -> Any:  # sum_y b_y = 0 with kappa_y that differ: SYMLIN
        return -w[y] * (z[y] - sc.mean(z)) + sc.total(w * (z - sc.mean(z))) / 3

    found = sc.advise(3, losses=["cross_entropy", unlike], regularizers=["l2", quadratic])
    why = {(c.tier, c.regularizer.name): c.weight for c in found.choices}
    assert why[Tier.EXACT, "quadratic_form"] == "D^2 g(0) is not known to be s I + t 11', and no one lambda is named"
    assert why[Tier.SYMLIN, "l2"] == "no one kappa fits, so no one lambda does"
    kappas = {c.tier: c.kappa for c in found.choices}
    assert kappas[Tier.SYMLIN] is None
    assert "none" in str(found)


@pytest.mark.parametrize("is_many", [False, True])
def test_answers_never_contradict_what_is_derived_directly(ten: Advice, *, is_many: bool) -> None:
    """What follows from other properties is what rays, points and rules find, where these find something."""
    found = sc.advise(100, regularizers=["l2"]) if is_many else ten
    assert len(found.best) > 50
    for choice in found.best:
        answers = {name: want_named(name).answered(choice.certificate) for name in FILES.names}
        assert {a.name: a for a in choice.answers}.items() <= answers.items()
        for want, condition in DIRECT.items():
            direct = choice.certificate.property(condition).verdict
            assert direct in (Verdict.UNDECIDED, answers[want].verdict), (choice.loss.title, want)
        assert (answers["exact"].verdict is Verdict.PROVED) is (choice.tier is Tier.EXACT)
        assert answers["every_lambda"].verdict is not Verdict.REFUTED
        # THEORY 2: convex and bounded losses are constant, convex and symmetric ones affine
        assert {answers["convex"].word, answers["bounded"].word} != {"yes"}
        if answers["convex"].word == answers["symmetric"].word == "yes":
            assert answers["bounded_below"].word != "yes"


def test_what_a_detached_part_leaves_open_is_not_concluded(ten: Advice) -> None:
    found = row(ten, "nfl_detached")
    assert (found.answer("bounded").word, found.answer("convex").word) == ("yes", "open")


def test_the_order_is_the_one_that_is_told(ten: Advice) -> None:
    def met(choice: Choice) -> int:
        return len(WANTED) - len(choice.missing(WANTED))

    counts = [met(choice) for choice in ten.choices]
    assert counts == sorted(counts, reverse=True)
    for a, b in zip(ten.choices, ten.choices[1:], strict=False):
        if met(a) == met(b):
            one, two = ([c.answer(w).verdict is not Verdict.PROVED for w in WANTED] for c in (a, b))
            assert one <= two
    assert ten.criteria == criteria(WANTED)
    assert all(text in " ".join(str(ten).split()) for text in ten.criteria)
    # no loss is better for being asked first
    listed = [choice.loss for choice in ten.best[:12]]
    first, again = (sc.advise(10, losses=some, wants=WANTED, rho="3/10") for some in (listed, listed[::-1]))
    assert [c.loss.title for c in first.choices] == [c.loss.title for c in again.choices]


def test_the_first_pair_of_each_loss() -> None:
    found = sc.advise(5, losses=["muh", "cross_entropy"], regularizers=["entropy", "l2"])
    # MUH + entropy has a local branch alone, and of cross-entropy both are held: the penalty given first
    assert [(c.loss.name, c.regularizer.name) for c in found.best] == [("muh", "l2"), ("cross_entropy", "entropy")]
    assert row(found, "muh", "entropy").minimisers_word == "local branch"
    assert len(found.choices) == 4


def test_wants_that_cannot_hold_together_are_told() -> None:
    def sentences(*wants: str) -> list[str]:
        return [text.partition(":")[0] for text in sc.advise(3, losses=["muh"], wants=wants).conflicts]

    assert sentences("convex", "bounded") == ["convex and bounded"]
    assert sentences("symmetric", "convex") == ["convex and symmetric"]
    assert sentences("convex", "bounded", "symmetric") == ["convex and bounded", "convex and symmetric"]
    assert sentences("bounded", "symmetric") == []


def test_every_loss_of_the_catalogue_has_a_row_or_a_reason(ten: Advice) -> None:
    rows = {choice.loss.name for choice in ten.choices}
    told = {left.loss.partition("(")[0] for left in ten.left_out}
    assert rows | told == set(names("loss"))
    assert sum(ten.counts().values()) == len(ten.left_out)
    of = {left.title.partition("(")[0]: left.because for left in ten.left_out if not left.regularizer}
    assert of["class_weighted_ce"] is Because.ENTRIES
    assert of["hinge"] is Because.CLASSES
    assert of["forward_pair_flip"] is Because.OTHER_NOISE
    assert of["square"] is Because.REFUTED  # the plain one-hot: QUOTIENT
    assert of["truncated_gce"] is Because.REFUTED  # k = 1/2 > 1/C: ZERO
    assert of["phuber_ce"] is Because.REFUTED  # tau = C: once differentiable, and not twice (THEORY 3)
    # not shift-invariant, so that a confidence penalty has a Hessian that is singular where they are judged
    assert {left.loss.partition("(")[0] for left in ten.left_out if left.regularizer} == {
        "bce_balanced", "square_centred", "squentropy", "taylor_softmax_ce",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "classes"), [("phuber_ce", 11), ("phuber_ce", 9), ("phuber_gce", 9)])
def test_beside_the_kink_there_is_a_row(name: str, classes: int) -> None:
    assert [c.loss.name for c in sc.advise(classes, losses=[name], regularizers=["l2"]).choices] == [name]


def test_a_loss_that_is_given_is_certified_as_it_is() -> None:
    weighted = sc.losses.ClassWeightedCE(w=(2, 2, 2))
    q = sc.Parameter("q", above=0)

    def free(z: Any, y: Any) -> Any:
        return q * (sc.mean(z) - z[y])

    given = [
        weighted,
        sc.losses.GCE(q="1/2"),
        sc.losses.ForwardUniform(a="1/4"),
        "forward_uniform",
        "gce + 2*mae",
        free,
    ]
    found = sc.advise(3, rho="1/3", losses=[*given, "forward_pair_flip"], regularizers=["l2"])
    titles = {choice.loss.title for choice in found.choices}
    assert titles == {
        "class_weighted_ce(w=(2, 2, 2))", "gce(q=1/2)", "forward_uniform(a=1/4)", "forward_uniform(a=1/2)",
        "(gce + 2*mae)(q=7/10)", "forward_pair_flip(rho=3/10)",
    }  # fmt: skip
    assert [(left.because, left.loss) for left in found.left_out] == [(Because.VALUES, "free")]


@pytest.mark.parametrize("rho", [0, "3/10", "89/100", "8999999/10000000"])
def test_losses_that_take_the_rate_have_it(rho: Any) -> None:
    """Backward: the noisy mean of l is the cross-entropy.  Forward: minus the log of the noisy probabilities T'p."""
    found = sc.advise(10, rho=rho, losses=["forward_uniform", "backward_uniform"], regularizers=["l2"])
    a = found.noise_factor
    assert a == 1 - Fraction(rho) * 10 / 9
    z = [Fraction(k * k % 7, 3) for k in range(10)]
    losses = {choice.loss.name: choice.loss.formula for choice in found.choices}
    cross_entropy = loss_named("cross_entropy").recorded
    share = (1 - a) / 10
    values = [value_at(losses["backward_uniform"], z, {}, y=y) for y in range(1, 11)]
    for y in (1, 4):
        noisy = sum((values[k] * share.numerator / share.denominator for k in range(10)), start=values[0] * 0)
        noisy += values[y - 1] * a.numerator / a.denominator
        assert noisy.overlaps(value_at(cross_entropy, z, {}, y=y))
        p = (-value_at(cross_entropy, z, {}, y=y)).exp()
        forward = -(p * a.numerator / a.denominator + p * 0 + share.numerator / (p * 0 + share.denominator)).log()
        assert forward.overlaps(value_at(losses["forward_uniform"], z, {}, y=y))


ERRORS: list[tuple[type[SymcheckError], str, Callable[[], object]]] = [
    (ParameterError, "rho: got 9/10; accepted is the share of labels", lambda: sc.advise(10, rho=0.9)),
    (ParameterError, "rho: got 1/2; accepted", lambda: sc.advise(2, rho="0.5")),
    (ParameterError, "that is chance: there labels tell nothing of the class, or less; labels",
     lambda: sc.advise(10, rho=0.95)),
    (ParameterError, "or less; if that is in percent, write 3/10; labels", lambda: sc.advise(10, rho=30)),
    (ParameterError, "as a rate is no less", lambda: sc.advise(10, rho=-0.1)),
    (NumberError, "rho: got nan", lambda: sc.advise(10, rho=float("nan"))),
    (NumberError, "rho: got 'a third'", lambda: sc.advise(10, rho="a third")),
    (NumberError, "rho: the float", lambda: sc.advise(10, rho=1 / 3)),
    (ScopeError, "classes: got 1; accepted is one number", lambda: sc.advise(1)),
    (ScopeError, "classes: got (2, 10); accepted is one number", lambda: sc.advise((2, 10))),  # type: ignore[arg-type]
    (ScopeError, "classes: got True", lambda: sc.advise(True)),
    (ScopeError, "classes: got 10.0", lambda: sc.advise(10.0)),  # type: ignore[arg-type]
    (UnknownNameError, "called 'convx'; did you mean convex?", lambda: sc.advise(10, wants=["convx"])),
    (ParameterError, "wants: got 3", lambda: sc.advise(10, wants=3)),  # type: ignore[arg-type]
    (ParameterError, "wants: got 3 among them", lambda: sc.advise(10, wants=[3])),  # type: ignore[list-item]
    (ParameterError, "losses: got none; give one", lambda: sc.advise(10, losses=[])),
    (ArgumentError, "losses: got 'gce'; accepted is a list", lambda: sc.advise(10, losses="gce")),
    (ParameterError, "regularizers: got none", lambda: sc.advise(10, regularizers=[])),
    (UnknownNameError, "no loss called 'gcee'; did you mean gce", lambda: sc.advise(10, losses=["gcee"])),
    (UnknownNameError, "no regularizer called 'l22'", lambda: sc.advise(10, regularizers=["l22"])),
    (ParameterError, "weight: got 0; accepted is the lambda", lambda: sc.advise(10, weight=0)),
    (ParameterError, "reference: got 'gce'; accepted is a pair", lambda: sc.advise(10, reference="gce")),  # type: ignore[arg-type]
    (ParameterError, "reference: got a pair that is REFUTED", lambda: sc.advise(10, reference=("square", "l2"))),
]  # fmt: skip


@pytest.mark.parametrize(("error", "text", "call"), ERRORS, ids=[text for _, text, _ in ERRORS])
def test_what_has_no_meaning(error: type[SymcheckError], text: str, call: Callable[[], object]) -> None:
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)


def test_the_page_says_what_is_not_promised_what_is_left_out_and_what_to_type(ten: Advice) -> None:
    text = " ".join(str(ten).split())
    assert text.startswith("59 losses are certified for C = 10 and uniform noise of rate rho = 3/10, in 169 pairs")
    assert "a = 1 - rho C/(C - 1) = 2/3 = 0.666667" in text
    assert "equal and not better" in text
    assert text.index("Certified is not the same as accurate") < text.index("Order of the rows")
    assert "(Q)" not in text
    assert str(sc.advise(10, losses=["mae"], all=True)).count("(Q)") > 1
    assert "(docs/theory.md, section 10, has figures)" in text
    assert f"{ten.counts()[Because.ENTRIES]} it needs class weights" in text
    first = ten.best[0]
    assert f'symcheck certify "{first.loss.title}" {first.regularizer.title} --classes 10' in str(ten) or (
        f"symcheck certify {first.loss.title} {first.regularizer.title} --classes 10" in str(ten)
    )
    whole = sc.advise(3, losses=["muh"], all=True)
    assert len([line for line in str(whole).splitlines() if line.startswith("  muh ")]) == 3
    nothing = sc.advise(10, losses=["square"])
    assert str(nothing).startswith("No pair is certified for C = 10")
    assert nothing.best == ()


def test_the_commands_on_the_page_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    import shlex

    text = str(sc.advise(10, losses=["gce"], regularizers=["huber"]))
    typed = [line.strip().split("  ")[-1] for line in text.splitlines() if "symcheck c" in line or "symcheck m" in line]
    done = [shlex.split(line.strip())[1:] for line in typed]
    assert [words[0] for words in done] == ["certify", "confirm", "match"]
    assert main(done[0]) == 0
    assert main(done[2]) == 0
    assert "PROVED for C = 10: gce(q=7/10) + huber(delta=1)" in capsys.readouterr().out


def test_equal_advice_is_equal_bytes_and_pickles(ten: Advice) -> None:
    some = ["cross_entropy", "mae", "hinge"]
    given = ((0.3, WANTED), ("3/10", ", ".join(WANTED)))
    found, again = (sc.advise(10, rho=rho, losses=some, wants=wants) for rho, wants in given)
    assert again.to_json() == found.to_json()
    copy = pickle.loads(pickle.dumps(found))
    assert copy == found
    assert copy.to_json() == found.to_json()
    record = json.loads(found.to_json())
    assert [r["loss"] for r in record["rows"]] == [c.loss.title for c in found.choices]
    assert record["rows"] == json.loads(json.dumps(found.rows()))
    assert [left["because"] for left in record["left_out"]] == ["CLASSES"]
    assert ten.to_markdown().startswith("### **59 losses are certified**")
    assert ten._repr_markdown_() == ten.to_markdown()
    assert r"\begin{longtable}" in ten.to_latex()


def test_a_spent_budget_is_told() -> None:
    found = sc.advise(10, losses=["gce", "mae"], budget=0)
    assert found.choices == ()
    assert set(found.counts()) == {Because.TIME}


def test_wants_are_files_and_say_what_they_mean() -> None:
    for name in FILES.names:
        want = want_named(name)
        assert want.name == name
        assert want.statement


def test_the_command_writes_what_python_does(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--classes", "10", "--rho", "0.3", "--losses", "gce(q=1/2), mae", "--regularizers", "l2"]
    expected = sc.advise(10, rho="0.3", losses=["gce(q=1/2)", "mae"], regularizers=["l2"], wants="convex")
    assert main(["advise", *options, "--wants", "convex"]) == 0
    assert capsys.readouterr().out == f"{expected}\n"
    assert main(["advise", *options, "--wants", "convex", "--json"]) == 0
    assert capsys.readouterr().out == expected.to_json()
    assert main(["advise", "-C", *options[1:], "--wants", "convex", "--json"]) == 0
    assert capsys.readouterr().out == expected.to_json()
    assert main(["advise", *options, "--markdown", "--all"]) == 0
    assert "| `mae` | `l2` |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "the following arguments are required: --classes/-C"),
        (["--classes", "2:10"], "--classes: got '2:10'; accepted is one number of classes"),
        (["--classes", "10", "--rho", "0.9"], "rho: got 9/10"),
        (["--classes", "10", "--rho", "-1/3"], "rho: got -1/3"),
        (["--classes", "10", "--reference", "mae"], "--reference: got 'mae'; accepted is a loss and a regularizer"),
        (["--classes", "10", "--losses", ","], "losses: got none"),
        (["--classes", "10", "--budget", "x"], "--budget: got 'x'"),
    ],
)
def test_the_command_line_has_clear_errors(words: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advise", *words]) == 64
    assert text in capsys.readouterr().err
