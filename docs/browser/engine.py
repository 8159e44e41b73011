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
import traceback
from collections.abc import Callable
from html import escape
from typing import Any

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.repair import Repair
from symcheck.errors import SymcheckError
from symcheck.findings.case import Case
from symcheck.intake.options import classes_of
from symcheck.intake.pair import pair_or_loss_of
from symcheck.notebook.left_out import left_out, missing_extra
from symcheck.render.block import Items
from symcheck.render.html import html_fragment

Answer = dict[str, Any]

FIELDS = {"loss": "loss", "regularizer": "penalty", "penalty": "penalty", "classes": "classes", "param": "parameters"}
"""The fields of the page, by how messages begin that speak of them."""

BUDGET = 10.0
"""Seconds for a certificate, after which what is open is UNDECIDED; symcheck's own default."""

_notebook: dict[str, Any] = {}
"""The names that cells of a notebook have made."""


def answer(question: str) -> str:
    """The answer to a ``question``, both JSON; never raises."""
    asked = json.loads(question)
    try:
        found = ASKS[asked.pop("ask")](**asked)
    except SymcheckError as error:
        found = {"error": _told(str(error))}
    except RecursionError:
        found = {"error": _told("the formula is nested too deeply for a browser; pip install symcheck reads it")}
    except Exception:  # a bug of ours: the page says so, with what helps to mend it
        found = {"error": {"field": "", "place": None, "message": "", "bug": traceback.format_exc()}}
    return json.dumps(found)


def certify(loss: str, penalty: str, classes: str = "", parameters: str = "") -> Answer:
    """The certificate of a pair, or of a loss alone if ``penalty`` is empty.

    ``classes`` is empty for every C, a number, or a range ``2:1000``; ``parameters`` are values and ranges with
    semicolons between them, ``q = 7/10; gamma in [0, oo)``.
    """
    certificate = _certificate(loss, penalty, classes, parameters)
    return {
        "verdict": certificate.verdict.name,
        "title": certificate.problem.title,
        "headline": certificate.headline,
        "words": certificate.in_words,
        "scope": str(certificate.scope),
        "cases": [_case(case) for case in certificate.cases],
        "page": certificate._repr_html_(),
        "json": certificate.to_json(),
    }


def repairs(loss: str, penalty: str, classes: str = "", parameters: str = "") -> Answer:
    """What to change so that the pair is proved, each change with its certificate, and what no change can do."""
    found = _certificate(loss, penalty, classes, parameters).repairs
    others = "" if found or not found.is_needed else found._repr_html_()
    return {"repairs": [_repair(repair) for repair in found], "others": others}


def page(loss: str, penalty: str, classes: str = "", parameters: str = "") -> Answer:
    """The certificate as a whole HTML document, to be kept."""
    return {"html": _certificate(loss, penalty, classes, parameters).to_html()}


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
            raised = f"{type(error).__name__}: {error}"
    return {"printed": printed.getvalue(), "shown": shown, "raised": raised, "is_left_out": False}


def restart() -> Answer:
    """Forget what cells have made."""
    _notebook.clear()
    return {}


ASKS: dict[str, Callable[..., Answer]] = {
    "certify": certify, "repairs": repairs, "page": page, "verify": verify, "run": run, "restart": restart,
}  # fmt: skip


def _certificate(loss: str, penalty: str, classes: str, parameters: str) -> Certificate:
    texts = [text.strip() for text in (loss, penalty) if text.strip()]
    if not loss.strip():
        raise SymcheckError(
            "loss: nothing was given; accepted is a name such as cross_entropy, or a formula in the scores z and the "
            "label y such as logsumexp(z) - z[y]"
        )
    given = [part.strip() for part in parameters.split(";") if part.strip()]
    options = argparse.Namespace(names=texts, formula=None, regularizer_formula=None, param=given)
    pair = pair_or_loss_of(options, "certify")
    return sc.certify(*pair, classes=classes_of(classes.strip() or None), budget=BUDGET)


def _case(case: Case) -> Answer:
    return {
        "scope": f"{case.classes}, {case.where}" if case.where else str(case.classes),
        "tier": None if case.tier is None else case.tier.name,
        "kappa": None if case.kappa is None else str(case.kappa),
        "verdict": case.verdict.name,
    }


def _repair(repair: Repair[Certificate]) -> Answer:
    """A repair, with what the fields of the page have to hold to certify it again: None where they stay."""
    changed, classes = repair.changed, repair.problem.classes
    ends = [str(end) for end in (classes.low, classes.high)]
    return {
        "title": repair.title,
        "page": html_fragment([Items((repair.item(),))]),
        "loss": str(changed["loss"]) if "loss" in changed else None,
        "penalty": str(changed["regularizer"]) if "regularizer" in changed else None,
        "classes": None if classes == repair.before.classes else ends[0] if ends[0] == ends[1] else ":".join(ends),
    }


def _told(message: str) -> Answer:
    """An error as the page shows it: messages name the argument first, and point at a place with a caret."""
    field = FIELDS.get(message.partition(":")[0].strip().lstrip("-"), "")
    lines = message.splitlines()
    carets = [line for line in lines if line.strip() == "^"]
    return {"field": field, "message": message, "place": carets[0].index("^") - 2 if carets else None, "bug": ""}


def _value_of(source: str) -> object:
    """The value of the last line of ``source``, after it has run; None if that is no expression."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, "<cell>", "exec"), _notebook)
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), _notebook)


def _shown(value: object) -> str:
    drawn = getattr(value, "_repr_html_", None)
    found = None if drawn is None else drawn()
    return found if found is not None else f"<pre>{escape(repr(value))}</pre>"
