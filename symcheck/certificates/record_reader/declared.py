"""What a certificate's JSON declares: numbers and arrays with their intervals, and the numbers of classes."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from symcheck.certificates.record import Json
from symcheck.certificates.record_reader.json_values import list_at, number_at, object_at, text_at, truth_at
from symcheck.certificates.record_reader.refusal import refusal, shown
from symcheck.errors import CertificateError, SymcheckError
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.reason import Undecided

_MATRIX = ("symmetric", "positive_definite", "positive_diagonal")
_INTERVAL = ("low", "high", "low_open", "high_open", "integer")


def free_at(value: Json, path: str) -> Parameter | ClassParameter | MatrixParameter:
    """The number, class-vector or matrix that ``value`` declares."""
    if not isinstance(value, dict) or "entries" not in value:
        return _parameter(value, path)
    is_matrix = "symmetric" in value
    errors = ("errors",) if "errors" in value else ()
    keys = ("name", "interval", "sums", "entries", "rule", "default", *(_MATRIX if is_matrix else ()), *errors)
    fields = object_at(value, path, keys)
    rule, default = (None if fields[k] is None else text_at(fields[k], f"{path}.{k}") for k in ("rule", "default"))
    name, ends = text_at(fields["name"], f"{path}.name"), _ends(fields["interval"], f"{path}.interval")
    above, at_least, below, at_most = (ends.get(word) for word in ("above", "at_least", "below", "at_most"))
    sums = [
        None if s is None else text_at(s, f"{path}.sums[{i}]")
        for i, s in enumerate(list_at(fields["sums"], f"{path}.sums"))
    ]
    if len(sums) != 1 + is_matrix:
        raise refusal(f"{path}.sums", f"got {len(sums)} of them; accepted are {1 + is_matrix}")
    rows = None if fields["entries"] is None else _rows(fields["entries"], f"{path}.entries")
    reach = None if not errors else _rows(fields["errors"], f"{path}.errors")
    try:
        if not is_matrix:
            if rows is not None and len(rows) != 1:
                raise refusal(f"{path}.entries", f"got {len(rows)} rows; a class-vector has one")
            vector = ClassParameter(
                name, None if rows is None else rows[0], total=sums[0], rule=rule, default=default,
                above=above, at_least=at_least, below=below, at_most=at_most,
            )  # fmt: skip
            return vector if reach is None else ClassParameter.of(vector.array.rounded(_numbers(reach, path)))
        symmetric, definite, loops = (truth_at(fields[key], f"{path}.{key}") for key in _MATRIX)
        matrix = MatrixParameter(
            name, rows, rows_sum=sums[0], columns_sum=sums[1], symmetric=symmetric, positive_definite=definite,
            positive_diagonal=loops, rule=rule, default=default,
            above=above, at_least=at_least, below=below, at_most=at_most,
        )  # fmt: skip
        return matrix if reach is None else MatrixParameter.of(matrix.array.rounded(_numbers(reach, path)))
    # It names the field already.
    except CertificateError:
        raise
    except (SymcheckError, Undecided) as error:
        raise refusal(path, str(error)) from error


def _rows(value: Json, path: str) -> list[list[str]]:
    """The texts of numbers, row by row."""
    return [
        [text_at(x, f"{path}[{i}][{j}]") for j, x in enumerate(list_at(row, f"{path}[{i}]"))]
        for i, row in enumerate(list_at(value, path))
    ]


def _numbers(rows: list[list[str]], path: str) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(number_at(x, f"{path}.errors") for x in row) for row in rows)


def _interval(value: Json, path: str) -> dict[str, Json]:
    """The fields of an interval; ``rounded`` is there only where it is true."""
    if isinstance(value, dict) and "rounded" in value:
        fields = object_at(value, path, (*_INTERVAL, "rounded"))
        if fields["rounded"] is not True:
            raise refusal(f"{path}.rounded", f"got {shown(fields['rounded'])}; the field is left out unless it is true")
        return fields
    return object_at(value, path, _INTERVAL)


def _ends(value: Json, path: str) -> dict[str, str]:
    """The ends of an interval of real numbers, as arguments."""
    interval = _interval(value, path)
    ends: dict[str, str] = {}
    for side, words in (("low", ("at_least", "above")), ("high", ("at_most", "below"))):
        is_open = truth_at(interval[f"{side}_open"], f"{path}.{side}_open")
        if interval[side] is not None:
            ends[words[is_open]] = text_at(interval[side], f"{path}.{side}")
        elif not is_open:
            raise refusal(f"{path}.{side}_open", "an interval without an end on this side is open there")
    return ends


def _parameter(value: Json, path: str) -> Parameter:
    fields = object_at(value, path, ("name", "interval", "default"))
    ends = _ends(fields["interval"], f"{path}.interval")
    interval = _interval(fields["interval"], f"{path}.interval")
    default = fields["default"]
    try:
        return Parameter(
            text_at(fields["name"], f"{path}.name"),
            integer=truth_at(interval["integer"], f"{path}.interval.integer"),
            default=None if default is None else text_at(default, f"{path}.default"),
            rounded="rounded" in interval,
            **ends,
        )
    except CertificateError:
        raise
    except (SymcheckError, Undecided) as error:
        raise refusal(path, str(error)) from error


def classes_at(value: Json, path: str) -> Classes:
    """The numbers of classes that ``value`` has the ends of."""
    fields = object_at(value, path, ("low", "high"))
    for side in ("low", "high"):
        end = fields[side]
        if type(end) is not int and (side == "low" or end is not None):
            raise refusal(
                f"{path}.{side}", f"got {shown(end)}; accepted is an integer{' or null' if side == 'high' else ''}"
            )
    try:
        return Classes(cast(int, fields["low"]), cast("int | None", fields["high"]))
    except (SymcheckError, Undecided) as error:
        raise refusal(path, str(error)) from error
