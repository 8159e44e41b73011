"""The parser of formula strings: the inverse of str(formula), with Python's precedence, and only FormulaError."""

from __future__ import annotations

import ast
import operator
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from symcheck.errors import FormulaError, NumberError, ParameterError
from symcheck.intake.parser import parsed, parsed_constant
from symcheck.intake.refusals import declared_as
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import FUNCTIONS, exp, log, logsumexp, softmax, total
from symcheck.language.operators import ACROSS, ENTRYWISE, OTHERS, VECTOR
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, Vec, entrywise, is_constant, lift

# Names that would trip a careless grammar: a shared part's name, a function's, a keyword of Python, an exponent's.
PARAMETERS = {name: Parameter(name) for name in ("q", "t3", "t_4", "exp", "lambda", "e1", "mean")}
ACCEPTED = (
    "accepted: numbers, pi, z, z[y], C, + - * / ** ( ), and functions such as exp, log, softmax, logsumexp, total; "
    "symcheck list functions shows all of them"
)

some = settings(max_examples=100, deadline=None)


# ---------------------------------------------------------------- str and parsed are inverse


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """A term built from a pool in which parts are used again, so that formulas share."""
    z, y = symbols()
    numbers = st.fractions(max_denominator=12) | st.integers(-3, 3).map(Fraction)
    pool: list[Term] = [z, z[y], z.C, FUNCTIONS["onehot"](y), FUNCTIONS["centred_onehot"](y), *PARAMETERS.values()]
    pool += [lift(n) for n in draw(st.lists(numbers, min_size=2, max_size=5))]
    for _ in range(draw(st.integers(1, 25))):
        op = draw(
            st.sampled_from(
                ["add", "sub", "mul", "div", "pow", "neg"] * 3
                + [*ENTRYWISE, *ACROSS, *OTHERS.values(), *VECTOR, "take"]
            )
        )
        part = st.sampled_from(pool[-3:]) | st.sampled_from(pool)
        if op in ENTRYWISE:
            pool.append(entrywise(op, *(draw(part) for _ in range(ENTRYWISE[op]))))
            continue
        vector = draw(st.sampled_from([p for p in pool if isinstance(p, Vec)]))
        if op in OTHERS.values():
            pool.append(FUNCTIONS[op.removesuffix("_others")](vector, but=y))
        elif op == "entmax":
            pool.append(FUNCTIONS[op](vector, draw(st.sampled_from([p for p in pool if is_constant(p)]))))
        else:
            pool.append(vector[y] if op == "take" else FUNCTIONS[op](vector))
    return pool[-1]


@some
@given(terms())
def test_the_text_of_a_formula_reads_back_as_the_same_formula(term: Term) -> None:
    formula = Formula.of(term)
    assert parsed(str(formula), parameters=PARAMETERS) == formula


@pytest.mark.parametrize("extra", [(), ("t3",), ("t3", "t_4")])
def test_a_long_formula_with_named_parts_reads_back(extra: tuple[str, ...]) -> None:
    # Doubling ten times would write 1024 copies; parameters that look like part names must not be taken for parts.
    z, y = symbols()
    term: Term = softmax(z)[y]
    for name in extra:
        term = term * PARAMETERS[name]
    for _ in range(10):
        term = exp(term) + term * term
    formula = Formula.of(term)
    assert "; " in str(formula)
    assert parsed(str(formula), parameters={p.name: p for p in formula.parameters}) == formula


def test_parts_may_be_class_vectors_and_are_shared() -> None:
    z, y = symbols()
    p = softmax(z)
    assert parsed("p = softmax(z); s = total(p**2); log(s) - p[y]/s") == Formula.of(
        log(total(p**2)) - p[y] / total(p**2)
    )


# ---------------------------------------------------------------- Python's precedence


_NAMES = {"z": symbols()[0], "C": Scalar("classes"), "q": PARAMETERS["q"]}
_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def by_python(text: str) -> Formula:
    """The formula that Python's own grammar makes of ``text``: an oracle that shares no code with the parser."""

    def term(node: ast.expr) -> Term:
        if isinstance(node, ast.Constant):
            return lift(Fraction(ast.get_source_segment(text, node)))
        if isinstance(node, ast.Name):
            return _NAMES[node.id]
        if isinstance(node, ast.UnaryOp):
            return entrywise("neg", term(node.operand)) if isinstance(node.op, ast.USub) else term(node.operand)
        if isinstance(node, ast.BinOp):
            left, right = term(node.left), term(node.right)
            return left**right if isinstance(node.op, ast.Pow) else _SIGNS[type(node.op)](left, right)
        if isinstance(node, ast.Subscript):
            return term(node.value)[symbols()[1]]
        assert isinstance(node, ast.Call)
        return FUNCTIONS[node.func.id](term(node.args[0]))

    return Formula.of(term(ast.parse(text, mode="eval").body))


_atoms = st.sampled_from(
    ["z[y]", "C", "q", "2", "0.5", "3", "1e2", ".25", "softmax(z)[y]", "logsumexp(z)", "(z + 1)[y]"]
)
_signs = st.sampled_from(["+", " - ", "*", "/", " * -", "/-", "**", "**-", " - -"])


def _chain(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Values and signs in a row, where only precedence says what belongs together."""
    rest = st.lists(st.tuples(_signs, inner).map("".join), max_size=6).map("".join)
    return st.tuples(st.sampled_from(["", "-", "+ "]), inner, rest).map("".join)


_texts = _chain(_atoms | _chain(_atoms).map("({})".format) | _chain(_atoms).map("exp({})".format))


@some
@given(_texts)
@example("-z[y]**2")
@example("2**-1")
@example("2**-C**q")
@example("-2**-q*C")
@example("C**q**2")
@example("C/q/2*3")
@example("1/2*C")
@example("- - -C")
def test_precedence_is_that_of_python(text: str) -> None:
    assert parsed(text, parameters={"q": PARAMETERS["q"]}) == by_python(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1/2", "1/2"),  # folded: one number
        ("0.1*C", "1/10*C"),  # the decimal that was written
        ("1.50e-3", "3/2000"),
        ("-z[y]**2", "-z[y]**2"),  # -(z[y]**2)
        ("(-z[y])**2", "(-z[y])**2"),
        ("2^3^C", "2**(3**C)"),  # ^ is ** and binds to the right
        ("C\n  + 1", "C + 1"),
        ("clamp(z[y], 0, C)", "minimum(maximum(z[y], 0), C)"),
        ("clamp(z[y], high=C, low=0)", "minimum(maximum(z[y], 0), C)"),
        ("clamp(z[y], high=2**-1 + 1)", "minimum(z[y], 2**(-1) + 1)"),
        ("branch(otherwise=1, u=-z[y], positive=(2 + C)*3)", "branch(-z[y], (2 + C)*3, 1)"),
        ("-maximum(-C, C - 1)**2", "-maximum(-C, C - 1)**2"),
        ("amax(maximum(z, -z), but=y)", "amax(maximum(z, -z), but=y)"),
    ],
)
def test_readings_by_hand(text: str, shown: str) -> None:
    assert str(parsed(text)) == shown


def test_a_parameter_can_be_given_a_value() -> None:
    free = parsed("q*C", parameters={"q": PARAMETERS["q"]})
    assert [p.name for p in free.parameters] == ["q"]
    for value in (Fraction(7, 10), "7/10", "0.7", 0.7):
        assert str(parsed("q*C", parameters={"q": value})) == "7/10*C"


# ---------------------------------------------------------------- what is refused, word for word


def refusal(text: str, kind: str = "loss", **parameters: Parameter) -> str:
    with pytest.raises(FormulaError) as caught:
        parsed(text, kind=kind, parameters=parameters)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "what", "place", "advice"),
    [
        ("softmaxx(z)[y]", "uses the unknown function softmaxx; did you mean softmax or log_softmax?", 0, ACCEPTED),
        ("sum(z)", "uses the unknown function sum; did you mean total?", 0, ACCEPTED),
        ("len(z)", "uses the unknown function len; did you mean C?", 0, ACCEPTED),
        ("eval(z)", "uses the unknown function eval", 0, ACCEPTED),
        ("__import__('os')", "uses the unknown function __import__", 0, ACCEPTED),
        ("qq*z[y]", "uses the unknown name qq", 0, f"{declared_as('qq')}\n{ACCEPTED}"),
        ("import os", "uses import, a word of Python", 0, f"a formula is not code; {ACCEPTED}"),
        ("z[y] if C else 1", "uses if, a word of Python", 5, f"a formula is not code; {ACCEPTED}"),
        (
            "lambda*z[y]",
            "uses lambda, a word of Python",
            0,
            f"a formula is not code; the paper's lambda is written lambda_; {ACCEPTED}",
        ),
        (
            "z.C",
            "reads an attribute",
            1,
            "write functions around their argument, softmax(z)[y], and C for the number of classes",
        ),
        ("().__class__", "has ) where a value has to be", 1, ACCEPTED),
        ("'os'", "contains a string", 0, ACCEPTED),
        ('z[y] + "os"', "contains a string", 7, ACCEPTED),
        (
            "relu(z[y] > 0)",
            "compares two values",
            10,
            "it is one expression for every z and C: use branch(u, positive, otherwise), relu or another function "
            "of the vocabulary",
        ),
        ("z[y], C", "contains a comma", 4, "only the arguments of a function have commas between them"),
        ("maximum((C, 2), 3)", "contains a comma", 10, "only the arguments of a function have commas between them"),
        ("maximum(, 1)", "contains a comma", 8, "only the arguments of a function have commas between them"),
        ("maximum(1,)", "has ) where a value has to be", 10, ACCEPTED),
        ("exp(C, 2)", "gives exp more than 1 argument", 5, "write exp(x)"),
        ("exp(C, but=y)", "gives exp the argument but=", 7, "write exp(x)"),
        ("maximum(C, 2, 3)", "gives maximum more than 2 arguments", 12, "write maximum(a, b)"),
        ("1 + maximum(C)", "calls maximum without b", 4, "write maximum(a, b)"),
        ("branch(C)", "calls branch without positive and otherwise", 0, "write branch(u, positive, otherwise)"),
        ("clamp(C)", "calls clamp without low and high", 0, "write clamp(x, low, high)"),
        ("clamp(C, lo=1)", "gives clamp the argument lo=", 9, "write clamp(x, low, high)"),
        ("clamp(C, low=1, low=2)", "gives clamp the argument low twice", 16, "write clamp(x, low, high)"),
        (
            "clamp(C, low=1, 2)",
            "gives clamp an argument without a name after one with a name",
            14,
            "write clamp(x, low, high)",
        ),
        ("total(z, 3)", "gives total more than 1 argument", 7, "write total(v, but=y)"),
        ("total(but=y)", "calls total without v", 0, "write total(v, but=y)"),
        (
            "amax(z, but=1)",
            "has 1 where only the label y can be",
            12,
            "write amax(v, but=y); sum over classes with total(z), and leave out the label with total(z, but=y)",
        ),
        (
            "amax(z, but=y + 1)",
            "has + after the label y",
            14,
            "write amax(v, but=y); sum over classes with total(z), and leave out the label with total(z, but=y)",
        ),
        (
            "amax(z[y], but=y)",
            "hands z[y], which is one number, to amax, which takes a class-vector",
            5,
            "pass z, softmax(z), onehot(y) or the like",
        ),
        ("z[y]//2", "divides with //", 4, "write /, the exact quotient"),
        ("z[y] % 2", "has % where an operator has to be", 5, ACCEPTED),
        ("{1: 2}", "has { where a value has to be", 0, ACCEPTED),
        ("C + \x00", "has the character '\\x00' where a value has to be", 4, ACCEPTED),
        (
            "z[0]",
            "has 0 where only the label y can be",
            2,
            "write z[y]; sum over classes with total(z), and leave out the label with total(z, but=y)",
        ),
        (
            "z[y, 0]",
            "has , after the label y",
            3,
            "write z[y]; sum over classes with total(z), and leave out the label with total(z, but=y)",
        ),
        (
            "total(onehot(C))",
            "has C where only the label y can be",
            13,
            "write onehot(y); sum over classes with total(z), and leave out the label with total(z, but=y)",
        ),
        (
            "y*z[y]",
            "computes with the label y",
            0,
            "the label is a name and not a number: use it as the index in z[y] and in onehot(y), centred_onehot(y)",
        ),
        ("z[y][y]", "takes the entry [y] of z[y], which is one number", 4, "only a class-vector has entries"),
        (
            "total(3*C)",
            "hands 3*C, which is one number, to total, which takes a class-vector",
            6,
            "pass z, softmax(z), onehot(y) or the like",
        ),
        ("log + 1", "uses the function log without its argument", 0, "write log(x)"),
        ("max(z)", "uses the unknown function max; did you mean amax?", 0, ACCEPTED),
        ("C(2)", "calls C, which is not a function", 0, "write C*(...) for a product"),
        ("2 z[y]", "has no operator before z", 2, "write * for a product"),
        ("z[y](2)", "has no operator before (", 4, "write * for a product"),
        ("(z[y] + 1", "opens a bracket that is never closed", 0, "write the missing )"),
        ("z[y])", "closes a bracket that was never opened", 4, "take the ) away"),
        ("z[y] +", "ends where a value has to follow", 6, "write a formula such as logsumexp(z) - z[y]"),
        ("  ", "is empty", 2, "write a formula such as logsumexp(z) - z[y]"),
        ("p = C", "names the part p and has no value after it", 5, "write p = ...; value"),
        ("p = C; p = 1; p", "gives a part the name p, which is a part already", 7, "give the part another name"),
        ("z = 1; C", "gives a part the name z, which is not free", 0, "give the part another name"),
        (
            "C; 2",
            "goes on after its value",
            1,
            "only name = part; comes before the value, which is last",
        ),
        (
            "C + p = 1",
            "uses the unknown name p",
            4,
            f"{declared_as('p')}\n{ACCEPTED}",
        ),
        (
            "z - 1",
            "is a class-vector and has to be one number",
            0,
            "sum over the classes with total(...), average with mean(...), or take the entry of the label with [y]",
        ),
        (
            "1e1000",
            "has a number of more than 1000 digits",
            0,
            "write it as a power, or put a parameter in its place",
        ),
    ],
)
def test_a_refusal_shows_the_place(text: str, what: str, place: int, advice: str) -> None:
    line = text.replace("\x00", " ")
    assert refusal(text) == f"the formula {what}\n  {line}\n  {' ' * place}^\n{advice}"


def test_the_nearest_parameter_is_named() -> None:
    assert refusal("z[y] - tauu", tau=Parameter("tau")) == (
        "the formula uses the unknown name tauu; did you mean tau?\n"
        "  z[y] - tauu\n"
        "         ^\n"
        f"{declared_as('tauu')}\n{ACCEPTED}; the parameters here: tau"
    )


def test_a_name_of_a_parameter_is_not_free_for_a_part() -> None:
    assert refusal("q = 1; q*z[y]", q=PARAMETERS["q"]).startswith(
        "the formula gives a part the name q, which is a param"
    )


def test_a_regularizer_does_without_the_label() -> None:
    assert str(parsed("total(z**2)/2", kind="regularizer")) == "total(z**2)/2"
    advice = "a regularizer is a function of z alone, so move what depends on y into the loss"
    assert refusal("C + z[y]", "regularizer") == (
        f"the formula is a regularizer and uses the label\n  C + z[y]\n        ^\n{advice}"
    )
    # also where the label would drop out again
    assert refusal("e = onehot(y); C", "regularizer") == (
        f"the formula is a regularizer and uses the label\n  e = onehot(y); C\n             ^\n{advice}"
    )
    without = "a regularizer has no label, so write a function of all entries of z, such as total(z**2), amax(z) or "
    for text, wrong, place in (
        ("z[0]", "0", 2),
        ("total(z, but=1)", "1", 13),
        ("onehot(C)", "C", 7),
        ("z[", "the end", 2),
    ):
        assert refusal(text, "regularizer") == (
            f"the formula has {wrong} where only the label y can be\n  {text}\n  {' ' * place}^\n{without}logsumexp(z)"
        )
    accepted = ACCEPTED.replace(" z[y],", "")
    assert accepted != ACCEPTED
    for text in ("total(q*z)", "total(z) % 2", "{1: 2}"):
        assert refusal(text, "regularizer").endswith(f"\n{accepted}")
        assert refusal(text, "loss").endswith(f"\n{ACCEPTED}")
    assert refusal("", "regularizer").endswith("write a formula such as total(z**2)/2")
    assert refusal("z", "regularizer") == (
        "the formula is a class-vector and has to be one number\n  z\n  ^\n"
        "sum over the classes with total(...), average with mean(...)"
    )


def test_a_constant_does_without_z_and_the_label() -> None:
    assert str(parsed_constant("1/(C*log(C))")) == "1/(C*log(C))"
    assert str(parsed_constant("C**(-q)", parameters={"q": PARAMETERS["q"]})) == "C**(-q)"
    for text, name, place in [("C + logsumexp(z)", "z", 14), ("C + mean(onehot(y))", "y", 16)]:
        with pytest.raises(FormulaError) as caught:
            parsed_constant(text)
        assert str(caught.value) == (
            f"the formula is a constant and uses {name}\n  {text}\n  {' ' * place}^\n"
            "accepted are numbers, C and parameters"
        )


def test_a_long_line_is_cut_around_the_place() -> None:
    shown = refusal("C + " * 50 + "foo" + " + C" * 50).split("\n")
    assert shown[1].startswith("  ...")
    assert shown[1].endswith("...")
    assert len(shown[1]) < 120
    assert shown[1][shown[2].index("^") :].startswith("foo")


def test_only_the_line_of_the_place_is_shown() -> None:
    assert refusal("C\n + foo\n + 1").split("\n")[1:3] == ["   + foo", "     ^"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("(" * 201 + "C" + ")" * 201, "the formula nests brackets more than 200 deep"),
        ("exp(" * 100_000, "the formula has 400000 characters; at most 100000 are read"),
        ("+".join(["C"] * 6000), "the formula has more than 10000 numbers, names and signs"),
        ("(" * 9_000, "the formula nests brackets more than 200 deep"),
        ("9" * 1001, "the formula has a number of more than 1000 digits"),
        ("*".join(["9" * 900] * 2), "the formula has a number of more than 1000 digits"),
        (f"total({'-' * 9000}C)", "which is one number, to total, which takes a class-vector"),
    ],
)
def test_long_and_deep_texts_are_refused(text: str, what: str) -> None:
    assert what in refusal(text)


def test_texts_within_the_limits_are_read() -> None:
    assert str(parsed("(" * 200 + "C" + ")" * 200)) == "C"
    long = parsed("+".join(["C"] * 5000))
    assert len(long.nodes) == 5000  # C and 4999 sums: nothing recursive in the way
    assert parsed("-" * 5000 + "z[y]").nodes[-1].op == "neg"
    assert parsed("C" + "**C" * 3000).nodes[-1].op == "pow"


def test_what_is_no_text_or_no_parameter_is_refused() -> None:
    with pytest.raises(FormulaError) as caught:
        parsed(3)
    assert str(caught.value) == "formula: got int; write text, such as 'logsumexp(z) - z[y]'"
    with pytest.raises(ParameterError) as unequal:
        parsed("q", parameters={"q": Parameter("p")})
    assert str(unequal.value) == "parameters: 'q' is given the parameter p; use one name"
    with pytest.raises(ParameterError, match="is none of C, E, I, y, z"):
        parsed("C", parameters={"C": 3})
    with pytest.raises(NumberError, match=r"^q: got 'x'; write an integer"):
        parsed("q", parameters={"q": "x"})


_WORDS = ["**", "[y]", "(y)", "z[y]", "softmax(z)", "1", "0", "1/2", "q", "p = ", "import", "lambda", "1e400", " "]
_PIECES = st.sampled_from([*FUNCTIONS, *_WORDS, *"zyC+-*/^()[].,;=<'\"\n\\"])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=30).map("".join)))
@example("1e5e5")
@example("٣ + C")
@example("1/0")
@example("0**-1")
def test_garbage_raises_nothing_but_formula_errors(text: str) -> None:
    for kind in ("formula", "loss", "regularizer", "constant"):
        try:
            formula = parsed(text, parameters={"q": PARAMETERS["q"]}, kind=kind)
        except FormulaError:
            continue
        assert parsed(str(formula), parameters={"q": PARAMETERS["q"]}, kind=kind) == formula


@some
@given(terms(), st.data())
def test_a_formula_with_a_mistake_in_it_raises_nothing_but_formula_errors(term: Term, data: st.DataObject) -> None:
    text = str(Formula.of(term))
    place = data.draw(st.integers(0, len(text)))
    changed = text[:place] + data.draw(_PIECES) + text[place + data.draw(st.integers(0, 3)) :]
    try:
        formula = parsed(changed, parameters=PARAMETERS)
    except FormulaError:
        return
    assert parsed(str(formula), parameters=PARAMETERS) == formula


def test_nothing_is_run() -> None:
    # The text would raise or open a file if any of it were evaluated; it does not get further than a word.
    assert "unknown function open" in refusal("open(C)")
    assert str(parsed("logsumexp(z) - z[y]")) == str(Formula.of(logsumexp(symbols()[0]) - symbols()[0][symbols()[1]]))
