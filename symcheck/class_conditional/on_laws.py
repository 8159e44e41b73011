"""Whether noise keeps predictions at given laws of the clean label, one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from symcheck.budget import look
from symcheck.class_conditional.flips import Matrix, Vector, fractions_of, rational_matrix
from symcheck.class_conditional.matrices import Checked
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.class_conditional.question import SIGNS, Question, values_at
from symcheck.class_conditional.said import vector_said
from symcheck.class_conditional.score_order import Scores, identity, leaders
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict


def answer_on_laws(given: Checked, laws: Matrix, asked: Question) -> NoiseCondition:
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
        leading, at = leaders(clean.clean(law)), vector_said(law)
        first = scores[leading[0] - 1]
        for k in places:
            if k + 1 == leading[0]:
                continue
            # Classes that tie on clean labels have to tie under noise as well: the set of leaders is what is kept.
            ahead, tied = first - scores[k], k + 1 in leading
            kind, points = _sign_of(ahead)
            steps.append(
                Step(f"score {leading[0]} - score {k + 1}", f"{ahead.text()}, {SIGNS[kind]}", f"at eta = {at}")
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
        return sign.kind, [(values_at(p), p.sign) for p in sign.points]
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


def _inverse(hessian: Matrix | None, count: int) -> Matrix:
    if hessian is None:
        return identity(count)
    found = fractions_of(rational_matrix(hessian).inv())
    return tuple(tuple(found[i * count : (i + 1) * count]) for i in range(count))
