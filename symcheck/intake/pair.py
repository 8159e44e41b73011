"""Formulas on a command line: names, formula strings or code in files, with values and ranges for their parameters."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from symcheck.entry import Entry, with_entries
from symcheck.errors import ParameterError, SymcheckError, UnknownNameError, shown
from symcheck.intake.code_file import code_in_file, is_code
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.tokens import is_word
from symcheck.language.classwise import parameter_of
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.problem import Subject

Read = Subject | Entry | Callable[..., object] | str
"""A loss or a regularizer as ``certify`` takes it."""

_TAKES_TEXT = ("--formula", "--regularizer-formula", "--penalty-formula", "--param", "--anchor")
"""Options whose value may begin with a minus sign."""

_MINUS = re.compile(r"-(?!h\Z|C\d*\Z|-|[0-9.]*\Z)")
"""What begins with a minus sign and is neither an option nor a number: a formula."""

_IN_MODULE = re.compile(r"[\w./\\-]+:\w+(\(.*\))?", re.DOTALL)
"""What looks like code of a module: no name of the catalogue has a colon."""

_IN_BRACKETS = '; of code in a file give the arguments in brackets, "losses.py:MyLoss(gamma=2)"'

# ASCII: \w would take letters that no parameter may have.
_VALUE = re.compile(r"\s*(\w+)\s*=\s*(.+?)\s*", re.ASCII)
_RANGE = re.compile(r"\s*(\w+)\s+in\s*([\[(])\s*([^,]+?)\s*,\s*([^,]+?)\s*([\])])\s*(of integers)?\s*", re.ASCII)


def pair_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that name the pair, as ``pair_of`` reads them."""
    names = parser.add_argument(
        "names", nargs="*", metavar="LOSS REG",
        help='names of the catalogue (symcheck list), formulas, "logsumexp(z) - z[y]", "gce(q=7/10) + 2*mae", or code '
        'in a file, losses.py:MyLoss, "losses.py:MyLoss(gamma=2)"',
    )  # fmt: skip
    completes(names, Named.LOSS, Named.REGULARIZER)
    parser.add_argument("--formula", metavar="TEXT", help="the loss as a formula, which LOSS may be as well")
    parser.add_argument(
        "--regularizer-formula", metavar="TEXT", help="the regularizer as a formula, which REG may be as well"
    )
    param_argument(parser)


def param_argument(parser: argparse.ArgumentParser) -> None:
    """The option for values and ranges of parameters."""
    parser.add_argument(
        "--param", action="append", default=[], metavar="P",
        help='a value, q=7/10, or a range, "q in (0, 1]", for a parameter; repeat for more; others stay free',
    )  # fmt: skip


def formula_arguments(parser: argparse.ArgumentParser, *names: str) -> None:
    """The arguments that name formulas of either kind, as ``formulas_of`` reads them."""
    found = parser.add_argument(
        "names", nargs="*", metavar=" ".join(names),
        help='losses or regularizers: a name of the catalogue (symcheck list), a formula, "gce(q=7/10) + 2*mae", or '
        'code in a file, "losses.py:MyLoss(gamma=2)"',
    )  # fmt: skip
    completes(found, Named.LOSS, Named.REGULARIZER)
    param_argument(parser)


def formulas_of(options: argparse.Namespace, command: str, *names: str) -> tuple[Read, ...]:
    """The formulas, one for each of ``names``, with the values and ranges given for their parameters.

    Raises ``SymcheckError`` for too many or too few, ``ParameterError`` for a parameter that none of them has.
    """
    if len(options.names) != len(names):
        raise SymcheckError(
            f"{command}: got {_counted(options.names)}; accepted: {' and '.join(names)}, as in "
            f"symcheck {command} {' '.join(('gce', 'mae')[: len(names)])}"
        )
    return read_of([Text(text) for text in options.names], (None,) * len(names), options.param)


def joined(arguments: Sequence[str]) -> list[str]:
    """``--formula -z[y]`` as ``--formula=-z[y]`` and ``-z[y]`` as `` -z[y]``: argparse takes them for options."""
    found: list[str] = []
    for argument in arguments:
        if found and found[-1] in _TAKES_TEXT:
            found[-1] = f"{found[-1]}={argument}"
        else:
            found.append(f" {argument}" if _MINUS.match(argument) else argument)
    return found


def pair_of(options: argparse.Namespace, command: str) -> tuple[Read, Read]:
    """The loss and the regularizer, with the values and ranges given for their parameters.

    Raises ``SymcheckError`` for names too many or too few, ``ParameterError`` for a parameter that neither has.
    """
    loss, regularizer = _given(options, command, alone=False)
    assert regularizer is not None
    return loss, regularizer


def pair_or_loss_of(options: argparse.Namespace, command: str) -> tuple[Read, Read | None]:
    """The same, or a loss alone, with None for the regularizer."""
    return _given(options, command, alone=True)


def _given(options: argparse.Namespace, command: str, *, alone: bool) -> tuple[Read, Read | None]:
    given = [options.formula, options.regularizer_formula]
    wanted, is_alone = given.count(None), False
    if alone and options.regularizer_formula is None and len(options.names) == wanted - 1:
        given, is_alone = given[:1], True
    elif len(options.names) != wanted:
        what = ["LOSS and REG", "LOSS" if options.formula is None else "REG", "no name"][2 - wanted if wanted else 2]
        what = f"LOSS, or {what}" if alone and what == "LOSS and REG" else what
        raise SymcheckError(
            f"{command}: got {_counted(options.names)}; accepted: {what}, as in symcheck {command} gce l2, or "
            f'symcheck {command} "logsumexp(z) - z[y]" l2'
        )
    names = iter(options.names)
    texts = [Text(next(names)) if text is None else Text(text, is_formula=True) for text in given]
    read = read_of(texts, ("loss",) if is_alone else ("loss", "regularizer"), options.param)
    return read[0], None if is_alone else read[1]


def _counted(names: Sequence[str]) -> str:
    listed = " ".join(map(str.strip, names)) or "none"
    return f"{len(names)} name{'s' if len(names) != 1 else ''} ({listed})"


@dataclass(frozen=True)
class Text:
    """What stands for a loss or a regularizer on the command line; one ``is_formula`` if it cannot be a name."""

    text: str
    is_formula: bool = False


def read_of(texts: Sequence[Text], kinds: Sequence[Kind | None], params: Sequence[str]) -> tuple[Read, ...]:
    """What each of the ``texts`` names or writes, with the values and ranges in ``params``; of either kind for None.

    As in Python one word is a name of the catalogue, and anything else but code in a file a formula.  Raises
    ``ParameterError`` for a parameter that none of them has.
    """
    parameters = parameters_of(params)
    unused: set[str] = set(parameters)
    found: list[Read] = []
    for given, kind in zip(texts, kinds, strict=True):
        text = given.text.strip()
        if kind is None and is_word(text) and _kind_of(text) is None:
            found.append(text)  # whoever takes either kind knows the names of both, and says so
            continue
        subject, used = (_written if given.is_formula else _read)(text, kind or _kind_of(text) or "loss", parameters)
        unused -= used
        found.append(subject)
    if unused:
        both = "neither the loss nor the regularizer has"
        whose = "the formula does not have" if len(kinds) == 1 else both if None not in kinds else "neither formula has"
        code = any(is_code(given.text) for given in texts)
        told = _IN_BRACKETS if code else accepted_parameters(_parameters_in(found) | (parameters.keys() - unused))
        raise ParameterError(f"--param: {whose} a parameter {', '.join(sorted(unused))}{told}")
    return tuple(found)


def accepted_parameters(names: Collection[str]) -> str:
    """How an error about another parameter ends: with the ``names`` that --param may be about."""
    return f"; accepted: {', '.join(sorted(names))}" if names else "; no parameter is free"


def _parameters_in(found: Sequence[Read]) -> set[str]:
    names: set[str] = set()
    for read in found:
        if isinstance(read, Entry):
            names |= {*read.declared, *read.declared_arrays}
        elif isinstance(read, Subject):
            names |= {p.name for p in read.formula.parameters} | {a.name for a in read.formula.arrays if a.is_free}
    return names


def _kind_of(text: str) -> Kind | None:
    """The kind that a name of the catalogue has; None for anything else, which may be either."""
    from symcheck.intake.catalogue import kind_named  # a help text needs no catalogue

    return kind_named(text) if is_word(text) else None


def _read(text: str, kind: Kind, parameters: Mapping[str, str | Parameter]) -> tuple[Read, set[str]]:
    """What ``text`` stands for, and the names of the ``parameters`` that are in it."""
    if is_code(text):
        code = code_in_file(text, kind)
        return _at(code, parameters) if isinstance(code, Entry) else (cast(Read, code), set())
    if _IN_MODULE.fullmatch(text):
        file, _, inside = text.partition(":")
        raise UnknownNameError(f"{kind}: got {text}; code is named with its file, as in {file}.py:{inside}")
    if is_word(text):
        from symcheck.intake.catalogue import loss_named, regularizer_named  # a help text needs neither

        return _at(loss_named(text) if kind == "loss" else regularizer_named(text), parameters)
    return _written(text, kind, parameters)


def _at(entry: Entry, parameters: Mapping[str, str | Parameter]) -> tuple[Entry, set[str]]:
    used = set(parameters) & {*entry.declared, *entry.declared_arrays}
    return entry.at(**{n: parameters[n] for n in sorted(used)}), used


def _written(text: str, kind: Kind, parameters: Mapping[str, str | Parameter]) -> tuple[Subject, set[str]]:
    """The formula ``text`` with numbers and ranges for names in it, and entries for its class-vectors and matrices."""
    from symcheck.intake.parser import composed
    from symcheck.intake.subject_name import subject_of_composed

    listed = {n: v for n, v in parameters.items() if isinstance(v, str) and re.search("[,;]", v)}
    found = composed(text, parameters={n: v for n, v in parameters.items() if n not in listed}, kind=kind)
    free = {a.name: parameter_of(a) for a in found.formula.arrays if a.is_free and a.name in listed}
    given = {n: with_entries(array, listed[n]).array for n, array in free.items()}
    return subject_of_composed(text, found, kind).at(given), {*found.used, *given}


def parameters_of(texts: Sequence[str]) -> dict[str, str | Parameter]:
    """The values and ranges that --param gives, by their names; raises ``ParameterError`` for what is neither."""
    found: dict[str, str | Parameter] = {}
    for text in texts:
        name, value = _parameter(text)
        if name in found:
            raise ParameterError(f"--param: {name} is given twice")
        found[name] = value
    return found


def _parameter(text: str) -> tuple[str, str | Parameter]:
    """``q=7/10`` as a name with a value, ``q in (0, 1]`` as one with a free parameter."""
    value = _VALUE.fullmatch(text)
    if value:
        return value[1], value[2]
    found = _RANGE.fullmatch(text)
    if not found:
        raise ParameterError(
            f'--param: got {shown(text, 80)}; accepted is a value, as q=7/10, or a range, as "q in (0, 1]"'
        )
    name, left, low, high, right, integer = found.groups()
    ends: dict[str, Any] = {}
    if low not in ("-oo", "-inf"):
        ends["above" if left == "(" else "at_least"] = low
    if high not in ("oo", "+oo", "inf"):
        ends["below" if right == ")" else "at_most"] = high
    return name, Parameter(name, integer=integer is not None, **ends)
