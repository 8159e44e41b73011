"""Factors that vanish at each number of a short run, of classes or of whole values of a parameter, and nowhere else.

Whatever is PROVED then is so number by number, while the factor is no polynomial that is 0.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from benchmarks.soundness.kinds import trial_of
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.errors import SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed
from symcheck.language.parameter import Parameter
from symcheck.proof.certificate import Outcome, outcomes
from symcheck.proof.check import Refused
from symcheck.proof.splits import checked
from symcheck.proof.verify import verify
from tests.sampled import one_in
from tests.symcheck.proof.claims import loss, statement

CE = "logsumexp(z) - z[y]"
L2 = "total(z**2)/2"
VARIANCE = "total((z - mean(z))**2)"

RUNS = [(2, 3), (2, 4), (5, 9), (24, 25)]

LOSSES = [
    "{CE} + {f}*mean(z)", "{CE} - {f}*z[y]/7", "{CE} + abs({f})*mean(z)", "({CE})*(1 + {f})",
    "{CE} + {f}*abs(z[y])**3", "softplus({f}*z[y]) - 3*log_softmax(z)[y]",
]  # fmt: skip

LOSSES_BY_CLASSES = ["{CE} + log(1 + ({f})**2)*total(z)", "1 - softmax(z)[y] + {f}*exp(z[y])"]
"""With a parameter in the place of C the engine leaves these open."""

PENALTIES = [
    "{L2} + {f}*mean(z)", "{L2} - {f}*mean(z)**2", "{L2}*(1 + {f})", "{L2} + ({f})**2*total(exp(z))",
]  # fmt: skip


def zero(name: str, run: tuple[int, int], *, but: int | None = None) -> str:
    """A product that is 0 at each number of a run, but one."""
    return "*".join(f"({name} - {k})" for k in range(run[0], run[1] + 1) if k != but)


def pairs(losses: Sequence[str]) -> list[tuple[str, str]]:
    """Losses with l2, and cross-entropy with penalties, which are plain where f is 0."""
    return [*((loss, L2) for loss in losses), *((CE, g) for g in PENALTIES)]


def filled(pair: tuple[str, str], f: str) -> list[str]:
    """The texts of a pair with this factor."""
    return [text.format(CE=CE, L2=L2, f=f) for text in pair]


def refused(certificate: Certificate) -> list[Outcome]:
    """The proofs in its JSON that the checker does not accept."""
    found = outcomes(json.loads(certificate.to_json()))
    return [outcome for outcome in found if outcome.proof is not None and outcome.why]


@pytest.mark.parametrize("pair", pairs(LOSSES + LOSSES_BY_CLASSES))
def test_at_each_number_of_classes(pair: tuple[str, str]) -> None:
    for run in RUNS:
        certificate = certify(*filled(pair, zero("C", run)), classes=run)
        assert certificate.verdict is Verdict.PROVED
        assert verify(certificate.to_json()).verified, run


@pytest.mark.parametrize("pair", pairs(LOSSES))
@pytest.mark.parametrize("run", [(0, 1), (2, 4)])
def test_at_each_whole_value_of_a_parameter(run: tuple[int, int], pair: tuple[str, str]) -> None:
    m = {"m": Parameter("m", at_least=run[0], at_most=run[1], integer=True)}
    certificate = certify(*(parsed(text, parameters=m) for text in filled(pair, zero("m", run))), classes=(2, 50))
    assert certificate.verdict is Verdict.PROVED
    assert verify(certificate.to_json()).verified


@pytest.mark.parametrize(("but", "run"), [(2, (2, 3)), (3, (2, 4)), (9, (5, 9))])
def test_but_at_one_number(but: int, run: tuple[int, int]) -> None:
    """There it fails, and what is PROVED of the others is shown case by case."""
    certificate = certify(f"{CE} + {zero('C', run, but=but)}*mean(z)", L2, classes=run)
    assert certificate.verdict is Verdict.REFUTED
    assert refused(certificate) == []
    (refutation,) = (o for o in outcomes(json.loads(certificate.to_json())) if o.key == "not loss-gradient")
    assert (refutation.why, refutation.statement["point"]["C"]) == ("", but)
    told = dict(verify(certificate.to_json()).cases)
    assert all(shown == ("shown at one point" if "REFUTED" in case else "shown") for case, shown in told.items())


def test_the_checker_says_no_more_than_it_knows() -> None:
    """For C = 2, 3 the gradient is kappa times that of MUH, which a proof for both at once does not show."""
    said = statement(f"{CE} + (C - 2)*(C - 3)*mean(z)", kappa="1", classes=(2, 3))
    proof = loss(said, letters=[["L", "log", "C"]], log={"L": 1})
    with pytest.raises(Refused, match="is not shown to be kappa grad"):
        checked(said, proof)
    checked(said, {"split": "C", "at": "2", "equal": proof, "above": proof})


@pytest.mark.parametrize(
    "regularizer",
    ["{V} + {f}*mean(z)**2", "{V}*(1 + {f}) + {f}*total(z**2)", "mean(logsumexp(z) - z) + {f}*total(z)**2"],
)
@pytest.mark.parametrize("f", ["(C - 2)*(C - 4)**2", "(m - 2)*(m - 4)**2", "t"])
def test_where_the_space_depends_on_the_case(regularizer: str, f: str) -> None:
    """D^2 g(0) is definite on the quotient where f = 0 and on R^C elsewhere: on neither in the whole scope."""
    known = {"m": Parameter("m", at_least=2, integer=True), "t": Parameter("t", at_least=0)}
    certificate = certify("cross_entropy", parsed(regularizer.format(V=VARIANCE, f=f), parameters=known))
    assert certificate.verdict is Verdict.PROVED
    assert {case.quotient for case in certificate.cases} == {True, False}
    found = outcomes(json.loads(certificate.to_json()))
    assert [(o.key, o.why) for o in found if o.proof is None or o.why] == []
    assert "regularizer" not in [o.key for o in found]
    left = dict(verify(certificate.to_json()).left)
    assert "in some cases" in left["regularizer-curvature"]


KINDS = ("classwise", "factors_that_vanish", "integer_parameters", "regularizers", "scopes", "two_kinks")


@pytest.mark.parametrize("kind", one_in(2, KINDS))
def test_what_is_written_is_accepted(kind: str) -> None:
    written = 0
    for number in range(200, 205):
        trial: Any = trial_of(kind, 16, number)
        try:
            certificate = certify(trial.loss, trial.regularizer, classes=trial.classes, budget=5)
        except SymcheckError:
            continue
        assert refused(certificate) == [], number
        written += len(certificate.proof)
    assert written > 5
