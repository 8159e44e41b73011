"""What else there is to do about a pair that was not proved, beside the changes that were certified."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.findings.tier import Tier

REGION = (
    "As it stands it is PROVED for some numbers of classes or values of the parameters: symcheck.region(l, g) has them."
)

SIGNAL = (
    "The gradient of the loss at 0 is 0 for every label: near 0 it tells the classes apart no more. Add a multiple of "
    "cross entropy, or of mean(z) - z[y]."
)


NOTHING = "No change was found that makes it PROVED."

TIME = "No change was found in the time that there was: give values to parameters or to C, or more time with budget=."


def advice(certificate: Certificate, *, is_cut: bool) -> Iterator[str]:
    """Sentences for a pair of which no change was found; ``is_cut``: the time was over before the end."""
    yield TIME if is_cut else NOTHING
    if certificate.is_proved_somewhere:
        yield REGION
    if certificate.tier is Tier.ZERO:
        yield SIGNAL
