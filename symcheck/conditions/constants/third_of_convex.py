"""Third derivatives of losses made of logsumexp, softplus and quadratic terms, which are bounded at every z.

log sum_k exp(z_k) has at most sqrt(6)/9 (``third_derivative``), and log(1 + e^u) at most sup |sigmoid''| = sqrt(3)/18
times ||grad u||^3 for an affine u.  A sum over the classes of functions of one logit each has no more than one of them.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.constants.rounded import above, multiplied, total_above
from symcheck.conditions.constants.third_derivative import OF_SOFTMAX
from symcheck.conditions.convexity.combination import SUMS, Atom, Combination
from symcheck.conditions.convexity.normal_form import entry_parameters, normal_form
from symcheck.conditions.convexity.proved_signs import ProofField
from symcheck.conditions.convexity.rules import Rules
from symcheck.field.ball import ball_of
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Code, Undecided


def third_of_convex(formula: Formula, scope: Scope, budget: Budget) -> float | None:
    """A bound of ||D^3 l[v, v, .]|| for ||v|| = 1 at every z, for one number of classes.

    None where the formula has terms of another kind, or a factor or a coefficient of z is no rational number.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> from symcheck.language.scope import Classes
    >>> z, y = symbols()
    >>> third_of_convex(Formula.of(logsumexp(2 * z) / 8), Scope(Classes(3, 3)), Budget())
    0.2721655269759087
    """
    field = ProofField(Scope(scope.classes, (*scope.parameters, *entry_parameters(formula))), budget)
    try:
        form = normal_form(formula, field)
    except Undecided as stop:
        if stop.reason.code is Code.BUDGET:
            raise
        return None
    assert scope.classes.fixed is not None
    return None if form.needs else _of_sum(form.of, Rules(field), scope.classes.fixed)


def _of_sum(u: Combination, rules: Rules, classes: int) -> float | None:
    parts: list[float | None] = [0.0]
    for atom, c in u.terms:
        if rules.is_affine_atom(atom):
            continue
        size, factor = _of_atom(atom, rules, classes), c.rational
        parts.append(0.0 if size == 0 else None if size is None or factor is None else multiplied(size, abs(factor)))
    return total_above(parts)


def _of_atom(atom: Atom, rules: Rules, classes: int) -> float | None:
    if atom.kind == "power" and atom.exponent is not None:
        return 0.0 if atom.exponent.rational == 2 and rules.is_affine(atom.args[0]) else None
    if atom.kind in ("lse", "lse_others"):
        scale = _scale(atom)
        return None if scale is None else multiplied(OF_SOFTMAX, scale**3)
    if atom.kind == "softplus":
        return _of_softplus(atom.args[0], rules)
    if atom.kind in ("others", "all"):
        found = _of_sum(atom.args[0], rules, classes)
        alone = all(_is_of_entry(a) for a, _ in atom.args[0].terms)
        return found if found is None or alone else multiplied(found, Fraction(classes))
    if atom.kind in SUMS:
        found = _of_sum(atom.args[0], rules, classes)
        return 0.0 if found == 0 else None
    return None


def _is_of_entry(atom: Atom) -> bool:
    """Whether it is a function of the logit of the class that a sum runs over, and of no other."""
    if atom.kind in SUMS or atom.kind.startswith(("lse", "amax")):
        return False
    return atom.kind == "entry" or (atom.kind != "own" and all(_is_of_entry(a) for x in atom.args for a, _ in x.terms))


def _of_softplus(u: Combination, rules: Rules) -> float | None:
    """sqrt(3)/18 times the third power of the length of the gradient of ``u``, in which each logit occurs once."""
    square = Fraction(0)
    for a, c in u.terms:
        if a.kind not in ("own", "entry") or c.rational is None or not rules.is_affine_atom(a):
            return None
        square += c.rational**2
    length = ball_of(square)
    return above(arb(3).sqrt() / 18 * length * length.sqrt())


def _scale(atom: Atom) -> Fraction | None:
    """s > 0 for logsumexp of entries s z_k + constant, over all classes or all but the label."""
    scales = [_of_entry(u, kinds) for u, kinds in zip(atom.args, _KINDS[atom.kind], strict=True)]
    first = scales[0]
    return abs(first) if first is not None and all(s == first for s in scales) else None


_KINDS = {"lse": (("own", "entry"), ("entry",)), "lse_others": (("entry",),)}
"""The logits that stand at the label and at another class; without a label both are the same."""


def _of_entry(u: Combination, kinds: tuple[str, ...]) -> Fraction | None:
    if len(u.terms) != 1 or u.terms[0][0].kind not in kinds:
        return None
    return u.terms[0][1].rational
