"""Tapes with words that have no 2-jet at z = 0, or need all classes written out, for witnesses."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from symcheck.proof.check import Scope, Tape, is_label, need

ACROSS = {"amax": "amax", "amin": "amax", "onehot_argmax": "argmax", "product": "product"}
"""Words for what is made of all entries, by their core operators."""

Names: TypeAlias = Collection[str]


class WideTape(Tape):
    """A tape with amax, argmax and product, also over the other classes, and with the arrays of a scope."""

    def __init__(self, text: Any, scope: Scope, anchor: Any, vectors: Names, matrices: Names) -> None:
        self.vectors, self.matrices = vectors, matrices
        super().__init__(text, scope, "formula", anchor=anchor)
        need(self.names.keys().isdisjoint({*vectors, *matrices}), self.where, "a part has the name of an array")

    def read(self, e: Any, names: Mapping[str, int]) -> int:
        if isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and e.func.id not in names:
            word, args = e.func.id, e.args
            but = [k for k in e.keywords if k.arg == "but" and is_label(k.value)]
            if word in ACROSS and len(args) == 1 and e.keywords == but and (not but or word != "onehot_argmax"):
                return self._across(word, self.read(args[0], names), others=bool(but))
            if word in ("apply", "apply_transposed") and len(args) == 2 and not e.keywords:
                matrix = getattr(args[0], "id", None)
                need(matrix in self.matrices, self.where, f"{word} takes a matrix of the scope")
                return self.put(word, self.read(args[1], names), data=matrix)
        return super().read(e, names)

    def named(self, name: str) -> int:
        return self.put("array", data=name) if name in self.vectors else super().named(name)

    def _across(self, word: str, v: int, *, others: bool) -> int:
        op = ACROSS[word] + "_others" * others
        return self.neg(self.put(op, self.neg(v))) if word == "amin" else self.put(op, v)
