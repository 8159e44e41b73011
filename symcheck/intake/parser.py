"""Formula strings: ``logsumexp(z) - z[y]``, read by an own parser that runs nothing.

The language is what ``str(formula)`` writes: numbers, ``z``, ``C``, parameters, ``[y]``, the operators
``+ - * / **`` with Python's precedence (``^`` is ``**``), the functions of the vocabulary, and names for
shared parts, ``p = softmax(z); -log(p[y])``.  What people write may name entries of the catalogue as well,
``cross_entropy + 1/10*entropy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symcheck.entry import Entry
from symcheck.errors import FormulaError, ParameterError
from symcheck.intake.entry_terms import EntryTerms
from symcheck.intake.formula_reader import FormulaReader, Kind
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.exact import Number, exact_or_text
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind as RecordedKind
from symcheck.language.term import Scalar, Term

Given = Parameter | ClassParameter | MatrixParameter | Number | str
"""What a name of a formula string may stand for."""


def parsed(text: str, *, parameters: Mapping[str, Given] | None = None, kind: Kind = "formula") -> Formula:
    """The formula that ``text`` writes: the inverse of ``str(formula)``.

    ``parameters`` gives each name that the text may use its ``Parameter`` or its exact value; ``kind`` says
    what is accepted: a ``loss`` is one number, a ``regularizer`` also does without the label, a
    ``constant`` also without z.  Raises ``FormulaError`` with the place, whatever the text.

    >>> print(parsed("p = softmax(z); -log(p[y])"))
    -log(softmax(z)[y])
    """
    return Formula.of(_reader(text, parameters, kind).value())


@dataclass(frozen=True)
class Composed:
    """A formula, the ``entries`` that its text names, the given parameters it ``used``, and ``values`` for these."""

    formula: Formula
    entries: tuple[Entry, ...]
    used: frozenset[str]
    values: Mapping[str, Fraction]


def composed(text: str, *, parameters: Mapping[str, Given] | None = None, kind: RecordedKind) -> Composed:
    """The same, where ``text`` may name entries of the catalogue too, with values for their parameters or free.

    A loss may have losses and regularizers in it, a regularizer only regularizers.  A word of the language, a part
    and a parameter come before an entry of the same name.

    >>> print(composed("cross_entropy + 1/10*l2", kind="loss").formula)
    logsumexp(z) - z[y] + 1/10*(total(z**2)/2)
    """
    reader = _reader(text, parameters, kind, names_entries=True)
    try:
        formula, terms = Formula.of(reader.value()), reader.catalogue
    except FormulaError as error:
        raise of_argument(kind, error) from None
    assert terms is not None
    used = frozenset({*reader.used, *terms.used} & {*(parameters or {})})
    numbers = {n: reader.parameters[n].data for n in sorted(used - {*reader.matrices})}
    values = {n: number for n, number in numbers.items() if isinstance(number, Fraction)}
    return Composed(formula, tuple(terms.entries), used, values)


def of_argument(name: str, error: FormulaError) -> FormulaError:
    """``error`` with the ``name`` of the argument whose text it is about, unless it names one already."""
    told = str(error)
    return type(error)(f"{name}: {told}") if told.startswith("the formula ") else error


def parsed_constant(text: str, *, parameters: Mapping[str, Given] | None = None) -> Formula:
    """The formula of C and the ``parameters`` that ``text`` writes, such as a certificate's kappa.

    >>> print(parsed_constant("1/(C*log(C))"))
    1/(C*log(C))
    """
    return parsed(text, parameters=parameters, kind="constant")


def _reader(
    text: str, parameters: Mapping[str, Given] | None, kind: Kind, *, names_entries: bool = False
) -> FormulaReader:
    if not isinstance(text, str):
        raise FormulaError(f"formula: got {type(text).__name__}; write text, such as 'logsumexp(z) - z[y]'")
    given = dict(parameters or {})
    matrices = {name: value for name, value in given.items() if isinstance(value, MatrixParameter)}
    terms = _terms(given)
    catalogue = EntryTerms(kind, {**matrices, **terms}) if names_entries else None
    return FormulaReader(text, terms, kind, matrices, catalogue)


def _terms(parameters: Mapping[str, Given]) -> dict[str, Term]:
    """The terms of the parameters, class-vectors and numbers; matrices are no terms."""
    found: dict[str, Term] = {}
    for name, value in parameters.items():
        if isinstance(value, Parameter | ClassParameter | MatrixParameter):
            called = value.name if isinstance(value, Parameter) else value.array.name
            if called != name:
                raise ParameterError(f"parameters: {name!r} is given the parameter {called}; use one name")
            if not isinstance(value, MatrixParameter):
                found[name] = value
        else:
            # A number stands in the place of a parameter, so its name has to be one that a parameter may have.
            Parameter(name)  # the rules for names
            number = exact_or_text(value, name)
            found[name] = Scalar("number", data=number)
    return found
