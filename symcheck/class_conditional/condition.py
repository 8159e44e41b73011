"""noise_condition: does MUH + quadratic keep its predictions under class-conditional label noise?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal, overload

from symcheck.budget import SECONDS, Budget, look, reading, stopping
from symcheck.class_conditional.backward import BackwardCondition, backward_condition
from symcheck.class_conditional.flips import Matrix, Progress, Vector, fractions_of, rational_matrix, silent
from symcheck.class_conditional.forward import forward_noise
from symcheck.class_conditional.matrices import Checked, Given, Noise, checked, checked_pattern, laws_of, numbers_of
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.class_conditional.score_order import Scores, identity, leaders, needed_lead, objection_to_hessian, shown
from symcheck.class_conditional.simple_points import simple_point
from symcheck.errors import ParameterError, ScopeError
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind, Sample
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict
from symcheck.language.definite import isotropic_parts
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Reason, Undecided

CORRECTIONS: Final = ("forward", "backward")
"""The corrections of a loss for noise T that are known."""


@overload
def noise_condition(
    T: object,
    hessian: object = None,
    *,
    correction: Literal["forward"] | None = None,
    laws: object = None,
    classes: int | Sequence[int] | Classes | None = None,
    budget: float = SECONDS,
    progress: Progress = silent,
) -> NoiseCondition: ...


@overload
def noise_condition(
    T: object,
    *,
    correction: Literal["backward"],
    classes: int | Sequence[int] | Classes | None = None,
    budget: float = SECONDS,
    progress: Progress = silent,
) -> BackwardCondition: ...


def noise_condition(
    T: object,
    hessian: object = None,
    *,
    correction: Literal["forward", "backward"] | None = None,
    laws: object = None,
    classes: int | Sequence[int] | Classes | None = None,
    budget: float = SECONDS,
    progress: Progress = silent,
) -> NoiseCondition | BackwardCondition:
    """Whether MUH + 1/2 z'Hz, over all functions of x, keeps its predictions when the label i becomes j with T_ij.

    With a ``correction`` of the loss for T: "forward", -log (T'softmax(z))_j, whether its predictions under noise and a
    strong penalty are those of MUH + 1/2 z'Hz on clean labels; "backward", T^-1 l(z, .) for any loss l, whether clean
    and noisy objective are one function, with any penalty, lambda and family of models.

    Parameters: ``T`` rows that add up to 1, of exact numbers or of scalars in free parameters, or a kind of noise
    such as ``symcheck.class_conditional.matrices.UniformNoise()``; ``hessian`` H, rows of numbers, positive definite,
    None for every H = s I + t 11'; ``laws`` of the clean label at the points asked for, rows of numbers, None for
    every law; ``classes`` limits the scope of a kind of noise; ``budget`` in seconds, after which what is open is
    UNDECIDED; ``progress`` is called with the steps done, the steps in all, and what is done.

    Returns a ``NoiseCondition``, of backward correction, which asks for no H and no laws, a ``BackwardCondition``.
    Raises ``ParameterError``, ``NumberError`` or ``ScopeError``.

    >>> noise_condition(((0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8))).verdict
    <Verdict.PROVED: 2>
    >>> print(noise_condition(((0.8, 0.2, 0), (0, 0.8, 0.2), (0.2, 0, 0.8))).verdict)
    REFUTED
    >>> print(noise_condition(((0.8, 0.2, 0), (0, 0.8, 0.2), (0.2, 0, 0.8)), correction="forward").verdict)
    PROVED
    """
    if correction not in (None, *CORRECTIONS):
        raise ParameterError(
            f'correction: got {correction!r}; accepted is "forward", "backward", or None for a loss that knows no T'
        )
    if correction == "backward" and (hessian is not None or laws is not None):
        name = "laws" if hessian is None else "hessian"
        why = "backward correction holds for every penalty and every law or fails"
        raise ParameterError(f"{name}: got some, and {why}; leave it out")
    whole = Budget(budget)
    try:
        with reading(budget), stopping():
            noise = T if isinstance(T, Noise) else Given.of(T)
            scope = _scope(noise, classes, laws)
    except Undecided as stop:
        raise ParameterError(f"T: it was not read: {stop.reason}") from stop
    try:
        with whole.in_force(), stopping():
            if correction == "backward":
                return backward_condition(noise, scope)
            return _within_budget(noise, hessian, laws, scope, progress, correction == "forward")
    except Undecided as stop:
        if correction == "backward":
            return BackwardCondition(Verdict.UNDECIDED, scope, (), reason=stop.reason)
        return NoiseCondition(
            Verdict.UNDECIDED, scope, hessian is None, None, (), reason=stop.reason, forward=correction is not None
        )


@dataclass(frozen=True)
class Question:
    """What is asked of noise in a ``scope``: for which H (None: every H = s I + t 11') and laws (None: every law)."""

    scope: Scope
    hessian: Matrix | None
    laws: Matrix | None
    progress: Progress
    forward: bool = False
    """Whether the loss is corrected forward."""

    def matrix(self, noise: Noise, count: int) -> Checked:
        """The matrix with which noise acts on the scores of ``count`` classes: T, or M of forward correction."""
        found = checked(noise, count)
        return forward_noise(found) if self.forward else found

    def answer(self, verdict: Verdict, steps: Derivation, reason: Reason | None = None) -> NoiseCondition:
        """The answer without a witness."""
        is_free = verdict is Verdict.PROVED and self.hessian is None and self.laws is None
        lead = Fraction(0) if is_free else None
        # M = a I + (1 - a)/C 11' with a > 0 has the rank C, and T the rank of M.
        invertible = True if is_free and self.forward else None
        return NoiseCondition(
            verdict, self.scope, self.hessian is None, self.laws, steps, lead=lead, reason=reason,
            forward=self.forward, is_invertible=invertible,
        )  # fmt: skip

    def open(self, c: Element, steps: Derivation, count: int = 0) -> NoiseCondition:
        """UNDECIDED, as the sign of ``c`` is, or as of a kind of noise only C = ``count`` was looked at."""
        other = self.scope.classes.fixed is None and count
        settle = "give classes=" if other else "narrow the intervals of the parameters, or give them values"
        why = f"the sign of {c.text()} is not decided" if not other else f"only C = {count} was looked at"
        return self.answer(Verdict.UNDECIDED, steps, Reason(Code.SIGN_UNKNOWN, why, settle))

    def refuted(
        self, given: Checked, values: Mapping[str, Fraction], steps: Derivation, law: Vector | None = None
    ) -> NoiseCondition:
        """REFUTED, with a law at which the scores turn, computed in exact numbers."""
        try:
            matrix = given.at(values)
        except Undecided as stop:
            return self.answer(Verdict.UNDECIDED, steps, stop.reason)
        scores = Scores(matrix, self.hessian)
        flip = scores.some_flip(self.progress) if law is None else scores.flip(law)
        assert flip is not None
        numbers = not given.field.scope.parameters and self.scope.classes.fixed is not None
        lead = needed_lead(matrix) if numbers and self.hessian is None else None
        invertible = rational_matrix(matrix).rank() == len(matrix) if self.forward else None
        return replace(
            self.answer(Verdict.REFUTED, steps), witness=flip, classes=len(matrix), parameters=dict(values), lead=lead,
            is_invertible=invertible,
        )  # fmt: skip


def _within_budget(
    noise: Noise, hessian: object, laws: object, scope: Scope, progress: Progress, forward: bool
) -> NoiseCondition:  # fmt: skip
    """The answer; raises ``Undecided`` when the budget in force is spent."""
    fixed = scope.classes.fixed
    rows = None if hessian is None else numbers_of(hessian, "hessian")
    if rows is not None:
        if fixed is None:
            raise ScopeError(
                f"hessian: it is for {len(rows)} classes, and T for {scope.classes}; give classes={len(rows)}"
            )
        if objection := objection_to_hessian(rows, fixed):
            raise ParameterError(f"hessian: {objection}")
        rows = None if isotropic_parts(rows) is not None else rows
    if laws is not None:
        assert fixed is not None
        wanted = laws_of(laws, fixed)
        on_laws = Question(scope, rows, wanted, progress, forward)
        return _on_laws(on_laws.matrix(noise, fixed), wanted, on_laws)
    asked = Question(scope, rows, None, progress, forward)
    if (pattern := noise.pattern(scope.classes)) is not None:
        return _of_pattern(noise, checked_pattern(pattern, scope), asked)
    # A flip at one C refutes it for every C.  C = 2 is left out where it can be, as pair flips are uniform noise there,
    # and C = 3 with forward correction, where T T' of pair flips is uniform.
    least = max(4 if forward else 3, scope.classes.low)
    return _for_every_law(
        asked.matrix(noise, least if scope.classes.high is None else min(least, scope.classes.high)), asked
    )


def _scope(noise: Noise, classes: int | Sequence[int] | Classes | None, laws: object) -> Scope:
    wanted = Classes.of(classes)
    counts = [] if noise.fixed is None else [noise.fixed]
    if laws is not None and noise.fixed is None:
        counts = [len(numbers_of(laws, "laws")[0])] if numbers_of(laws, "laws") else []
    if not counts:
        return Scope(wanted, noise.parameters)
    if counts[0] not in wanted:
        raise ScopeError(f"classes: got {wanted}; T is for C = {counts[0]}")
    return Scope(Classes.of(counts[0]), noise.parameters)


def _of_pattern(noise: Noise, a: Element, asked: Question) -> NoiseCondition:
    """T = a I + (1 - a)/C 11': everything depends on the sign of a, of a^2 with forward correction."""
    steps: Derivation = (
        Step("T", "a I + (1 - a)/C 11'", "" if a.text() == "a" else f"with a = {a.text()}"),
        Step("T'eta - u", "a (eta - u)", "u = 1/C (1, ..., 1), the entries of eta add up to 1"),
    )
    if asked.forward:
        steps = (steps[0], Step("M", "T T' = a^2 I + (1 - a^2)/C 11'"), Step("M eta - u", "a^2 (eta - u)", steps[1].by))
        a = a * a
    sign = a.field.sign(a)
    steps += tuple(
        Step("the sign of a^2" if asked.forward else "the sign of a", _SIGNS[sign.kind], x) for x in sign.steps
    )
    if sign.kind is Kind.POSITIVE:
        return asked.answer(Verdict.PROVED, steps)
    found = next((p.values for p in sign.points if p.sign <= 0), None)
    if found is None:
        return asked.open(a, steps)
    # Any point refutes it; a small C and simple numbers are checked more easily than what the prover came upon.
    values = simple_point(a, asked.scope, lambda x: x <= 0) or found
    count = int(values.get("C", asked.scope.classes.low))
    others = {name: value for name, value in values.items() if name != "C"}
    return asked.refuted(asked.matrix(noise, count), others, steps)


def _for_every_law(given: Checked, asked: Question) -> NoiseCondition:
    """T (or M) is uniform noise, or some law turns: by the theorem of ``symcheck.class_conditional.score_order``."""
    entries, count = given.entries, len(given.entries)
    others = [c for i, row in enumerate(entries) for j, c in enumerate(row) if i != j]
    factor = entries[0][0] - others[0]
    unknown: Element | None = None
    for c in (*(other - others[0] for other in others[1:]), factor):
        look()
        sign = given.field.sign(c)
        # Of a kind of noise only one C was looked at, which proves nothing about the others.
        if c is factor and sign.kind is Kind.POSITIVE and unknown is None and asked.scope.classes.fixed is not None:
            return asked.answer(
                Verdict.PROVED, (Step("M" if asked.forward else "T", f"uniform, a = {c.text()}", "a > 0"),)
            )
        wrong = next((p for p in sign.points if (p.sign <= 0 if c is factor else p.sign != 0)), None)
        if wrong is not None:
            name = ("b" if asked.forward else "a") if c is factor else "a difference of two entries off the diagonal"
            found = (Step(name, c.text(), "it has to be > 0" if c is factor else "it has to be 0"),)
            return asked.refuted(given, _values(wrong), found)
        if not c.is_zero and c is not factor:
            unknown = c
    return asked.open(unknown or factor, (), count)


def _on_laws(given: Checked, laws: Matrix, asked: Question) -> NoiseCondition:
    """The scores at each law, one by one."""
    count = len(given.entries)
    places = range(count)
    noisy_scores, clean = _noisy_scores(given, asked.hessian), Scores(identity(count), asked.hessian)
    steps: list[Step] = []
    unknown: Element | None = None
    for done, law in enumerate(laws):
        asked.progress(done, len(laws), "laws")
        look()
        scores = noisy_scores(law)
        leading, at = leaders(clean.clean(law)), shown(law)
        first = scores[leading[0] - 1]
        for k in places:
            if k + 1 == leading[0]:
                continue
            # Classes that tie on clean labels have to tie under noise as well: the set of leaders is what is kept.
            ahead, tied = first - scores[k], k + 1 in leading
            kind, points = _sign_of(ahead)
            steps.append(
                Step(f"score {leading[0]} - score {k + 1}", f"{ahead.text()}, {_SIGNS[kind]}", f"at eta = {at}")
            )
            wrong = next((values for values, sign in points if (sign != 0 if tied else sign <= 0)), None)
            if wrong is not None:
                return asked.refuted(given, wrong, tuple(steps), law)
            if not (ahead.is_zero if tied else kind is Kind.POSITIVE):
                unknown = ahead
    if unknown is not None:
        return asked.open(unknown, tuple(steps))
    return asked.answer(Verdict.PROVED, tuple(steps))


def _sign_of(c: Element) -> tuple[Kind, list[tuple[dict[str, Fraction], int]]]:
    """The kind of sign of ``c``, and points with the sign there; that of a number is plain."""
    number = c.rational
    if number is None:
        sign = c.field.sign(c)
        return sign.kind, [(_values(p), p.sign) for p in sign.points]
    kind = Kind.POSITIVE if number > 0 else Kind.NEGATIVE if number < 0 else Kind.ZERO
    return kind, [({}, (number > 0) - (number < 0))]


def _noisy_scores(given: Checked, hessian: Matrix | None) -> Callable[[Vector], list[Element]]:
    """The function that gives the scores on noisy labels at a law of the clean one."""
    field, count = given.field, len(given.entries)
    if not field.scope.parameters:
        # Without parameters fractions do, and the field is not needed.
        known = Scores(given.at({}), hessian)
        return lambda law: [field.number(x) for x in known.noisy(law)]
    inverse = _inverse(hessian, count)

    def combined(weights: Vector, values: Sequence[Element]) -> Element:
        look()
        return field.sum(x * weight for weight, x in zip(weights, values, strict=True))

    def scores(law: Vector) -> list[Element]:
        noisy = [combined(law, column) - Fraction(1, count) for column in zip(*given.entries, strict=True)]
        return [combined(row, noisy) for row in inverse]

    return scores


_SIGNS = {
    Kind.POSITIVE: "positive",
    Kind.NEGATIVE: "negative",
    Kind.ZERO: "0",
    Kind.MIXED: "not the same everywhere",
    Kind.UNKNOWN: "not decided",
}


def _values(sample: Sample) -> dict[str, Fraction]:
    return {name: value for name, value in sample.values.items() if name != "C"}


def _inverse(hessian: Matrix | None, count: int) -> Matrix:
    if hessian is None:
        return identity(count)
    found = fractions_of(rational_matrix(hessian).inv())
    return tuple(tuple(found[i * count : (i + 1) * count]) for i in range(count))
