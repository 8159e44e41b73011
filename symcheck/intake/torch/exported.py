"""The last way in: torch.export, for code that symbols do not get through, such as that of vmap.

Torch traces the code on tensors, with a symbol for the number of classes where there are several, and leaves a graph of
its operators.  The graph is recorded then in the place of the code; the code itself is what it is compared with.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from symcheck.intake.torch.outcome import Note
from symcheck.intake.torch.precision import in_double_precision
from symcheck.intake.torch.runs import Code, Recorded, in_vectors
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes
from symcheck.reason import Code as ReasonCode
from symcheck.reason import Undecided

_COUNT: Final = {"loss": 2, "regularizer": 1}
_REDUCTIONS: Final = ("none", "mean", "sum")

_AS_FUNCTIONS: dict[str, Callable[..., Any]] = {
    # Of a batch of one there is one sample: vmap over it computes with that.
    "_add_batch_dim": lambda x, dim, _: x.select(dim, 0),
    "_remove_batch_dim": lambda x, _, __, dim: x.unsqueeze(dim),
    "lazy_load_decompositions": lambda: None,
    "_vmap_increment_nesting": lambda *_: None,
    "_vmap_decrement_nesting": lambda: None,
    "sym_size": lambda x, dim: x.shape[dim],
    "cross_entropy_loss": lambda x, y, weight=None, reduction=1, ignore_index=-100, label_smoothing=0.0: sys.modules[
        "torch"
    ].nn.functional.cross_entropy(
        x, y, weight, ignore_index=ignore_index, reduction=_REDUCTIONS[reduction], label_smoothing=label_smoothing
    ),
    "nll_loss": lambda x, y, weight=None, reduction=1, ignore_index=-100: sys.modules["torch"].nn.functional.nll_loss(
        x, y, weight, ignore_index=ignore_index, reduction=_REDUCTIONS[reduction]
    ),
}
"""Operators of a graph that are called otherwise in Python."""


def exported(code: Code, kind: Kind, classes: Classes) -> Recorded:
    """One run of the graph of the code on class-vectors; raises ``Undecided`` where torch makes none."""
    found = in_vectors(_code_of(_graph(code, kind, classes)), kind, classes)
    note = Note("symbols do not get through the code: the graph that torch.export makes of it is read")
    return replace(found, notes=(note, *found.notes))


def _graph(code: Code, kind: Kind, classes: Classes) -> Any:
    torch: Any = sys.modules["torch"]
    count = classes.fixed or max(5, classes.low)

    class Module(torch.nn.Module):  # type: ignore[misc]
        def forward(self, *given: object) -> object:
            return code(*given)

    free = {1: torch.export.Dim("C", min=2)} if classes.fixed is None else {}
    arguments = (torch.zeros(1, count, dtype=torch.float64), torch.tensor([0]))[: _COUNT[kind]]
    shapes: tuple[dict[int, Any], ...] = (free, {})[: _COUNT[kind]]
    quiet = contextlib.redirect_stderr(io.StringIO())
    before = logging.root.manager.disable
    logging.disable(max(before, logging.WARNING))
    try:
        with in_double_precision(torch), warnings.catch_warnings(), quiet:
            warnings.simplefilter("ignore")
            return torch.export.export(Module(), arguments, dynamic_shapes=(shapes,)).graph_module
    except Exception as error:
        why = f"torch.export makes no graph of the code: {str(error).partition(chr(10))[0][:200]}"
        settle = "write the loss with functions of torch alone, or as a formula of symcheck"
        raise Undecided.of(ReasonCode.UNMAPPED_OP, why, settle) from error
    finally:
        logging.disable(before)


def _code_of(graph: Any) -> Code:
    """The graph as code: every operator is called as the function of torch of this name."""
    torch: Any = sys.modules["torch"]

    def code(*given: object) -> object:
        known: dict[Any, object] = {}
        waiting = iter(given)

        def of(value: Any) -> Any:
            return torch.fx.node.map_arg(value, known.__getitem__)

        for node in graph.graph.nodes:
            if node.op == "placeholder":
                known[node] = next(waiting)
            elif node.op == "get_attr":
                known[node] = torch.fx.graph_module._get_attr(graph, node.target)
            elif node.op == "output":
                return of(node.args[0])[0]
            else:
                known[node] = _called(torch, node.target, of(node.args), of(dict(node.kwargs)))
        raise AssertionError("a graph ends with its output")

    return code


def _called(torch: Any, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    name = str(getattr(target, "__name__", target)).partition(".")[0]
    kwargs = {k: v for k, v in kwargs.items() if k != "pin_memory"}
    known = _AS_FUNCTIONS.get(name)
    if known is None and getattr(target, "namespace", "aten") != "aten":
        known = target
    if known is None and getattr(target, "__module__", "") == "_operator":
        known = target
    if known is None:
        known = getattr(torch, name, None) or getattr(torch.nn.functional, name, None)
    if known is None:
        return getattr(args[0], name)(*args[1:], **kwargs)
    return known(*args, **kwargs)
