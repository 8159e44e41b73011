"""What advice says beside its table: what a certificate does not promise, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symcheck.design.advising.choice import Choice
from symcheck.design.advising.matched import Reference

NOT_ACCURACY = (
    "Certified is not the same as accurate: a row is about clean and noisy labels leading to the same predictions as "
    "lambda grows, and says nothing of how good these are."
)

NOT_PROMISED = (
    (
        "That a row is accurate. Certified robust means that clean and noisy labels lead to the same predictions for "
        "large lambda, equal and not better; with one kappa and H = s I + t 11' these are those of least squares on "
        "linear families with shared features. Their accuracy on clean labels may be far below that of a small lambda "
        "(docs/theory.md, section 10, has figures)."
    ),
    (
        "A lambda from which on predictions agree. What is proved is a limit for large lambda, but for the pairs that "
        "Theorem 1 covers; the lambda of a row makes its leading outputs those of the reference, and need not be good."
    ),
    (
        "Anything about one sample of noisy labels. Noise is meant in expectation, each label replaced by its law; of "
        "labels that are drawn a gap stays at large lambda, which is variance."
    ),
    "Other noise than uniform noise: symcheck.noise_condition asks about flips that depend on the class.",
)
"""One sentence or a few for each, with the reason."""

KEPT = "What stays open about model and data, for the first row: "

_ORDER = (
    "p, q: with shared features the distance of outputs to their limit is of the order lambda^(-p), that of clean to "
    "noisy ones of lambda^(-q); both are generic; a dash where none was derived"
)

LEGEND = (
    ("kappa", "grad l(0, y) = kappa grad l_MUH(0, y); exactly where that is short, and in rows() for every pair"),
    ("minimisers", "held: they exist for large lambda, near 0; local branch: only a stationary point near 0 is meant"),
    ("order", _ORDER),
)
"""What stands in the columns."""

QUOTIENT = ("(Q)", "certified up to multiples of (1, ..., 1), as neither l nor g changes under z + t (1, ..., 1)")
"""What stands beside some penalties."""


def lambda_meaning(reference: Reference) -> str:
    """What the column lambda says."""
    return (
        f"the one at which leading outputs are those of {reference.title} at lambda = {reference.weight}: "
        "lambda_ref (kappa/kappa_ref) (s_ref/s), s the second derivative of g at 0 across (1, ..., 1)"
    )


def commands(choice: Choice, *, classes: int, rho: Fraction, reference: Reference) -> Iterator[tuple[str, str]]:
    """What to type next for the first row: what it does, and the line."""
    loss, penalty = _typed(choice.loss.title), _typed(choice.regularizer.title)
    if choice.loss.defaults is None:
        loss = _typed(choice.loss.text)
    if choice.regularizer.defaults is None:
        penalty = _typed(choice.regularizer.text)
    target = reference.certificate.loss
    yield "the proof", f"symcheck certify {loss} {penalty} --classes {classes}"
    # Without noise nothing is confirmed: the rate is then the one that confirm has by default.
    rate = f" --rho {rho}" if rho else ""
    yield "by training", f"symcheck confirm {loss} {penalty} --data NAME{rate}"
    if target.defaults is not None and not isinstance(choice.weight, str):
        yield "its weight", f"symcheck match {loss} {_typed(target.title)} -C {classes}"


def _typed(text: str) -> str:
    """``text`` as one word of a command line."""
    return text if text.replace("_", "").isalnum() else f'"{text}"'
