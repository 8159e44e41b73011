"""The SymPy expressions of derivatives, evaluated at points; their LaTeX, and that of pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sympy
from mpmath import acos, atan, cos, cosh, erf, exp, fprod, fsum, log, mpf, pi, sin, tanh
from sympy import Expr

import symcheck as sc
from symcheck.differentiation.symbolic import Y, Z
from symcheck.field.symbols import C_SYMBOL, symbol_of
from symcheck.render.formula import entry_tex
from tests.definitions import shares, written
from tests.sampled import one_in
from tests.symcheck.differentiation.values import EVERY, At, close, entries, entry, exact, points, precise

some = pytest.mark.parametrize(("kind", "name"), one_in(5, EVERY, ids=":".join))


class Numbers:
    """The values of expressions at a point, by what SymPy's heads mean: sums are written out class by class."""

    def __init__(self, name: str, at: At) -> None:
        formula, self.indices = sc.derivatives(name).subject.formula, sc.derivatives(name).indices
        self.at = at
        self.symbols = {symbol_of(p): exact(at.values[p.name]) for p in formula.parameters}
        self.arrays = written({a.name: at.arrays.get(a.name, a) for a in formula.arrays})

    def of(self, expression: Expr, **indices: int) -> Any:
        """The value with the classes ``j`` and ``k``."""
        j, k, y = self.indices
        known = {j: indices["j"], k: indices.get("k", 1), y: self.at.y + 1, C_SYMBOL: len(self.at.z)}
        return self._of(expression, {**self.symbols, **known})

    def _of(self, e: Expr, at: dict[Any, Any]) -> Any:
        head = type(e).__name__
        if e.is_Rational:
            return mpf(int(e.p)) / int(e.q)
        if e.is_Symbol:
            return at[e]
        if head == "Lambda":
            return [self._of(e.expr, {**at, e.variables[0]: k + 1}) for k in range(len(self.at.z))]
        if head in ("Sum", "Product"):
            body, (index, _, _) = e.args
            terms = [self._of(body, {**at, index: k + 1}) for k in range(len(self.at.z))]
            return fsum(terms) if head == "Sum" else fprod(terms)
        if head == "Indexed":
            places = [int(self._of(i, at)) - 1 for i in e.indices]
            found = [exact(x) for x in self.at.z] if e.base == Z else self.arrays[str(e.base)]
            for place in places:
                found = found[place]
            return found
        if head == "Piecewise":
            return self._of(next(v for v, c in e.args if self._holds(c, at)), at)
        if head == "Pi":
            return +pi
        args = [self._of(a, at) for a in e.args]
        if head == "amax_others":
            return max(x for k, x in enumerate(args[0], 1) if k != args[1])
        return HEADS[head](*args)

    def _holds(self, condition: Any, at: dict[Any, Any]) -> bool:
        if condition == sympy.true:
            return True
        a, b = (self._of(side, at) for side in condition.args)
        return bool({"StrictGreaterThan": a > b, "StrictLessThan": a < b}[type(condition).__name__])


HEADS: dict[str, Any] = {
    "Add": lambda *a: fsum(a), "Mul": lambda *a: fprod(a), "Pow": lambda a, b: a**b, "exp": exp, "log": log,
    "Abs": abs, "tanh": tanh, "cosh": cosh, "acos": acos, "sin": sin, "cos": cos, "atan": atan, "erf": erf,
    "Max": max, "Min": min, "Exp1": lambda: exp(1),
    "KroneckerDelta": lambda a, b: mpf(a == b), "amax": max, "amin": min,
    "onehot_argmax": lambda v, k: mpf(v[int(k) - 1] == max(v)),
    "entmax": lambda v, alpha, k: shares(v, alpha)[int(k) - 1],
}  # fmt: skip


@some
def test_expressions_have_the_values_of_the_formulas(kind: str, name: str) -> None:
    of, found = entry(kind, name), sc.derivatives(name)
    classes = next(c for c in (3, 2) if any(True for _ in points(of, c, 1)))
    at = list(points(of, classes, 1))[-1]
    gradient, hessian = found.gradient, found.hessian
    with precise():
        numbers = Numbers(name, at)
        row = entries(found.gradient_formula, at, classes)
        square = entries(found.hessian_formula, at, classes**2)
        for j in (0, classes - 1):
            assert close(numbers.of(gradient, j=j + 1), row[j], 40)
            assert close(numbers.of(found.diagonal, j=j + 1), square[j * classes + j], 40)
            assert close(numbers.of(hessian, j=j + 1, k=2), square[j * classes + 1], 40)


def test_cross_entropy_in_sympy() -> None:
    i = sympy.Symbol("i", integer=True, positive=True)
    found = sc.derivatives("cross_entropy")
    j, k, y = found.indices
    assert (j.name, k.name, y) == ("j", "k", Y)
    p = sympy.exp(Z[j]) / sympy.Sum(sympy.exp(Z[i]), (i, 1, C_SYMBOL))
    assert found.gradient == p - sympy.KroneckerDelta(j, Y)


def test_indices_are_no_parameters() -> None:
    # k is the threshold of the truncated GCE, and m a margin: neither is an index too.
    found = sc.derivatives("truncated_gce")
    assert [s.name for s in found.indices] == ["j", "i", "y"]
    assert "[j=i]" in found.to_text()
    assert "[j = i]" in found.to_latex()
    assert "dz_j dz_i" in found.to_text()
    names = {s.name for s in sc.derivatives("weston_watkins").hessian.atoms(sympy.Symbol)}
    assert "m" not in names
    bound = sc.derivatives(sc.losses.SparseRegularization()).gradient.atoms(sympy.Sum)
    assert all(str(limits[0]) not in ("r", "tau") for s in bound for limits in s.limits)
    cert = sc.certify("truncated_gce", "l2")
    assert {"j", "y"} <= {s.name for s in cert.gradient.free_symbols}  # type: ignore[union-attr]
    assert "i" in {s.name for s in cert.hessian.free_symbols}  # type: ignore[union-attr]


def test_expressions_of_pairs() -> None:
    # d/dz_j sum_ik (z_i - z_k)^2 = 4 sum_i (z_j - z_i); and its derivative 4 (C [j = k] - 1).
    found = sc.derivatives("pair_total((first(z) - second(z))**2)")
    j, k, _ = found.indices
    assert found.hessian == 4 * (C_SYMBOL * sympy.KroneckerDelta(j, k) - 1)
    quartic = sc.derivatives("pair_total((first(z) - second(z))**4)").gradient
    three = {Z[1]: 1, Z[2]: 3, Z[3]: -2}
    # By hand: 4 ((1 - 3)^3 + (1 + 2)^3) - 4 ((3 - 1)^3 + (-2 - 1)^3) = 4 (19) + 4 (19).
    assert quartic.subs({C_SYMBOL: 3, j: 1}).doit().subs(three) == 152


def test_entries_in_latex() -> None:
    found = sc.derivatives("gce")
    assert entry_tex(found.gradient_formula) == (
        r"\mathrm{softmax}(z)_{y}^{q} \left(\mathrm{softmax}(z)_{j} - [j = y]\right)"
    )
    form = sc.derivatives("quadratic_form")
    assert entry_tex(form.hessian_formula) == "2 Q_{j k}"
    assert entry_tex(form.diagonal_formula) == "2 Q_{j j}"
    # A bound index is neither j nor k.
    assert entry_tex(sc.derivatives("logit_variance").gradient_formula) == r"z_{j} - \tfrac{1}{C} \sum_{i} z_{i}"


@pytest.mark.parametrize("name", one_in(6, [name for _, name in EVERY]))
def test_pages_are_balanced_in_latex(name: str) -> None:
    page = sc.derivatives(name).to_latex()
    bare = re.sub(r"\\[{}]", "", page)
    assert bare.count("{") == bare.count("}")
    assert page.count(r"\left") == page.count(r"\right")
    assert page.count("$") % 2 == 0
    assert page.isascii()
    assert "__" not in page


@pytest.mark.parametrize("name", one_in(6, [name for _, name in EVERY]))
def test_expressions_are_latex(name: str) -> None:
    found = sc.derivatives(name)
    for e in (found.gradient, found.hessian, found.diagonal):
        text = sympy.latex(e)
        assert text.count(r"\left") == text.count(r"\right")
