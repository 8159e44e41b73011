"""The sign of a constant on a whole scope: by the ladder at once, else run by run of the classes."""

from __future__ import annotations

from symcheck.field.element import Element
from symcheck.field.signs.effort import Exhausted
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.field.signs.samples import is_decisive, joined, sampled, sign_of_proof, two_signs
from symcheck.field.signs.sign import Sign


def sign_of(prover: Prover, c: Element) -> Sign:
    """The sign of ``c`` on the scope of its field, proved, refuted by two points, or UNKNOWN."""
    field = prover.field
    proof: Proof | None = None
    try:
        with field.effort.climb():
            proof = prover.quick(c, field.box)
            if proof is None or not is_decisive(proof):
                proof = prover.prove(c, field.box)
            if proof is not None and is_decisive(proof):
                return sign_of_proof(prover, proof)
            samples = two_signs(prover, c, field.box)
            if len(samples) < 2 and "C" in field.depends(c) and not field.real:
                return joined([sign for _, sign in field.runs(c)], proof)
    except Exhausted:
        if field.effort.is_running:
            raise
        samples = two_signs(prover, c, field.box)
    return sampled(samples, proof)
