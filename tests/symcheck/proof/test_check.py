"""The small checker by itself: its size, what it imports, its arithmetic, and that a copy of it works alone."""

from __future__ import annotations

import ast
import json
import random
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import symcheck as sc
from symcheck.proof import check as module
from symcheck.proof.check import INFINITE, Letters, Refused, Scope, bound, check, random_prime

FILE = Path(module.__file__)


def scope(low: int = 2, high: int | None = None, space: str = "R^C", **ends: tuple[str | None, str | None, bool, bool]):
    """A scope as statements have it."""
    kinds = ("low", "high", "low_open", "high_open")
    parameters = [{"name": n, "interval": dict(zip(kinds, e, strict=True))} for n, e in ends.items()]
    return {"classes": {"low": low, "high": high}, "parameters": parameters, "space": space}


def about_loss(formula: str, kappa: str | None = None, **found: Any) -> dict[str, Any]:
    return {"about": "loss", "formula": formula, "kappa": kappa, "anchor": None, "scope": scope(**found)}


# what a stranger reads


def test_it_has_less_than_500_lines_and_imports_the_standard_library_alone() -> None:
    text = FILE.read_text("utf-8")
    lines = text.splitlines()
    assert len(lines) < 500
    assert max(map(len, lines)) <= 120
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else
                     [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
    }  # fmt: skip
    assert imported <= sys.stdlib_module_names | {"__future__"}
    calls = [n.func for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)]
    called = {f.id for f in calls if isinstance(f, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__", "open"}


def alone(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    """What a copy of the checker says of a certificate, without the package and without site-packages."""
    shutil.copy(FILE, tmp_path / "check.py")
    (tmp_path / "certificate.json").write_text(text, "utf-8")
    command = [sys.executable, "-I", "-S", "check.py", "certificate.json"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("loss", ["cross_entropy", "gce", "nfl", "focal_detached", "sparsemax"])
def test_a_copy_of_it_verifies_a_certificate_alone(tmp_path: Path, loss: str) -> None:
    found = alone(tmp_path, sc.certify(loss, "l2").to_json())
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.count("verified: {") == 2


def test_a_copy_of_it_tells_what_it_does_not_verify(tmp_path: Path) -> None:
    record = json.loads(sc.certify("gce", "l2").to_json())
    spoilt: list[tuple[dict[str, Any], str]] = [
        ({**record, "kappa": "C**(-2*q)"}, "kappa"),
        ({**record, "verdict": "REFUTED"}, "REFUTED"),
        ({**record, "proof": {**record["proof"], "loss": {}}}, "proof.letters"),
        ({**record, "regularizer": {"formula": "-total(z**2)/2"}}, "eigenvalues"),
        ({k: v for k, v in record.items() if k != "proof"}, "proof"),
    ]
    for other, word in spoilt:
        found = alone(tmp_path, json.dumps(other))
        assert (found.returncode, found.stderr) == (1, "")
        assert found.stdout.splitlines()[-1].startswith("not verified: ")
        assert word in found.stdout
    assert alone(tmp_path, "[").returncode == 1
    doubled = json.dumps(record)[:-1] + ', "verdict": "PROVED"}'
    assert "twice" in alone(tmp_path, doubled).stdout


# its arithmetic


@pytest.mark.parametrize("kind", ["log", "exp"])
@given(n=st.integers(-(10**40), 10**40), d=st.integers(1, 10**40), k=st.integers(-60, 60))
def test_bounds_of_logarithms_and_exponentials_hold(kind: str, n: int, d: int, k: int) -> None:
    x = Fraction(n, d) * Fraction(10) ** k
    x = abs(x) if kind == "log" else x
    low, high = bound(kind, x, False), bound(kind, x, True)
    if kind == "log" and x <= 0:
        assert low == -INFINITE
        return
    if abs(x) > 10**6:  # mpmath would write out e**x
        assert low <= high
        return
    with mpmath.workdps(120):
        value = mpmath.mpf(x.numerator) / x.denominator
        value = mpmath.log(value) if kind == "log" else mpmath.exp(value)
        assert mpmath.mpf(low.numerator) / low.denominator <= value + abs(value) * mpmath.mpf(10) ** -100
        if high != INFINITE:
            assert value <= mpmath.mpf(high.numerator) / high.denominator + abs(value) * mpmath.mpf(10) ** -100


def test_bounds_are_exact_where_a_sign_hangs_on_it() -> None:
    for up in (False, True):
        assert bound("log", 1, up) == 0
        assert bound("exp", 0, up) == 1
        assert bound("exp", -INFINITE, up) == 0
        assert bound("log", 0, up) == -INFINITE
        assert bound("log", INFINITE, up) == bound("exp", INFINITE, up) == INFINITE
    huge, tiny = Fraction(10) ** 12000, Fraction(1, 10**12000)
    assert bound("log", tiny, False) <= -27631 <= bound("log", huge, True)
    assert bound("exp", 10**9, False) < bound("exp", 10**9, True) == INFINITE
    assert bound("exp", -(10**9), False) <= 0 < bound("exp", -(10**9), True)


def texts() -> st.SearchStrategy[str]:
    """Texts of the language of hints in C, p, q and an exponential."""
    leaves = st.sampled_from(["C", "p", "q", "E", "1", "2", "1/2", "3"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            st.tuples(inner, st.sampled_from([2, 3, 4])).map(lambda t: f"({t[0]})**{t[1]}"),
            inner.map(lambda t: f"(-{t})"),
            inner.map(lambda t: f"1/(1 + ({t})**2)"),
        ),
        max_leaves=6,
    )


@given(text=texts(), seed=st.integers(0, 10**6))
def test_intervals_contain_what_texts_say_in_the_scope(text: str, seed: int) -> None:
    data = scope(low=2, high=9, p=("0", "1", True, False), q=("-3/2", None, False, True))
    letters = Letters(Scope(data), [["E", "exp", "-p"]])
    low, high, low_open, high_open = letters.ends(text, "text")
    r = random.Random(seed)
    for _ in range(12):
        p = r.choice([Fraction(1), Fraction(1, 10**6), Fraction(r.randint(1, 99), 100)])
        q = r.choice([Fraction(-3, 2), Fraction(0), Fraction(10**6), Fraction(r.randint(-150, 900), 100)])
        with mpmath.workdps(60):
            exact = re.sub(r"(?<![*])\b(\d+)", r"mpf(\1)", text)
            names = {"mpf": mpmath.mpf, "C": r.randint(2, 9), "p": mpmath.mpf(p.numerator) / p.denominator}
            names |= {"q": mpmath.mpf(q.numerator) / q.denominator, "E": mpmath.exp(-names["p"])}
            value = mpmath.mpf(eval(exact, {"__builtins__": {}}, names))  # noqa: S307
            slack = mpmath.mpf(10) ** -40 * (1 + abs(value))
            # An open end lies outside, and rounding of this evaluation may touch it.
            assert low == -INFINITE or value >= mpmath.mpf(low.numerator) / low.denominator - slack
            assert high == INFINITE or value <= mpmath.mpf(high.numerator) / high.denominator + slack
    assert not (low == high and (low_open or high_open))


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("C - 1", 1), ("C - 2", 0), ("(C - 2)**2 + 1", 1), ("2 - C", 0), ("1 - C", -1), ("p", 1), ("1 - p", 0),
        ("p - 1", 0), ("p - p", 0), ("0*p", 0), ("q", 0), ("q**2", 0), ("q**2 + 1", 1), ("-q**2 - p", -1), ("E", 1),
        ("1 - E", 1), ("E - 1", -1), ("L", 0), ("1/C", 1), ("C*p", 1), ("C*p - 10", 0), ("L2 - 1/2", 1),
        ("1 - L2", 1), ("L2 - 69314718/100000000", 1), ("L2 - 69314719/100000000", -1), ("(q - 1)**2*p", 0),
    ],
)  # fmt: skip
def test_signs_are_strict_in_the_whole_scope(text: str, sign: int) -> None:
    # C >= 2, 0 < p <= 1, q any number; E = e**-p < 1, L = log p <= 0 and 0 at p = 1, L2 = log 2 = 0.693147180...
    data = scope(p=("0", "1", True, False), q=(None, None, True, True))
    letters = Letters(Scope(data), [["E", "exp", "-p"], ["L", "log", "p"], ["L2", "log", "2"]])
    assert letters.sign(text, "text") == sign


def test_random_primes_are_primes_of_128_bits() -> None:
    found = {random_prime() for _ in range(50)}
    assert len(found) == 50
    assert all(p.bit_length() == 128 and sympy.isprime(p) for p in found)


# identities


MUH = "mean(z) - z[y]"


def test_small_identities_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    tested = []
    monkeypatch.setattr(module.Claim, "test", _noted(module.Claim.test, tested))
    check(about_loss(MUH, "1", low=3, high=3), _muh("1"))
    assert [prime is None for prime in tested] == [False, True]
    record = json.loads(sc.certify("nfl_rce", "l2").to_json())
    tested.clear()
    check(about(record, "loss"), record["proof"]["loss"])
    assert len(tested) == 1
    assert None not in tested


def _noted(test: Any, tested: list[int | None]) -> Any:
    def noted(claim: Any, values: list[int], prime: int | None) -> Any:
        tested.append(prime)
        return test(claim, values, prime)

    return noted


def about(record: dict[str, Any], name: str) -> dict[str, Any]:
    """The statement of a certificate about its loss."""
    formula, kappa = record[name]["formula"], record["kappa"]
    return {"about": name, "formula": formula, "kappa": kappa, "anchor": None, "scope": record["scope"]}


def _muh(kappa: str) -> dict[str, Any]:
    # The only quotient of mean(z) is the one by C.
    return {"letters": [], "hints": {str(n): "C" for n in range(12)}, "kappa": kappa, "kappa_hints": {}}


def test_a_point_at_which_an_identity_holds_by_chance_does_not_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    # kappa = 1 + (C - 2)(C - 3) is 1 at C = 2 and 3 alone.
    wrong = about_loss(MUH, "1 + (C - 2)*(C - 3)")
    for _ in range(20):
        with pytest.raises(Refused, match="kappa"):
            check(wrong, _muh("1 + (C - 2)**2"))


def test_degrees_that_the_error_bound_does_not_allow_are_refused() -> None:
    tower = "; ".join(["t0 = C", *(f"t{n + 1} = t{n}*t{n}" for n in range(140))])
    with pytest.raises(Refused, match="error"):
        check(about_loss(MUH, f"{tower}; t140 + 1 - t140"), _muh("1"))
    # A power that is no bomb: kappa = C**64.
    check(about_loss(f"C**64*({MUH})", "C**64"), _muh("C**64"))
