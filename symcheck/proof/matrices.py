"""The small checker for formulas with matrices, at every number of classes: what their sums and definiteness show.

A class-vector has one entry, that at the class i: a polynomial of degree 2 in z_i, (A z)_i, (A'z)_i, s = sum_k z_k and
the sums over k of products of two of the first three.  Of a matrix A only what is declared is used: its row sums r and
column sums c, which are the same for all classes, whether it is symmetric, and whether it is positive definite.

- total: sum_i z_i = s, sum_i (A z)_i = c s, sum_i (A'z)_i = r s.
- apply(A, v): a number a becomes r a, z_i becomes (A z)_i, s becomes r s.  What is of second order and depends on i is
  left out where first derivatives alone are asked for, and refused elsewhere.  apply_transposed(A, v) likewise.

Statements: "loss-sum": the sum over y of grad l(0, y) is 0, and l does not change under z + t (1, ..., 1) if the space
is the quotient.  "regularizer": grad g(0) = 0, and D^2 g(0) is positive definite on R^C, as a sum of a ||z||^2, b z'A z
with A positive definite, |A z|^2 and s^2 with factors >= 0, one of the first two > 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from symcheck.proof.check import SPACES, Jets, Letters, Refused, Scope, check, need, rational, shaped, weight
from symcheck.proof.witnesses.arrays import fractions, need_definite
from symcheck.proof.witnesses.tapes import WideTape

MOST_MATRICES = 8

Monomial = tuple[str, ...]
"""Symbols in order: ``z i``, ``A z i``, ``A' z i`` at the class i, with ``y`` at the label; ``s``; sums ``z*z``."""

Entry = dict[Monomial, Any]


def check_with_matrices(statement: Mapping[str, Any], proof: Any, first: int | None = None) -> None:
    """Nothing if the proof shows a statement about a formula with matrices, ``Refused`` if it does not."""
    check(statement, proof, MatrixClaim, first)


class Matrix(NamedTuple):
    """What is declared of a matrix; None where its row sums, or column sums, are not one number."""

    rows: Fraction | None
    columns: Fraction | None
    symmetric: bool
    definite: bool


def matrix_of(array: Any, where: str) -> Matrix:
    """The matrix that a certificate declares; with entries it is what they are."""
    (sums,) = shaped(array, where, sums="list")
    symmetric, definite = (array.get(key) is True for key in ("symmetric", "positive_definite"))
    need("symmetric" in array and len(sums) == 2, where, "a matrix is needed: class-vectors have no meaning here")
    need("errors" not in array, where, "entries that are rounded have no sums")
    if array.get("rule") is not None:
        known = type(array["rule"]) is str and array["rule"] in RULES and array.get("entries") is None
        need(known, where, "of this rule nothing is known")
        return RULES[array["rule"]]
    if array.get("entries") is None:
        need(all(type(x) in (str, type(None)) for x in sums), where, "sums are fractions")
        rows, columns = (None if x is None else rational(x, where) for x in sums)
        return Matrix(rows, columns, symmetric, symmetric and definite)
    entries = fractions(array["entries"], where)
    need({*map(len, entries)} == {len(entries)}, where, "C rows of C entries are needed")
    turned = [list(column) for column in zip(*entries, strict=True)]
    try:
        need_definite([[*row] for row in entries], where)
        definite = entries == turned
    except Refused:
        definite = False
    return Matrix(_one_sum(entries), _one_sum(turned), entries == turned, definite)


RULES = {
    "cyclic": Matrix(Fraction(1), Fraction(1), symmetric=False, definite=False),
    "pair_flip": Matrix(Fraction(1), Fraction(1), symmetric=False, definite=False),
    "diagonal": Matrix(None, None, symmetric=True, definite=True),
}
"""What is known of matrices that follow a rule, at every C: of one 1 in each row and column, 7/10 I + 3/10 of it, and
diag(1, ..., C)/2; what is declared of them is not believed."""


def _one_sum(rows: list[list[Fraction]]) -> Fraction | None:
    found = {sum(row, Fraction(0)) for row in rows}
    return found.pop() if len(found) == 1 else None


class MatrixJets(Jets):
    """The 2-jets of a tape with ``matrices``, each of one entry; up to first order if it is ``linear``."""

    def __init__(
        self, tape: Any, hints: Any, letters: Letters, values: list[int], prime: Any, matrices: Any, *, linear: bool
    ) -> None:
        self.matrices: dict[str, Matrix] = matrices
        self.linear = linear
        super().__init__(tape, hints, letters, values, prime, "proof.hints")

    def step(self, n: int, op: str, data: Any, *args: Any) -> Any:
        if op in ("number", "letter", "classes"):
            return {(): super().step(n, op, data)[0][0]}
        if op == "logits":
            return {("z i",): 1}
        if op in ("add", "mul"):
            return (self.plus if op == "add" else self.times)(*args)
        if op in ("inverse", "log", "exp"):
            return self.taylor(args[0], *getattr(self, op)(n, 0, args[0].get((), 0)))
        if op == "take":
            return self.renamed(args[0], lambda name: name.removesuffix(" i") + " y")
        if op == "total":
            return self.summed(args[0])
        need(op in ("apply", "apply_transposed"), f"{self.where}.{n}", f"{op} has no meaning beside matrices")
        return self.applied(args[0], data, turned=op == "apply_transposed")

    def plus(self, a: Entry, b: Entry) -> Any:
        found = {m: self.cut(a.get(m, 0) + b.get(m, 0)) for m in {**a, **b}}
        return {m: c for m, c in found.items() if c != 0}

    def times(self, a: Entry, b: Entry) -> Any:
        found: Entry = {}
        for m, c in a.items():
            for n, d in b.items():
                if degree(m) + degree(n) <= 2:
                    found = self.plus(found, {tuple(sorted(m + n)): self.cut(c * d)})
        return found

    def taylor(self, x: Entry, f0: Any, f1: Any, f2: Any) -> Any:
        change = {m: c for m, c in x.items() if m}
        return self.plus(self.times(change, self.plus({(): f1}, self.times({(): f2}, change))), {(): f0})

    def renamed(self, a: Entry, name: Any) -> Entry:
        found: Entry = {}
        for m, c in a.items():
            found = self.plus(found, {tuple(sorted(name(x) if x.endswith(" i") else x for x in m)): c})
        return found

    def summed(self, a: Entry) -> Entry:
        """The sum over the class i."""
        found: Entry = {}
        for m, c in a.items():
            inside = [x.removesuffix(" i") for x in m if x.endswith(" i")]
            outside = tuple(x for x in m if not x.endswith(" i"))
            part: Entry
            if len(inside) == 2:
                part = {("*".join(sorted(inside)),): c}
            elif inside:
                part = {tuple(sorted((*outside, "s"))): self.cut(c * self.number(self.column_sum(inside[0])))}
            else:
                part = {m: self.cut(c * self.C)}
            found = self.plus(found, part)
        return found

    def column_sum(self, name: str) -> Fraction:
        """The sum over i of the factor of each z_j in (M z)_i, for M = I, A or A'."""
        if name == "z":
            return Fraction(1)
        matrix = self.matrices[name.split("'")[0].split(" ")[0]]
        return self.known_sum(matrix.rows if "'" in name else matrix.columns)

    def known_sum(self, x: Fraction | None) -> Fraction:
        if x is None:
            raise Refused(f"{self.where}: the sums of a matrix are needed, and are not declared")
        self.used = self.used[0], self.used[1] + x.numerator.bit_length() + x.denominator.bit_length()
        return x

    def applied(self, a: Entry, name: str, *, turned: bool) -> Entry:
        matrix = self.matrices[name]
        found: Entry = {}
        for m, c in a.items():
            inside = [x for x in m if x.endswith(" i")]
            if not inside:
                total = self.number(self.known_sum(matrix.columns if turned else matrix.rows))
                part = {m: self.cut(c * total)}
            elif degree(m) == 2:
                need(self.linear, self.where, "the second derivatives of a matrix times this are not known")
                continue
            else:
                need(inside == ["z i"], self.where, "a matrix times a matrix has no meaning here")
                part = {(f"{name}{chr(39) * (turned and not matrix.symmetric)} z i",): c}
            found = self.plus(found, part)
        return found


def degree(m: Monomial) -> int:
    """Its degree in z."""
    return sum(2 if "*" in x else 1 for x in m)


class MatrixClaim:
    """A statement about a formula with matrices, with what a proof says of it."""

    def __init__(self, statement: Any, proof: Any) -> None:
        about, formula, given, arrays = shaped(
            statement, "statement", about="str", formula="str", scope="dict", arrays="list"
        )
        need(statement.get("anchor") is None, "statement.anchor", "none is known beside matrices")
        need(about in ("loss-sum", "regularizer"), "statement.about", "loss-sum or regularizer is needed")
        scope, self.quotient = Scope(given), SPACES.get(*shaped(given, "scope", space="str"))
        need(self.quotient is False or (self.quotient and about == "loss-sum"), "scope.space", "R^C is needed")
        need(len(arrays) <= MOST_MATRICES, "arrays", f"at most {MOST_MATRICES} matrices are followed")
        named = {shaped(a, f"arrays.{n}", name="str")[0]: a for n, a in enumerate(arrays)}
        self.matrices = {name: matrix_of(array, f"arrays.{name[:40]}") for name, array in named.items()}
        taken = len(named) < len(arrays) or named.keys() & scope.parameters.keys()
        need(not taken, "arrays", "a name is there twice")
        fixed = {len(a["entries"]) for a in arrays if a.get("entries") is not None}
        need(fixed <= {scope.fixed}, "arrays", "entries are given for one C")
        letters, self.hints = shaped(proof, "proof", letters="list", hints="dict")
        self.about, self.letters = about, Letters(scope, letters)
        self.tape = WideTape(formula, scope, None, (), self.matrices)
        plain = about == "loss-sum" or not self.tape.ops & {"take", "onehot"}
        need(plain and "detach" not in self.tape.ops, "formula", "a regularizer has no label, and nothing is detached")
        (parts,) = shaped(proof, "proof", parts="dict") if about == "regularizer" else ({},)
        self.texts = {key: self.letters.tape(text, f"proof.parts.{key[:40]}") for key, text in parts.items()}
        self.signs = {key: self.letters.ends(text, f"proof.parts.{key[:40]}") for key, text in parts.items()}

    def test(self, values: list[int], prime: int | None) -> tuple[int, ...]:
        """Test all identities where the letters have these values; the size of what was tested."""
        place, fixed = self.letters.names.index("C"), self.letters.scope.fixed
        values[place] = fixed or values[place]
        jets = MatrixJets(
            self.tape, self.hints, self.letters, values, prime, self.matrices, linear=self.about == "loss-sum"
        )
        found: Any = jets.result
        need(not any(x.endswith(" i") for m in found for x in m), "formula", "a class-vector is no loss")
        linear = {m[0]: c for m, c in found.items() if degree(m) == 1}
        if self.about == "loss-sum":
            # The derivative of (M z)_y by z_j is M_yj, and its sum over y the column sum; that of s is 1, C times.
            sums = (c * (jets.C if x == "s" else jets.number(jets.column_sum(x[:-2]))) for x, c in linear.items())
            need(jets.cut(sum(sums)) == 0, "proof", "the sum over y of grad l(0, y) is not shown to be 0")
            invariant = not self.quotient or weight(self.tape, jets) == ("by", 0)
            need(invariant, "formula", "it is not shown not to change under z + t (1, ..., 1)")
        else:
            need(not linear, "proof", "grad g(0) is not shown to be 0")
            quadratic = {"*".join(m): c for m, c in found.items() if degree(m) == 2}
            shown = {key: jets.value(tape) for key, tape in self.texts.items()}
            need(shown == quadratic, "proof.parts", "this is not shown to be the quadratic part")
            definite = [*self._definite()]  # all of them are looked at, as each has to be >= 0
            need(any(definite), "proof.parts", "no part is shown to be definite, with others >= 0")
        sizes = (*jets.sizes, jets.used)
        return tuple(4 * max(x[i] for x in sizes) + 64 for i in (0, 1))

    def _definite(self) -> Iterator[bool]:
        """Whether each part is positive definite; refused if one may be negative somewhere."""
        for key, (low, _, is_open, _) in self.signs.items():
            first, _, second = key.partition("*")
            matrix = self.matrices.get(second.split(" ")[0] if first == "z" else first.split(" ")[0])
            is_form = "z" in (first, second) and matrix is not None and matrix.definite
            known = key in ("z*z", "s*s") or first == second or is_form
            need(known and low >= 0, f"proof.parts.{key[:40]}", "it is not shown to be a form >= 0")
            yield (key == "z*z" or is_form) and (low > 0 or is_open)
