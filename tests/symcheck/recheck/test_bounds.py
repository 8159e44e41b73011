"""Small texts of large numbers: they are told apart from what was derived without being computed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.certificates.certify import certify
from symcheck.certificates.recheck import recheck
from symcheck.certificates.record_reader.magnitude import MOST_BITS, bits_of
from symcheck.errors import CertificateError
from symcheck.intake.parser import parsed_constant
from symcheck.language.parameter import Parameter
from symcheck.losses import ClassWeightedCE  # type: ignore[attr-defined]
from symcheck.regularizers import QuadraticForm  # type: ignore[attr-defined]

Fresh = Callable[..., "subprocess.CompletedProcess[str]"]

BOMBS = [
    "9**9**9", "9**9**9**9", "9^9^9", "-9**9**9", "1/9**9**9", "C + 9**9**9", "2**10**10", "10**10**9",
    "(9**99999)**9999", "((9**64)**64)**64", "((((2**9)**9)**9)**9)**9", "9**(9**9)", "9**-(-9**9)",
    "9**(3*10**8)", "2**(2**40)", "7**1e9", "7**(10**9 + C)", "exp(9**9**9)", "exp(10**9*log(9))",
    "exp(log(2)*2**40)", "cosh(9**9)", "exp(exp(exp(exp(9))))", "softplus(9**9)", "1e999999", "1e-999999",
    "1e" + "9" * 400, "9" * 90_000, "0." + "0" * 90_000 + "1", "(C + 1)**(10**9)", "(C + 1)**100000",
    "1/(C - 7)**10**7", "C**(10**8)", "C**C**C**C**C**9**9**9", "log(9**9**9)/log(9)", "sqrt(10**10**9)",
    "abs(-9**9**9)", "maximum(1, 9**9**9)", "1 + " * 20_000 + "1", "*".join(["9"] * 20_000), "-" * 90_000 + "1",
    "(" * 40_000 + "1" + ")" * 40_000, "exp(" * 190 + "1" + ")" * 190, "2**" * 30_000 + "2",
    "p = 9**9; q = p**p; q**q",
    "a = (C + 1)*(C + 1); b = a*a; c = b*b; d = c*c; e = d*d; f = e*e; g = f*f; h = g*g; h*h*h*h", "9**9**9 ",
    "(9)**(9)**(9)", "9 ** 9\t** 9", "+9**+9**+9", "2**64**64", "3**(C*10**9)",
]  # fmt: skip

PLACES = [
    ("kappa",), ("cases", 0, "kappa"), ("prediction", "kappa"), ("prediction", "curvature"), ("prediction", "coupling"),
    ("prediction", "noise_power"), ("findings", 0, "derivation", 0, "value"),
]  # fmt: skip

READ = """
import json, resource
import symcheck as sc
from symcheck.errors import CertificateError

texts, cases = json.loads(open("cases.json").read())
for text in texts:  # what is read before is loaded before
    assert sc.recheck(text).to_json(full="full" in json.loads(text)) == text
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + 300_000_000
resource.setrlimit(resource.RLIMIT_AS, (most, most))
resource.setrlimit(resource.RLIMIT_CPU, (300, 300))  # a guard against one that never ends
for number, path, value, message in cases:
    fields = json.loads(texts[number])
    place = fields
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    try:
        sc.recheck(json.dumps(fields))
    except CertificateError as error:
        said = str(error)
        assert said.startswith(message), (path, said[:200])
        assert len(said) <= 2000 and said.isascii(), (path, len(said))
    else:
        raise AssertionError(("holds", path, value[:80]))
print("read", len(cases))
"""


def _dotted(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [certify("gce", "l2").to_json(), certify("one_vs_rest_logistic", "l2", classes=3).to_json()]


Case = tuple[int, tuple[str | int, ...], object, str]
"""The number of a certificate, the place of the field that changes, what it changes to, how the error begins."""


Read = Callable[[list[str], list[Case]], None]


@pytest.fixture
def read(fresh: Fresh, tmp_path: Path) -> Read:
    """Reads every case in one process that may take 300 MB more than it has."""
    return lambda texts, cases: _read(fresh, tmp_path, texts, cases)


def _read(fresh: Fresh, folder: Path, texts: list[str], cases: list[Case]) -> None:
    (folder / "cases.json").write_text(json.dumps([texts, cases]), encoding="utf-8")
    done = fresh("-c", READ)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == f"read {len(cases)}\n"


def test_expressions(read: Read, texts: list[str]) -> None:
    cases = [(0, path, bomb, f"{_dotted(path)}: the certificate says ") for path in PLACES for bomb in BOMBS]
    read(texts, cases[::3])


@pytest.mark.slow
def test_all_expressions(read: Read, texts: list[str]) -> None:
    cases = [(0, path, bomb, f"{_dotted(path)}: the certificate says ") for path in PLACES for bomb in BOMBS]
    read(texts, cases)


def test_values_of_witnesses(read: Read, texts: list[str]) -> None:
    found = json.loads(texts[1])["findings"]
    number = next(i for i, f in enumerate(found) if f["witness"] is not None)
    path = ("findings", number, "witness", "value")
    cases = [(1, path, bomb, f"{_dotted(path)}: the certificate says ") for bomb in BOMBS]
    places = [("classes",), ("decimal",), ("quantity",), ("expected",), ("parameters",)]
    cases += [(1, ("findings", number, "witness", *place), BOMBS[0], "findings[") for place in places]
    read(texts, cases)


NUMBERS = [
    "9**9**9", "1e999999", "1e-999999", "1e+999999", "9" * 100_000, "1/" + "9" * 100_000, "1e999/1e999", "1/0",
    "0/0", "-1/-1", "1e", "1e9999", "0x" + "f" * 900, "1_000", "١", "１", "½", "∞", "oo", "nan", "inf", "-inf",
    "NaN", "", " ", "1 1", "1\n", "1,5", "--1",
]  # fmt: skip


def test_numbers(read: Read, texts: list[str]) -> None:
    interval = ("loss", "parameters", 0, "interval")
    paths = [(*interval, "low"), (*interval, "high"), ("loss", "parameters", 0, "default")]
    cases: list[Case] = [(0, path, number, "loss.parameters[0]") for path in paths for number in NUMBERS]
    cases += [(0, ("loss", "values"), {"p": number}, "loss.values") for number in NUMBERS]
    whole = [10**18, 10**4000, -(10**4000), 0, 1, -1, True, False, "2", [2], {}]
    cases += [(0, ("scope", "classes", "low"), n, "") for n in [*whole, None]]
    cases += [(0, ("scope", "classes", "high"), n, "") for n in whole]
    cases += [(1, ("scope", "classes", "high"), n, "") for n in whole]
    read(texts, cases)


def test_class_vectors_and_matrices(read: Read) -> None:
    pair = ClassWeightedCE(w=(1, 10, 1)), QuadraticForm(Q=((1, 0, 0), (0, 4, 0), (0, 0, 5)))
    texts = [certify(*pair).to_json()]
    w, q = ("loss", "parameters", 0), ("regularizer", "parameters", 0)
    cases: list[Case] = []
    for number in NUMBERS:
        cases += [(0, (*w, "entries", 0, 1), number, "loss.parameters[0]"), (0, (*w, "sums"), [number], "loss.par")]
        cases += [(0, (*q, "entries", 0, 1), number, "regularizer.parameters[0]")]
    for entries in ([], [[]], [["1"] * 2000], [["1"]] * 2000, [["1"] * 300] * 300, [[["1"]]], {"0": ["1"]}, "1, 10, 1"):
        cases += [(0, (*w, "entries"), entries, ""), (0, (*q, "entries"), entries, "")]
    read(texts, cases)


FORMULAS = [
    "z[y]*9**9**9", "9**9**9*z[y]", "10**10**9", "z[y]**9**9**9", "z[y]*2**(2**40)", "(z[y]*9)**9**9",
    "exp(z[y]*9**9**9)", "z[y] + 1/9**9**9", "total(z**(9**9**9))", "p = 9**9; q = p**p; q*z[y]",
    "softmax(z)[y]**9**9**9", "2**C**9**9*z[y]", "z[y]*1e999999", "z[y]*" + "9" * 2000,
    "((((z[y]**99)**99)**99)**99)**99", "(1 + z[y])**10**9", "log(9**9**9)*z[y]",
]  # fmt: skip


def test_formulas(read: Read, texts: list[str]) -> None:
    """The formula is read, and its pair certified, within the same bounds; whatever comes of it is another one."""
    read(texts, [(0, ("loss", "formula"), formula, "") for formula in FORMULAS])
    read(texts, [(1, ("loss", "formula"), formula, "") for formula in FORMULAS])


def test_a_matrix_that_takes_longer_than_the_budget(texts: list[str]) -> None:
    fields = json.loads(texts[0])
    form = json.loads(certify("cross_entropy", QuadraticForm(Q=((2, 1), (1, 3)))).to_json())["regularizer"]
    entries = [["600" if i == j else f"{(i * j) % 7}/{3 + (i + j) % 5}" for j in range(300)] for i in range(300)]
    fields["regularizer"] = form | {"parameters": [form["parameters"][0] | {"entries": entries}]}
    with pytest.raises(CertificateError, match=r"^regularizer.parameters\[0\]: budget: the budget of "):
        recheck(json.dumps(fields), budget=0.01)


SMALL = Parameter("q", above=0, at_most=1)
EXPRESSIONS = st.recursive(
    st.integers(0, 12).map(str) | st.sampled_from(["C", "q", "1/3", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.integers(-4, 6)).map(lambda t: f"({t[0]})**({t[1]})"),
        inner.map(lambda t: f"-{t}"),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_the_bound_holds_for_the_numbers_that_the_parser_makes(text: str) -> None:
    """No number in the formula that is read has more bits than the bound; the parser computes them at once."""
    bits = bits_of(text)
    assert bits is None or bits <= MOST_BITS
    try:
        formula = parsed_constant(text, parameters={"q": SMALL})
    except (ValueError, TypeError):
        return
    made = [n.number for n in formula.nodes if n.number is not None]
    assert bits is None or all(
        x.numerator.bit_length() <= bits + 1 and x.denominator.bit_length() <= bits + 1 for x in made
    )


@pytest.mark.parametrize(
    "text",
    ["C**(-q)", "2/C", "exp(-q*log(C))", "4/2", "2*arccos(1/C)/(sqrt(C - 1)*sqrt(C + 1))", "(C - 1)**2/C**2", "1e3"],
)
def test_what_certificates_say_has_a_bound(text: str) -> None:
    assert (bits_of(text) or MOST_BITS) < 300


@pytest.mark.parametrize("text", BOMBS)
def test_bombs_have_none_or_a_large_one(text: str) -> None:
    bits = bits_of(text)
    assert bits is None or bits > 1000


def test_c_is_a_number_where_the_scope_has_one() -> None:
    assert bits_of("2**C") is not None
    assert bits_of("2**C", 10**9) is None
    assert bits_of("exp(C*log(2))", 10**9) is None
    assert bits_of("2**C", 10) is not None
