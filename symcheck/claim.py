"""Claims: a certificate's JSON as it came in, read with suspicion and before anything in it is believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NoReturn, cast

from symcheck.catalogue import loss_named, names, regularizer_named
from symcheck.entry import Entry
from symcheck.errors import CertificateError, SymcheckError
from symcheck.intake.parser import parsed
from symcheck.language.array import Array
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.exact import exact_text
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes
from symcheck.problem import Problem, Subject
from symcheck.render.record import FULL, KEYS, SCHEMA, Json

MOST_CHARACTERS = 2_000_000
"""A longer text is no certificate."""

EARLIER = ("symcheck/1",)
"""Forms that earlier versions wrote."""

_SUBJECT = ("name", "formula", "parameters", "values")
_MATRIX = ("symmetric", "positive_definite", "positive_diagonal")
_INTERVAL = ("low", "high", "low_open", "high_open", "integer")


@dataclass(frozen=True)
class Claim:
    """``fields`` as they were read, and the ``problem`` that they are about."""

    fields: dict[str, Json]
    problem: Problem


def claim_of(text: str) -> Claim:
    """The claim that ``text`` makes.

    Raises ``CertificateError``, naming the field, for text that is no JSON, repeats a key, has a number
    that is no integer, nests too deeply, lacks a field, has one too many or one of another type, or writes
    a formula that is none.
    """
    fields = _object(_loaded(text), "certificate", None)
    if fields.get("schema") in EARLIER:
        _fail("schema", f"the certificate is of the form {fields['schema']}, before {SCHEMA}: certify the pair again")
    if fields.get("schema") != SCHEMA:
        _fail("schema", f"the certificate says {_shown(fields.get('schema'))}, this version reads {SCHEMA!r}")
    _object(fields, "", (*KEYS, FULL) if FULL in fields else KEYS)
    scope = _object(fields["scope"], "scope", ("classes", "parameters", "space"))
    classes = _classes(scope["classes"], "scope.classes")
    loss = _subject(fields["loss"], "loss", "loss")
    regularizer = _subject(fields["regularizer"], "regularizer", "regularizer")
    return Claim(fields, Problem(loss, regularizer, classes))


def _loaded(text: str) -> Json:
    if not isinstance(text, str):
        _fail("certificate", f"got {type(text).__name__}; accepted is the text that to_json() writes")
    if len(text) > MOST_CHARACTERS:
        _fail("certificate", f"got {len(text)} characters; at most {MOST_CHARACTERS} are read")
    try:
        value: Json = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_float=_no_number, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        _fail("certificate", f"no JSON: {error.msg} in line {error.lineno}, column {error.colno}")
    except RecursionError:
        _fail("certificate", "no JSON that can be read: its brackets are nested too deeply")
    except CertificateError:
        raise
    except ValueError as error:
        _fail("certificate", f"no JSON that can be read: {error}")
    return value


def _without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        if key in found:
            _fail(_printable(key), "the key is there twice")
        found[key] = value
    return found


def _no_number(text: str) -> NoReturn:
    _fail("certificate", f"has the number {text[:40]}; its numbers are integers, and fractions are texts")


def _subject(value: Json, path: str, kind: Kind) -> Subject:
    fields = _object(value, path, _SUBJECT)
    name = _text(fields["name"], f"{path}.name")
    listed = _list(fields["parameters"], f"{path}.parameters")
    free = [_parameter_or_array(p, f"{path}.parameters[{i}]") for i, p in enumerate(listed)]
    given = _object(fields["values"], f"{path}.values", None)
    values = {n: _number(v, f"{path}.values.{_printable(n)}") for n, v in given.items()}
    by_name = {p.name if isinstance(p, Parameter) else p.array.name: p for p in free}
    if len(by_name) < len(free):
        _fail(f"{path}.parameters", "two parameters have one name")
    for n in values:
        if n in by_name:
            _fail(f"{path}.values.{n}", "the parameter is listed as a free one as well")
    try:
        formula = parsed(_text(fields["formula"], f"{path}.formula"), parameters=by_name, kind=kind)
    except SymcheckError as error:
        _fail(f"{path}.formula", str(error), error)
    classes = Classes()
    if name in names(kind):
        classes = _catalogued(name, kind, formula, values, path).classes
    return Subject(name, formula, values, classes)


def _catalogued(name: str, kind: Kind, formula: Formula, values: Mapping[str, Fraction], path: str) -> Entry:
    """The catalogue's entry ``name``, if ``formula`` is its formula up to the names of free parameters."""
    entry: Entry
    try:
        entry = loss_named(name, **values) if kind == "loss" else regularizer_named(name, **values)
    except SymcheckError as error:
        _fail(f"{path}.values", str(error), error)
    own = entry.recorded
    renamed: dict[str, str] = {}
    same = len(own.nodes) == len(formula.nodes)
    for mine, its in zip(own.nodes, formula.nodes, strict=False):
        same = same and (mine.op, mine.args, mine.number) == (its.op, its.args, its.number)
        if mine.parameter is not None and its.parameter is not None:
            same = same and renamed.setdefault(mine.parameter, its.parameter) == its.parameter
        if mine.array is not None and its.array is not None:
            _require_of_kind(mine.array, its.array, path)
    if not same:
        what = f"the certificate says {_shown(str(formula))}, and the {kind} {name} is {_shown(str(own))}"
        _fail(f"{path}.formula", what)
    declared, here = ({p.name: p.interval for p in f.parameters} for f in (own, formula))
    for mine_name, its_name in renamed.items():
        if not here[its_name].within(declared[mine_name]):
            _fail(
                f"{path}.parameters",
                f"the certificate says {its_name} in {here[its_name]}, and {name} is defined for {declared[mine_name]}",
            )
    return entry


def _require_of_kind(declared: Array, claimed: Array, path: str) -> None:
    """Raise unless ``claimed`` is the declared array: free in a range of its own, or with entries that fit."""
    try:
        declared.restricted(claimed)
    except SymcheckError as error:
        _fail(f"{path}.parameters", str(error), error)
    known = declared if claimed.values is None else replace(declared, values=claimed.values)
    if not claimed.is_free and known != replace(claimed, name=declared.name):
        _fail(f"{path}.parameters", f"the certificate declares {claimed.name} in another way than {declared}")


def _parameter_or_array(value: Json, path: str) -> Parameter | ClassParameter | MatrixParameter:
    if not isinstance(value, dict) or "entries" not in value:
        return _parameter(value, path)
    is_matrix = "symmetric" in value
    errors = ("errors",) if "errors" in value else ()
    keys = ("name", "interval", "sums", "entries", "rule", "default", *(_MATRIX if is_matrix else ()), *errors)
    fields = _object(value, path, keys)
    rule, default = (None if fields[k] is None else _text(fields[k], f"{path}.{k}") for k in ("rule", "default"))
    name, ends = _text(fields["name"], f"{path}.name"), _ends(fields["interval"], f"{path}.interval")
    above, at_least, below, at_most = (ends.get(word) for word in ("above", "at_least", "below", "at_most"))
    sums = [
        None if s is None else _text(s, f"{path}.sums[{i}]")
        for i, s in enumerate(_list(fields["sums"], f"{path}.sums"))
    ]
    if len(sums) != 1 + is_matrix:
        _fail(f"{path}.sums", f"got {len(sums)} of them; accepted are {1 + is_matrix}")
    rows = None if fields["entries"] is None else _rows(fields["entries"], f"{path}.entries")
    reach = None if not errors else _rows(fields["errors"], f"{path}.errors")
    try:
        if not is_matrix:
            if rows is not None and len(rows) != 1:
                _fail(f"{path}.entries", f"got {len(rows)} rows; a class-vector has one")
            vector = ClassParameter(
                name, None if rows is None else rows[0], total=sums[0], rule=rule, default=default,
                above=above, at_least=at_least, below=below, at_most=at_most,
            )  # fmt: skip
            return vector if reach is None else ClassParameter.of(vector.array.rounded(_numbers(reach, path)))
        symmetric, definite, loops = (_truth(fields[key], f"{path}.{key}") for key in _MATRIX)
        matrix = MatrixParameter(
            name, rows, rows_sum=sums[0], columns_sum=sums[1], symmetric=symmetric, positive_definite=definite,
            positive_diagonal=loops, rule=rule, default=default,
            above=above, at_least=at_least, below=below, at_most=at_most,
        )  # fmt: skip
        return matrix if reach is None else MatrixParameter.of(matrix.array.rounded(_numbers(reach, path)))
    except CertificateError:
        raise
    except SymcheckError as error:
        _fail(path, str(error), error)


def _rows(value: Json, path: str) -> list[list[str]]:
    """The texts of numbers, row by row."""
    return [
        [_text(x, f"{path}[{i}][{j}]") for j, x in enumerate(_list(row, f"{path}[{i}]"))]
        for i, row in enumerate(_list(value, path))
    ]


def _numbers(rows: list[list[str]], path: str) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(_number(x, f"{path}.errors") for x in row) for row in rows)


def _interval(value: Json, path: str) -> dict[str, Json]:
    """The fields of an interval; ``rounded`` is there only where it is true."""
    if isinstance(value, dict) and "rounded" in value:
        fields = _object(value, path, (*_INTERVAL, "rounded"))
        if fields["rounded"] is not True:
            _fail(f"{path}.rounded", f"got {_shown(fields['rounded'])}; the field is left out unless it is true")
        return fields
    return _object(value, path, _INTERVAL)


def _ends(value: Json, path: str) -> dict[str, str]:
    """The ends of an interval of real numbers, as arguments."""
    interval = _interval(value, path)
    ends: dict[str, str] = {}
    for side, words in (("low", ("at_least", "above")), ("high", ("at_most", "below"))):
        is_open = _truth(interval[f"{side}_open"], f"{path}.{side}_open")
        if interval[side] is not None:
            ends[words[is_open]] = _text(interval[side], f"{path}.{side}")
        elif not is_open:
            _fail(f"{path}.{side}_open", "an interval without an end on this side is open there")
    return ends


def _parameter(value: Json, path: str) -> Parameter:
    fields = _object(value, path, ("name", "interval", "default"))
    ends = _ends(fields["interval"], f"{path}.interval")
    interval = _interval(fields["interval"], f"{path}.interval")
    default = fields["default"]
    try:
        return Parameter(
            _text(fields["name"], f"{path}.name"),
            integer=_truth(interval["integer"], f"{path}.interval.integer"),
            default=None if default is None else _text(default, f"{path}.default"),
            rounded="rounded" in interval,
            **ends,
        )
    except CertificateError:
        raise
    except SymcheckError as error:
        _fail(path, str(error), error)


def _classes(value: Json, path: str) -> Classes:
    fields = _object(value, path, ("low", "high"))
    for side in ("low", "high"):
        end = fields[side]
        if type(end) is not int and (side == "low" or end is not None):
            _fail(f"{path}.{side}", f"got {_shown(end)}; accepted is an integer{' or null' if side == 'high' else ''}")
    try:
        return Classes(cast(int, fields["low"]), cast("int | None", fields["high"]))
    except SymcheckError as error:
        _fail(path, str(error), error)


def _object(value: Json, path: str, keys: tuple[str, ...] | None) -> dict[str, Json]:
    """``value``, which has to be an object, with exactly these ``keys`` if they are given."""
    if not isinstance(value, dict):
        _fail(path, f"got {_shown(value)}; an object is expected")
    within = f"{path}." if path else ""
    for key in keys or ():
        if key not in value:
            _fail(within + key, "the field is missing")
    for key in value:
        if keys is not None and key not in keys:
            _fail(within + _printable(key), "the certificate has this field and should not")
    return value


def _list(value: Json, path: str) -> list[Json]:
    if not isinstance(value, list):
        _fail(path, f"got {_shown(value)}; a list is expected")
    return value


def _text(value: Json, path: str) -> str:
    if not isinstance(value, str) or not value.isprintable():
        _fail(path, f"got {_shown(value)}; a printable text is expected")
    return value


def _truth(value: Json, path: str) -> bool:
    if not isinstance(value, bool):
        _fail(path, f"got {_shown(value)}; true or false is expected")
    return value


def _number(value: Json, path: str) -> Fraction:
    try:
        return exact_text(_text(value, path), path)
    except CertificateError:
        raise
    except SymcheckError as error:
        raise CertificateError(str(error)) from error


def _shown(value: Json) -> str:
    """``value`` as an error message shows it: JSON, short, printable."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _printable(key: str) -> str:
    return key if key.isprintable() and len(key) <= 60 else ascii(key)[:60]


def _fail(path: str, what: str, cause: Exception | None = None) -> NoReturn:
    raise CertificateError(f"{path}: {what}") from cause
