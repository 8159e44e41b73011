"""Parameters with class indices as parts of a formula: class-vectors such as w, matrices such as A.

A ``ClassParameter`` is a class-vector of the language: ``w[y]``, ``w * z``.  A ``MatrixParameter`` acts on
class-vectors: ``A @ z``, ``A.T @ z``, and ``S[y]`` is its row of the label.
"""

from __future__ import annotations

from typing import Never

from symcheck.arguments.public import public
from symcheck.errors import FormulaError, shown
from symcheck.language.array import Array, Entries
from symcheck.language.exact import Number, exact_or_text
from symcheck.language.flag import flag
from symcheck.language.functions import total
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.language.vector_array import VectorArray


@public
class ClassParameter(Vec):
    """A class-vector of numbers w_1, ..., w_C, free until it is given entries.

    Parameters: ``name``; ``values`` a sequence of exact numbers, which fixes C to its length; the interval of every
    entry as for ``Parameter``; ``total`` what the entries add up to; ``rule`` names the rule of
    ``symcheck.language.rules`` that gives the entries for every C, ``default`` the one that gives those to train with.
    Raises ``ParameterError`` and ``NumberError``.

    >>> import symcheck as sc
    >>> sc.ClassParameter("w", (1, 10, 1), above=0)
    ClassParameter w = (1, 10, 1)
    """

    __slots__ = ("array",)
    __hash__ = Vec.__hash__

    def __init__(
        self,
        name: str,
        values: Entries | None = None,
        *,
        above: Number | str | None = None,
        at_least: Number | str | None = None,
        below: Number | str | None = None,
        at_most: Number | str | None = None,
        total: Number | str | None = None,
        rule: str | None = None,
        default: str | None = None,
    ) -> None:
        # The rules for names and intervals are those of a parameter.
        entry = Parameter(name, above=above, at_least=at_least, below=below, at_most=at_most)
        sum_ = None if total is None else Parameter("total").value(total)
        array = VectorArray(name, entry.interval, None, rule, default, total=sum_)
        array.check()
        self.array = array if values is None else array.given(values)
        super().__init__("class_parameter", data=self.array)

    @classmethod
    def of(cls, array: VectorArray) -> ClassParameter:
        """The term that stands for ``array``."""
        made = cls.__new__(cls)
        made.array = array
        Vec.__init__(made, "class_parameter", data=array)
        return made

    def __repr__(self) -> str:
        return f"ClassParameter {self.array}"


@public
class MatrixParameter:
    """A C x C matrix of numbers, free until it is given entries; ``A @ v`` and ``A.T @ v`` are class-vectors.

    Parameters: ``name``; ``values`` rows of exact numbers, which fix C to their number; the interval of every entry as
    for ``Parameter``; ``rows_sum`` and ``columns_sum`` what every row and column adds up to; ``symmetric``;
    ``positive_definite`` (and symmetric); ``doubly_stochastic``: entries >= 0, all those sums 1; ``positive_diagonal``;
    ``rule`` and ``default`` as for ``ClassParameter``.  Raises ``ParameterError`` and ``NumberError``.

    >>> import symcheck as sc
    >>> sc.MatrixParameter("A", ((2, 1), (1, 3)), positive_definite=True)
    MatrixParameter A = ((2, 1), (1, 3))
    """

    __slots__ = ("array", "transposed")
    __array_ufunc__ = None

    def __init__(
        self,
        name: str,
        values: Entries | None = None,
        *,
        above: Number | str | None = None,
        at_least: Number | str | None = None,
        below: Number | str | None = None,
        at_most: Number | str | None = None,
        rows_sum: Number | str | None = None,
        columns_sum: Number | str | None = None,
        symmetric: bool = False,
        positive_definite: bool = False,
        doubly_stochastic: bool = False,
        positive_diagonal: bool = False,
        rule: str | None = None,
        default: str | None = None,
    ) -> None:
        symmetric = flag(symmetric, "symmetric") or flag(positive_definite, "positive_definite")
        positive_diagonal = flag(positive_diagonal, "positive_diagonal") or positive_definite
        if flag(doubly_stochastic, "doubly_stochastic"):
            at_least = 0 if above is None and at_least is None else at_least
            rows_sum, columns_sum = 1, 1
        entry = Parameter(name, above=above, at_least=at_least, below=below, at_most=at_most)
        rows = None if rows_sum is None else exact_or_text(rows_sum, "rows_sum")
        columns = None if columns_sum is None else exact_or_text(columns_sum, "columns_sum")
        if symmetric:  # then both are the same
            rows, columns = (columns if rows is None else rows), (rows if columns is None else columns)
        array = MatrixArray(
            name, entry.interval, None, rule, default, rows=rows, columns=columns,
            symmetric=symmetric, definite=positive_definite, loops=positive_diagonal,
        )  # fmt: skip
        array.check()
        self.array = array if values is None else array.given(values)
        self.transposed = False

    @classmethod
    def of(cls, array: MatrixArray, *, transposed: bool = False) -> MatrixParameter:
        """The matrix that stands for ``array``, A' of it if it is ``transposed``."""
        made = cls.__new__(cls)
        made.array, made.transposed = array, transposed
        return made

    @property
    def T(self) -> MatrixParameter:
        """The transposed matrix."""
        return self.of(self.array, transposed=not self.transposed)

    def __matmul__(self, vector: object) -> Vec:
        """The class-vector with the entries sum_j A_ij v_j."""
        if not isinstance(vector, Vec):
            raise FormulaError(
                f"{self.array.name} @ x needs a class-vector x and got {shown(vector, 80)}: "
                "pass z, softmax(z), onehot(y) or the like"
            )
        # A' of a symmetric A is A: one spelling, so that equal formulas are equal.
        is_turned = self.transposed and not self.array.symmetric
        return Vec("apply_transposed" if is_turned else "apply", vector, data=self.array)

    def __getitem__(self, key: object) -> Vec:
        """The row of the label, a class-vector: S[y] has the entries S_yj."""
        if not isinstance(key, Label):
            raise FormulaError(
                f"the formula indexes the matrix {self.array.name} with [{key!r}]: only the label is an index; "
                f"{self.array.name}[y] is the row of the label, {self.array.name}.T[y] its column"
            )
        # The row y of S is S' e_y.
        return self.T @ Vec("onehot")

    def _refuse(self, *_: object) -> Never:
        raise FormulaError(
            f"the formula computes with the matrix {self.array.name}: it only acts on class-vectors, "
            f"as in {self.array.name} @ z or {self.array.name}.T @ z"
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _refuse
    __rmatmul__ = __neg__ = __bool__ = __len__ = __iter__ = __float__ = __int__ = __array__ = _refuse

    def __repr__(self) -> str:
        return f"MatrixParameter {self.array}{' transposed' if self.transposed else ''}"


@public
def quadratic_form(matrix: MatrixParameter, vector: object) -> Scalar:
    """v'Av = sum_ij A_ij v_i v_j.

    Parameters: ``matrix`` A, a ``MatrixParameter``; ``vector`` v, a class-vector.  Returns a scalar.  Raises
    ``FormulaError`` for anything else.

    >>> import symcheck as sc
    >>> A = sc.MatrixParameter("A", positive_definite=True)
    >>> print(sc.derivatives(lambda z: sc.quadratic_form(A, z)/2).gradient_formula)
    apply(A, z)
    """
    if not isinstance(matrix, MatrixParameter):
        raise FormulaError(
            f'quadratic_form takes a MatrixParameter and got {shown(matrix)}: write sc.MatrixParameter("A")'
        )
    image = matrix @ vector
    return total(vector * image)


def parameter_of(array: Array) -> ClassParameter | MatrixParameter:
    """The parameter that stands for ``array``."""
    if isinstance(array, VectorArray):
        return ClassParameter.of(array)
    assert isinstance(array, MatrixArray)
    return MatrixParameter.of(array)


def term_of(array: Array, op: str, args: tuple[Term, ...]) -> Vec:
    """The term with ``op`` that ``array`` stands in."""
    return ClassParameter.of(array) if isinstance(array, VectorArray) else Vec(op, *args, data=array)
