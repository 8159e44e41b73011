"""What code is compared with: a formula, with a value for each parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symcheck.certificates.certificate import Certificate
from symcheck.entry import Entry
from symcheck.errors import FormulaError, NumberError, ParameterError, UnknownNameError
from symcheck.intake.catalogue import is_name, loss_named
from symcheck.intake.given import subject_of
from symcheck.intake.subject_name import subject_of_text
from symcheck.intake.tokens import tokens
from symcheck.language.array import Array, Entries
from symcheck.language.exact import Number
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.problem import Subject, titled

AskedFor = str | Entry | Formula | Subject | Certificate | Callable[..., object]
"""What is accepted as a formula."""

Given = Number | str | Entries
"""A value of a parameter, or entries."""


@dataclass(frozen=True, eq=False)
class Asked:
    """The formula called ``name``: ``free`` with symbols for its parameters, and their ``values``.

    ``assumed`` are the defaults among them, as texts; ``classes`` those for which the formula exists.
    """

    name: str
    free: Formula
    values: Mapping[str, Fraction]
    assumed: Mapping[str, str]
    classes: Classes

    @property
    def formula(self) -> Formula:
        """The formula at these values."""
        return self.free.with_values(self.values)

    @property
    def numbers(self) -> dict[str, float]:
        """The values as floats."""
        return {name: float(value) for name, value in self.values.items()}

    @property
    def title(self) -> str:
        """The name with the values."""
        given = {a.name: a.entries_text for a in self.free.arrays if a.values is not None}
        return titled(self.name, {**self.values, **given})


def asked_of(formula: AskedFor, values: Mapping[str, Given], classes: Classes) -> Asked:
    """The formula that ``formula`` stands for, at ``values`` and at defaults.

    Raises ``UnknownNameError``, ``FormulaError``, ``ParameterError``, ``NumberError`` or ``ScopeError`` for what has no
    meaning, and ``ParameterError`` for a parameter with neither a value nor a default.
    """
    try:
        return _asked_of(formula, values, classes)
    except NumberError as error:
        if not any(isinstance(v, str) and any(c.isalpha() and c not in "eE" for c in v) for v in values.values()):
            raise
        example = '"-log(1/10000)*(1 - softmax(z)[y])"'
        raise NumberError(f"{error}; for another number write the formula as a text with it, as in {example}") from None


def _asked_of(formula: AskedFor, values: Mapping[str, Given], classes: Classes) -> Asked:
    if isinstance(formula, Certificate):
        subject = formula.problem.loss
        # The values that were given to the parameters of a loss of the catalogue are part of its certificate.
        subject = replace(subject, classes=formula.scope.classes)
        return _with_values(subject, subject.called, values, subject.values, classes)
    if isinstance(formula, str):
        formula = _of_text(formula.strip(), values)
    if isinstance(formula, Entry):
        return _of_entry(formula, values, classes)
    subject = subject_of(formula, "loss", classes)
    return _with_values(subject, subject.called, values, {}, classes)


def _of_text(text: str, values: Mapping[str, Given]) -> Entry | Subject:
    if is_name(text, "regularizer") and not is_name(text, "loss"):
        raise UnknownNameError(f"formula: {text} is a regularizer; accepted is a loss")
    if text.isidentifier() or is_name(text, "loss"):
        return loss_named(text)
    # What it does not name is a parameter of an entry in it, which has a range of its own.
    used = {token.text for token in tokens(text) if token.kind == "name"} & set(values)
    return subject_of_text(text, "loss", {name: Parameter(name) for name in used})


def _of_entry(entry: Entry, values: Mapping[str, Given], classes: Classes) -> Asked:
    if entry.kind != "loss":
        raise FormulaError(f"formula: got the {entry.kind} {entry.name}; accepted is a loss")
    entry = entry.at(**values)
    arrays = {n: a.values for n, a in entry.arrays.items() if a.values is not None}
    whole = type(entry)(**{n: rows if len(rows) > 1 else rows[0] for n, rows in arrays.items()})
    # The formula with symbols in the place of values tells at which other ones code is the formula; some values are
    # part of its form, as a number of terms is.
    symbols = {p.name for p in whole.recorded.parameters}
    fixed = {n: v for n, v in entry.values.items() if n in symbols}
    form = {n: v for n, v in entry.values.items() if n not in symbols}
    whole = whole.at(**form)
    if whole.at(**fixed) != entry:
        whole, fixed, form = entry, {}, {}
    subject = subject_of(whole, "loss", classes)
    return _with_values(subject, entry.name, fixed, form, classes)


def _with_values(
    subject: Subject, name: str, given: Mapping[str, Given], known: Mapping[str, Fraction], classes: Classes
) -> Asked:
    subject.check(classes)
    free_arrays = tuple(a for a in subject.formula.arrays if a.is_free)
    scope = Scope(subject.classes, subject.formula.parameters, free_arrays)
    found = scope.values(given)
    formula = subject.formula.with_arrays({n: a for n, a in found.items() if isinstance(a, Array)})
    values = {n: v for n, v in found.items() if isinstance(v, Fraction)}
    assumed: dict[str, str] = {}
    for p in formula.parameters:
        if p.name in values:
            continue
        if p.default is None:
            raise ParameterError(
                f"{p.name}: {name} leaves it free in {p.interval}, and it has no default to compare code with; give it "
                f"a value, as in {p.name}=..."
            )
        values[p.name] = p.default
        assumed[p.name] = str(p.default)
    for a in formula.arrays:
        if a.is_free:
            if a.default is None:
                raise ParameterError(
                    f"{a.name}: {name} leaves its entries free, and they have no default to compare code with; give "
                    "it a sequence of numbers"
                )
            # A rule has entries for every C, as a default has.
            formula = formula.with_arrays({a.name: replace(a, rule=a.default, default=None)})
            assumed[a.name] = a.default
    both = subject.classes
    if formula.fixed_classes is not None:
        both = both.common(Classes.of(formula.fixed_classes)) or both
    return Asked(titled(name, known), formula, values, assumed, both)
