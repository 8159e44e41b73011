"""The pair on a command line: names, formulas or code in files, with values and ranges for their parameters."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from symcheck.entry import Entry
from symcheck.errors import ParameterError, SymcheckError, UnknownNameError
from symcheck.intake.code_file import code_in_file, is_code
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind

Read = Formula | Entry | Callable[..., object]
"""A loss or a regularizer as ``certify`` takes it."""

_TAKES_TEXT = ("--formula", "--regularizer-formula", "--param")
"""Options whose value may begin with a minus sign."""

_IN_MODULE = re.compile(r"[\w./\\-]+:\w+(\(.*\))?", re.DOTALL)
"""What looks like code of a module: no name of the catalogue has a colon."""

# ASCII: \w would take letters that no parameter may have.
_VALUE = re.compile(r"\s*(\w+)\s*=\s*(.+?)\s*", re.ASCII)
_RANGE = re.compile(r"\s*(\w+)\s+in\s*([\[(])\s*([^,]+?)\s*,\s*([^,]+?)\s*([\])])\s*(of integers)?\s*", re.ASCII)


def pair_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that name the pair, as ``pair_of`` reads them."""
    parser.add_argument(
        "names", nargs="*", metavar="LOSS REG",
        help="names of the catalogue (symcheck list), or code in a file: losses.py:MyLoss, "
        '"losses.py:MyLoss(gamma=2)"',
    )  # fmt: skip
    parser.add_argument("--formula", metavar="TEXT", help='the loss as a formula: "logsumexp(z) - z[y]"')
    parser.add_argument("--regularizer-formula", metavar="TEXT", help='the regularizer as a formula: "total(z**2)/2"')
    parser.add_argument(
        "--param", action="append", default=[], metavar="P",
        help='a value, q=7/10, or a range, "q in (0, 1]", for a parameter; repeat for more; others stay free',
    )  # fmt: skip


def joined(arguments: Sequence[str]) -> list[str]:
    """``--formula -z[y]`` as ``--formula=-z[y]``: argparse takes a value with a minus sign for an option."""
    found: list[str] = []
    for argument in arguments:
        if found and found[-1] in _TAKES_TEXT:
            found[-1] = f"{found[-1]}={argument}"
        else:
            found.append(argument)
    return found


def pair_of(options: argparse.Namespace, command: str) -> tuple[Read, Read]:
    """The loss and the regularizer, with the values and ranges given for their parameters.

    Raises ``SymcheckError`` for names too many or too few, ``ParameterError`` for a parameter that neither has.
    """
    given = [options.formula, options.regularizer_formula]
    wanted = given.count(None)
    if len(options.names) != wanted:
        what = ["LOSS and REG", "LOSS" if options.formula is None else "REG", "no name"][2 - wanted if wanted else 2]
        raise SymcheckError(
            f"{command}: got {len(options.names)} names ({' '.join(options.names) or 'none'}); here {what} is "
            f'expected, as in symcheck {command} gce l2, or symcheck {command} --formula "logsumexp(z) - z[y]" l2'
        )
    names = list(options.names)
    parameters = _parameters(options.param)
    unused = set(parameters)
    pair = []
    kinds: tuple[Kind, Kind] = ("loss", "regularizer")
    for kind, formula in zip(kinds, given, strict=True):
        read = _named if formula is None else _read
        subject, used = read(names.pop(0) if formula is None else formula, kind, parameters)
        unused -= used
        pair.append(subject)
    if unused:
        listed = ", ".join(sorted(unused))
        raise ParameterError(
            f"--param: neither the loss nor the regularizer has a parameter {listed}{_in_brackets(options.names)}"
        )
    return pair[0], pair[1]


def _in_brackets(names: Sequence[str]) -> str:
    """Where values of code in a file are written, if there is such code."""
    return '; of code in a file give the arguments in brackets, "losses.py:MyLoss(gamma=2)"' * any(map(is_code, names))


def _read(text: str, kind: Kind, parameters: dict[str, str | Parameter]) -> tuple[Read, set[str]]:
    from symcheck.intake.parser import parsed  # a help text needs neither of the two
    from symcheck.intake.tokens import tokens

    used = {t.text for t in tokens(text) if t.kind == "name"} & set(parameters)
    return parsed(text, parameters={n: parameters[n] for n in sorted(used)}, kind=kind), used


def _named(name: str, kind: Kind, parameters: dict[str, str | Parameter]) -> tuple[Read, set[str]]:
    from symcheck.intake.catalogue import loss_named, regularizer_named

    if is_code(name):
        code = code_in_file(name, kind)
        if not isinstance(code, Entry):
            return cast("Formula | Callable[..., object]", code), set()
        entry = code
    elif _IN_MODULE.fullmatch(name):
        file, _, inside = name.partition(":")
        raise UnknownNameError(f"{kind}: got {name}; code is named with its file, as in {file}.py:{inside}")
    else:
        entry = loss_named(name) if kind == "loss" else regularizer_named(name)
    used = set(parameters) & {*entry.declared, *entry.declared_arrays}
    return entry.at(**{n: parameters[n] for n in sorted(used)}), used


def _parameters(texts: list[str]) -> dict[str, str | Parameter]:
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
        raise ParameterError(f'--param: got {text!r}; accepted is a value, as q=7/10, or a range, as "q in (0, 1]"')
    name, left, low, high, right, integer = found.groups()
    ends: dict[str, Any] = {}
    if low not in ("-oo", "-inf"):
        ends["above" if left == "(" else "at_least"] = low
    if high not in ("oo", "+oo", "inf"):
        ends["below" if right == ")" else "at_most"] = high
    return name, Parameter(name, integer=integer is not None, **ends)
