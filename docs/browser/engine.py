"""What the page asks of symcheck and what it is answered: JSON in, JSON out.

This file runs in the browser, beside the packages; the tests run it as it is.  A question is an object with
``ask``, one of ``ASKS``, and the arguments of that function.  The answer is what it returns, or
``{"error": {...}}``: the ``field`` that is to be changed, "" if there is none, the ``message``, and the ``place`` in
the text of the field where reading ended, None if that is not known; of a bug of ours, where it is.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Any

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.repair import Repair
from symcheck.commands.certify import anchor_of
from symcheck.errors import SymcheckError
from symcheck.findings.case import Case
from symcheck.intake.options import classes_of
from symcheck.intake.pair import pair_or_loss_of
from symcheck.language.formula import Formula
from symcheck.notebook.left_out import left_out, missing_extra
from symcheck.problem import Problem
from symcheck.render.block import Items
from symcheck.render.html import html_fragment

Answer = dict[str, Any]

FIELDS = {
    "loss": "loss",
    "regularizer": "penalty",
    "penalty": "penalty",
    "classes": "classes",
    "param": "parameters",
    "anchor": "anchor",
}
"""The fields of the page, by how messages begin that speak of them."""

BUDGET = 10.0
"""Seconds for a certificate, after which what is open is UNDECIDED; symcheck's own default."""

_notebook: dict[str, Any] = {}
"""The names that cells of a notebook have made."""


def answer(question: str) -> str:
    """The answer to a ``question``, both JSON; what goes wrong in finding it is an answer too."""
    asked = json.loads(question)
    ask = asked.pop("ask")
    try:
        found = ASKS[ask](**asked)
    except SymcheckError as error:
        found = {"error": _told(str(error), asked)}
    except Exception:  # a bug of ours: the page says so, with what helps to mend it
        found = {"error": {"field": "", "place": None, "message": "", "bug": traceback.format_exc()}}
    return json.dumps(found)


def verdict(**fields: str) -> Answer:
    """What is decided of a pair, or of a loss alone, in words and by cases; ``fields`` are those of ``Asked``.

    It comes before the page of the certificate, which takes longer to write than to derive.
    """
    return _verdict(_certificate(Asked(**fields)))


def certify(**fields: str) -> Answer:
    """The same with the certificate as a page, as a document and as JSON."""
    return _whole(_certificate(Asked(**fields)))


def repairs(**fields: str) -> Answer:
    """What to change so that the pair is proved, each change with its certificate, and what no change can do."""
    asked = Asked(**fields)
    found = _certificate(asked).repairs
    others = "" if found or not found.is_needed else found._repr_html_()
    return {"repairs": [_repair(repair, asked) for repair in found], "others": others}


def repaired(place: int, **fields: str) -> Answer:
    """The certificate of a repair, by its place in ``repairs``: of one that the fields of the page cannot spell."""
    return _whole(_certificate(Asked(**fields)).repairs[place].certificate)


def verify(text: str) -> Answer:
    """What the small checker says of the proofs in a certificate's JSON: it knows neither SymPy nor FLINT."""
    found = sc.verify(text)
    return {"verified": found.verified, "text": str(found), "page": found._repr_html_()}


def run(source: str) -> Answer:
    """A cell of a notebook: what it printed, what its last line shows, and the error that ended it."""
    extra = missing_extra(source)
    if extra is not None:
        return {"printed": "", "shown": left_out(extra)._repr_html_(), "raised": "", "is_left_out": True}
    printed, shown, raised = io.StringIO(), "", ""
    with contextlib.redirect_stdout(printed):
        try:
            value = _value_of(source)
            shown = "" if value is None else _shown(value)
        except (Exception, SystemExit) as error:
            raised = f"{type(error).__name__}: {error}{_line_of(error)}"
    return {"printed": printed.getvalue(), "shown": shown, "raised": raised, "is_left_out": False}


def restart() -> Answer:
    """Forget what cells have made."""
    _notebook.clear()
    return {}


ASKS: dict[str, Callable[..., Answer]] = {
    "verdict": verdict, "certify": certify, "repairs": repairs, "repaired": repaired, "verify": verify, "run": run,
    "restart": restart,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The fields of the page, as they were typed.

    ``penalty`` is empty for the loss alone; ``parameters`` are values and ranges with semicolons between them, ``q =
    7/10; gamma in [0, oo)``; ``anchor`` is the point in the place of 0, empty for 0; ``classes`` is empty for every C,
    a number, or a range ``2:1000``.
    """

    loss: str
    penalty: str
    parameters: str = ""
    anchor: str = ""
    classes: str = ""


@lru_cache(maxsize=16)
def _certificate(asked: Asked) -> Certificate:
    """The certificate, kept for the questions that follow; raises ``SymcheckError`` for what cannot be read."""
    if not asked.loss.strip():
        raise SymcheckError(
            "loss: nothing was given; accepted is a name such as cross_entropy, or a formula in the scores z and "
            "the label y such as logsumexp(z) - z[y]"
        )
    options = argparse.Namespace(
        names=[text.strip() for text in (asked.loss, asked.penalty) if text.strip()],
        formula=None,
        regularizer_formula=None,
        param=[part.strip() for part in asked.parameters.split(";") if part.strip()],
    )
    pair = pair_or_loss_of(options, "certify")
    anchor, classes = anchor_of(asked.anchor.strip() or None), classes_of(asked.classes.strip() or None)
    return sc.certify(*pair, anchor=anchor, classes=classes, budget=BUDGET)


def _verdict(certificate: Certificate) -> Answer:
    return {
        "verdict": certificate.verdict.name,
        "title": certificate.problem.title,
        "headline": certificate.headline,
        "words": certificate.in_words,
        "cases": [_case(case) for case in certificate.cases],
    }


def _whole(certificate: Certificate) -> Answer:
    return {
        **_verdict(certificate),
        "page": certificate._repr_html_(),
        "html": certificate.to_html(),
        "json": certificate.to_json(),
    }


def _case(case: Case) -> Answer:
    return {
        "scope": f"{case.classes}, {case.where}" if case.where else str(case.classes),
        "tier": None if case.tier is None else case.tier.name,
        "kappa": None if case.kappa is None else str(case.kappa),
        "verdict": case.verdict.name,
    }


def _repair(repair: Repair[Certificate], asked: Asked) -> Answer:
    """A repair, with the fields that certify it again; None where none do: free vectors and C >= 4 cannot be typed."""
    fields = next((found for found in _spellings(repair, asked) if _is_pair(found, repair.problem)), None)
    return {
        "title": repair.title,
        "page": html_fragment([Items((repair.item(),))]),
        "fields": None if fields is None else asdict(fields),
    }


def _spellings(repair: Repair[Certificate], asked: Asked) -> Iterator[Asked]:
    """Fields that may certify the repair: with what was typed where it stays, then with formulas in its place."""
    problem, changed = repair.problem, repair.changed
    ends = [str(end) for end in (problem.classes.low, problem.classes.high)]
    classes = asked.classes if problem.classes == repair.before.classes else ":".join(dict.fromkeys(ends))
    ranges = "; ".join(f"{p.name} in {p.interval}" for p in problem.scope.parameters)
    loss = str(changed["loss"]) if "loss" in changed else asked.loss
    # An anchor moves the penalty, which stays as it is.
    is_moved = problem.anchor is not None
    penalty = str(changed["regularizer"]) if "regularizer" in changed and not is_moved else asked.penalty
    for parameters in dict.fromkeys((asked.parameters, ranges)):
        yield Asked(loss, penalty, parameters, problem.anchor_text, classes)
    written = "" if problem.is_alone else str(problem.regularizer.formula)
    yield Asked(str(problem.loss.formula), written, ranges, problem.anchor_text, classes)


def _is_pair(asked: Asked, problem: Problem) -> bool:
    """Whether ``asked`` is read as this pair, in this scope."""
    try:
        found = _certificate(asked).problem
    except SymcheckError:
        return False
    return all(of(found) == of(problem) for of in (_formulas, lambda p: p.scope.classes, lambda p: str(p.scope)))


def _formulas(problem: Problem) -> tuple[Formula | None, ...]:
    anchor = None if problem.anchor is None else problem.anchor.formula
    return problem.loss.formula, problem.regularizer.formula, anchor


def _told(message: str, asked: Answer) -> Answer:
    """An error as the page shows it: messages name the argument first, and point at a place with a caret."""
    name = message.partition(":")[0].strip().lstrip("-")
    if " at the anchor " in name:
        name = "anchor"
    # A message about the value of a parameter begins with the parameter's name.
    is_parameter = name.isidentifier() and re.search(rf"\b{name}\b", asked.get("parameters", "")) is not None
    field = FIELDS.get(name, "parameters" if is_parameter else "")
    return {"field": field, "message": message, "place": _place(message, asked.get(field, "")), "bug": ""}


def _place(message: str, text: str) -> int | None:
    """Where in ``text`` the message points at; None if it shows another text, as a part of a long one."""
    for shown, carets in pairwise(message.splitlines()):
        if carets.strip() == "^" and shown.strip() == text.strip():
            return carets.index("^") - shown.index(shown.strip()) + text.index(text.strip())
    return None


def _value_of(source: str) -> object:
    """The value of the last line of ``source``, after it has run; None if that is no expression."""
    tree = ast.parse(source, "<cell>")
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, "<cell>", "exec"), _notebook)
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), _notebook)


def _line_of(error: BaseException) -> str:
    """The line of the cell that raised ``error``; "" if none of it ran."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<cell>"]
    return f" (line {lines[-1]})" if lines else ""


def _shown(value: object) -> str:
    drawn = getattr(value, "_repr_html_", None)
    found = None if drawn is None else drawn()
    return found if found is not None else f"<pre>{escape(repr(value))}</pre>"
