"""A certified pair as a row of advice: what is known of it at one number of classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from symcheck.certificates.certificate import Certificate
from symcheck.design.advising.matched import Reference
from symcheck.design.advising.number import ExactNumber, number_of
from symcheck.design.want import WORDS, Answered
from symcheck.findings.as_written import AsWritten
from symcheck.findings.condition import Condition
from symcheck.findings.prediction import Order
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.problem import Subject
from symcheck.render.expression import expression_text

LOCAL = "local branch"


@dataclass(frozen=True)
class Choice(AsWritten):
    """A pair that is PROVED at this number of classes.

    ``certificate`` is the whole answer about it; ``answers`` say of each want whether it is met, ``reference`` is the
    pair that its lambda is matched to.
    """

    certificate: Certificate
    answers: tuple[Answered, ...]
    reference: Reference

    @property
    def loss(self) -> Subject:
        """The loss, with the values of its parameters."""
        return self.certificate.loss

    @property
    def regularizer(self) -> Subject:
        """The penalty, with the values of its parameters."""
        return self.certificate.regularizer

    @property
    def tier(self) -> Tier | None:
        """Which form of the gradient condition the loss meets."""
        return self.certificate.tier

    @cached_property
    def kappa(self) -> ExactNumber | None:
        """The scale kappa at this C; None where no one kappa fits."""
        kappa = self.certificate.kappa
        return None if kappa is None else number_of(self.certificate.scope.classes, (kappa,))

    @cached_property
    def weight(self) -> ExactNumber | str:
        """The lambda with the leading outputs of the reference, or why there is none."""
        return self.reference.matched(self.certificate)

    @cached_property
    def order(self) -> Order | None:
        """How fast outputs meet on linear families with shared features, as lambda grows; None where not derived."""
        prediction = self.certificate.prediction
        orders = () if prediction is None else prediction.orders
        return orders[0] if len(orders) == 1 else None

    @cached_property
    def minimisers(self) -> Verdict:
        """Whether minimisers are held; REFUTED leaves a local branch alone."""
        return self.certificate.property(Condition.MINIMISERS_HELD).verdict

    @property
    def minimisers_word(self) -> str:
        """``held``, ``local branch`` or ``open``."""
        return {Verdict.PROVED: "held", Verdict.REFUTED: LOCAL, Verdict.UNDECIDED: "open"}[self.minimisers]

    def answer(self, want: str) -> Answered:
        """The answer to the want of this name."""
        return next(answer for answer in self.answers if answer.name == want)

    def missing(self, wants: tuple[str, ...]) -> tuple[Answered, ...]:
        """The answers to those of the ``wants`` that are not met, or not known to be."""
        found = map(self.answer, wants)
        return tuple(answer for answer in found if answer.verdict is not Verdict.PROVED)

    def record(self) -> Mapping[str, object]:
        """The row as plain values."""
        weight, order = self.weight, self.order
        return {
            "loss": self.loss.title,
            "formula": self.loss.text,
            "regularizer": self.regularizer.title,
            "values": {n: str(v) for n, v in sorted({**self.loss.values, **self.regularizer.values}.items())},
            "tier": None if self.tier is None else self.tier.name,
            "kappa": None if self.kappa is None else _number(self.kappa),
            "quotient": self.certificate.quotient,
            "wants": {answer.name: {"answer": WORDS[answer.verdict], "why": answer.why} for answer in self.answers},
            "minimisers": self.minimisers_word,
            "order": None if order is None else {"to_limit": order.to_limit, "clean_to_noisy": order.clean_to_noisy},
            "lambda": {"none": weight} if isinstance(weight, str) else _number(weight),
            "theorem": self.certificate.theorems[0].name,
            "assumptions": list(self.certificate.assumptions),
        }


def _number(number: ExactNumber) -> dict[str, str]:
    return {"exact": expression_text(number.expression), "decimal": number.digits}
