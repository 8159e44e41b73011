"""noise_condition: does MUH + quadratic keep its predictions under class-conditional label noise?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, overload

from symcheck.arguments.public import public
from symcheck.budget import SECONDS, Budget, look, reading, stopping
from symcheck.class_conditional.backward import BackwardCondition, backward_condition
from symcheck.class_conditional.flips import Progress, silent
from symcheck.class_conditional.forward_flip import forward_flip
from symcheck.class_conditional.matrices import Checked, Given, Noise, checked, checked_pattern, laws_of, numbers_of
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.class_conditional.on_laws import answer_on_laws
from symcheck.class_conditional.question import SIGNS, Question, values_at
from symcheck.class_conditional.score_order import objection_to_hessian
from symcheck.class_conditional.simple_points import simple_point
from symcheck.errors import ParameterError, ScopeError, shown
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict
from symcheck.language.definite import isotropic_parts
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Undecided

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


@public
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

    It does where argmax [H^-1 (T'eta - u)] = argmax [H^-1 (eta - u)] for every law eta of the clean label, u = 1/C.
    With a ``correction`` of the loss for T: "forward", -log of the entry j of T'p with p = softmax(z), whether its
    predictions under noise and a strong penalty are those of MUH + 1/2 z'Hz on clean labels; "backward", T^-1 l(z, .)
    for any loss l, whether clean and noisy objective are one function, with any penalty, lambda and family of models.

    Parameters: ``T`` (C, C), rows that add up to 1, of exact numbers or of scalars in free parameters, or counts n_ij,
    whole numbers, that stand for n_ij/n_i, or a kind of noise such as
    ``symcheck.class_conditional.matrices.UniformNoise()``; ``hessian`` H (C, C), rows of numbers, positive definite,
    None for every H = s I + t 11'; ``laws`` (m, C) of the clean label at the points asked for, rows of numbers, None
    for every law; ``classes`` limits the scope of a kind of noise; ``budget`` in seconds, after which what is open is
    UNDECIDED; ``progress`` is called with the steps done, the steps in all, and what is done.

    Returns a ``NoiseCondition``, of backward correction, which asks for no H and no laws, a ``BackwardCondition``.
    Raises ``ParameterError`` for a T, H, law or correction that is none, ``NumberError`` for an entry that is no
    number, and ``ScopeError`` for what is no number of classes.

    >>> import symcheck as sc
    >>> sc.noise_condition(((0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8))).verdict
    <Verdict.PROVED: 2>
    >>> print(sc.noise_condition(((0.8, 0.2, 0), (0, 0.8, 0.2), (0.2, 0, 0.8))).verdict)
    REFUTED
    >>> print(sc.noise_condition(((0.8, 0.2, 0), (0, 0.8, 0.2), (0.2, 0, 0.8)), correction="forward").verdict)
    PROVED

    Source: docs/theory.md, section 7.
    """
    if correction is not None and (not isinstance(correction, str) or correction not in CORRECTIONS):
        raise ParameterError(
            f'correction: got {shown(correction, 80)}; accepted is "forward", "backward", or None for a loss that '
            "knows no T"
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
        return answer_on_laws(on_laws.matrix(noise, fixed), wanted, on_laws)
    asked = Question(scope, rows, None, progress, forward)
    if (pattern := noise.pattern(scope.classes)) is not None:
        return _of_pattern(noise, checked_pattern(pattern, scope), asked)
    # A flip at one C refutes it for every C.  C = 2 is left out where it can be, as pair flips are uniform noise there,
    # and C = 3 with forward correction, where T T' of pair flips is uniform.
    least = max(4 if forward else 3, scope.classes.low)
    given = checked(noise, least if scope.classes.high is None else min(least, scope.classes.high))
    found = forward_flip(given, asked) if forward and fixed is not None else None
    return found or _for_every_law(asked.acting(given), asked)


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
        Step("the sign of a^2" if asked.forward else "the sign of a", SIGNS[sign.kind], x) for x in sign.steps
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
            return asked.refuted(given, values_at(wrong), found)
        if not c.is_zero and c is not factor:
            unknown = c
    return asked.open(unknown or factor, (), count)
