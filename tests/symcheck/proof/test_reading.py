"""The small checker reads formulas by Python's grammar, the package by a parser of its own: they mean the same."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.mutations.numbers_at import MP, NoValue, NumbersAt, Values, exactly
from benchmarks.mutations.texts import TEXTS
from symcheck.errors import SymcheckError
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.proof.check import Refused, Scope, Tape
from tests.symcheck.language.formulas import terms
from tests.symcheck.proof.claims import FREE, statement

VALUES = {"q": Fraction(7, 10), "t3": Fraction(-5, 3), "w_1": Fraction(4)}
READ = {name: Parameter(name) for name in VALUES}
Z = [Fraction(3, 7), Fraction(-2, 5), Fraction(11, 13)]
"""Numbers at which no branch is decided by a tie that only rounding sees."""


def scope_of(parameters: Iterable[str] = VALUES) -> Scope:
    """A scope in which these names are free parameters, in this order."""
    free: Any = dict.fromkeys(sorted(parameters), FREE)
    return Scope(statement("z[y]", **free)["scope"])


def of_tape(tape: Tape, z: list[Fraction], y: int, values: Mapping[str, Fraction]) -> Values:
    """The value of a tape of the checker: its core operators, one by one."""
    at = NumbersAt([exactly(x) for x in z], y, {})
    found: list[Values] = []
    for op, args, data in tape.nodes:
        a: list[Any] = [found[i] for i in args]
        if op == "number":
            value = [exactly(data)]
        elif op == "letter":
            value = [exactly(values[sorted(values)[data]])]
        elif op == "inverse":
            value = at.div([MP.mpf(1)], a[0])
        elif op == "flat":
            value = a[1]
        elif op == "centred":
            raise NoValue("entmax, of which the tape has a 2-jet alone")
        else:
            value = getattr(at, op)(*a)
        found.append(value)
    return found[tape.result]


def either(f: Any) -> Any:
    """The value, or None where there is none."""
    try:
        return f()
    except (NoValue, ZeroDivisionError):
        return None


def same(text: str, formula: Formula, tape: Tape, values: Mapping[str, Fraction] = VALUES) -> None:
    """The two readings of ``text`` have the same values at z, for two labels."""
    numbers = {n: exactly(x) for n, x in values.items()}
    for y in (0, 2):
        by_tape = either(lambda y=y: of_tape(tape, Z, y, values))
        by_parser = either(lambda y=y: NumbersAt([exactly(x) for x in Z], y, numbers).read(formula))
        if by_tape is None or by_parser is None:
            # A power of a negative number is a value for a whole exponent, which the tape sees in numbers alone.
            continue
        assert len(by_tape) == len(by_parser), text
        for one, two in zip(by_tape, by_parser, strict=True):
            assert abs(one - two) <= MP.mpf(10) ** -60 * (1 + abs(one)), text


def both(text: str, parameters: Mapping[str, Parameter] = READ) -> tuple[Formula | None, Tape | None]:
    """The text read by the package and by the checker, None where one refuses it."""
    try:
        formula = parsed(text, parameters=parameters)
    except SymcheckError:
        formula = None
    try:
        tape = Tape(text, scope_of(parameters), "formula")
    except Refused:
        tape = None
    return formula, tape


@given(terms())
@settings(max_examples=300)
def test_texts_of_random_formulas_mean_the_same(term: Any) -> None:
    text = str(Formula.of(term))
    formula, tape = both(text)
    assert formula is not None
    if tape is not None:
        same(text, formula, tape)


OPERANDS = (
    "z", "z[y]", "C", "q", "t3", "1", "2", "0", "10", "007", "1/2", "-z", "-2", "+1", "onehot(y)", "exp(z)", "abs(-q)",
    "total(z)", "total(z, but=y)", "softmax(z)", "(", "((", "-(", "exp(", "mean(", "log(", "e", "E", "I", "pi", "1e3",
    ".5", "2.5", "1_0", "0x1", "t",
)  # fmt: skip
SIGNS = ("+", "-", "*", "/", "**", "^", "-", " - ", "--", "**-", "[y]", ")", "; ", ", ", "<", "==", "//", "=", "", " ")


@pytest.mark.parametrize("seed", range(4))
def test_texts_of_random_signs_mean_the_same(seed: int) -> None:
    rng, read = random.Random(seed), 0
    for _ in range(4000):
        made = "".join(rng.choice(OPERANDS) + rng.choice(SIGNS) * (k > 0) for k in range(rng.randint(1, 5), -1, -1))
        made = rng.choice(("", "", "t = 2; ")) + made
        text = made + ")" * max(0, made.count("(") - made.count(")"))
        formula, tape = both(text)
        if formula is not None and tape is not None:
            read += 1
            same(text, formula, tape)
    assert read > 120


def expression(depth: int) -> st.SearchStrategy[str]:
    """Texts with signs, powers and brackets in all orders: where two grammars may group in other ways."""
    leaf = st.sampled_from(["z[y]", "q", "t3", "C", "2", "3", "1/2", "mean(z)"])
    if depth == 0:
        return leaf
    part = expression(depth - 1)
    sign = st.sampled_from(["+", "-", "*", "/", "**", " - ", " ** ", "**-", "*-", "--", "/-"])
    return st.one_of(
        leaf,
        st.builds("{}{}{}".format, part, sign, part),
        st.builds("-{}".format, part),
        st.builds("({})".format, part),
        st.builds("t{0} = {1}; t{0}{2}{3}".format, st.just(depth), part, sign, part),
        st.builds("exp(-({})**2)".format, part),
    )


@given(expression(4))
@settings(max_examples=500)
def test_signs_and_powers_group_alike(text: str) -> None:
    formula, tape = both(text)
    if formula is not None and tape is not None:
        same(text, formula, tape)


@pytest.mark.parametrize(
    ("text", "value"),
    # As in Python: - is weaker than ** on its left and stronger on its right, ** groups from the right.
    [
        ("-2**2", -4), ("2**-1", Fraction(1, 2)), ("2**3**2", 512), ("-2**-2", Fraction(-1, 4)), ("(-2)**2", 4),
        ("1/2/2", Fraction(1, 4)), ("1 - 2 - 3", -4), ("2*3**2", 18), ("--2", 2), ("1/2**2", Fraction(1, 4)),
        ("2**-1*4", 2), ("t = 3; t - t*2", -3), ("-1/2", Fraction(-1, 2)), ("6/2*3", 9),
    ],
)  # fmt: skip
def test_the_grouping_is_that_of_python(text: str, value: Fraction) -> None:
    formula, tape = both(text)
    assert formula is not None
    assert tape is not None
    assert of_tape(tape, Z, 0, VALUES) == [exactly(Fraction(value))]
    same(text, formula, tape)


@pytest.mark.parametrize(
    "text",
    [
        "z[y] # + 1",
        "z[y]\n",
        "z[y] \\\n+ 1",
        "t = 1\nt*z[y]",
        "0x10*z[y]",
        "1_000*z[y]",
        "1e3*z[y]",
        ".5*z[y]",
        "1.5",
        "0b1",
        "0o7",
        "1j",
        "'z'",
        "f'{z}'",
        "z[y] if C else 0",
        "z < 1",
        "z == z",
        "not z",
        "z and z",
        "z // 2",
        "z % 2",
        "z @ z",
        "z ^ 2",
        "~z",
        "+z[y]",
        "lambda: z",
        "[z]",
        "(z, z)",
        "{z}",
        "z[0]",
        "z[y, y]",
        "z[y:]",
        "z[-1]",
        "z.C",
        "exp(*z)",
        "exp(**z)",
        "exp(a=z)",
        "total(z, but=z)",
        "total(z, y)",
        "total(z, but=y, but=y)",
        "onehot(z)",
        "onehot(y, but=y)",
        "onehot",
        "y",
        "exp",
        "exp()",
        "exp(z, z)",
        "exp(z, but=y)",
        "branch(z, z)",
        "t := z",
        "t = u = z; t",
        "t: z = z; t",
        "t += 1; t",
        "t, u = z; t",
        "z = 1; z",
        "C = 1; C",
        "y = 1; y",
        "q = 1; q",
        "t = 1; t = 2; t",
        "t = t; t",
        "t = z;",
        "",
        ";",
        "pass",
        "import os",
        "del z",
        "assert z",
        "return z",
        "None",
        "True*z[y]",
        "...",
        "__import__('os')",
        "z.__class__",
        "(yield)",
        "await z",
        "\u017f",
        "\uff43",
        "\uff5a[y]",
        "x\u0301",
        "\x00",
        "\ud800",
        "z[y]\x0c",
        "z[y]\t+ 1",
        "1in z",
        "0x1for z",
        "print(z)",
        "eval(z)",
        "arccos(z)[y]",
        "letter(z)",
        "number(1)",
        "put(z)",
        "classes",
        "logits",
        "inverse(z)",
        "flat(z, z)",
        "add(z, z)",
        "take(z)",
        "_",
        "__",
        "unknown*z[y]",
        "unknown(z)",
    ],
    ids=ascii,
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"^[^ ]+: "):
        Tape(text, scope_of(), "formula")


@pytest.mark.parametrize("subject_named", [loss_named, regularizer_named])
def test_formulas_of_the_catalogue_and_misspelled_ones_mean_the_same(subject_named: Any) -> None:
    kind: Kind = "loss" if subject_named is loss_named else "regularizer"
    rng, read = random.Random(kind), 0
    for name in names(kind):
        formula_given = subject_named(name).recorded
        free, text = {p.name: p for p in formula_given.parameters}, str(formula_given)
        changed = [change(rng, text) for change in (*TEXTS.values(), *TEXTS.values())]
        values = {n: VALUES["q"] + Fraction(k, 7) for k, n in enumerate(sorted(free))}
        for one in (text, *filter(None, changed)):
            formula, tape = both(one, free)
            if formula is not None and tape is not None and not formula.is_classwise:
                read += 1
                same(one, formula, tape, values)
    assert read > 100
