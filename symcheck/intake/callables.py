"""Callables: a user's function of z and y becomes a formula by running on symbols."""

from __future__ import annotations

from collections.abc import Callable

from symcheck.errors import FormulaError
from symcheck.intake.class_given import class_given
from symcheck.intake.signatures import signature_of, takes
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind, recorded_code

_ARGUMENTS = {"loss": ("z", "y"), "regularizer": ("z",)}
_NAME = {"loss": "cross_entropy", "regularizer": "l2"}
_WRITE = {"loss": "lambda z, y: logsumexp(z) - z[y]", "regularizer": "lambda z: total(z**2) / 2"}


def recorded(code: Callable[..., object], *, kind: Kind) -> Formula:
    """The formula that ``code`` computes: of (z, y) for a loss, of (z) for a regularizer.

    It runs twice, on symbols; both runs have to record the same formula.  Raises ``FormulaError`` if
    ``code`` takes other arguments, raises, returns something that is not one number, is not deterministic,
    or is a regularizer that uses the label.

    >>> from symcheck.language.functions import logsumexp
    >>> print(recorded(lambda z, y: logsumexp(z) - z[y], kind="loss"))
    logsumexp(z) - z[y]
    """
    if isinstance(code, type):
        raise class_given(code, kind)
    if not callable(code):
        raise FormulaError(
            f"{kind}: got {type(code).__name__}; accepted is a name of the catalogue such as {_NAME[kind]!r}, an "
            f"entry, a formula string such as {_WRITE[kind].partition(': ')[2]!r}, a function such as {_WRITE[kind]}, "
            "torch code"
        )
    _check_arguments(code, kind)
    return recorded_code(code, kind)


def _check_arguments(code: Callable[..., object], kind: Kind) -> None:
    """Refuse a function that cannot be called with z and y, or with z; one without a signature is tried."""
    # Bound and not called: nothing of the user's code runs before it is known to take z and y.
    signature = signature_of(code)
    if signature is None or takes(signature, len(_ARGUMENTS[kind])):
        return
    taken = f"this one takes {signature}"
    if kind == "regularizer" and takes(signature, 2):
        raise FormulaError(
            f"regularizer: a regularizer is a function of z alone, and {taken}: it cannot use the label; "
            "move what depends on y into the loss"
        )
    if kind == "loss" and takes(signature, 1):
        raise FormulaError(
            f"loss: a loss is a function of (z, y), and {taken}: write {_WRITE['loss']}, "
            "or hand it in as the regularizer"
        )
    wanted = ", ".join(_ARGUMENTS[kind])
    raise FormulaError(f"{kind}: a {kind} is called with ({wanted}), and {taken}: write {_WRITE[kind]}")
