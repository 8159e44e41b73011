"""Certificates whose JSON was changed: fields that are missing, others, swapped, huge, look alike or are no numbers."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.soundness.kinds._certificates import some_json
from benchmarks.soundness.reread import Reread

Path = tuple[str | int, ...]

EXPRESSIONS = (
    "9**9**9", "9**9**9**9", "exp(10**9*log(9))", "(C + 1)**100000", "2**(2**40)", "1/0", "0/0", "log(0)", "0**(-1)",
    "1e999999", "0*9**9**9", "(C - C)**(-1)", "sqrt(-1)", "q", "z[y]", "C**(-q)", "1", "0", "2/C", "((1))", "+1",
    "1.0", "1e0", "--1", "exp(0)", "log(exp(1))", "arccos(1)", "C/C", "C - C + 1", "C**0", "1 + 0*log(C)", "1;1",
    "p = 1; p", "1 # 1", "l", "O",
)  # fmt: skip
"""Other expressions; some of them are other ways of writing 1 or 0."""

TEXTS = (
    "", " ", "x", "PROVED", "REFUTED", "UNDECIDED", "EXACT", "null", "true", "gce", "l2", "mae", "\ud800",
    "\udfff\ud800", "\u202e", "\u200b", "\x00", "\x1b[2J", "<script>", "\U0001f600", "e\u0301", "\uff11", "\u0661",
    "R^C", "R^C/(1, ..., 1)", "every C >= 2",
)  # fmt: skip

OTHERS = (None, True, False, 0, 1, -1, 2, 3, 10**30, [], {}, [[]], {"": ""}, [None], "1", "0")

ALIKE = {
    "e": "\u0435",
    "a": "\u0430",
    "o": "\u043e",
    "c": "\u0441",
    "p": "\u0440",
    "1": "\uff11",
    "-": "\u2212",
    "*": "\u2217",
    "2": "\u0662",
}


def trial(rng: random.Random, index: int) -> Reread:
    """A change of one of the certificates, at a place that is drawn; one in thirty is not changed."""
    pair, text = some_json(rng, index)
    if index % 30 == 29:
        return Reread(pair, "nothing changed", text, holds=True)
    if rng.random() < 0.1:
        change, changed = rng.choice(AS_TEXT)(rng, text)
        return Reread(pair, change, changed)
    fields = json.loads(text)
    told = rng.choice(CHANGES)(rng, fields)
    return Reread(pair, told, json.dumps(fields))


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, other in inner:
        yield from _paths(other, (*path, key))


def _at(fields: Any, path: Path) -> Any:
    for step in path:
        fields = fields[step]
    return fields


def _drawn(rng: random.Random, fields: Any, wanted: Callable[[Path, Any], bool] = lambda _, __: True) -> Path:
    """A place, such that each field of the certificate is as likely as the others."""
    found = [path for path in _paths(fields) if wanted(path, _at(fields, path))]
    keys = sorted({path[0] for path in found}, key=str)
    key = rng.choice(keys) if keys else rng.choice(sorted(fields))
    return rng.choice([path for path in found if path[0] == key] or [(key,)])


def _put(fields: Any, path: Path, value: Any) -> str:
    _at(fields, path[:-1])[path[-1]] = value
    return f"{'.'.join(map(str, path))} = {ascii(value)[:60]}"


def _other(rng: random.Random, fields: Any) -> str:
    return _put(fields, _drawn(rng, fields), rng.choice((*OTHERS, *TEXTS)))


def _expression(rng: random.Random, fields: Any) -> str:
    names = ("kappa", "curvature", "coupling", "noise_power", "value", "low", "high", "default")
    path = _drawn(rng, fields, lambda p, _: p[-1] in names or "entries" in p or "values" in p)
    text = _at(fields, path)
    made = (
        f"({text})",
        f"{text} + 0",
        f"1*({text})",
        f"{text} + 1",
        f"-({text})",
        f"({text})*C",
        f"{text} ",
        f"0 + {text}",
    )
    return _put(fields, path, rng.choice((*EXPRESSIONS, *made)))


def _near(rng: random.Random, fields: Any) -> str:
    path = _drawn(rng, fields, lambda _, v: isinstance(v, str | int))
    value = _at(fields, path)
    if isinstance(value, bool):
        return _put(fields, path, rng.choice((not value, int(value))))
    if isinstance(value, int):
        return _put(fields, path, rng.choice((value + 1, value - 1, str(value), float(value), 10**400)))
    at = rng.randrange(len(value) + 1)
    cut = value[:at] + rng.choice(("", "0", " ", "x", "-", "(", "\u0430", "\n")) + value[at + rng.choice((0, 1)) :]
    return _put(fields, path, cut)


def _alike(rng: random.Random, fields: Any) -> str:
    path = _drawn(rng, fields, lambda _, v: isinstance(v, str) and any(c in v for c in ALIKE))
    value = _at(fields, path)
    places = [i for i, c in enumerate(value) if c in ALIKE] if isinstance(value, str) else []
    if not places:
        return _put(fields, path, "\u0430")
    at = rng.choice(places)
    return _put(fields, path, value[:at] + ALIKE[value[at]] + value[at + 1 :])


def _missing(rng: random.Random, fields: Any) -> str:
    path = _drawn(rng, fields)
    del _at(fields, path[:-1])[path[-1]]
    return f"{'.'.join(map(str, path))} is missing"


def _more(rng: random.Random, fields: Any) -> str:
    path = _drawn(rng, fields, lambda _, v: isinstance(v, list | dict))
    value = _at(fields, path)
    if isinstance(value, dict):
        return _put(
            fields, (*path, rng.choice(("", "more", "full", "rounded", "\ud800", "x" * 10**5))), rng.choice(OTHERS)
        )
    if isinstance(value, list):
        value.insert(rng.randrange(len(value) + 1), copy.deepcopy(rng.choice([*value, *OTHERS])))
    return f"{'.'.join(map(str, path))} has one more"


def _swapped(rng: random.Random, fields: Any) -> str:
    one, other = _drawn(rng, fields), _drawn(rng, fields)
    if one[: len(other)] == other or other[: len(one)] == one:
        return "nothing swapped"
    a, b = _at(fields, one), _at(fields, other)
    _put(fields, one, b)
    _put(fields, other, a)
    return f"{'.'.join(map(str, one))} and {'.'.join(map(str, other))} are swapped"


def _huge(rng: random.Random, fields: Any) -> str:
    path = _drawn(rng, fields)
    value = rng.choice(
        ("9" * 10**5, "x" * 10**6, "\U0001f600" * 10**4, [0] * 10**5, 10**4000, ["1"] * 3000, "(" * 10**4)
    )
    return _put(fields, path, value)


def _nested(rng: random.Random, fields: Any) -> str:
    value: Any = rng.choice(("1", None))
    for _ in range(rng.choice((10, 400))):
        value = [value] if rng.random() < 0.5 else {"low": value}
    return _put(fields, _drawn(rng, fields), value)


def _verdicts(rng: random.Random, fields: Any) -> str:
    """Every verdict, or every text that is one of these, is another one: a consistent lie."""
    old, new = rng.choice((("REFUTED", "PROVED"), ("UNDECIDED", "PROVED"), ("PROVED", "REFUTED"), ("SCALED", "EXACT")))
    changed = json.loads(json.dumps(fields).replace(old, new))
    fields.clear()
    fields.update(changed)
    return f"every {old} is {new}"


def _renamed(rng: random.Random, fields: Any) -> str:
    """A name, or a parameter, is another one wherever it stands."""
    known = [
        fields[k]["name"] for k in ("loss", "regularizer") if isinstance(fields.get(k), dict) and "name" in fields[k]
    ]
    old = rng.choice([*(n for n in known if isinstance(n, str) and n), "q", "w", "gamma"])
    new = rng.choice(("mine", "gce", "mae", "l2", "GCE", "p", "C", "z", "a", "log", "m" * 70, "two words", "\u0430"))
    changed = json.loads(json.dumps(fields, ensure_ascii=False).replace(old, new))
    fields.clear()
    fields.update(changed)
    return f"every {old} is {new!a}"


def _wider(rng: random.Random, fields: Any) -> str:
    """The scope is another one, in both places that say so."""
    if rng.random() < 0.5:
        return _put(
            fields, ("scope", "classes"), {"low": rng.choice((2, 3, 10)), "high": rng.choice((None, 3, 10, 100))}
        )
    side, end = rng.choice(("low", "high")), rng.choice(("0", "1", "2", "1/2", "-1", None))
    for path in list(_paths(fields)):
        if path[-1] == "interval" and path[0] in ("scope", "loss", "regularizer"):
            _put(fields, (*path, side), end)
            _put(fields, (*path, f"{side}_open"), end is None or rng.random() < 0.5)
    return f"every interval has the {side} end {end}"


def _formula(rng: random.Random, fields: Any) -> str:
    kind = rng.choice(("loss", "regularizer"))
    formula = fields[kind]["formula"] if isinstance(fields.get(kind), dict) else "1"
    others = (
        f"2*({formula})",
        f"{formula} + mean(z)",
        f"-({formula})",
        f"({formula}) + 0*z[y]",
        f"({formula})**2",
        "z[y]*9**9**9",
        f"{formula} ",
        "0",
    )
    return _put(fields, (kind, "formula"), rng.choice(others))


CHANGES: Sequence[Callable[[random.Random, Any], str]] = (
    _other, _expression, _expression, _near, _near, _alike, _missing, _more, _swapped, _huge, _nested, _verdicts,
    _renamed, _wider, _formula,
)  # fmt: skip
"""Changes of the fields."""


def _twice(rng: random.Random, text: str) -> tuple[str, str]:
    key = rng.choice(("verdict", "kappa", "name", "formula", "low", "schema"))
    return f"{key} is there twice", text.replace(f'"{key}":', f'"{key}": "1", "{key}":', 1)


def _no_number(rng: random.Random, text: str) -> tuple[str, str]:
    value = rng.choice(("NaN", "Infinity", "-Infinity", "2.0", "2e0", "1e999999", "9" * 5000, "-0.0"))
    return f"low = {value[:10]}", text.replace('"low": 2', f'"low": {value}', 1)


def _cut(rng: random.Random, text: str) -> tuple[str, str]:
    at, length = rng.randrange(len(text)), rng.choice((1, 2, 40, len(text)))
    return f"{length} characters from {at} on are missing", text[:at] + text[at + length :]


def _deep(rng: random.Random, text: str) -> tuple[str, str]:
    brackets = rng.choice(("[", '{"a":')) * rng.choice((500, 10**5))
    return "brackets in brackets", text.replace('"kappa":', f'"kappa": {brackets}', 1)


def _around(rng: random.Random, text: str) -> tuple[str, str]:
    before = rng.choice(("\ufeff", "\x00", "[", " " * 100, "//\n"))
    return f"{before[:3]!a} before it", before + text


AS_TEXT: Sequence[Callable[[random.Random, str], tuple[str, str]]] = (_twice, _no_number, _cut, _deep, _around)
"""Changes of the text."""
