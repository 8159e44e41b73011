"""What a loss or regularizer is called: by a name of the catalogue if the entry is this formula, else by a plain word.

A name stands in the headline, so that a false one is a false statement.  ``certify`` settles the name of what it is
given, and ``recheck`` accepts the names that are settled so and no others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from symcheck.entry import Entry
from symcheck.errors import ScopeError, SymcheckError
from symcheck.intake.catalogue import (
    AS_LOSS,
    KINDS,
    is_name,
    loss_named,
    names,
    other_names,
    preference_as_loss,
    preference_named,
    regularizer_named,
)
from symcheck.intake.parser import Composed, Given, composed
from symcheck.language.array import Array
from symcheck.language.classwise import parameter_of
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.language.scores import loss_of_scores
from symcheck.problem import Subject
from symcheck.reason import Undecided

FORMULA = "formula"
"""What a formula is called that has no name, or one that is not accepted."""

LONGEST_NAME = 64
"""A name has at most so many characters."""

LONGEST_SHOWN = 80
"""A formula in a message is cut after so many characters."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Two names that a reader takes for one are one: gce, GCE and g_ce, and 1 or i for l.
_ALIKE = str.maketrans({"_": None, "0": "o", "1": "l", "i": "l"})


@dataclass(frozen=True)
class Misfit:
    """Why a subject is not what it is called: the ``field`` of it that does not fit, and ``what`` is wrong."""

    field: str
    what: str


def own_name(name: object) -> str:
    """What a formula of one's own is called that comes under ``name``: that, or ``FORMULA`` if it is not accepted.

    >>> own_name("my_loss"), own_name("<lambda>"), own_name("Cross_Entropy")
    ('my_loss', 'formula', 'formula')
    """
    return name if isinstance(name, str) and not objection(name) else FORMULA


def objection(name: str) -> str:
    """Why a formula of one's own is not called ``name``, or nothing.

    Accepted are up to ``LONGEST_NAME`` ASCII letters, digits and _, without a digit at the beginning, that nobody takes
    for a name of the catalogue: not with other capitals, without its _, or with 1 for l and 0 for o.
    """
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        return f"accepted are up to {LONGEST_NAME} ASCII letters, digits and _, without a digit at the beginning"
    taken = _taken().get(_skeleton(name))
    return "" if taken is None else f"it is taken for {taken} of the catalogue, and the formula is not its own"


def subject_of_text(text: str, kind: Kind, parameters: Mapping[str, Given] | None = None) -> Subject:
    """What the formula string ``text`` writes, with ``parameters`` for names in it.

    ``gce(q=7/10)`` is the entry.  ``gce + 2*mae`` is called by its text, and is about the classes that all its entries
    are about.  Raises ``FormulaError`` with the place, and ``ScopeError`` if there is no such C.

    >>> subject_of_text("gce(q=7/10)  +  2*mae", "loss").title
    '(gce(q=7/10) + 2*mae)'
    """
    return subject_of_composed(text, composed(text, parameters=parameters, kind=kind), kind)


def subject_of_composed(text: str, found: Composed, kind: Kind) -> Subject:
    """The same for a ``text`` that was read already; raises ``ScopeError``."""
    if not found.entries:
        return Subject(FORMULA, found.formula)
    first, *others = found.entries
    if first.kind == kind and first.recorded == found.formula:
        return settled(Subject(first.name, first.recorded, first.values, first.classes), kind)
    classes = first.classes
    for other in others:
        common = classes.common(other.classes)
        if common is None:
            raise ScopeError(f"{kind}: {other.name} is about {other.classes}, and the entries before it {classes}")
        classes = common
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME or _has_false_friend(found):
        return Subject(FORMULA, found.formula, classes=classes)
    return Subject(name, found.formula, found.values, classes, defaults={})


def _has_false_friend(found: Composed) -> bool:
    """Whether a parameter that is none of the entries' own is called as an entry is: ``mae`` in cross_entropy + mae."""
    brought = {n for entry in found.entries for n in (*entry.declared, *entry.declared_arrays)}
    return any(_skeleton(n) in _taken() for n in (found.formula.names | found.used) - brought)


def named_by_text(subject: Subject, kind: Kind) -> Subject | Misfit:
    """``subject``, called by a formula string that names entries, if its formula is what that text writes.

    The values it says it has are those that the text was read with.
    """
    if len(subject.name) > LONGEST_NAME:
        return Misfit("name", f"a formula is called by a text of at most {LONGEST_NAME} characters")
    arrays = {a.name: parameter_of(a) for a in subject.formula.arrays}
    parameters = {**{p.name: p for p in subject.formula.parameters}, **arrays, **subject.values}
    try:
        found = subject_of_text(subject.name, kind, parameters)
    except (SymcheckError, Undecided) as error:
        return Misfit("name", str(error))
    if found.name != subject.name:
        return Misfit("name", "a formula is called by a text only if that names entries of the catalogue")
    if found.formula != subject.formula:
        return Misfit("formula", f"the certificate says {_cut(subject.formula)}, and its name is {_cut(found.formula)}")
    if found.values != subject.values:
        return Misfit("values", f"the certificate says {dict(subject.values)}, and the text has {dict(found.values)}")
    return replace(subject, classes=found.classes, defaults={})


def settled(subject: Subject, kind: Kind) -> Subject:
    """``subject`` under a name that is true of it, with values for parameters only if it is an entry's formula."""
    if subject.defaults is not None:  # it was settled before
        return subject
    # The name alone proves nothing: the formula has to be the entry's, with the values that are claimed.
    by_name = named if is_entry_name(subject.name, kind) else named_by_text if not subject.name.isidentifier() else None
    found = None if by_name is None else by_name(subject, kind)
    if isinstance(found, Subject):
        return found
    return replace(subject, name=own_name(subject.name), values={})


def is_entry_name(name: str, kind: Kind) -> bool:
    """Whether ``name`` is that of an entry of this kind, or that of a preference as a loss.

    >>> is_entry_name("gce", "loss"), is_entry_name("dpo_preference", "loss"), is_entry_name("dpo", "loss")
    (True, True, False)
    """
    return is_name(name, kind) or (kind == "loss" and preference_as_loss(name) is not None)


def _entry(subject: Subject, kind: Kind) -> tuple[Entry, Formula]:
    """The entry that ``subject`` is called by, with its values, and its formula."""
    preference = preference_as_loss(subject.name) if kind == "loss" else None
    if preference is not None:
        entry: Entry = preference_named(preference, **subject.values)
        return entry, loss_of_scores(entry.recorded)
    entry = (loss_named if kind == "loss" else regularizer_named)(subject.name, **subject.values)
    return entry, entry.recorded


def named(subject: Subject, kind: Kind) -> Subject | Misfit:
    """``subject``, called by a name of the catalogue, if its formula is that entry's with the values that it says.

    Parameters may have other names than in the entry, and narrower ranges.
    """
    try:
        formula, (entry, defined) = subject.formula, _entry(subject, kind)
    except (SymcheckError, Undecided) as error:
        return Misfit("values", str(error))
    renamed = _renamed(defined, formula)
    if renamed is None:
        return Misfit(
            "formula", f"the certificate says {_cut(formula)}, and the {kind} {subject.name} is {_cut(defined)}"
        )
    wrong = _out_of_range(entry, defined, formula, renamed)
    if wrong:
        return Misfit("parameters", wrong)
    defaults = _defaults(entry, defined, formula, renamed)
    return replace(subject, classes=entry.classes, defaults=defaults)


def _renamed(defined: Formula, formula: Formula) -> dict[str, str] | None:
    """What each parameter of the entry is called in ``formula``, if that is the entry's but for these names."""
    renamed: dict[str, str] = {}
    if len(defined.nodes) != len(formula.nodes):
        return None
    for entry_node, node in zip(defined.nodes, formula.nodes, strict=True):
        if (entry_node.op, entry_node.args, entry_node.number) != (node.op, node.args, node.number):
            return None
        for a, b in ((entry_node.parameter, node.parameter), (_name(entry_node.array), _name(node.array))):
            if (a is None) != (b is None):
                return None
            if a is not None and b is not None and renamed.setdefault(a, b) != b:
                return None
    # Under another parameter's name a reader would take it for that one.
    swapped = any(new != old and new in renamed for old, new in renamed.items())
    return None if swapped or len(set(renamed.values())) < len(renamed) else renamed


def _out_of_range(entry: Entry, defined: Formula, formula: Formula, renamed: Mapping[str, str]) -> str:
    """Which parameter of ``formula`` has another range than the entry accepts, or nothing."""
    declared = {p.name: p for p in defined.parameters}
    here = {p.name: p for p in formula.parameters}
    # Set to a number, a parameter is not in the formula any more; its name still means it.
    unused = {*entry.values, *entry.declared, *entry.declared_arrays} - set(renamed)
    for name, other in renamed.items():
        if other in unused:
            return f"the certificate calls {name} of {entry.name} {other}, which is another parameter of it"
        if name in declared and not here[other].interval.within(declared[name].interval):
            return (
                f"the certificate says {other} in {here[other].interval}, and {entry.name} is defined for "
                f"{declared[name].interval}"
            )
    arrays = {a.name: a for a in formula.arrays}
    for array in defined.arrays:
        wrong = _no_array_of(array, arrays[renamed[array.name]])
        if wrong:
            return wrong
    return ""


def _no_array_of(declared: Array, claimed: Array) -> str:
    """Why ``claimed`` is not the declared array: free in a range of its own, or with entries that fit."""
    try:
        declared.restricted(claimed)
    except (SymcheckError, Undecided) as error:
        return str(error)
    known = declared if claimed.values is None else replace(declared, values=claimed.values)
    if not claimed.is_free and known != replace(claimed, name=declared.name):
        return f"the certificate declares {claimed.name} in another way than {declared}"
    return ""


def _defaults(entry: Entry, defined: Formula, formula: Formula, renamed: Mapping[str, str]) -> dict[str, str | None]:
    """The values to train with that the entry declares, by the names in ``formula``, where the ranges there hold them.

    A value that somebody trains with himself is not the entry's, and does not go into a certificate of it.
    """
    here: dict[str, Parameter] = {p.name: p for p in formula.parameters}
    arrays = {a.name: a for a in formula.arrays}
    found: dict[str, str | None] = {}
    for recorded in defined.parameters:
        value = entry.declared[recorded.name].default if recorded.name in entry.declared else recorded.default
        parameter = here[renamed[recorded.name]]
        found[parameter.name] = str(value) if value is not None and value in parameter.interval else None
    for array in defined.arrays:
        renamed_array = arrays[renamed[array.name]]
        found[renamed_array.name] = array.default if _fits(renamed_array, array.default) else None
    return found


def _fits(array: Array, rule: str | None) -> bool:
    try:
        replace(array, values=None, errors=None, default=rule).check()
    except (SymcheckError, Undecided):
        return False
    return True


@cache
def _taken() -> dict[str, str]:
    """The names of the catalogue by what they look like."""
    kinds: tuple[Kind, ...] = ("preference", *KINDS)
    known = {name: (kind, name) for kind in kinds for name in names(kind)}
    known = {other: (kind, stem) for kind in kinds for other, stem in other_names(kind).items()} | known
    as_losses = {f"{name}{AS_LOSS}": ("preference", name) for name in names("preference")}
    return {_skeleton(name): f"the {kind} {stem}" for name, (kind, stem) in {**as_losses, **known}.items()}


def _skeleton(name: str) -> str:
    """``name`` such that names that look alike are one."""
    return name.lower().translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def _name(array: Array | None) -> str | None:
    return None if array is None else array.name


def _cut(formula: Formula) -> str:
    text = f'"{formula}"'
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."
