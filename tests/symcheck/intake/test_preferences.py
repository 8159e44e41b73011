"""Preferences and penalties on scores as people hand them in: names, formula strings, code, and what is refused."""

from __future__ import annotations

import math
import random
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

import symcheck as sc
from symcheck.errors import FormulaError, ParameterError, SymcheckError, UnknownNameError
from symcheck.intake.margin_penalty import margin_penalty_of
from symcheck.intake.parser import parsed
from symcheck.intake.preference_given import preference_of
from symcheck.intake.refusals import declared_as
from symcheck.language.formula import Formula, symbols
from symcheck.language.misuse import instead
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.scores import loss_of_scores, score_symbols, swapped
from tests.symcheck.catalogue.floats import value

h, chosen, rejected = score_symbols("h", "chosen", "rejected")


# ---------------------------------------------------------------- formula strings


@pytest.mark.parametrize(
    ("text", "formula", "in_margin"),
    [
        ("-log_sigmoid(h/10)", "-log_sigmoid(h/10)", True),
        ("-h", "-h", True),
        ("p = sigmoid(h); (1 - p)**2", "(1 - sigmoid(h))**2", True),
        ("(chosen - rejected - 1)**2", "(chosen - rejected - 1)**2", True),  # f(c, r) = f(c - r, 0)
        ("relu(1 - chosen + rejected)", "relu(1 - chosen + rejected)", True),
        ("exp(rejected)/exp(chosen)", "exp(rejected)/exp(chosen)", True),
        ("exp(-chosen) + exp(rejected)", "exp(-chosen) + exp(rejected)", False),
        ("rejected", "rejected", False),
        ("h", "h", True),
    ],
)
def test_a_formula_string_is_a_loss_of_two_classes(text: str, formula: str, in_margin: bool) -> None:
    found = preference_of(text)
    assert (found.name, found.text, found.in_margin, found.reference_free) == ("formula", formula, in_margin, False)
    assert found.loss.classes == Classes(2, 2)
    assert found.loss.formula == loss_of_scores(found.formula)
    assert found.loss.formula.names == frozenset()


def test_entries_in_a_formula_bring_their_parameters_and_h_becomes_the_difference() -> None:
    found = preference_of("dpo + 1/10*ipo(beta=1)")
    assert found.text == "-log_sigmoid(beta*h) + 1/10*(h - 1/2)**2"
    assert [p.name for p in found.parameters] == ["beta"]
    both = preference_of("dpo(beta=1) + apo_zero(beta=2)")
    assert not both.in_margin
    assert both.text.startswith("-log_sigmoid(1*(chosen - rejected))")


def test_values_and_ranges_for_parameters() -> None:
    assert preference_of("-beta*h", {"beta": "1/10"}).text == "(-1/10)*h"
    assert preference_of("dpo", {"beta": "1/10"}).title == "dpo(beta=1/10)"
    free = preference_of("-beta*h", {"beta": Parameter("beta", above=0)})
    assert [p.name for p in free.parameters] == ["beta"]
    assert free.at({"beta": "1/2"}).text == "(-1/2)*h"
    assert free.at({"beta": "1/2"}).loss.formula.names == frozenset()
    entry = preference_of("cdpo")
    assert entry.at({"eps": "1/4"}).title == "cdpo(eps=1/4)"
    assert entry.at({}) is entry
    assert preference_of(entry) is entry


@pytest.mark.parametrize(
    ("given", "parameters", "error", "words"),
    [
        ("-z[y]", {}, FormulaError, r"is a preference and uses z\n  -z\[y\]\n   \^\nwrite h, or chosen and rejected"),
        ("-z[3]", {}, FormulaError, "uses z"),
        ("onehot(y)", {}, FormulaError, "uses onehot, which is over classes"),
        ("exp(-C*h)", {}, FormulaError, "there is no third class"),
        ("h + chosen", {}, FormulaError, r"h \+ chosen has h beside chosen or rejected"),
        ("0*h + chosen", {}, FormulaError, "has h beside chosen or rejected"),
        ("p = h; p*rejected", {}, FormulaError, "has h beside chosen or rejected"),
        ("-h*gce", {}, FormulaError, "is a preference and uses the loss gce"),
        ("-h + l2", {}, FormulaError, "is a preference and uses the regularizer l2"),
        (
            "softplus(-gamma*h)",
            {},
            FormulaError,
            r"the unknown name gamma.*\n.*\n.*\nif gamma is a parameter.*--param gamma.*\naccepted: numbers, pi, h, or chosen",
        ),
        ("h = 3; h", {}, FormulaError, "gives a part the name h, which is a score of the pair"),
        ("dopo", {}, UnknownNameError, "there is no preference called 'dopo'"),
        ("gce", {}, UnknownNameError, "gce is a loss of the classes' scores"),
        ("-h", {"beta": "1"}, ParameterError, "beta: the preference has no parameter of this name"),
        ("dpo", {"tau": "1"}, ParameterError, "tau: the preference has no parameter of this name"),
        ("dpo", {"beta": "-1"}, ParameterError, r"beta: got -1; accepted is \(0, oo\)"),
        ("-chosen", {"h": "1"}, ParameterError, "h: h, chosen, rejected are the scores of a pair"),
        ("", {}, FormulaError, "is empty"),
        (3, {}, FormulaError, "preference: got int; accepted is a name of the catalogue such as 'dpo'"),
        (None, {}, FormulaError, "preference: got NoneType"),
        (sc.preferences.DPO, {}, FormulaError, "preference: got the class DPO; make one of it"),
        (sc.losses.GCE(), {}, FormulaError, "preference: got the loss gce of the classes' scores"),
        (Formula.of(h * chosen), {}, FormulaError, "has h beside chosen or rejected"),
        (Formula.of(-symbols()[0][symbols()[1]]), {}, FormulaError, r"-z\[y\] is of the classes' scores z"),
    ],
)
def test_what_is_refused(given: Any, parameters: dict[str, str], error: type[SymcheckError], words: str) -> None:
    with pytest.raises(error, match=words):
        preference_of(given, parameters)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"gamma": "1"}, "gamma: dpo has no free parameter of this name; accepted: beta"),
        ({"h": "1"}, "h: dpo has no free parameter of this name"),
        ({"beta": 0}, r"beta: got 0; accepted is \(0, oo\)"),
    ],
)
def test_values_that_it_does_not_take(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        preference_of("dpo").at(values)


# ---------------------------------------------------------------- words

BEYOND = [
    "", " ", "3 +", "h[1]", "h[y]", "chosen[0]", "y*h", "C*h", "label*h", "K*h", "tau*h", "policy - reference", "h.C",
    "h.item()", "'a'*h", "h < 1", "h // 2", "h,", "lambda h: -h", "h if h else 3", "relu()", "2h", "h @ h", "h!",
    "amax(chosen, rejected)", "amin(h)", "total(h)", "mean(-log_sigmoid(h))", "logsumexp(h)", "norm(h)", "softmax(h)",
    "log_softmax*h", "product(h)", "max(0, 1 - h)", "sum(h)", "onehot(h)", "first(h)", "pair_total(h)", "apply(A, h)",
    "filled(h)", "total(chosen, but=y)", "but=y", "branch(h > 0, 1, 2)", "h = 3; h", "entmax(h, 2)",
]  # fmt: skip

# Of classes: what a pair has none of.
OF_CLASSES = re.compile(r"\bz\b|softmax\(z|\bC\b|\blabel\b|classes=|regularizer|class-vector|onehot\(y")


@pytest.mark.parametrize("text", BEYOND)
@pytest.mark.parametrize("read", [preference_of, margin_penalty_of])
def test_what_is_said_of_a_formula_of_scores_is_said_of_scores(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(FormulaError) as raised:
        read(text)
    told = str(raised.value).replace(text, "") if text.strip() else str(raised.value)
    told = told.replace(f"uses {text[0] if text[:1] in ('y', 'C') else 'y'}\n", "\n").replace("name label", "")
    told = told.replace(declared_as("label"), "")
    assert not OF_CLASSES.search(told)
    assert re.search("h|chosen|score|vocabulary|argument|product|quotient", told.partition("^")[2])


WRITTEN = re.compile(
    r"(?:maximum|minimum|sqrt|log_sigmoid|sigmoid)\([^ ].*?\)(?=,|$| )"
    r"|(?:rejected|chosen) [-+] (?:relu|softplus).*|chosen \+ rejected$|\(chosen \+ rejected\)/2|chosen\*rejected"
)


@pytest.mark.parametrize(
    ("function", "value_of_both"),
    [
        ("amax", lambda c, r: max(c, r)),
        ("amin", lambda c, r: min(c, r)),
        ("logsumexp", lambda c, r: math.log(math.exp(c) + math.exp(r))),
        ("softmax", lambda c, r: math.exp(c) / (math.exp(c) + math.exp(r))),
        ("log_softmax", lambda c, r: c - math.log(math.exp(c) + math.exp(r))),
        ("total", lambda c, r: c + r),
        ("mean", lambda c, r: (c + r) / 2),
        ("product", lambda c, r: c * r),
        ("norm", lambda c, r: math.hypot(c, r)),
    ],
)
def test_what_is_written_in_the_place_of_a_function_over_classes(
    function: str, value_of_both: Callable[[float, float], float]
) -> None:
    # every formula in the advice that uses both scores, or sigmoid and log_sigmoid of h, has the value of the function
    advice = instead(function)
    written = re.findall(WRITTEN, advice)
    assert written
    for text in written:
        formula = loss_of_scores(parsed(text, parameters={s.name: s for s in (h, chosen, rejected)}))
        for z in ([0.3, -1.2], [-2.0, 0.5]):
            assert value(formula, z, 0) == pytest.approx(value_of_both(*z), abs=1e-12)


# ---------------------------------------------------------------- no preference at all

EVEN = [
    "h**2", "abs(h)", "cosh(h) - 1", "1", "0*h", "relu(h) + relu(-h)", "chosen*rejected", "softplus(h) - h/2",
    "exp(chosen) + exp(rejected)", "softplus(h) + softplus(-h)", "maximum(chosen, rejected)", "(sigmoid(h) - 1/2)**2",
    "h*(sigmoid(h) - sigmoid(-h))",
]  # fmt: skip


@pytest.mark.parametrize("text", EVEN)
def test_a_formula_that_does_not_change_when_the_answers_are_swapped_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match="is the same when the two answers are swapped"):
        preference_of(text)


@pytest.mark.parametrize("text", [*EVEN, "sigmoid(2*chosen) - tanh(rejected)", "tanh(h) + h**4"])
def test_with_a_part_that_is_odd_it_is_accepted(text: str) -> None:
    odd = "rejected - chosen" if "chosen" in text else "-h"
    found = preference_of(f"{text} + {odd}/1000")
    draw = random.Random(1)
    z = [draw.uniform(-2, 2), draw.uniform(-2, 2)]
    flipped = loss_of_scores(swapped(found.formula))
    assert value(found.loss.formula, z, 1) == pytest.approx(value(flipped, z, 0), abs=1e-12)
    assert value(found.loss.formula, z, 1) != pytest.approx(value(found.loss.formula, z, 0), abs=1e-9)


def test_the_values_of_a_detached_part_say_nothing_of_gradients() -> None:
    # the value is 1 everywhere, and autograd returns -1: what is learned is -h
    found = preference_of("detach(exp(h))*exp(-h)")
    assert found.loss.formula.detaches
    assert not preference_of("detach(exp(chosen - rejected))*exp(rejected - chosen)").in_margin


# ---------------------------------------------------------------- code


def hinge_of(margin: Any) -> Any:
    return sc.relu(1 - margin)


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        (lambda h: -2 * h, "formula", "-2*h"),
        (hinge_of, "hinge_of", "relu(1 - h)"),
        (lambda chosen, rejected: rejected - chosen, "formula", "rejected - chosen"),
        (lambda rejected, chosen: rejected - chosen, "formula", "rejected - chosen"),  # by their names
        (lambda h, beta=0.1: -beta * h, "formula", "(-1/10)*h"),
        (lambda h: Parameter("beta", above=0) * -h, "formula", "beta*-h"),
    ],
)
def test_a_function_of_h_or_of_both_scores(code: Callable[..., Any], name: str, text: str) -> None:
    found = preference_of(code)
    assert (found.name, found.text, found.loss.name) == (name, text, name)


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        (lambda a, b, c: a, FormulaError, r"this one takes \(a, b, c\): a pair has two answers and no third class"),
        (lambda a, b: a, FormulaError, "by these names"),
        (lambda z, y: z, FormulaError, "no third class"),
        (lambda z: z, FormulaError, "no third class"),
        (lambda chosen: chosen, FormulaError, "is called with"),
        (lambda h: None, FormulaError, "the preference returned None"),
        (lambda h: sc.norm(h), FormulaError, r"hands h to norm, which is over classes: write abs\(h\), or sqrt"),
        (lambda h: sc.first(-h), FormulaError, "hands -h to first, which is over classes: a pair has two scores"),
        (lambda h: sc.pair_total(h), FormulaError, "to pair_total, which is over classes"),
        (lambda h: sc.onehot(h), FormulaError, "to onehot, which is over classes"),
        (lambda h: h[0], FormulaError, r"indexes a scalar with \[0\]: a score is one number and has no entries"),
        (lambda h: h if h > 0 else -h, FormulaError, "runs once for all pairs, so it cannot branch on a value"),
        (lambda h: 1 if h else -h, FormulaError, "it runs once for all pairs; use branch"),
        (lambda h: h + "a", FormulaError, "use the scores, numbers, Parameters and the functions of symcheck"),
        (lambda h: "h", FormulaError, "made of the scores, numbers, Parameters"),
        (lambda h: h.C * h, FormulaError, r"uses \.C of a score, which is one number"),
        (lambda h: sc.softmax(h), FormulaError, r"softmax, which is over classes: write sigmoid\(h\)"),
        (lambda h: h * random.randrange(10**9), FormulaError, "the preference is not a function of its arguments"),
        (lambda h: Parameter("h") * h, ParameterError, "h: h, chosen, rejected are the scores of a pair"),
        (lambda h: Parameter("chosen") - h, ParameterError, "chosen: h, chosen, rejected are the scores"),
        (lambda chosen, rejected: Parameter("h") * chosen, ParameterError, "h: h, chosen, rejected are the scores"),
        (lambda h: abs(h), FormulaError, "no preference at all|bad operand"),
    ],
)
def test_code_that_is_refused(code: Callable[..., Any], error: type[SymcheckError], words: str) -> None:
    with pytest.raises(error, match=words):
        preference_of(code)


def test_torch_code() -> None:
    torch = pytest.importorskip("torch")
    beta = 0.1
    assert preference_of(lambda h: -torch.nn.functional.logsigmoid(beta * h)).text == "-log_sigmoid(1/10*h)"

    class Anchored(torch.nn.Module):  # type: ignore[name-defined, misc]
        def forward(self, chosen: Any, rejected: Any) -> Any:
            return (torch.sigmoid(0.5 * chosen) + 1 - torch.sigmoid(0.5 * (chosen - rejected))).mean()

    found = preference_of(Anchored())
    assert found.name == "Anchored"
    down = preference_of("apo_down(beta=1/2)")
    for z in ([0.3, -1.2], [2.0, 0.5]):
        assert value(found.loss.formula, z, 0) == pytest.approx(value(down.loss.formula, z, 0), abs=1e-12)
        assert value(found.loss.formula, z, 1) == pytest.approx(value(down.loss.formula, z, 1), abs=1e-12)
    with pytest.raises(FormulaError, match=r"preference: unmapped-op at torch\.rand"):
        preference_of(lambda h: h * torch.rand(1))
    for code, words in {
        lambda h: torch.sigmoid(Parameter("beta", above=0) * h): "tensors of torch and with symbols of symcheck",
        lambda h: Parameter("beta", above=0) * torch.sigmoid(h): "write numbers for its parameters, or all of it with",
        lambda h: (
            torch.sigmoid(h).unsqueeze(1) * torch.ones(3)
        ): r"returned a tensor of shape \(4, 3\) for 4 pairs; it is",
        lambda h: (torch.sigmoid(h), 1): "returned an object of type tuple; it is called with a score for each pair",
        lambda h: (
            torch.sigmoid(h) + torch.zeros(7)
        ): r"the preference raised RuntimeError: .*in tensors of shape \(N,\)",
        lambda h: torch.exp(h).gather(1, h.long()): "the preference raised IndexError",
        lambda h: torch.sigmoid(h) if h.sum() > 0 else -torch.sigmoid(h): "not known while the code is recorded; write",
    }.items():
        with pytest.raises(FormulaError, match=words):
            preference_of(code)
        with pytest.raises(FormulaError, match=words.replace("preference", "penalty")):
            margin_penalty_of(code)
    with pytest.raises(FormulaError, match="no third class"):
        preference_of(lambda policy, reference, beta: torch.sigmoid(policy - reference) * beta)


def test_a_preference_needs_no_torch() -> None:
    assert "symcheck.intake.torch.scores" not in sys.modules or "torch" in sys.modules


# ---------------------------------------------------------------- penalties


@pytest.mark.parametrize(
    ("given", "g"),
    [
        ("h**2/2", lambda c, r: (c - r) ** 2 / 2),
        ("abs(h)", lambda c, r: abs(c - r)),
        ("chosen**2 + rejected**2", lambda c, r: c**2 + r**2),
        ("(chosen - rejected)**4", lambda c, r: (c - r) ** 4),
        (lambda h: h**2, lambda c, r: (c - r) ** 2),
        (lambda chosen, rejected: (chosen + rejected) ** 2, lambda c, r: (c + r) ** 2),
        ("l2", lambda c, r: (c**2 + r**2) / 2),
        ("total(z**2)", lambda c, r: c**2 + r**2),
        (sc.regularizers.L2(), lambda c, r: (c**2 + r**2) / 2),
        (lambda z: sc.total(z**2), lambda c, r: c**2 + r**2),
    ],
)
def test_a_penalty_has_the_values_of_its_formula(given: Any, g: Callable[[float, float], float]) -> None:
    found = margin_penalty_of(given)
    assert not found.formula.uses_label
    for z in ([0.3, -1.2], [2.0, 0.5]):
        assert value(found.formula, z, 0) == pytest.approx(g(*z), abs=1e-12)


def test_a_margin_penalty_is_certified_on_the_quotient() -> None:
    # z_1 - z_2 does not change under a common shift, and D^2 of h^2/2 is (1, -1; -1, 1)
    certificate = sc.certify(preference_of("dpo").loss, margin_penalty_of("h**2/2"))
    assert certificate.headline.endswith("on R^C/(1, ..., 1)")
    assert certificate.headline.startswith("PROVED for C = 2")


def test_values_for_the_parameters_of_a_penalty() -> None:
    assert margin_penalty_of("w*h**2", {"w": "3"}).formula.names == frozenset()
    assert margin_penalty_of("w*total(z**2)", {"w": "3"}).formula.names == frozenset()
    assert [p.name for p in margin_penalty_of("w*h**2", {"w": Parameter("w", above=0)}).formula.parameters] == ["w"]


@pytest.mark.parametrize(
    ("given", "parameters", "words"),
    [
        ("h", {}, "penalty: h is not shown to be the same when the two answers are swapped"),
        ("chosen**2", {}, "may know which of them is preferred"),
        ("exp(h) + h**2", {}, "not shown to be the same"),
        ("h**2 + chosen**2 + rejected**2", {}, "has h beside chosen or rejected"),
        ("p = h; 3", {}, "does not depend on the scores"),
        (lambda h: h**3, {}, "not shown to be the same"),
        ("-z[y]", {}, "is a regularizer and uses the label"),
        ("h**2", {"w": "1"}, "w: the penalty has no parameter of this name"),
        ("l2", {"w": "1"}, "w: the penalty has no parameter of this name"),
        ("h**2", {"chosen": "1"}, "chosen: h, chosen, rejected are the scores of a pair"),
        ("dpo", {}, r"^penalty: dpo is a preference; accepted is a formula in h .*'h\*\*2/2', .* 'l2'"),
        ("z", {}, r"^penalty: there is none called 'z'; accepted is a formula in h"),
        ("l3", {}, r"^penalty: there is none called 'l3'; accepted"),
        (3, {}, r"^penalty: got int; accepted is a formula in h"),
        (sc.losses.GCE(), {}, r"^penalty: got the loss gce; accepted is a formula in h"),
        (sc.preferences.DPO, {}, r"^penalty: got the class DPO; make one of it"),
        (sc.certify("gce", "l2").loss, {}, r"^penalty: .* uses the label; .*a penalty is called with \(h\), or"),
        (Formula.of(symbols()[0][symbols()[1]]), {}, r"^penalty: z\[y\] uses the label"),
        (lambda: 1, {}, r"^penalty: .*this one takes \(\).*; a penalty is called with \(h\), or with"),
    ],
)
def test_penalties_that_are_refused(given: Any, parameters: dict[str, str], words: str) -> None:
    with pytest.raises(SymcheckError, match=words):
        margin_penalty_of(given, parameters)


@pytest.mark.parametrize("text", ["dpo(beta=oo)", "dpo(beta=inf)", "dpo(beta=nan)", "simpo(gamma=Infinity)"])
def test_a_value_that_is_no_number_is_no_new_parameter(text: str) -> None:
    with pytest.raises(SymcheckError, match="it is no number"):
        preference_of(text)


@pytest.mark.parametrize(("text", "names"), [
    ("-log_sigmoid(beta*h)", {"beta"}),
    ("softplus(beta*(rejected - chosen))", {"beta"}),
    ("dpo(beta=1/10)", set()),
    ("dpo(beta=1/10) + relu(-h)", set()),
    ("beta = 1/10; softplus(-beta*h)", set()),
    ("ipo + relu(-beta*h)", {"beta"}),
])  # fmt: skip
def test_beta_needs_no_interval(text: str, names: set[str]) -> None:
    parameters = {p.name: p for p in preference_of(text).loss.formula.parameters}
    assert parameters.keys() == names
    assert all((p.interval.low, p.interval.high, 0 in p.interval) == (0, None, False) for p in parameters.values())


def test_beta_can_have_another_interval_or_a_value() -> None:
    beta = Parameter("beta")
    assert beta in preference_of("softplus(-beta*h)", {"beta": beta}).loss.formula.parameters
    assert preference_of("softplus(-beta*h)", {"beta": "1/5"}).text == "softplus((-1/5)*h)"
    with pytest.raises(FormulaError, match="unknown name bet"):
        preference_of("softplus(-bet*h)")
    with pytest.raises(ParameterError, match="no parameter of this name"):
        preference_of("softplus(-h)", {"beta": "1/5"})
