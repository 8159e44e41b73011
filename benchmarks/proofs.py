"""What proofs cost and weigh, over the catalogue: writing them, verifying them, and the peer that derives all again.

    python -m benchmarks.proofs

Each loss with l2 and each regularizer with cross-entropy is certified from nothing, in processor seconds of a process.
Written is what ``to_json`` adds for proofs.  The peer of ``verify`` is ``recheck`` of the same JSON:
it derives everything again with SymPy and FLINT, and does more, as theorems and predictions are among it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.record import provable
from symcheck.conditions.remembered import forget
from symcheck.intake.catalogue import names
from symcheck.proof.certificate import outcomes, statements


@dataclass(frozen=True)
class Row:
    """Seconds and bytes of one certificate; ``verified`` of its ``stated`` statements are shown by their proofs."""

    name: str
    certified: float
    written: float
    verify: float
    recheck: float
    proof_bytes: int
    stated: int
    verified: int


def pairs() -> Iterator[tuple[str, str]]:
    """Each loss with l2, each regularizer with cross-entropy."""
    yield from ((name, "l2") for name in names("loss"))
    yield from (("cross_entropy", name) for name in names("regularizer"))


def row(pair: tuple[str, str]) -> Row:
    """The measurements of one pair."""
    forget()
    certified, certificate = timed(lambda: sc.certify(*pair))
    plain, _ = timed(lambda: without_proof(certificate))
    stated = statements(provable(certificate))
    written, _ = timed(lambda: certificate.origin.proof(stated))
    shown = outcomes({**provable(certificate), "proof": certificate.proof})
    text = certificate.to_json()
    verify, _ = timed(lambda: sc.verify(text))
    again, _ = timed(lambda: sc.recheck(text))
    size = len(json.dumps(certificate.proof, separators=(",", ":")))
    verified = sum(not o.why for o in shown)
    return Row(" + ".join(pair), certified + plain, written, verify, again, size, len(stated), verified)


def without_proof(certificate: Certificate) -> str:
    """The JSON of a certificate as it would be without its proofs."""
    from symcheck.certificates.record import json_text

    return json_text(certificate, None, certificate.repairs.record() if certificate.repairs else None)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Processor seconds of ``work``, and what it returns."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def main() -> None:
    """Print medians and the worst, each with the pair that it is about."""
    row(("cross_entropy", "l2"))
    rows = [row(pair) for pair in pairs()]
    shares = [r.written / r.certified for r in rows]
    for name, values, unit, scale in (
        ("verify", [r.verify for r in rows], "ms", 1e3),
        ("recheck, the peer", [r.recheck for r in rows], "ms", 1e3),
        ("proof", [r.proof_bytes for r in rows], "bytes", 1),
        ("writing it, over the certificate and its JSON", shares, "%", 100),
    ):
        worst, pair = max(zip(values, (r.name for r in rows), strict=True))
        print(f"{name}: median {scale * median(values):.3g} {unit}, worst {scale * worst:.3g} {unit} ({pair})")
    stated, verified = sum(r.stated for r in rows), sum(r.verified for r in rows)
    print(f"{verified} of {stated} statements of {len(rows)} certificates are shown by their proofs")


if __name__ == "__main__":
    main()
