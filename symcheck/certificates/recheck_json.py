"""recheck: derive a certificate again from its JSON, be it of a pair (l, g) or of a preference loss."""

from __future__ import annotations

from symcheck.arguments.public import public
from symcheck.budget import SECONDS
from symcheck.certificates import recheck as of_pairs
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.preferences.recheck import recheck_preference
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.certificates.record_reader.json_values import loaded


@public
def recheck(text: str, *, budget: float = SECONDS) -> Certificate | PreferenceCertificate:
    """The certificate that ``text``, JSON that ``to_json`` wrote, states, derived again.

    Nothing in ``text`` is run as code or believed: formulas go through the parser of the language, the certificate is
    derived from them, and every field has to be what was derived.

    Parameters: ``text`` of a ``Certificate`` or of a ``PreferenceCertificate``, which has ``"kind": "preference"``;
    ``budget`` in seconds, after which what is open is UNDECIDED.

    Returns the certificate that was derived.  Raises ``CertificateError`` with the first field that does not hold, and
    for what is no certificate.

    >>> import symcheck as sc
    >>> sc.recheck(sc.certify("cross_entropy", "l2").to_json()).verdict
    <Verdict.PROVED: 2>

    Source: docs/theory.md, sections 3 and 4, whose conditions and theorems are asked for again.
    """
    fields = loaded(text)
    if isinstance(fields, dict) and "kind" in fields:
        return recheck_preference(text, budget=budget)
    return of_pairs.recheck(text, budget=budget)
