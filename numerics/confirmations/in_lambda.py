"""How rows write what is expanded in 1/lambda: trainings count in alpha = 1/lambda, and readers in lambda."""

from __future__ import annotations

PLAIN = "1/lambda"
"""What scores scale with for a penalty with a curvature at 0; for others it is s = 1/lambda^power."""


def at_lambda(alpha: float) -> str:
    """Where it is: ``lambda = 32768``.

    >>> at_lambda(2.0**-5)
    'lambda = 32'
    """
    return f"lambda = {1 / alpha:.3g}" if alpha else "lambda = oo"


def term(coefficient: float, scale: str, order: int = 1) -> str:
    """``coefficient`` times the power ``order`` of ``scale``, which is ``PLAIN`` or a letter.

    >>> term(0.25, PLAIN, 2), term(3, "s")
    ('0.25/lambda^2', '3 s')
    """
    power = "" if order == 1 else f"^{order}"
    return f"{coefficient:.3g}/lambda{power}" if scale == PLAIN else f"{coefficient:.3g} {scale}{power}"


def constant_of(order: int, scale: str = PLAIN) -> str:
    """What the constant of the leading term ``scale``^order is called.

    >>> constant_of(0), constant_of(2), constant_of(2, "s")
    ('as lambda -> oo', 'constant of 1/lambda^2', 'constant of s^2')
    """
    return ("as lambda -> oo", f"constant of {scale}")[order] if order < 2 else f"constant of {scale}^{order}"


def scaled_scores(scale: str) -> str:
    """The scores that have a limit: ``lambda Z``, or ``Z/s``."""
    return "lambda Z" if scale == PLAIN else f"Z/{scale}"
