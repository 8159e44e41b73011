"""Anchors: what users hand in for z_ref(x), the point in the place of 0 where a penalty g(z - z_ref(x)) is least.

An anchor is one number for each class, which may be another one for each sample x; it depends neither on the label
nor on the scores.  Its formula has class-vectors, parameters and C in it, and neither z nor y.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from symcheck.errors import FormulaError, NumberError, ParameterError, SymcheckError, shown
from symcheck.intake.parser import Given as Named
from symcheck.intake.parser import parsed
from symcheck.intake.signatures import signature_of, takes
from symcheck.intake.subject_name import FORMULA
from symcheck.intake.tokens import tokens
from symcheck.language.array import Entries
from symcheck.language.classwise import ClassParameter, MatrixParameter, parameter_of
from symcheck.language.exact import Number, exact
from symcheck.language.formula import Formula
from symcheck.language.functions import FUNCTIONS
from symcheck.language.parameter import RESERVED
from symcheck.language.term import Label, Pairs, Scalar, Term, Vec
from symcheck.problem import Subject
from symcheck.reason import Undecided

Anchor = str | Number | Entries | Term | Formula | Subject | Callable[[], object]
"""Accepted as an anchor."""

NAME = "z_ref"
"""What an anchor is called that comes as numbers."""

_ACCEPTED = (
    'accepted is a name for free entries ("z_ref"), numbers, one for each class, a ClassParameter, or a formula of '
    'class-vectors and C, as text ("log(pi)") or of the language (symcheck.log(pi))'
)
_PRIOR = ClassParameter("pi", above=0, total=1)
"""What pi stands for in a formula string: class priors."""


def anchor_of(given: Anchor, *subjects: Subject) -> Subject:
    """``given`` as a named formula of one number for each class; names of ``subjects`` mean what they mean there.

    Raises ``FormulaError`` for what depends on y or z, and ``ParameterError``, ``NumberError`` or ``FormulaError`` for
    what is no anchor.

    >>> anchor_of("z_ref").name, anchor_of("log(pi)").text
    ('z_ref', 'log(pi)')
    """
    if isinstance(given, Subject):
        return given
    try:
        formula = given if isinstance(given, Formula) else _formula(given, subjects)
    except Undecided as stop:
        raise FormulaError(f"anchor: {stop.reason}") from stop
    except (FormulaError, NumberError, ParameterError) as error:
        raise error if str(error).startswith("anchor: ") else type(error)(f"anchor: {error}") from error
    _check(formula)
    node = formula.nodes[-1]
    is_vector = len(formula.nodes) == 1 and node.array is not None
    return Subject(node.array.name if is_vector and node.array is not None else FORMULA, formula)


def _check(formula: Formula) -> None:
    if formula.uses_label:
        raise FormulaError(
            f"anchor: {formula} depends on the label y, which a penalty does not know; move what depends on y into the "
            "loss, or give an anchor of class-vectors alone"
        )
    if any(node.op == "logits" for node in formula.nodes):
        raise FormulaError(
            f"anchor: {formula} depends on the scores z; an anchor depends on the sample alone: give its entries a "
            'name, anchor="z_ref", and write what depends on z as the regularizer'
        )


def _formula(given: object, subjects: Sequence[Subject]) -> Formula:
    if isinstance(given, str):
        return _of_text(given.strip(), subjects)
    if isinstance(given, Label):
        raise FormulaError("anchor: got the label y, which a penalty does not know; give one number for each class")
    if isinstance(given, MatrixParameter | Pairs):
        raise FormulaError(f"anchor: got the matrix {given!r}; {_ACCEPTED}")
    if isinstance(given, Term):
        return Formula.of(given)
    if isinstance(given, bool) or given is None or isinstance(given, Mapping | bytes | set | frozenset):
        raise FormulaError(f"anchor: got {shown(given)}; {_ACCEPTED}")
    if callable(given) and not hasattr(given, "__array__"):
        return _of_code(given)
    entries = given.tolist() if hasattr(given, "tolist") else given
    if isinstance(entries, Sequence):
        return Formula.of(ClassParameter(NAME, entries))
    return Formula.of(Scalar("number", data=exact(entries, "anchor")))


def _of_code(code: Callable[..., object]) -> Formula:
    signature = signature_of(code)
    if signature is not None and not takes(signature, 0):
        raise FormulaError(
            f"anchor: got a function of {signature}; an anchor depends on the sample alone, neither on y nor on z: "
            'give a function without arguments that returns class-vectors, or a name, anchor="z_ref"'
        )
    try:
        found = code()
    except SymcheckError:
        raise
    except Exception as error:  # whatever a user's code raises
        raise FormulaError(f"anchor: its code raised {type(error).__name__}: {error}") from error
    if isinstance(found, Vec | Scalar) and not isinstance(found, Pairs):
        return Formula.of(found)
    raise FormulaError(f"anchor: its code returned {shown(found)}; {_ACCEPTED}")


def _of_text(text: str, subjects: Sequence[Subject]) -> Formula:
    if not text:
        raise FormulaError(f"anchor: got an empty text; {_ACCEPTED}")
    known: dict[str, Named] = {}
    for subject in subjects:
        known |= {p.name: p for p in subject.formula.parameters}
        known |= {a.name: parameter_of(a) for a in subject.formula.arrays}
    used = {t.text for t in tokens(text) if t.kind == "name"}
    for name in sorted(used - {*FUNCTIONS, *RESERVED, *known}):
        known[name] = _PRIOR if name == _PRIOR.array.name else ClassParameter(name)
    return parsed(text, parameters={n: known[n] for n in used if n in known}, kind="formula")
