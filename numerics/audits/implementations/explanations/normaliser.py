"""Another normaliser: of a softmax, of a sum over the classes or of a quotient."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.mutations import Spot, spots_of
from symcheck.language.functions import (
    exp,
    log,
    log_softmax,
    logsumexp,
    mean,
    sigmoid,
    softmax,
    total,
)
from symcheck.language.operators import ENTRYWISE
from symcheck.language.term import Label, Scalar, Term, Vec, entrywise, lift

_Y = Label()

Swap = tuple[str, Callable[[Term], Term | None]]
"""What is there instead, in words, and the term that it is."""


def _vec(x: Term) -> Vec:
    assert isinstance(x, Vec)
    return x


_NO_DENOMINATOR = "no denominator, so without its normaliser,"

_SWAPS: dict[str, tuple[Swap, ...]] = {
    "softmax": (
        ("a sigmoid of each logit", lambda t: sigmoid(t.args[0])),
        ("no softmax", lambda t: t.args[0]),
        ("a softmax of the softmax", softmax),
        ("exp of each logit, without a normaliser,", lambda t: exp(t.args[0])),
        ("the log_softmax", lambda t: log_softmax(t.args[0])),
    ),
    "log_softmax": (
        ("no log_softmax", lambda t: t.args[0]),
        ("the logarithm of a sigmoid of each logit", lambda t: log(sigmoid(t.args[0]))),
        ("a log_softmax of the softmax", lambda t: log_softmax(softmax(t.args[0]))),
        ("the softmax", lambda t: softmax(t.args[0])),
        ("the logarithm of a softmax of the softmax", lambda t: log(softmax(softmax(t.args[0])))),
    ),
    "logits": (
        ("the softmax", softmax),
        ("the log_softmax", log_softmax),
        ("a sigmoid", sigmoid),
    ),
    "sigmoid": (("a softmax", lambda t: softmax(t.args[0])), ("no sigmoid", lambda t: t.args[0])),
    "total": (
        ("the mean over the classes", lambda t: mean(t.args[0])),
        ("the entry at the label alone", lambda t: _vec(t.args[0])[_Y]),
        ("the sum over the other classes", lambda t: total(t.args[0], but=_Y)),
        ("the mean over the other classes", lambda t: mean(t.args[0], but=_Y)),
        ("the sum of its second factor", lambda t: total(t.args[0].args[1]) if t.args[0].op == "mul" else None),
        ("the sum of its first factor", lambda t: total(t.args[0].args[0]) if t.args[0].op == "mul" else None),
    ),
    "mean": (
        ("the sum over the classes", lambda t: total(t.args[0])),
        ("the mean over the other classes", lambda t: mean(t.args[0], but=_Y)),
        ("the sum over the other classes", lambda t: total(t.args[0], but=_Y)),
        ("the sum over the other classes divided by C", lambda t: total(t.args[0], but=_Y) / Scalar("classes")),
        ("the entry at the label alone", lambda t: _vec(t.args[0])[_Y]),
    ),
    "total_others": (
        ("the sum over all classes", lambda t: total(t.args[0])),
        ("the mean over the other classes", lambda t: mean(t.args[0], but=_Y)),
        ("the mean over all classes", lambda t: mean(t.args[0])),
    ),
    "mean_others": (
        ("the mean over all classes", lambda t: mean(t.args[0])),
        ("the sum over the other classes", lambda t: total(t.args[0], but=_Y)),
        ("the sum over all classes divided by C - 1", lambda t: total(t.args[0]) / (Scalar("classes") - 1)),
    ),
    "logsumexp": (
        ("the logsumexp over the other classes", lambda t: logsumexp(t.args[0], but=_Y)),
        ("0", lambda _: lift(0)),
        ("the logarithm of the mean of exp", lambda t: logsumexp(t.args[0]) - log(Scalar("classes"))),
        ("the sum", lambda t: total(t.args[0])),
    ),
    "logsumexp_others": (
        ("the logsumexp over all classes", lambda t: logsumexp(t.args[0])),
    ),
    "amax_others": (("the largest over all classes", lambda t: Scalar("amax", t.args[0])),),
    "take": (
        ("the sum over the classes", lambda t: total(t.args[0])),
        ("the mean over the classes", lambda t: mean(t.args[0])),
    ),
    "classes": (
        ("C - 1", lambda t: t - 1),
        ("C + 1", lambda t: t + 1),
        ("1", lambda _: lift(1)),
        ("2", lambda _: lift(2)),
    ),
    "div": (
        (_NO_DENOMINATOR, lambda t: t.args[0]),
        ("the denominator with the numerator added", lambda t: t.args[0] / (t.args[0] + t.args[1])),
        ("the denominator without the numerator", lambda t: t.args[0] / (t.args[1] - t.args[0])),
        ("the denominator plus 1", lambda t: t.args[0] / (t.args[1] + 1)),
    ),
}  # fmt: skip
"""For each operator what code has in its place by mistake."""


def other_normalisers(evidence: Evidence) -> Iterator[Explanation]:
    """One normaliser, one sum over the classes or one denominator is another one."""
    # Whole parts and denominators first: what else may explain the code is less plain.
    ordered = sorted(spots_of(evidence.forms), key=lambda s: (s.parent is not None, s.op != "div"))
    for spot in ordered:
        # Of one occurrence of z nobody takes the softmax.
        swaps = () if spot.op == "logits" and spot.parent is not None else _SWAPS.get(spot.op, ())
        for words, change in swaps:
            found = spot.with_change(change)
            if evidence.explains(found):
                if words == _NO_DENOMINATOR and _is_constant(spot):
                    yield Explanation(Kind.SCALE, _sentence(spot, "no denominator"), found)
                else:
                    yield Explanation(Kind.NORMALISER, _sentence(spot, words), found)


def _is_constant(spot: Spot) -> bool:
    """Whether its denominator is a number, whatever z and C are: that normalises nothing."""
    nodes = spot.formula.nodes
    seen = [nodes[spot.place].args[1]]
    for place in seen:
        seen.extend(nodes[place].args)
    return not any(nodes[place].op in ("logits", "classes") for place in seen)


def over_samples(evidence: Evidence) -> Iterator[Explanation]:
    """Of code that mixes the samples of a batch: a softmax over the samples, which of one sample is 1."""
    for spot in spots_of(evidence.forms):
        if spot.op in ("softmax", "log_softmax"):
            found = spot.with_change(lambda t: exp(0 * t.args[0]) if t.op == "softmax" else 0 * t.args[0])
            if evidence.explains(found):
                one = "1" if spot.op == "softmax" else "0"
                words = f"{one}, as a {spot.op} over the samples of the batch is,"
                yield Explanation(Kind.NORMALISER, _sentence(spot, words), found)


def other_parts(evidence: Evidence) -> Iterator[Explanation]:
    """A part, such as a logarithm or a factor, is left out, or of all of them one is another."""
    for spot in spots_of(evidence.forms):
        for words, change in _left_out(spot):
            found = spot.with_change(change)
            if evidence.explains(found):
                yield Explanation(Kind.OTHER, _sentence(spot, words), found)


def _left_out(spot: Spot) -> Iterator[Swap]:
    if spot.op in ("mul", "add", "sub"):
        yield "the first part alone", lambda t: t.args[0]
        yield "the second part alone", lambda t: t.args[1]
        if spot.op != "mul":
            other = "sub" if spot.op == "add" else "add"
            yield "the other sign between its parts", lambda t: entrywise(other, *t.args)
    elif spot.op == "pow":
        yield "no exponent", lambda t: t.args[0]
    elif ENTRYWISE.get(spot.op) == 1 and spot.op not in ("neg", "detach"):
        yield f"no {spot.op}", lambda t: t.args[0]


def _sentence(spot: Spot, words: str) -> str:
    return f"the formula with {words} in the place of {spot.name}"
