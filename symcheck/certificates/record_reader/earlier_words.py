"""Sentences of earlier versions, which said with alpha = 1/lambda what is said with lambda now."""

from __future__ import annotations

from symcheck.certificates.record import Json

SINCE_THEN = {
    "alpha l + g is asymptotically robust": "l + lambda g is asymptotically robust",
    "where it means alpha l + g": "where it means l + lambda g",
    "every limit point of Z_alpha/alpha minimises": "every limit point of lambda Z_lambda minimises",
    "some exist for small alpha, near 0": "some exist for large lambda, near 0",
    "the condition after rescaling alpha": "the condition after rescaling lambda",
    "alpha l + g is unbounded below for every alpha > 0": "l + lambda g is unbounded below for every lambda > 0",
    "the infimum over t > 0 of alpha l + g at z": "the infimum over t > 0 of l + lambda g at z",
    "the t > 0 at which alpha l + g is least": "the t > 0 at which l + lambda g is least",
    "-oo for every alpha > 0": "-oo for every lambda > 0",
    "far from 0 for every alpha > 0": "far from 0 for every lambda > 0",
    "below its values near 0 for small alpha > 0": "below its values near 0 for large lambda",
    "minimisers of alpha l + g that tend to 0 with alpha": "minimisers of l + lambda g that tend to 0 as lambda -> oo",
    "stationary for alpha_n L + G, with alpha_n > 0": "stationary for L + lambda_n G, with lambda_n > 0",
    "alpha L + G is strictly convex in one": "L + lambda G is strictly convex in one",
    "of theta_0 for all small alpha": "of theta_0 for all large lambda",
    "where alpha L + G is meant;": "where alpha L + G is meant (alpha = 1/lambda);",
}
"""What such a sentence is now, by a part of it: it means the same, with alpha = 1/lambda."""


def in_present_words(text: str) -> str:
    """``text``, a sentence of a certificate, as it is written now.

    >>> in_present_words("Theorem 3 applies: alpha l + g is asymptotically robust on linear families.")
    'Theorem 3 applies: l + lambda g is asymptotically robust on linear families.'
    """
    for before, now in SINCE_THEN.items():
        text = text.replace(before, now)
    # A point at which l + lambda g was looked at: the sentence begins with it.
    return text.replace("alpha l + g at z = ", "l + lambda g at z = ", 1) if text.startswith("alpha l + g") else text


def all_in_present_words(value: Json) -> Json:
    """``value`` with every text in it as it is written now."""
    if isinstance(value, str):
        return in_present_words(value)
    if isinstance(value, list):
        return [all_in_present_words(one) for one in value]
    if isinstance(value, dict):
        return {key: all_in_present_words(one) for key, one in value.items()}
    return value
