"""``symcheck certify LOSS REG``."""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symcheck.budget import SECONDS
from symcheck.errors import ParameterError, ScopeError, SymcheckError
from symcheck.files import written

if TYPE_CHECKING:
    from symcheck.certificates.certificate import Certificate
    from symcheck.intake.given import Given
    from symcheck.language.parameter import Parameter
    from symcheck.language.recording import Kind

SUMMARY = "decide what holds for a loss with an output regularizer"

_FORMS = {".json": "json", ".md": "markdown", ".tex": "latex"}


def pair_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that name the pair, as ``pair_of`` reads them."""
    parser.add_argument("names", nargs="*", metavar="LOSS REG", help="names of the catalogue (symcheck list)")
    parser.add_argument("--formula", metavar="TEXT", help='the loss as a formula: "logsumexp(z) - z[y]"')
    parser.add_argument("--regularizer-formula", metavar="TEXT", help='the regularizer as a formula: "total(z**2)/2"')
    parser.add_argument(
        "--param", action="append", default=[], metavar="P",
        help='a value, q=7/10, or a range, "q in (0, 1]", for a parameter; repeat for more; others stay free',
    )  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of certify."""
    pair_arguments(parser)
    parser.add_argument("--classes", metavar="C", help="a number of classes, 10, or a range, 2:1000 (default: all)")
    parser.add_argument("--budget", metavar="S", default=f"{SECONDS:g}", help="seconds (default %(default)s)")
    parser.add_argument("--full", action="store_true", help="every property and every theorem, which takes longer")
    parser.add_argument(
        "--theorem", metavar="NAME",
        help='whether one theorem applies, "Theorem 3": 0 it does, 1 a premise is refuted, 2 one is undecided',
    )  # fmt: skip
    form = parser.add_mutually_exclusive_group()
    for name in ("json", "markdown", "latex"):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=f"write {name}")
    parser.add_argument("--out", metavar="FILE", help="write to FILE; .json, .md and .tex choose the form")


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The certificate as text, and 0, 1 or 2 for PROVED, REFUTED or UNDECIDED; with --theorem, of the theorem."""
    from symcheck.certificates.certify import certify
    from symcheck.findings.verdict import Verdict

    loss, regularizer = pair_of(options, "certify")
    theorem = None if options.theorem is None else _theorem(options)
    certificate = certify(loss, regularizer, classes=classes_of(options.classes), budget=seconds(options.budget))
    codes = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNDECIDED: 2}
    if theorem is not None:
        applied = certificate.theorem(theorem)
        return codes[applied.verdict], f"{applied}\n"
    code = codes[certificate.verdict]
    if options.out is None:
        return code, _form(certificate, options.form, full=options.full).rstrip("\n") + "\n"
    path = Path(options.out)
    form = options.form or _FORMS.get(path.suffix.lower())
    text = _form(certificate, form, full=options.full).rstrip("\n") + "\n"
    try:
        written(path, text)
    except OSError as error:
        raise SymcheckError(f"--out: cannot write {options.out}: {error.strerror or error}") from error

    return code, f"{certificate.headline}\nwritten to {options.out}\n"


def seconds(text: str) -> float:
    """The value of --budget; raises ``ScopeError`` unless it is a positive number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ScopeError(f"--budget: got {text!r}; accepted is a positive number of seconds, such as 10")
    return value


def _form(certificate: Certificate, form: str | None, *, full: bool) -> str:
    if form == "json":
        return certificate.to_json(full=full)
    if form == "markdown":
        return certificate.to_markdown(full=full)
    return certificate.to_latex(full=full) if form == "latex" else certificate.to_text(full=full)


def _theorem(options: argparse.Namespace) -> str:
    """The name of the theorem that is asked for; raises ``SymcheckError`` for options that do not go with it."""
    from symcheck.theorems import theorem_named

    for name, value in (("--full", options.full), ("--out", options.out), (f"--{options.form}", options.form)):
        if value:
            raise SymcheckError(
                f"{name}: got it together with --theorem, whose answer is text; leave one of them out "
                "(--full has every theorem)"
            )
    return theorem_named(options.theorem).name


def classes_of(text: str | None) -> int | tuple[int, int] | None:
    """The value of --classes: None, one C, or two ends; raises ``ScopeError`` for anything else."""
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,18}(:\d{1,18})?", text):
        raise ScopeError(f"--classes: got {text!r}; accepted is an integer C >= 2, as 10, or a range, as 2:1000")
    low, _, high = text.partition(":")
    return (int(low), int(high)) if high else int(low)


def pair_of(options: argparse.Namespace, command: str) -> tuple[Given, Given]:
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
        raise ParameterError(f"--param: neither the loss nor the regularizer has a parameter {listed}")
    return pair[0], pair[1]


def _read(text: str, kind: Kind, parameters: dict[str, str | Parameter]) -> tuple[Given, set[str]]:
    from symcheck.intake.parser import parsed
    from symcheck.intake.tokens import tokens

    used = {t.text for t in tokens(text) if t.kind == "name"} & set(parameters)
    return parsed(text, parameters={n: parameters[n] for n in sorted(used)}, kind=kind), used


def _named(name: str, kind: Kind, parameters: dict[str, str | Parameter]) -> tuple[Given, set[str]]:
    from symcheck.intake.catalogue import loss_named, regularizer_named

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


_VALUE = re.compile(r"\s*(\w+)\s*=\s*(.+?)\s*", re.ASCII)
_RANGE = re.compile(r"\s*(\w+)\s+in\s*([\[(])\s*([^,]+?)\s*,\s*([^,]+?)\s*([\])])\s*(of integers)?\s*", re.ASCII)


def _parameter(text: str) -> tuple[str, str | Parameter]:
    """``q=7/10`` as a name with a value, ``q in (0, 1]`` as one with a free parameter."""
    from symcheck.language.parameter import Parameter

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
