"""Mutations of statements: of the formula, the scope, kappa, and what is claimed of them."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.mutations.claimed import Changed, Claimed, Json, names_of

FACTORS = ("2", "(-1)", "0", "C", "(C - 2)", "(2 - C)", "(1/2)", "(-C)", "(C - 1)", "(3 - C)")


def _times(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """Formula, kappa and what the proof says of it times one factor; the nodes before keep their numbers."""
    names = names_of(statement)
    factor = rng.choice((*FACTORS, *names, *(f"({n} - 1)" for n in names), *(f"(1 - {n})" for n in names)))
    *parts, last = statement["formula"].split(";")
    statement["formula"] = ";".join([*parts, f" ({last.strip()})*{factor}"]).strip()
    if isinstance(statement.get("kappa"), str):
        statement["kappa"] = f"({statement['kappa']})*{factor}"
    as_product = factor if factor != "(1/2)" else "2**-1"
    for key in ("kappa", "across", "along"):
        if isinstance(proof, dict) and isinstance(proof.get(key), str):
            proof[key] = f"{proof[key]}*{as_product}"
    return statement, proof


PLUS = (
    "z[y]", "mean(z)", "total(z**2)", "(mean(z) - z[y])", "total(z)**2", "relu(z[y])", "abs(mean(z))", "z[y]*0",
    "total(relu(z)**2)", "total(abs(z)**3)", "total(abs(z)**(5/2))", "total(abs(z)**(3/2))", "detach(z[y])", "1",
    "total(detach(z)*z)", "C*z[y]", "1/(C - 2)", "log(C - 2)", "exp(z[y])", "onehot(y)", "z", "logsumexp(z, but=y)",
    "branch(detach(z[y]), z[y], 0)", "branch(C - 2, 0, z[y])", "maximum(z[y], mean(z))", "sqrt(total(z**2))",
    "0*log(total(z))", "total(z**2)**(1/2)", "(total(z)/C)**0", "0**0", "total(0**z)",
)  # fmt: skip


def _plus(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """The formula with one more term."""
    sign = rng.choice(("+", "-"))
    statement["formula"] += f" {sign} {rng.choice(PLUS)}"
    return statement, proof


def _classes(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    classes = statement["scope"]["classes"]
    low, high = classes["low"], classes["high"]
    classes["low"], classes["high"] = rng.choice((
        (low - 1, high), (low + 1, high), (low, None), (low, low), (2, high), (low, low + 1), (1, 1), (0, None),
        (3, None), (high, low), (low, 10**30), (float(low), high), (True, high), (2, 2), (3, 3), (2, 3), (-2, 2),
    ))  # fmt: skip
    return statement, proof


def _ends(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    if not statement["scope"]["parameters"]:
        return None
    interval = rng.choice(statement["scope"]["parameters"])["interval"]
    end = rng.choice(("low", "high", "low_open", "high_open"))
    if "_" in end:
        interval[end] = not interval[end]
    elif interval[end] is None or rng.random() < 0.2:
        interval[end] = rng.choice((None, "0", "1", "-1", "1/2", "3"))
    else:
        q, little = Fraction(interval[end]), Fraction(1, 1000)
        interval[end] = str(rng.choice((q + 1, q - 1, -q, 2 * q, q / 2, q + little, q - little, 0)))
    return statement, proof


def _parameters(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """A parameter less, more, or under another name."""
    parameters, names = statement["scope"]["parameters"], names_of(statement)
    letters = [x[0] for x in proof["letters"]] if isinstance(proof, dict) and proof.get("letters") else []
    way = rng.random()
    if names and way < 0.3:
        parameters.pop(rng.randrange(len(names)))
    elif names and way < 0.6:
        new = ("C", "z", "y", "exp", "E", *letters, *names, "\uff43", "if", "v", "a", "x", "alpha", "q_")
        rng.choice(parameters)["name"] = rng.choice(new)
    else:
        ends = rng.choice((("0", "1", False, False), (None, None, False, False), ("1", "0", False, False)))
        interval = dict(zip(("low", "high", "low_open", "high_open"), ends, strict=True))
        parameters.append({"name": rng.choice(("q", "C", "z", "y", "v", "total", *letters)), "interval": interval})
    return statement, proof


def _kappa(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    if not isinstance(statement.get("kappa"), str):
        return None
    kappa = statement["kappa"]
    statement["kappa"] = rng.choice((
        None, f"({kappa})*2", f"-({kappa})", f"({kappa})/C", f"({kappa}) + z[y]*0", f"({kappa}) + detach(z[y])", "1",
        f"({kappa}) + 0*onehot(y)", f"({kappa})*C/C", f"({kappa}) - 1/C**64", f"({kappa}) + exp(-C)", f"1/({kappa})",
        f"({kappa}) + 2**-300", "0", "1/C", f"maximum({kappa}, 1)",
    ))  # fmt: skip
    return statement, proof


def _claim(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """What is said: of what, on which space, from which anchor."""
    way = rng.randrange(3)
    if way == 0:
        statement["about"] = rng.choice(("loss", "regularizer", "smooth", "invariance", "refuted", "Loss", None, 1))
    elif way == 1:
        statement["scope"]["space"] = rng.choice(("R^C", "R^C/(1, ..., 1)", None, "R", True))
    else:
        statement["anchor"] = rng.choice(("1", "C", "z", "onehot(y)", "detach(z)", "log(C - 1)", "0", "-z", "1/0", ""))
    return statement, proof


OF_STATEMENTS = {
    "both: a factor": _times,
    "formula: one more term": _plus,
    "scope: classes": _classes,
    "scope: ends": _ends,
    "scope: parameters": _parameters,
    "kappa: another one": _kappa,
    "claim": _claim,
}
