"""Formulas: equal subterms are one node, whatever made them; the text says the formula and nothing else."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import ParameterError
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import (
    amax,
    amin,
    branch,
    centred_onehot,
    clamp,
    detach,
    exp,
    log,
    log_softmax,
    logsumexp,
    mean,
    onehot,
    onehot_argmax,
    product,
    softmax,
    total,
)
from symcheck.language.operators import ARITY
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Term, Vec, lift
from symcheck.language.writing import LONGEST_TEXT
from symcheck.reason import Undecided
from tests.symcheck.language.formulas import ExactReading, applied, term_of_text, terms, unshared


@given(terms())
def test_text_means_the_formula(term: Term) -> None:
    """Read by Python's own grammar, with Python's precedences, the text gives the formula back."""
    formula = Formula.of(term)
    assert Formula.of(term_of_text(str(formula), formula.parameters)) == formula


@given(terms())
def test_the_text_of_every_part_means_that_part(term: Term) -> None:
    formula = Formula.of(term)
    for place in range(len(formula.nodes)):
        part = Formula.of(term_of_text(formula.part(place), formula.parameters))
        assert part.nodes[-1].op == formula.nodes[place].op
        assert str(part) == formula.part(place)


@given(terms(steps=8))
def test_equal_terms_are_one_formula_shared_or_not(term: Term) -> None:
    one, other = Formula.of(term), Formula.of(unshared(term))
    assert one == other
    assert hash(one) == hash(other)
    assert one.nodes == other.nodes


@given(terms())
def test_arguments_come_first_and_no_node_twice(term: Term) -> None:
    formula = Formula.of(term)
    assert len(set(formula.nodes)) == len(formula.nodes) == len(formula.vectors)
    for place, node in enumerate(formula.nodes):
        assert len(node.args) == ARITY[node.op]
        assert all(a < place for a in node.args)
    used = {a for node in formula.nodes for a in node.args}
    assert used == set(range(len(formula.nodes) - 1))  # nothing but the value is left over


def test_the_order_in_which_equal_subterms_were_made_does_not_matter() -> None:
    z, _ = symbols()
    first, second = exp(z), log_softmax(z)
    second_too, first_too = log_softmax(z), exp(z)
    assert Formula.of(total(first * second)) == Formula.of(total(first_too * second_too))
    assert Formula.of(total(first * first)) == Formula.of(total(first * first_too))


def test_two_formulas_with_their_own_symbols_are_equal() -> None:
    def loss(z: Vec, y: Label) -> Term:
        return logsumexp(z) - z[y]

    assert Formula.of(loss(*symbols())) == Formula.of(loss(*symbols()))


def doubled(times: int) -> Term:
    """z[y] added to itself: with ``times`` doublings a tree of 2**times leaves, and as many objects as doublings."""
    z, y = symbols()
    term: Term = z[y]
    for _ in range(times):
        term = term + term
    return term


def test_a_shared_tree_of_2_to_the_60_leaves_stays_small() -> None:
    formula = Formula.of(doubled(60))
    assert [n.op for n in formula.nodes] == ["logits", "take", *["add"] * 60]
    assert len(str(formula)) < LONGEST_TEXT
    assert Formula.of(term_of_text(str(formula))) == formula
    assert pickle.loads(pickle.dumps(formula)) == formula


def test_the_same_tree_made_without_sharing_is_the_same_formula() -> None:
    assert Formula.of(unshared(doubled(10))) == Formula.of(doubled(10))


def test_a_long_chain_needs_no_recursion() -> None:
    z, y = symbols()
    term: Term = z[y]
    for n in range(20_000):
        term = term * z.C + n % 3
    formula = Formula.of(term)
    assert len(formula.nodes) == 2 + 1 + 2 * 20_000 + 3  # z, z[y], C, the operators, the numbers 0, 1, 2
    assert str(formula).endswith("*C + 0)*C + 1)*C + 2)*C + 0)*C + 1")
    assert repr(term) == str(formula)
    assert pickle.loads(pickle.dumps(formula)) == formula


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (lambda z, y, q: z - (1 - z), "z - (1 - z)"),
        (lambda z, y, q: (z - 1) - z, "z - 1 - z"),
        (lambda z, y, q: z / (q / z), "z/(q/z)"),
        (lambda z, y, q: z / q / z, "z/q/z"),
        (lambda z, y, q: z * (q / z), "z*(q/z)"),
        (lambda z, y, q: -(z * q), "-(z*q)"),
        (lambda z, y, q: (-z) * q, "-z*q"),
        (lambda z, y, q: z * -q, "z*-q"),
        (lambda z, y, q: -(z**q), "-z**q"),
        (lambda z, y, q: (-z) ** q, "(-z)**q"),
        (lambda z, y, q: z ** (-q), "z**(-q)"),
        (lambda z, y, q: (z**q) ** q, "(z**q)**q"),
        (lambda z, y, q: z ** (q**q), "z**(q**q)"),
        (lambda z, y, q: -(-z), "-(-z)"),
        (lambda z, y, q: z - -q, "z - -q"),
        (lambda z, y, q: z + Fraction(-1, 2), "z + (-1/2)"),
        (lambda z, y, q: z - Fraction(-1, 2), "z - (-1/2)"),
        (lambda z, y, q: z * Fraction(-1, 2), "z*(-1/2)"),
        (lambda z, y, q: Fraction(-1, 2) * z, "(-1/2)*z"),
        (lambda z, y, q: lift(-2) ** z, "(-2)**z"),
        (lambda z, y, q: z**-2, "z**(-2)"),
        (lambda z, y, q: lift(Fraction(1, 2)) ** z, "(1/2)**z"),
        (lambda z, y, q: (1 - softmax(z)[y] ** q) / q, "(1 - softmax(z)[y]**q)/q"),
        (lambda z, y, q: (z + 1)[y], "(z + 1)[y]"),
        (lambda z, y, q: onehot(y)[y], "onehot(y)[y]"),
        (lambda z, y, q: total((1 - onehot(y)) * z), "total((1 - onehot(y))*z)"),
        (lambda z, y, q: -total(centred_onehot(y) * z), "-total((onehot(y) - 1/C)*z)"),
        (lambda z, y, q: lift(1) / 2 + lift(1) / 3, "5/6"),
        (lambda z, y, q: amax(1 + z - z[y], but=y), "amax(1 + z - z[y], but=y)"),
        (lambda z, y, q: -(product(softmax(z) ** q) ** 2), "-product(softmax(z)**q)**2"),
        (lambda z, y, q: clamp(z, -1, q)[y], "minimum(maximum(z, -1), q)[y]"),
        (lambda z, y, q: clamp(z[y], high=1), "minimum(z[y], 1)"),
        (lambda z, y, q: branch(z[y] - q, -z, 2)[y], "branch(z[y] - q, -z, 2)[y]"),
        (lambda z, y, q: detach(onehot_argmax(z))[y], "detach(onehot_argmax(z))[y]"),
    ],
)
def test_how_formulas_are_written(code: Callable[[Vec, Label, Parameter], Term], text: str) -> None:
    formula = Formula.of(code(*symbols(), Parameter("q", above=0)))
    assert str(formula) == text


def test_the_names_of_shared_parts_are_never_those_of_parameters() -> None:
    """The third node of the tape would be t2, which is a parameter here; and t_2 as well."""
    z, y = symbols()
    for names in (["t2"], ["t2", "t_2"], ["t2", "t_99"], ["t2x"]):
        parameters = [Parameter(n) for n in names]
        term: Term = z[y]
        for p in parameters:
            term = term + p
        for _ in range(20):
            term = term * term
        text = str(Formula.of(term))
        bound = {line.split(" = ")[0] for line in text.split("; ")[:-1]}
        assert bound
        assert not bound & set(names)


def test_one_name_with_two_intervals_is_refused() -> None:
    z, y = symbols()
    term = Parameter("q", above=0) * z[y] + Parameter("q", above=0, at_most=1)
    with pytest.raises(ParameterError) as caught:
        Formula.of(term)
    assert str(caught.value) == (
        "q: the formula uses two parameters of this name, in (0, oo) and in (0, 1]; give them different names"
    )
    assert repr(term) == "add(...)"


def test_one_name_with_one_interval_is_one_parameter() -> None:
    z, y = symbols()
    formula = Formula.of(Parameter("q", above=0) * z[y] + Parameter("q", above=0, default=1))
    assert [p.name for p in formula.parameters] == ["q"]
    assert [n.op for n in formula.nodes].count("parameter") == 1


def test_formulas_that_differ_in_an_interval_or_a_number_differ() -> None:
    z, y = symbols()
    made = [
        Formula.of(t)
        for t in (
            Parameter("q", above=0) * z[y],
            Parameter("q", at_least=0) * z[y],
            Parameter("r", above=0) * z[y],
            z[y] * Parameter("q", above=0),
            2 * z[y],
            3 * z[y],
        )
    ]
    assert len(set(made)) == len(made)


def test_what_a_formula_knows_of_itself() -> None:
    z, y = symbols()
    assert Formula.of(logsumexp(z) - z[y]).uses_label
    assert Formula.of(total(onehot(y) * z)).uses_label
    for function in (total, mean, logsumexp, product, amax, amin):
        assert Formula.of(function(z, but=y)).uses_label
        assert not Formula.of(function(z)).uses_label
    assert not Formula.of(logsumexp(z)).uses_label
    assert Formula.of(logsumexp(z)).is_scalar
    assert not Formula.of(softmax(z) - 1).is_scalar
    q, a = Parameter("q"), Parameter("a")
    assert [p.name for p in Formula.of(q * z[y] + a).parameters] == ["a", "q"]


def test_a_formula_sent_to_another_process_is_found_there(fresh: Callable[..., object], tmp_path: object) -> None:
    """Hashes of text differ between processes: a formula must not bring its own along."""
    z, y = symbols()
    formula = Formula.of(Parameter("q", above=0) * z[y])
    hash(formula)
    code = (
        "import pickle, sys\n"
        "from symcheck.language.formula import Formula, symbols\n"
        "from symcheck.language.parameter import Parameter\n"
        f"sent = pickle.loads({pickle.dumps(formula)!r})\n"
        "z, y = symbols()\n"
        "print({Formula.of(Parameter('q', above=0) * z[y]): 'found'}.get(sent, 'lost'))\n"
    )
    for seed in ("1", "2"):
        done = fresh("-c", code, environment={"PYTHONHASHSEED": seed})
        assert (done.stdout, done.stderr) == ("found\n", "")  # type: ignore[attr-defined]


ENTRIES = ("add", "sub", "mul", "div", "maximum", "minimum")
OF_VECTORS = ("total", "mean", "amax", "amin", "take", "total_others", "mean_others", "amax_others", "amin_others")
RATIONAL = (*ENTRIES, "neg", "abs", "relu", *OF_VECTORS)


@given(st.data())
def test_a_reading_computes_what_the_code_computes(data: st.DataObject) -> None:
    """The tape read in fractions equals the same steps done directly, operator by operator."""
    z, y = symbols()
    entries = st.lists(st.fractions(-4, 4, max_denominator=6), min_size=2, max_size=4)
    logits = tuple(data.draw(entries))
    label = data.draw(st.integers(0, len(logits) - 1))
    size = len(logits)
    pool: list[tuple[Term, tuple[Fraction, ...]]] = [
        (z, logits),
        (onehot(y), tuple(Fraction(k == label) for k in range(size))),
        (z.C, (Fraction(size),) * size),
        (lift(Fraction(2, 3)), (Fraction(2, 3),) * size),
    ]
    for _ in range(data.draw(st.integers(1, 8))):
        op = data.draw(st.sampled_from(RATIONAL))
        choice = [p for p in pool if isinstance(p[0], Vec)] if op in OF_VECTORS else pool
        a, at = data.draw(st.sampled_from(choice))
        b, bt = data.draw(st.sampled_from(pool))
        if op == "div" and not all(bt):
            continue
        match op:
            case "add":
                value = tuple(s + t for s, t in zip(at, bt, strict=True))
            case "sub":
                value = tuple(s - t for s, t in zip(at, bt, strict=True))
            case "mul":
                value = tuple(s * t for s, t in zip(at, bt, strict=True))
            case "div":
                value = tuple(s / t for s, t in zip(at, bt, strict=True))
            case "maximum" | "minimum":
                value = tuple((max if op == "maximum" else min)(s, t) for s, t in zip(at, bt, strict=True))
            case "neg":
                value = tuple(-s for s in at)
            case "abs":
                value = tuple(abs(s) for s in at)
            case "relu":
                value = tuple(max(s, Fraction(0)) for s in at)
            case "total":
                value = (sum(at, Fraction(0)),) * size
            case "mean":
                value = (sum(at, Fraction(0)) / size,) * size
            case "take":
                value = (at[label],) * size
            case "amax" | "amin":
                value = ((max if op == "amax" else min)(at),) * size
            case "amax_others" | "amin_others":
                value = ((max if op == "amax_others" else min)(at[:label] + at[label + 1 :]),) * size
            case _:
                rest = sum(at[:label] + at[label + 1 :], Fraction(0))
                value = (rest if op == "total_others" else rest / (size - 1),) * size
        two = op in ENTRIES
        pool.append((applied(op, y, a, b) if two else applied(op, y, a), value))
    term, expected = pool[-1]
    got = ExactReading(logits, label).read(Formula.of(term))
    assert (got if isinstance(got, tuple) else (got,) * size) == expected


@pytest.mark.parametrize(
    ("code", "where"),
    [
        (lambda z, y: 1 + total(exp(z) * 2), "exp(z)"),
        (lambda z, y: 1 + logsumexp(z), "logsumexp(z)"),
        (lambda z, y: 1 + log(z.C), "inside log"),
        (lambda z, y: 1 - total(onehot_argmax(z), but=y), "onehot_argmax(z)"),
    ],
)
def test_a_reading_that_stops_names_the_innermost_subexpression(code: Callable[[Vec, Label], Term], where: str) -> None:
    with pytest.raises(Undecided) as caught:
        ExactReading((Fraction(0), Fraction(1)), 0).read(Formula.of(code(*symbols())))
    assert caught.value.reason.where == where
