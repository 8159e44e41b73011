"""Torch code of the scores of a pair, read as a loss of the classes in which each score has a place of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from symcheck.errors import FormulaError, shortened
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.formula import Formula
from symcheck.language.recording import OfScores
from symcheck.language.scores import MARGIN, SCORES, score_symbols, uses_classes
from symcheck.language.term import Term
from symcheck.reason import Code, Undecided


def recorded_torch_scores(
    code: Callable[..., Any], names: Sequence[str], what: OfScores
) -> tuple[Formula, tuple[str, ...]]:
    """The formula in the scores ``names`` that torch ``code`` computes for one pair, and what its reader should know.

    The code is called with tensors of shape (N,); ``what`` it is, for errors.  Raises ``FormulaError`` for code that
    fails or returns something else than a number for each pair, and ``Undecided`` where it has no reading.

    >>> import torch
    >>> print(recorded_torch_scores(lambda h: -torch.nn.functional.logsigmoid(h / 10), ["h"], "preference")[0])
    -log_sigmoid(h/10)
    """
    of_margin = len(names) == 1

    def called_with(first: Any, second: Any) -> Any:
        return code(first) if of_margin else code(**{SCORES[0]: first, SCORES[1]: second})

    def loss(z: Any, y: Any) -> Any:
        # z_y and the sum of z depend on each other as little as two scores do, whatever C is.
        return called_with(z.gather(1, y.unsqueeze(1)).squeeze(1), z.sum(1))

    try:
        found = recorded_torch(loss, "loss")
    except FormulaError as error:
        if error.of_pair:
            raise FormulaError(f"the {what} {_BOTH}") from error
        wrong = _raised(called_with, what, _PAIRS) or _returned(called_with(*_scores(_PAIRS)), what)
        raise wrong or FormulaError(f"{what}: {error}; {_CALLED}") from error
    except Undecided as stop:
        if stop.reason.code is Code.BUDGET:
            raise
        raise _raised(called_with, what, 1) or _without_classes(stop) from stop
    formula = _in_scores(found.formula, of_margin=of_margin)
    if uses_classes(formula):
        raise FormulaError(
            f"the torch code of the {what} was read as a formula of more than the scores; write it with functions of "
            "symcheck, as lambda h: -symcheck.log_sigmoid(h)"
        )
    return formula, tuple(map(str, found.notes))


_CALLED = (
    "it is called with a score for each pair, in tensors of shape (N,), and returns a number for each of them, or "
    "their mean or sum"
)


_BOTH = (
    "computes with tensors of torch and with symbols of symcheck: write numbers for its parameters, or all of it with "
    'functions of symcheck, as lambda h: -symcheck.log_sigmoid(symcheck.Parameter("beta", above=0)*h)'
)


def _without_classes(stop: Undecided) -> Undecided:
    """The same stop, with what would settle it for scores."""
    settle = f"write what is done with each pair, as torch.relu and torch.where do; {_CALLED}"
    # The pairs were handed in as samples of so many classes.
    where = "" if stop.reason.where.startswith("C = ") else stop.reason.where
    return Undecided(replace(stop.reason, settle=settle, where=where))


def _scores(pairs: int) -> Sequence[Any]:
    """Two scores of each of so many ``pairs``."""
    import torch

    return [torch.linspace(low, 1, pairs, dtype=torch.float64).requires_grad_() for low in (-2, -1)]


def _raised(code: Callable[[Any, Any], Any], what: OfScores, pairs: int) -> FormulaError | None:
    """What ``code`` raises on plain tensors of so many ``pairs``."""
    try:
        code(*_scores(pairs))
    except Exception as error:  # noqa: BLE001 - code of the user's, which may raise anything
        told = shortened(f"{type(error).__name__}: {error}", _LONGEST)
        return FormulaError(f"the {what} raised {told}; {_CALLED}")
    return None


def _returned(value: object, what: OfScores) -> FormulaError | None:
    """What is wrong with a ``value`` for ``_PAIRS`` pairs."""
    shape = getattr(value, "shape", None)
    if shape is None:
        return FormulaError(f"the {what} returned an object of type {type(value).__name__}; {_CALLED}")
    if tuple(shape) not in ((), (_PAIRS,)):
        return FormulaError(f"the {what} returned a tensor of shape {tuple(shape)} for {_PAIRS} pairs; {_CALLED}")
    return None


_PAIRS = 4
_LONGEST = 200


def _in_scores(formula: Formula, *, of_margin: bool) -> Formula:
    """``formula`` with the scores in the place of what the code was called with."""
    h, chosen, rejected = score_symbols(MARGIN, *SCORES)
    images: dict[str, Term] = {"take": h}
    if not of_margin:
        images = {"take": chosen, "total": rejected, "total_others": rejected - chosen}
    nodes = formula.nodes

    def image(place: int, _: list[Term]) -> Term | None:
        node = nodes[place]
        return images.get(node.op) if node.args and nodes[node.args[0]].op == "logits" else None

    return formula.replaced(image)
