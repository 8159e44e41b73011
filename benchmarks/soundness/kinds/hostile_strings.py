"""Names and formula strings that somebody made up: what certify writes of them holds, and nobody else's name does."""

from __future__ import annotations

import json
import random
from typing import Any

from benchmarks.soundness.kinds._certificates import some_json
from benchmarks.soundness.kinds._material import CE, L2, MAE, P, Y
from benchmarks.soundness.reread import Reread
from symcheck.certificates.certify import certify
from symcheck.errors import SymcheckError
from symcheck.intake.catalogue import names, other_names
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind
from symcheck.problem import Subject

MADE_OF = (
    *"abzlOI019_ -+*/()[]{}<>&;:=.,'\"\\\n\t\r\x00\x1b\x7f", "\u0430", "\u0435", "\u202e", "\u200b", "\u2066",
    "\ud800", "\U0001f600", "\u0301", "gce", "l2", "mae", "cross_entropy", "PROVED", "<b>", "</script>", "$", "%s",
    "{0}", "é", "\uff47", "\u00a0", "\u2028",
)  # fmt: skip
FORMULAS = (
    *"zyCpqe0129.()[]+-*/^=;,: ", "z[y]", "softmax(z)", "log(", "total(z**2)", "**", "9**9", "1e9", "logsumexp(z)",
    "but=y", "__import__", "\u0430", "\ud800", "\x00", "\n", "exp(", "mean(z)", "lambda", "_", "relu(", "branch(",
)  # fmt: skip


def trial(rng: random.Random, index: int) -> Reread:
    """A name of a function, a renamed certificate, or a formula string."""
    return (_function, _renamed, _renamed, _string)[index % 4](rng, index)


def _name(rng: random.Random) -> str:
    kind: Kind = rng.choice(("loss", "regularizer"))
    known = rng.choice((*names(kind), *other_names(kind)))
    way = rng.random()
    if way < 0.2:
        return known
    if way < 0.5:
        at = rng.randrange(len(known) + 1)
        return known[:at] + rng.choice(MADE_OF) + known[at + rng.choice((0, 1)) :]
    if way < 0.7:
        camel = known.title().replace("_", "")
        return rng.choice((
            known.upper(), camel, known.replace("_", ""), f"{known}_", f"_{known}", known.replace("l", "1"),
            known.replace("o", "0"), known.replace("m", "rn"), f"my_{known}",
        ))  # fmt: skip
    return "".join(rng.choice(MADE_OF) for _ in range(rng.choice((0, 1, 3, 10, 64, 65, 1000))))


def _function(rng: random.Random, index: int) -> Reread:  # noqa: ARG001 - all are drawn
    """A function with this name, or a subject with it and with values: what certify writes holds."""
    name, body = _name(rng), rng.choice((CE, MAE, 2 * CE, 1 - P[Y] ** 2))
    given: Any
    if rng.random() < 0.5:

        def given(z: Any, y: Any) -> Any:  # noqa: ARG001 - the body is made of the same symbols
            return body

        given.__name__ = name
    else:
        given = Subject(name, Formula.of(body), {rng.choice("qp"): 2} if rng.random() < 0.5 else {})
    text = certify(given, Formula.of(L2)).to_json()
    return Reread(f"the name {ascii(name)[:80]} for {Formula.of(body)}", "nothing changed", text, holds=True)


def _renamed(rng: random.Random, index: int) -> Reread:
    """A certificate whose loss or regularizer is called so, in the headline as well, now and then with values."""
    pair, text = some_json(rng, index)
    fields = json.loads(text)
    kind = rng.choice(("loss", "regularizer"))
    old, new = fields[kind]["name"], _name(rng)
    fields[kind]["name"] = new
    fields["headline"] = fields["headline"].replace(old, new)
    if rng.random() < 0.3:
        fields[kind]["values"] = {rng.choice(("q", "p", "r", "self", "")): rng.choice(("1/2", "7/10", "1e9999"))}
    return Reread(pair, f"the {kind} {old} is called {ascii(new)[:80]}", json.dumps(fields))


def _string(rng: random.Random, index: int) -> Reread:  # noqa: ARG001 - all are drawn
    """A formula string: it is none, or what certify writes of it holds."""
    while True:
        made = "".join(rng.choice(FORMULAS) for _ in range(rng.choice((1, 2, 3, 5, 8, 12))))
        whole = rng.choice((made, f"logsumexp(z) - z[y] + {made}", f"({made})*(mean(z) - z[y])"))
        try:
            text = certify(Formula.of(CE) if rng.random() < 0.1 else whole, "l2", budget=1).to_json()
        except SymcheckError:
            continue
        return Reread(f"the formula {ascii(whole)[:80]}", "nothing changed", text, holds=True)
