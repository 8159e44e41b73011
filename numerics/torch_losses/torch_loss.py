"""torch_loss: a certificate, a loss of the catalogue or a formula as a module to train with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Real

from numerics.errors import LossError
from numerics.torch_losses.formula_loss import WEIGHT, FormulaLoss, Settings
from numerics.torch_losses.matching import matched_kappa
from numerics.torch_losses.numbers import Entries, numbers_of
from symcheck.arguments.public import public
from symcheck.certificates.certificate import Certificate
from symcheck.errors import ParameterError, ScopeError, shown
from symcheck.intake.given import Given, subject_of
from symcheck.language.scope import Classes
from symcheck.problem import Subject, scope_of

REDUCTIONS = ("mean", "sum", "none")
MATCHED = "matched"


@public
def torch_loss(
    loss: Certificate | Given,
    *,
    weight: float | str | None = None,
    regularizer: Given | None = None,
    reduction: str = "mean",
    classes: int | Sequence[int] | None = None,
    cross_entropy_weight: float | None = None,
    ignore_index: int | None = None,
    check: bool = True,
    **values: float | str | Entries,
) -> FormulaLoss:
    """l + lambda g as a module for logits (N, C, ...) and labels, from the formulas that were certified.

    Parameters: ``loss`` a certificate, whose loss and regularizer are taken, or a loss alone: a name in the catalogue,
    an entry, a formula string, a function of (z, y), torch code; ``regularizer`` the g beside such a loss.  ``weight``
    is lambda, 1 if it is left out, or "matched": the one with which kappa/lambda is that of cross-entropy with
    ``cross_entropy_weight``, 1 if that is left out, and the same g, so that the leading outputs are the same.
    ``reduction`` is "mean" over the samples, "sum" or "none", whatever torch code does over them: with class weights
    torch's own mean is by the weights, and this one is not.  ``classes`` limits the numbers of classes.  Samples whose
    label is ``ignore_index`` are left out.  ``check=False`` leaves out the looks at the values of logits and labels,
    for which a GPU is waited for.  ``values`` are the parameters and entries of the formulas, q=0.7 or w=[1, 2, 1]; a
    parameter left out has its default, the paper's value.

    Values and gradients are finite for logits up to 10^4 in float32, but for what its formula makes infinite:
    adaboost_mr, exponential_margin and alpha_loss_below_one grow exponentially, as do the regularizers cosh_penalty and
    exponential_penalty, and cosine and logit_norm have no value at z = 0, nor the regularizer norm a gradient.

    Returns a ``FormulaLoss``, a ``torch.nn.Module``.  Raises ``LossError`` for settings that make no loss,
    ``ParameterError`` for a value outside its interval or of an unknown name, ``UnknownNameError`` for a name that the
    catalogue does not have, ``FormulaError`` for what is no loss, and ``ScopeError`` for what is no number of classes.

    >>> import torch
    >>> from numerics import torch_loss
    >>> criterion = torch_loss("gce", regularizer="l2", weight=0.1, q=0.7)
    >>> criterion(torch.zeros(2, 10), torch.tensor([3, 7]))
    tensor(1.1435)

    Source: docs/theory.md, section 16, of "matched".
    """
    if not isinstance(reduction, str) or reduction not in REDUCTIONS:
        raise LossError(f"reduction: got {shown(reduction, 80)}; accepted is 'mean', 'sum' or 'none'")
    if ignore_index is not None and (isinstance(ignore_index, bool) or not isinstance(ignore_index, int)):
        raise LossError(f"ignore_index: got {shown(ignore_index, 80)}; accepted is an integer, such as -100")
    pair, wanted = _pair(loss, regularizer, classes)
    numbers, arrays = numbers_of(scope_of(pair, wanted), values)
    # Given entries are for one number of classes, and the scope has to hold it.
    pair = tuple(subject.at(arrays) for subject in pair)
    scope = scope_of(pair, wanted)
    if len(pair) == 2:
        numbers = {**numbers, WEIGHT: _weight(pair, scope.classes, numbers, weight, cross_entropy_weight)}
    elif weight is not None or cross_entropy_weight is not None:
        name, value = ("cross_entropy_weight", cross_entropy_weight) if weight is None else (WEIGHT, weight)
        raise LossError(
            f"{name}: got {shown(value, 80)}, and there is no regularizer to weigh; give regularizer='l2', or a "
            "certificate"
        )
    return FormulaLoss(pair, scope.classes, numbers, Settings(reduction, ignore_index, check))


def _weight(
    pair: Sequence[Subject],
    classes: Classes,
    numbers: Mapping[str, float],
    given: float | str | None,
    of_cross_entropy: float | None,
) -> float:
    """lambda, as given or matched."""
    if WEIGHT in {*numbers, *(a.name for subject in pair for a in subject.formula.arrays)}:
        raise ParameterError(
            f"{WEIGHT}: a parameter of the formula has this name, which is lambda here; rename it, or set it, as "
            "symcheck.regularizers.ElasticNet(weight=1) does"
        )
    if isinstance(given, str) and given == MATCHED:
        reference = 1.0 if of_cross_entropy is None else _at_least_0("cross_entropy_weight", of_cross_entropy)
        loss, regularizer = pair
        return reference * matched_kappa(loss, regularizer, classes, numbers)
    if of_cross_entropy is not None:
        raise LossError("cross_entropy_weight: a weight is matched to it; write weight='matched', or leave it out")
    return 1.0 if given is None else _at_least_0(WEIGHT, given)


def _pair(
    loss: Certificate | Given, regularizer: Given | None, classes: int | Sequence[int] | None
) -> tuple[tuple[Subject, ...], Classes]:
    """The loss, with the regularizer if there is one, and the classes that it is about."""
    wanted = Classes.of(classes)
    if not isinstance(loss, Certificate):
        subject = subject_of(loss, "loss", wanted)
        return (subject,) if regularizer is None else (subject, subject_of(regularizer, "regularizer", wanted)), wanted
    if regularizer is not None:
        has = "is about the loss without one" if loss.problem.is_alone else f"has its own, {loss.regularizer.title}"
        raise LossError(f"regularizer: the certificate {has}; leave it out, or pass the loss alone")
    if loss.problem.unread is not None:
        raise LossError(f"loss: the certificate is about code that has no formula: {loss.problem.unread}")
    if loss.problem.anchor is not None:
        raise LossError(
            f"loss: the certificate is about {loss.problem.title}, and a module of logits knows no z_ref(x); "
            "pass the loss itself, and add the penalty of the difference to what it returns"
        )
    common = wanted.common(loss.scope.classes)
    if common is None:
        raise ScopeError(f"classes: got {wanted}, and the certificate is about {loss.scope.classes}")
    return (loss.loss,) if loss.problem.is_alone else (loss.loss, loss.regularizer), common


def _at_least_0(name: str, given: object) -> float:
    more = f", or {MATCHED!r}" if name == WEIGHT else ""
    if isinstance(given, bool) or not isinstance(given, Real) or not 0 <= float(given) < math.inf:
        raise LossError(f"{name}: got {shown(given, 80)}; accepted is a number of at least 0{more}")
    return float(given)
