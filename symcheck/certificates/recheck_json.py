"""recheck: derive a certificate again from its JSON, be it of a pair (l, g) or of a preference loss."""

from __future__ import annotations

from symcheck.budget import SECONDS
from symcheck.certificates import recheck as of_pairs
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.preferences.recheck import recheck_preference
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.certificates.record_reader.json_values import loaded
from symcheck.public import public


@public
def recheck(text: str, *, budget: float = SECONDS) -> Certificate | PreferenceCertificate:
    """The certificate that ``text``, JSON that ``to_json`` wrote, states, derived again.

    Parameters: ``text`` of a ``Certificate`` or of a ``PreferenceCertificate``, which has ``"kind": "preference"``;
    ``budget`` in seconds.  Nothing in ``text`` is run as code or believed: formulas go through the parser of the
    language, the certificate is derived from them, and every field has to be what was derived.  Raises
    ``CertificateError`` with the first field that does not hold.

    >>> import symcheck as sc
    >>> recheck(sc.certify("cross_entropy", "l2").to_json()).verdict
    <Verdict.PROVED: 2>
    """
    fields = loaded(text)
    if isinstance(fields, dict) and "kind" in fields:
        return recheck_preference(text, budget=budget)
    return of_pairs.recheck(text, budget=budget)
