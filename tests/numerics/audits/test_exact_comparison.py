"""The exact comparison: values and gradients of formulas with detached parts."""

from __future__ import annotations

import pytest

from numerics.audits.implementations.exact import equal_with_gradients, with_held
from symcheck.budget import Budget
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed
from symcheck.language.scope import Classes

FOCAL = "-(1 - softmax(z)[y])**2*log_softmax(z)[y]"
DETACHED = "-(1 - detach(softmax(z)[y]))**2*log_softmax(z)[y]"


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (FOCAL, "-(1 - exp(log_softmax(z)[y]))**2*log(softmax(z)[y])", Verdict.PROVED),
        (DETACHED, "-(1 - exp(detach(log_softmax(z)[y])))**2*log(softmax(z)[y])", Verdict.PROVED),
        # the same values, and other gradients: of these nothing is refuted by values
        (FOCAL, DETACHED, Verdict.UNDECIDED),
        ("-log_softmax(z)[y]", "-detach(log_softmax(z)[y])", Verdict.UNDECIDED),
        ("-log_softmax(z)[y]", "-(log_softmax(z)[y] + total(z) - detach(total(z)))", Verdict.UNDECIDED),
        # a detached part that drops out of values and gradients
        ("-log_softmax(z)[y]", "-(log_softmax(z)[y] + detach(total(z)) - detach(total(z)))", Verdict.PROVED),
        ("-log_softmax(z)[y]", "logsumexp(z - detach(amax(z))) + detach(amax(z)) - z[y]", Verdict.PROVED),
        # detached twice is detached
        (DETACHED, DETACHED.replace("softmax(z)[y]))", "detach(softmax(z)[y])))"), Verdict.PROVED),
        ("2*detach(z[y])", "3*detach(z[y])", Verdict.REFUTED),
    ],
)
def test_gradients_count(first, second, verdict):
    one, two = (parsed(text, kind="loss") for text in (first, second))
    assert equal_with_gradients(one, two, Classes(), Budget()).verdict is verdict


def test_what_is_detached_has_logits_of_its_own():
    assert str(with_held(parsed(DETACHED, kind="loss"))) == "-(1 - softmax(held)[y])**2*log_softmax(z)[y]"
