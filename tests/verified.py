"""Whatever a test certifies is verified as well: each statement's proof goes to the small checker once.

The judge and the orbit reading derive what a certificate says, and this is the third derivation: it reads the formula's
text by itself, and shares no code with either.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.record import provable
from symcheck.errors import SymcheckError
from symcheck.proof.certificate import Outcome, Said, outcomes, statements
from symcheck.proof.check import Refused
from symcheck.proof.proofs import proof_of
from symcheck.proof.witnesses.ranges import RANGES
from symcheck.proof.witnesses.written import ALL
from symcheck.proof.writing.letters import NoProof, NotAccepted
from symcheck.reason import Undecided

MOST = 12
"""Of the certificates that one test makes so many are looked at."""

CONTRADICTIONS = (
    "is not shown to be kappa grad MUH(0, y)", "it is not shown to be kappa", "grad g(0) is not shown to be 0",
    "they are not shown to be eigenvalues of D^2 g(0)", "is not shown to stand there",
)  # fmt: skip
"""What the checker says where it finds another number; elsewhere it has only not seen what was to be shown."""


class Verified:
    """Collects certificates as they are made, and tells which of their proofs the checker contradicts.

    ``without`` are the statements for which no proof was written, as there is none in which the checker sees it.
    """

    def __init__(self) -> None:
        self.made: list[Certificate] = []
        self.seen: set[str] = set()
        self.without: list[str] = []

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on every certificate that is made is collected."""
        from symcheck.certificates import certify as module

        for name in ("_certificate", "_of_loss_alone"):
            monkeypatch.setattr(module, name, self._collecting(getattr(module, name)))

    def _collecting(self, make: Any) -> Any:
        def made(*arguments: Any, **options: Any) -> Certificate:
            certificate: Certificate = make(*arguments, **options)
            if len(self.made) < MOST:
                self.made.append(certificate)
            return certificate

        return made

    def refused(self) -> list[Outcome]:
        """What contradicts the proofs of the certificates that were collected, which are forgotten with this."""
        made, self.made = self.made, []
        return [outcome for certificate in made for outcome in self.refused_of(certificate)]

    def refused_of(self, certificate: Certificate) -> list[Outcome]:
        """What contradicts the proofs that were written for ``certificate``; each statement is asked once."""
        record = provable(certificate)
        fresh = {key: statement for key, _, statement in statements(record) if self._is_new(statement)}
        if not fresh:
            return []
        stated = [s for s in statements(record) if s.key in fresh]
        written = certificate.origin.proof(stated)
        self.without += [json.dumps(fresh[key]) for key in fresh if key not in written]
        refused = [o for o in outcomes({**record, "proof": written}) if o.why and o.key in written]
        # What the checker refuses is not written, and why it does may be that the judge has derived something false.
        others = [s for s in stated if written.get(s.key) in (None, ALL, RANGES)]
        refused += [o for said in others for o in _refused_of(said, certificate)]
        return [o for o in refused if contradicts(o)]

    def _is_new(self, statement: dict[str, Any]) -> bool:
        text = json.dumps(statement, sort_keys=True)
        is_new = text not in self.seen
        self.seen.add(text)
        return is_new


def _refused_of(said: Said, certificate: Certificate) -> Iterator[Outcome]:
    """What the checker says of the proof that the reports have of it, if it does not accept that."""
    made: Any = certificate.origin
    try:
        proof_of(said, made.material.loss, made.material.regularizer)
    except NotAccepted as stop:
        yield Outcome(said.key, said.conditions, stop.statement, stop.proof, str(stop))
    except (NoProof, Refused, Undecided, SymcheckError, KeyError, ValueError):
        return


def contradicts(outcome: Outcome) -> bool:
    """Whether the checker found another number than the proof says."""
    # Written for all classes, a proof has letters that the checker takes as free, and at one C are not: log(C - 1).
    is_of_case = " of case " in outcome.key
    return not is_of_case and any(text in outcome.why for text in CONTRADICTIONS)
