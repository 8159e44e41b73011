"""Values with expressions by cases in them: a copy says the cases in the words of the original."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Piecewise
from sympy.logic.boolalg import Boolean

from symcheck.language.fields_only import FieldsOnly


@dataclass(frozen=True)
class _Pieces:
    """The pairs of a ``Piecewise``."""

    pairs: tuple[tuple[Expr, Boolean], ...]


class AsWritten(FieldsOnly):
    """A value whose fields are pickled and copied as they are written.

    SymPy makes a ``Piecewise`` anew when it is unpickled, and turns its conditions around on the way: C > tau became
    tau < C, and the copy of a certificate was another certificate.
    """

    def __getstate__(self) -> dict[str, object]:
        return {name: _packed(value) for name, value in super().__getstate__().items()}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update({name: _unpacked(value) for name, value in state.items()})


def _packed(value: object) -> object:
    return _Pieces(tuple((pair[0], pair[1]) for pair in value.args)) if isinstance(value, Piecewise) else value


def _unpacked(value: object) -> object:
    # Evaluated anew it would turn its conditions around again.
    return Piecewise(*value.pairs, evaluate=False) if isinstance(value, _Pieces) else value
