"""The proofs of a certificate: for each statement that it makes, what convinces the small checker, from the reports."""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from functools import partial

from symcheck.budget import stopping
from symcheck.conditions.curvature.regularizer_report import RegularizerReport
from symcheck.conditions.gradient.reports import LossReport
from symcheck.conditions.remembered import remembered_as
from symcheck.errors import SymcheckError
from symcheck.proof.certificate import Proof, Said, Statement
from symcheck.proof.check import Refused
from symcheck.proof.witnesses.ranges import RANGES, check_ranges
from symcheck.proof.witnesses.written import ALL, check_written
from symcheck.proof.writing.letters import NoProof
from symcheck.proof.writing.matrix_proof import proof_with_matrices
from symcheck.proof.writing.refuted import refutation
from symcheck.proof.writing.reports import proof_of_loss, proof_of_regularizer
from symcheck.reason import Undecided


def proofs(stated: Iterable[Said], loss: LossReport, regularizer: RegularizerReport) -> Proof:
    """The proofs of what is ``stated``, by their keys; one that is not found is left out.

    They come from the fields of the reports, in which all of it was decided: nothing is derived a second time, and
    nothing is written that the checker does not accept.  Those of a statement are written once.
    """
    found: Proof = {}
    for said in stated:
        key = "proof", said.key, json.dumps(said.statement)
        proof = remembered_as(key, partial(_written, said, loss, regularizer))
        if proof is not None:
            found[said.key] = deepcopy(proof)  # whoever changes it does not change what is remembered
    return found


def _written(said: Said, loss: LossReport, regularizer: RegularizerReport) -> Proof | None:
    try:
        with stopping():
            proof = proof_of(said, loss, regularizer)
    # A formula that the checker does not read, say; KeyError for names of a report that is about another one, and
    # ValueError for integers of more than 4,300 digits, which Python does not write.
    except (NoProof, Refused, Undecided, SymcheckError, KeyError, ValueError):
        proof = None
    return proof or without_hints(said.statement)


def proof_of(said: Said, loss: LossReport, regularizer: RegularizerReport) -> Proof | None:
    """The proof of what is said by the reports, which the checker accepts; None if it takes no hints.

    Raises ``NoProof``: ``NotAccepted`` where something was written, and the checker does not see what it claims.
    """
    if said.statement["about"] == "refuted":
        return refutation(said.statement)
    if said.statement["arrays"]:
        return proof_with_matrices(said.statement)
    if said.key.startswith("loss"):
        return proof_of_loss(said.statement, loss)
    return proof_of_regularizer(said.statement, regularizer)


def without_hints(statement: Statement) -> Proof | None:
    """The proof of a statement of which the checker sees all without hints: at one point, or by ranges."""
    for proof, check in ((ALL, check_written), (RANGES, check_ranges)):
        try:
            check(statement, proof)
        except Refused:
            continue
        return proof
    return None
