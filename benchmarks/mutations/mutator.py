"""Mutations: one small change of a statement, of a proof, or of both together."""

from __future__ import annotations

import contextlib
import copy
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Json = Any
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Claimed:
    """A ``statement`` with the ``proof`` of it, and where it comes from."""

    name: str
    statement: Json
    proof: Json


def mutant(rng: random.Random, true: Claimed, other: Claimed) -> tuple[str, Claimed] | None:
    """A mutation of ``true`` and the kind of it, None where that kind finds nothing to change; ``other`` lends parts."""
    kind = rng.choice([*MUTATIONS])
    statement, proof = copy.deepcopy(true.statement), copy.deepcopy(true.proof)
    changed = MUTATIONS[kind](rng, statement, proof, other)
    if changed is None:
        return None
    if rng.random() < 0.15:
        # What the first one broke has no place for a second one.
        with contextlib.suppress(TypeError, KeyError, ValueError, AttributeError, IndexError):
            changed = MUTATIONS[rng.choice([*MUTATIONS])](rng, *copy.deepcopy(changed), other) or changed
    statement, proof = changed
    if (statement, proof) == (true.statement, true.proof):
        return None
    return kind, Claimed(true.name, statement, proof)


Changed = tuple[Json, Json] | None


def _texts(data: Json, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The texts in ``data`` with their places."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    if isinstance(data, str):
        yield path, data
    for key, value in inner:
        yield from _texts(value, (*path, key))


def _leaves(data: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    if path:
        yield path, data
    for key, value in inner:
        yield from _leaves(value, (*path, key))


def _at(data: Json, path: Path) -> Json:
    for key in path:
        data = data[key]
    return data


def _put(data: Json, path: Path, value: Json) -> None:
    _at(data, path[:-1])[path[-1]] = value


# ---- texts -------------------------------------------------------------------------------------------------------------

NAMES = (
    "exp", "log", "sqrt", "abs", "relu", "softplus", "sigmoid", "tanh", "cosh", "detach", "total", "mean", "logsumexp",
    "softmax", "log_softmax", "branch", "maximum", "minimum", "entmax",
)  # fmt: skip


def _numeral(rng: random.Random, text: str) -> str:
    n = int(text)
    return str(rng.choice((n + 1, max(n - 1, 0), 2 * n, 0, 10 * n, n * n, f"({n + 1}/2)", f"(-{n})", f"(1/{n + 2})")))


def _replaced(rng: random.Random, text: str, pattern: str, new: Callable[[str], str]) -> str | None:
    found = [*re.finditer(pattern, text)]
    if not found:
        return None
    m = rng.choice(found)
    return text[: m.start()] + new(m[0]) + text[m.end() :]


def _number(rng: random.Random, text: str) -> str | None:
    return _replaced(rng, text, r"\b\d+\b", lambda n: _numeral(rng, n))


def _sign(rng: random.Random, text: str) -> str | None:
    return _replaced(rng, text, r"[+-]", lambda s: rng.choice(("+", "-", "", "--")) if s == "-" else "-")


def _operator(rng: random.Random, text: str) -> str | None:
    return _replaced(rng, text, r"\*\*|[*/+-]", lambda _: rng.choice(("+", "-", "*", "/", "**")))


def _function(rng: random.Random, text: str) -> str | None:
    return _replaced(rng, text, r"[a-z_]+(?=\()", lambda _: rng.choice(NAMES))


def _name(rng: random.Random, text: str) -> str | None:
    words = sorted({*re.findall(r"\b[A-Za-z]\w*\b(?!\()", text), "C", "1", "z[y]", "mean(z)"})
    return _replaced(rng, text, r"\b[A-Za-z]\w*(?:\[y\])?(?![\w(])", lambda _: rng.choice(words))


def _label(rng: random.Random, text: str) -> str | None:
    swaps = {"[y]": "", ", but=y": "", "onehot(y)": "1", "(z)": "(z, but=y)", "1": "onehot(y)", "z": "z[y]"}
    old = rng.choice([s for s in swaps if s in text] or ["[y]"])
    return _replaced(rng, text, re.escape(old), lambda _: swaps[old])


def _brackets(rng: random.Random, text: str) -> str | None:
    """Without one pair of brackets that groups, or with the brackets of a power one step wider."""
    opened: list[int] = []
    pairs = []
    for i, c in enumerate(text):
        if c == "(":
            opened.append(i)
        elif c == ")" and opened:
            start = opened.pop()
            if not text[:start][-1:].isalnum():
                pairs.append((start, i))
    if not pairs:
        return None
    start, end = rng.choice(pairs)
    return text[:start] + text[start + 1 : end] + text[end + 1 :]


def _spelling(rng: random.Random, text: str) -> str | None:
    """A character more, or less, or another one."""
    if not text:
        return None
    i = rng.randrange(len(text))
    new = rng.choice(("", text[i] * 2, rng.choice("0123456789CzyqLE.eE_+-*/()[],;=# \n\\\x00\uff11\u00b2'")))
    return text[:i] + new + text[i + 1 :]


TEXTS = {
    "number": _number, "sign": _sign, "operator": _operator, "function": _function, "name": _name, "label": _label,
    "brackets": _brackets, "spelling": _spelling,
}  # fmt: skip


def _in_text(change: Callable[[random.Random, str], str | None], keys: Sequence[str]) -> Callable[..., Changed]:
    """The change in one of the texts at ``keys`` of the statement, in the proof if there are none."""

    def changed(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
        whole = statement if keys else proof
        found = [(p, t) for p, t in _texts(whole) if not keys or p[0] in keys]
        for path, text in rng.sample(found, len(found)):
            new = change(rng, text)
            if new is not None and new != text:
                _put(whole, path, new)
                return statement, proof
        return None

    return changed


def _everywhere(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """The same replacement of a number or of a sign in all the texts of both."""
    found = [(side, p, t) for side in (statement, proof) for p, t in _texts(side)]
    numerals = sorted({n for _, p, t in found for n in re.findall(r"\b\d+\b", t)})
    if not numerals:
        return None
    old = rng.choice(numerals)
    new = _numeral(rng, old)
    for side, path, text in found:
        if path[-1] not in ("about", "space", "name"):
            _put(side, path, re.sub(rf"\b{old}\b", new, text))
    return statement, proof


# ---- statements --------------------------------------------------------------------------------------------------------

FACTORS = ("2", "(-1)", "0", "C", "(C - 2)", "(2 - C)", "(1/2)", "(-C)", "(C - 1)", "(3 - C)")


def _times(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """Formula, kappa and what the proof says of it times one factor; the nodes before keep their numbers."""
    names = _names(statement)
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


def _names(statement: Json) -> list[str]:
    return [p["name"] for p in statement["scope"]["parameters"]]


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
    parameters, names = statement["scope"]["parameters"], _names(statement)
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


# ---- proofs ------------------------------------------------------------------------------------------------------------


def _hints(rng: random.Random, proof: Json) -> Json:
    found = [proof[k] for k in ("hints", "kappa_hints") if isinstance(proof, dict) and proof.get(k)]
    return rng.choice(found) if found else None


def _hint(rng: random.Random, statement: Json, proof: Json, other: Claimed) -> Changed:
    """One hint less, moved to another node, exchanged with another one, or taken from elsewhere."""
    hints = _hints(rng, proof)
    if not hints:
        return None
    node = rng.choice([*hints])
    way = rng.randrange(5)
    if way == 0:
        hints.pop(node)
    elif way == 1:
        step = rng.choice((-2, -1, 1, 2, 1000, 10**30))
        hints[rng.choice((str(int(node) + step), f"0{node}", f" {node}", "x", "-1"))] = hints.pop(node)
    elif way == 2:
        one = rng.choice([*hints])
        hints[node], hints[one] = hints[one], hints[node]
    elif way == 3:
        elsewhere = _hints(rng, other.proof)
        if not elsewhere:
            return None
        hints[node] = copy.deepcopy(rng.choice([*elsewhere.values()]))
    else:
        hints[node] = rng.choice((
            [hints[node]] * 2, [hints[node]], [hints[node]] * 3, hints[node][::-1] if type(hints[node]) is list else {},
            [], {"C": 1}, "1", "0",
        ))  # fmt: skip
    return statement, proof


def _exponent(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """Another exponent, or another letter with it."""
    found = [(p, v) for p, v in _leaves(proof) if type(v) is int]
    if not found:
        return None
    path, k = rng.choice(found)
    if rng.random() < 0.6:
        _put(proof, path, rng.choice((k + 1, k - 1, -k, 2 * k, 0, True, float(k), str(k), 10**30, k + 2**127 - 1)))
        return statement, proof
    holder = _at(proof, path[:-1])
    if isinstance(holder, dict):
        holder[rng.choice(["C", *_names(statement), *(x[0] for x in proof.get("letters", ()))])] = k
    return statement, proof


def _letters(rng: random.Random, statement: Json, proof: Json, other: Claimed) -> Changed:
    """The letters in another order, one less, one twice, of another kind, name or meaning."""
    letters = proof.get("letters") if isinstance(proof, dict) else None
    if not letters:
        return None
    way = rng.randrange(6)
    i = rng.randrange(len(letters))
    if way == 0:
        rng.shuffle(letters)
    elif way == 1:
        letters.pop(i)
    elif way == 2:
        letters.insert(rng.randrange(len(letters) + 1), [*letters[i]])
    elif way == 3:
        letters[i][1] = rng.choice(("log", "exp", "root", "variable", "", "Log"))
    elif way == 4:
        names = [x[0] for x in letters]
        letters[i][2] = rng.choice((*names, f"{letters[i][0]} + 1", "C", "1", "0", "-1", "C - 2", "2", "C - 3", "1/2"))
    else:
        letters[i][0] = rng.choice((*_names(statement), "C", "z", letters[rng.randrange(len(letters))][0], "if"))
    return statement, proof


def _type(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """A part of another type, a key more or a key less."""
    whole = rng.choice((statement, proof))
    if not whole:
        return None
    path, value = rng.choice([*_leaves(whole)])
    if rng.random() < 0.2:
        holder = _at(whole, path[:-1])
        if isinstance(holder, dict):
            holder.pop(path[-1])
        else:
            holder.append(copy.deepcopy(value))
    else:
        new = (None, True, 0, 5, -1, 1.5, "", "x", [], {}, [[]], {"a": 1}, float("nan"), 10**4000, [value], {"0": value})
        _put(whole, path, rng.choice(new))
    return statement, proof


def _key(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    whole = rng.choice((statement, proof))
    if isinstance(whole, dict):
        whole[rng.choice(("x", "", "kappa", "across", "split", "at", "arrays", "root", "Formula", 5, None))] = rng.choice(
            ("1", {}, [], None, 1)
        )
    return statement, proof


def _taken(rng: random.Random, statement: Json, proof: Json, other: Claimed) -> Changed:
    """The proof, the formula or kappa of another one."""
    way = rng.randrange(4)
    if way == 0:
        return statement, copy.deepcopy(other.proof)
    if way == 1:
        statement["formula"] = other.statement["formula"]
    elif way == 2:
        statement["kappa"] = other.statement.get("kappa")
    else:
        key = rng.choice([*proof])
        if key not in other.proof:
            return None
        proof[key] = copy.deepcopy(other.proof[key])
    return statement, proof


MUTATIONS: dict[str, Callable[..., Changed]] = {
    **{f"formula: {name}": _in_text(change, ("formula",)) for name, change in TEXTS.items()},
    **{f"kappa: {name}": _in_text(change, ("kappa",)) for name, change in TEXTS.items()},
    **{f"proof: {name}": _in_text(change, ()) for name, change in TEXTS.items() if name not in ("function", "label")},
    "both: a number": _everywhere,
    "both: a factor": _times,
    "formula: one more term": _plus,
    "scope: classes": _classes,
    "scope: ends": _ends,
    "scope: parameters": _parameters,
    "kappa: another one": _kappa,
    "claim": _claim,
    "proof: hints": _hint,
    "proof: exponents": _exponent,
    "proof: letters": _letters,
    "any: type": _type,
    "any: key": _key,
    "any: from another": _taken,
}
"""Each takes ``rng``, a statement and a proof that it may change, and another claim; None: there is nothing to change."""
