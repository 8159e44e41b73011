"""The losses of torch.nn.functional, for a batch of one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symcheck.intake.torch.axes import CLASSES, NeedsClasses, Unreadable, class_axis, shown
from symcheck.intake.torch.contents import Place, Special
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.operators.across import across, along
from symcheck.intake.torch.operators.entrywise import each
from symcheck.intake.torch.operators.indexing import at_index, at_label, is_class
from symcheck.intake.torch.operators.masks import is_indicator
from symcheck.intake.torch.symbolic import Sort, Symbolic
from symcheck.intake.torch.tidy import ONE, is_number, over, times
from symcheck.intake.torch.written.labels import AtLabels, at_labels, has_plain_labels
from symcheck.language.formula import Formula
from symcheck.language.functions import abs, branch, exp, log, relu, softplus, total
from symcheck.language.term import Label, Term, Vec, lift
from symcheck.readings.weight import polynomial_degree


def _reduction(reduction: str, size_average: bool | None = None, reduce: bool | None = None) -> str:
    """The reduction, also as it was named before torch 1.0."""
    if size_average is None and reduce is None:
        return reduction
    if reduce is False:
        return "none"
    return "sum" if size_average is False else "mean"


def _reduced(maker: Maker, x: Symbolic, reduction: str) -> Symbolic:
    """The entries of ``x``, their mean or their sum, over all axes."""
    if reduction == "none":
        return x
    if reduction == "batchmean":  # the batch is the first axis, whatever it is
        whole = across(maker, "sum", x)
        return each(maker, "div", whole, maker.classes) if x.axes[:1] == (CLASSES,) else whole
    if reduction not in ("mean", "sum"):
        raise Unreadable(f"reduction={reduction!r}", "use 'none', 'mean' or 'sum'")
    return across(maker, reduction, x)


def _without(weight: object) -> None:
    if weight is not None:
        raise Unreadable("a weight before the entries is not read", "multiply the loss with it, with reduction='none'")


def _class_weight(maker: Maker, weight: object, reduction: str) -> Symbolic | None:
    """The weights of the classes, if they matter: in a mean over a batch equal ones do not."""
    if weight is None:
        return None
    given = maker.lift(weight)
    for size in given.axes:
        if isinstance(size, int) and size > 1:
            raise NeedsClasses(size)
    return None if reduction == "mean" and not isinstance(given.term, Vec) else given


def _note_sum(maker: Maker, reduction: str, factors: object, ignored: int) -> None:
    """A mean that divides by the weights of the labels in the batch is no mean of losses: it is read as the sum."""
    leaves_out = ignored >= 0 and (maker.scope.high is None or ignored < maker.scope.high)
    if reduction == "mean" and (factors is not None or leaves_out):
        by = "weights of the labels" if factors is not None else "number of labels that are kept"
        maker.note(f'reduction="mean" divides by the {by} in the batch: it is read as reduction="sum"')


def _weighted(weight: Symbolic | None, value: Term) -> Term:
    return value if weight is None else times(at_label(weight), value)


def _scores(maker: Maker, x: object, y: object) -> tuple[Symbolic, Symbolic]:
    """Scores with the classes on the second axis, or on the only one, and labels to go with them."""
    scores, target = maker.lift(x), maker.lift(y)
    at = class_axis(scores.axes)
    if at != (0 if len(scores.axes) == 1 else 1) or any(s not in (1, CLASSES) for s in scores.axes):
        raise Unreadable(f"scores of shape {shown(scores.axes)}", "use (N, C)")
    if target.content is Special.LABEL and target.axes != (*scores.axes[:1], *scores.axes[2:])[: len(scores.axes) - 1]:
        raise Unreadable(f"labels of shape {shown(target.axes)} for scores {shown(scores.axes)}", "use (N,) and (N, C)")
    return scores, target


def _no_label_is(maker: Maker, ignored: int) -> None:
    # torch's own default, -100, is negative: no label is it.
    if ignored >= 0:
        since = f" from C = {ignored + 1} on" if ignored >= 2 else ""
        maker.restrict(2, ignored, f"ignore_index={ignored} is a class{since}")


def _with_labels(maker: Maker, x: object, y: object) -> Symbolic:
    scores, target = _scores(maker, x, y)
    if not is_class(target):
        raise Unreadable("its target is not the label", "pass the label")
    return scores


def _sample(maker: Maker, value: Term, scores: Symbolic, reduction: str) -> Symbolic:
    """One value for each sample, of which there is one."""
    batch = maker.tensor(value, tuple(s for s in scores.axes if s is not CLASSES), Sort.REAL)
    return _reduced(maker, batch, reduction)


def cross_entropy(
    maker: Maker, x: object, target: object, weight: object = None, size_average: bool | None = None,
    ignore_index: int = -100, reduce: bool | None = None, reduction: str = "mean", label_smoothing: float = 0.0,
) -> Symbolic:  # fmt: skip
    """-(1 - s) w_y log p_y - s mean(w log p); with soft targets t, -(1 - s) sum w t log p - s mean(w log p)."""
    reduction = _reduction(reduction, size_average, reduce)
    if has_plain_labels(maker, target):
        at, smooth = AtLabels(maker, x, target, ignore_index), maker.number(label_smoothing)
        _note_sum(maker, reduction, weight, ignore_index)
        return _reduced(maker, at_labels(at.cross_entropy(weight, smooth), maker), reduction)
    scores, labels = _scores(maker, x, target)
    logs, smoothing = along(maker, "log_softmax", scores, class_axis(scores.axes)), maker.number(label_smoothing)
    factors = _class_weight(maker, weight, reduction if labels.content is Special.LABEL else "none")
    if factors is not None:
        logs = each(maker, "mul", factors, logs)
    if labels.content is Special.LABEL:
        _no_label_is(maker, ignore_index)
        _note_sum(maker, reduction, factors, ignore_index)
        value = -at_label(logs)
    elif isinstance(labels.content, Place):
        value = -at_index(logs, labels)
    elif labels.axes == scores.axes:
        value = -across(maker, "sum", each(maker, "mul", labels, logs)).term
    else:
        raise Unreadable(f"targets of shape {shown(labels.axes)} for scores {shown(scores.axes)}", "use (N,) or (N, C)")
    if not is_number(smoothing, 0):
        value = (1 - smoothing) * value - smoothing * across(maker, "mean", logs).term
    return _sample(maker, value, scores, reduction)


def nll_loss(
    maker: Maker, x: object, target: object, weight: object = None, size_average: bool | None = None,
    ignore_index: int = -100, reduce: bool | None = None, reduction: str = "mean",
) -> Symbolic:  # fmt: skip
    """-w_y v_y."""
    reduction = _reduction(reduction, size_average, reduce)
    if has_plain_labels(maker, target):
        _note_sum(maker, reduction, weight, ignore_index)
        return _reduced(maker, at_labels(AtLabels(maker, x, target, ignore_index).nll(weight), maker), reduction)
    scores = _with_labels(maker, x, target)
    _no_label_is(maker, ignore_index)
    _note_no_logarithm(maker, scores)
    factors = _class_weight(maker, weight, reduction)
    _note_sum(maker, reduction, factors, ignore_index)
    return _sample(maker, -_weighted(factors, at_index(scores, maker.lift(target))), scores, reduction)


def _note_no_logarithm(maker: Maker, scores: Symbolic) -> None:
    """A note where ``nll_loss`` is given what are no log-probabilities, as it computes with them all the same."""
    formula = Formula.of(scores.term)
    if any(node.op in _LOGARITHMS for node in formula.nodes):
        return
    degree = polynomial_degree(formula)
    kind = ", which is linear in z," if degree is not None and degree <= 1 else ""
    maker.note(
        f"nll_loss expects log-probabilities, as log_softmax gives them, and is given {_shown(formula)} without a "
        f"logarithm; what is read is what it does with it: minus the entry at the label{kind} is the loss"
    )


_LOGARITHMS = frozenset({"log", "log_softmax", "logsumexp", "softplus", "log_sigmoid"})


def _shown(formula: Formula) -> str:
    text = str(formula)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


_LONGEST = 60
"""A formula in a note has so many characters."""


def multi_margin_loss(
    maker: Maker, x: object, target: object, p: int = 1, margin: float = 1.0, weight: object = None,
    size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean",
) -> Symbolic:  # fmt: skip
    """(w_y/C) sum over k != y of max(0, margin - z_y + z_k)^p."""
    if has_plain_labels(maker, target):
        found = AtLabels(maker, x, target).multi_margin(p, maker.number(margin), weight)
        return _reduced(maker, at_labels(found, maker), _reduction(reduction, size_average, reduce))
    scores = _with_labels(maker, x, target)
    if p not in (1, 2):
        raise Unreadable(f"p={p!r}", "use p=1 or p=2, as torch has it")
    gap = relu(maker.number(margin) - at_label(scores) + scores.term)
    if not isinstance(gap, Vec):
        raise Unreadable("scores that are the same for all classes", "pass scores that depend on the class")
    value = total(gap if p == 1 else gap**2, but=Label()) / maker.classes
    value = _weighted(None if weight is None else maker.lift(weight), value)
    return _sample(maker, value, scores, _reduction(reduction, size_average, reduce))


def multilabel_soft_margin_loss(
    maker: Maker, x: object, target: object, weight: object = None, size_average: bool | None = None,
    reduce: bool | None = None, reduction: str = "mean",
) -> Symbolic:  # fmt: skip
    """The mean over the classes of the logistic losses, as ``binary_cross_entropy_with_logits`` has them."""
    _without(weight)
    value = entry_loss(maker, "binary_cross_entropy_with_logits", x, target, reduction="none")
    over_classes = across(maker, "mean", value, -1)
    return _reduced(maker, over_classes, _reduction(reduction, size_average, reduce))


def _smooth(d: Term, beta: Term = ONE) -> Term:
    """d^2/(2 beta) for |d| <= beta, and |d| - beta/2 beyond; |d| for beta = 0.

    In three cases of which none has |d|, which has a kink at 0.
    """
    if is_number(beta, 0):
        return abs(d)
    inside = branch(-d - beta, -d - beta / 2, over(d**2, 2 * beta))
    return branch(d - beta, d - beta / 2, inside)


def _logistic(x: Term, t: Term, pos_weight: Term | None = None) -> Term:
    if pos_weight is None:
        return (1 - t) * x + softplus(-x)
    return (1 - t) * x + (1 + (pos_weight - 1) * t) * softplus(-x)


HUNDRED_MILLIONTH = lift(Fraction(1, 10**8))


def _relative_entropy(x: Term, t: Term, log_target: Term | None = None) -> Term:
    """t (log t - x), where 0 log 0 = 0; exp(t) (t - x) if t is the logarithm."""
    if log_target is not None and is_number(log_target, 1):
        return exp(t) * (t - x)
    # For a one-hot target t log t is 0, where the formula would ask for log 0.
    if is_number(t, 0):
        return t
    return -t * x if is_indicator(t) else t * (log(t) - x)


def _poisson(x: Term, t: Term, log_input: Term = ONE, full: Term | None = None, eps: Term | None = None) -> Term:
    """e^x - t x, or x - t log(x + eps) if x is no logarithm; without Stirling's term, which does not depend on x."""
    if full is not None and not is_number(full, 0):
        raise Unreadable("it adds Stirling's term", "leave full out")
    if is_number(log_input, 1):
        return exp(x) - times(t, x)
    return x - times(t, log(x + (HUNDRED_MILLIONTH if eps is None else eps)))


def _on_side(t: Term, same: Term, other: Term) -> Term:
    """``same`` for the target 1, ``other`` for -1."""
    if is_number(t, 1) or is_number(t, -1):
        return same if is_number(t, 1) else other
    raise Unreadable("its targets are not all 1 or all -1", "write the two cases with torch.where")


_OF_ENTRIES: dict[str, Callable[..., Term]] = {
    "mse_loss": lambda x, t: (x - t) ** 2,
    "l1_loss": lambda x, t: abs(x - t),
    "smooth_l1_loss": lambda x, t, beta=ONE: _smooth(x - t, beta),
    "huber_loss": lambda x, t, delta=ONE: times(delta, _smooth(x - t, delta)),
    "soft_margin_loss": lambda x, t: softplus(-t * x),
    "binary_cross_entropy": lambda x, t: -t * log(x) - (1 - t) * log(1 - x),
    "binary_cross_entropy_with_logits": _logistic,
    "kl_div": _relative_entropy,
    "poisson_nll_loss": _poisson,
    "hinge_embedding_loss": lambda x, t, margin=ONE: _on_side(t, x, relu(margin - x)),
}
"""Losses of an entry x and its target t, one line for each."""


def entry_loss(
    maker: Maker, name: str, x: object, target: object, weight: object = None,
    size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean", **numbers: object,
) -> Symbolic:  # fmt: skip
    """The loss ``name`` of ``_OF_ENTRIES``, reduced over all entries."""
    weighted = name in ("binary_cross_entropy", "binary_cross_entropy_with_logits")
    if not weighted:
        _without(weight)
    if name == "binary_cross_entropy":
        maker.note("torch cuts the logarithms at -100: they are read without the cut")
    keys = [key for key, value in numbers.items() if value is not None]

    def applied(x: Term, t: Term, *values: Term) -> Term:
        return _OF_ENTRIES[name](x, t, **dict(zip(keys, values, strict=True)))

    value = maker.each(applied, x, target, *(numbers[key] for key in keys), sort=Sort.REAL)
    if weighted and weight is not None:
        value = each(maker, "mul", weight, value)
    return _reduced(maker, value, _reduction(reduction, size_average, reduce))


def _row(name: str) -> Callable[..., Symbolic]:
    return lambda maker, *args, **options: entry_loss(maker, name, *args, **options)


OPERATORS: dict[str, Callable[..., Any]] = {
    "cross_entropy": cross_entropy,
    "nll_loss": nll_loss,
    "multi_margin_loss": multi_margin_loss,
    "multilabel_soft_margin_loss": multilabel_soft_margin_loss,
    **{name: _row(name) for name in _OF_ENTRIES},
}
"""The rows of this file."""
