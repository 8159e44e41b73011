"""Misuse: what is done with a symbol and has no meaning, told of a formula of (z, y) and of the scores of a pair."""

from __future__ import annotations

from symcheck.errors import FormulaError

WITHOUT_LABEL = (
    "a regularizer has no label, so write a function of all entries of z, such as total(z**2), amax(z) or logsumexp(z)"
)
"""What is said where a regularizer does what is done with the label alone."""


def misuse(message: str, of_pair: str, of_regularizer: str = "") -> FormulaError:
    """The error with a ``message`` about z and classes; what is said ``of_pair`` and ``of_regularizer`` instead.

    In a pair the symbols are its scores, and a regularizer has z without a label; empty if it is the same of it.

    >>> misuse("total takes a class-vector", "total is over classes").of_pair
    'total is over classes'
    """
    error = FormulaError(message)
    error.of_pair, error.of_regularizer = of_pair, of_regularizer
    return error


_INSTEAD = {
    "amax": "the larger of the two scores is maximum(chosen, rejected), which is rejected + relu(chosen - rejected)",
    "amin": "the smaller of the two scores is minimum(chosen, rejected), which is chosen - relu(chosen - rejected)",
    "total": "write one pair, without a sum over pairs; the sum of its two scores is chosen + rejected",
    "mean": "write one pair, without a mean over pairs; the mean of its two scores is (chosen + rejected)/2",
    "norm": "write abs(h), or sqrt(chosen**2 + rejected**2)",
    "product": "write chosen*rejected",
    "logsumexp": "write rejected + softplus(chosen - rejected)",
    "softmax": "write sigmoid(h), which is the softmax of the two scores at the chosen answer",
    "log_softmax": "write log_sigmoid(h), which is the log_softmax of the two scores at the chosen answer",
}


def instead(function: str) -> str:
    """What is written of two scores in the place of ``function``, which is over classes.

    >>> instead("product")
    'write chosen*rejected'
    """
    return _INSTEAD.get(
        function, "a pair has two scores and no classes: write functions of h, or of chosen and rejected"
    )
