"""Torch code of the scores of a pair, read as a loss of the classes in which each score has a place of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symcheck.errors import FormulaError
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.formula import Formula
from symcheck.language.scores import MARGIN, SCORES, score_symbols, uses_classes
from symcheck.language.term import Term


def recorded_torch_scores(code: Callable[..., Any], names: Sequence[str]) -> tuple[Formula, tuple[str, ...]]:
    """The formula in the scores ``names`` that torch ``code`` computes for one pair, and what its reader should know.

    The code is called with tensors of shape (N,).  Raises what ``recorded_torch`` raises.

    >>> import torch
    >>> print(recorded_torch_scores(lambda h: -torch.nn.functional.logsigmoid(h / 10), ["h"])[0])
    -log_sigmoid(h/10)
    """
    of_margin = len(names) == 1

    def loss(z: Any, y: Any) -> Any:
        # z_y and the sum of z depend on each other as little as two scores do, whatever C is.
        first = z.gather(1, y.unsqueeze(1)).squeeze(1)
        return code(first) if of_margin else code(**{SCORES[0]: first, SCORES[1]: z.sum(1)})

    found = recorded_torch(loss, "loss")
    formula = _in_scores(found.formula, of_margin=of_margin)
    if uses_classes(formula):
        raise FormulaError(
            f"preference: the torch code was read as {found.formula}, which is not put in terms of the scores; write "
            "it with the functions of symcheck, as in lambda h: -symcheck.log_sigmoid(h)"
        )
    return formula, tuple(map(str, found.notes))


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
