"""The proofs of a certificate: for each statement that it makes, what convinces the small checker, from the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symcheck.budget import stopping
from symcheck.conditions.curvature.regularizer_report import RegularizerReport
from symcheck.conditions.gradient.loss_report import LossReport
from symcheck.errors import SymcheckError
from symcheck.proof.check import Refused, Scope, Tape
from symcheck.proof.refuted import refutation
from symcheck.proof.certificate import Proof, Said, Statement
from symcheck.proof.writer import NoProof, Writer
from symcheck.reason import Undecided


def proofs(stated: Iterable[Said], loss: LossReport, regularizer: RegularizerReport) -> Proof:
    """The proofs of what is ``stated``, by their keys; one that is not found is left out.

    They come from the fields of the reports, in which all of it was decided: nothing is derived a second time, and
    nothing is believed of them that the checker does not show.
    """
    written: dict[str, Callable[[Statement], Proof | None]] = {
        "loss": lambda statement: _of_loss(statement, loss),
        "regularizer": lambda statement: _of_regularizer(statement, regularizer),
        "refuted": refutation,
    }
    found: Proof = {}
    for key, _, statement in stated:
        try:
            with stopping():
                proof = written[statement["about"]](statement)
        except (NoProof, Refused, Undecided, SymcheckError):  # a formula that the checker does not read, say
            continue
        if proof is not None:
            found[key] = proof
    return found


def _of_loss(statement: Statement, report: LossReport) -> Proof:
    """Hints for the formula, and kappa as a product of what has one sign, which is d_k l - d_y l at 0."""
    if report.agreed is None:
        raise NoProof("the loss was derived in several parts")
    writer, scope = Writer(report.agreed.field), Scope(statement["scope"])
    e = report.agreed.constants
    tape = Tape(statement["formula"], scope, "formula", anchor=statement["anchor"])
    found: Proof = {"hints": writer.read(tape)[1], "kappa": writer.product(e.g_k - e.g_y)}
    if statement["kappa"] is not None:
        found["kappa_hints"] = writer.read(Tape(statement["kappa"], scope, "kappa"))[1]
    return {"letters": writer.letters, **found}


def _of_regularizer(statement: Statement, report: RegularizerReport) -> Proof:
    """Hints for the formula, and the eigenvalues of the Hessian as products of what has one sign."""
    if report.agreed is None or report.curvature is None:
        raise NoProof("the regularizer was derived in several parts")
    writer, scope = Writer(report.agreed.field), Scope(statement["scope"])
    hints = writer.read(Tape(statement["formula"], scope, "formula"))[1]
    found: Proof = {"hints": hints, "across": writer.product(report.curvature.s)}
    if statement["scope"]["space"] == "R^C":
        found["along"] = writer.product(report.curvature.along)
    return {"letters": writer.letters, **found}
