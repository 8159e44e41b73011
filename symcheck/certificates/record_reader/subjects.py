"""The loss and the regularizer of a certificate's JSON, as what they are called and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from symcheck.certificates.record import Json
from symcheck.certificates.record_reader.declared import free_at
from symcheck.certificates.record_reader.json_values import list_at, number_at, object_at, text_at
from symcheck.certificates.record_reader.refusal import key_shown, refusal, shown
from symcheck.errors import SymcheckError
from symcheck.intake.anchor import anchor_of
from symcheck.intake.parser import parsed
from symcheck.intake.subject_name import FORMULA, LONGEST_NAME, Misfit, is_entry_name, named, named_by_text, objection
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula
from symcheck.language.parameter import LONGEST_NAME as LONGEST_PARAMETER
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.problem import Subject
from symcheck.reason import Undecided

_TEXT = re.compile(rf"[ -~]{{1,{LONGEST_NAME}}}")
"""What may be a sum of entries of the catalogue, such as ``gce + 2*mae``."""

_SUBJECT = ("name", "formula", "parameters", "values")


def subject_at(value: Json, path: str, kind: Kind) -> Subject:
    """The subject that ``value`` writes, whose name has to be one that ``certify`` gives to this formula.

    Values for parameters are those of an entry of the catalogue, or of entries that the name sums, whose formula has to
    be this one; a formula of one's own has none.
    """
    fields = object_at(value, path, _SUBJECT)
    name = text_at(fields["name"], f"{path}.name")
    is_entry = is_entry_name(name, kind)
    is_text = not name.isidentifier() and _TEXT.fullmatch(name) is not None
    wrong = "" if is_entry or name == FORMULA or is_text else objection(name)
    if wrong:
        raise refusal(f"{path}.name", f"got {shown(name)}; {wrong}")
    if fields["formula"] is None:
        what = f"the code of the {kind} was not read, so nothing is stated that can be derived again: certify the code"
        raise refusal(f"{path}.formula", what)
    by_name = _declared(fields["parameters"], f"{path}.parameters")
    given = object_at(fields["values"], f"{path}.values", None)
    for n in given:
        if len(n) > LONGEST_PARAMETER:
            raise refusal(f"{path}.values.{key_shown(n)}", f"no parameter has a name of {len(n)} characters")
    values = {n: number_at(v, f"{path}.values.{key_shown(n)}") for n, v in given.items()}
    for n in values:
        if n in by_name:
            raise refusal(f"{path}.values.{n}", "the parameter is listed as a free one as well")
        if not (is_entry or is_text):
            what = f"the values of parameters are those of an entry of the catalogue, and {name} is none"
            raise refusal(f"{path}.values.{key_shown(n)}", what)
    formula = _formula(fields["formula"], f"{path}.formula", by_name, kind)
    subject = Subject(name, formula, values)
    if not (is_entry or is_text):
        return subject
    found = named(subject, kind) if is_entry else named_by_text(subject, kind)
    if isinstance(found, Misfit) and found.field == "name":
        raise refusal(f"{path}.name", f"got {shown(name)}; {objection(name)}, or a sum of entries: {found.what}")
    if isinstance(found, Misfit):
        raise refusal(f"{path}.{found.field}", found.what)
    return found


def anchor_at(value: Json, path: str) -> Subject:
    """The anchor that ``value`` writes, under the name that ``certify`` gives to this formula."""
    fields = object_at(value, path, _SUBJECT)
    by_name = _declared(fields["parameters"], f"{path}.parameters")
    formula = _formula(fields["formula"], f"{path}.formula", by_name, "formula")
    try:
        found = anchor_of(formula)
    except SymcheckError as error:
        raise refusal(f"{path}.formula", str(error)) from error
    if fields["name"] != found.name:
        raise refusal(f"{path}.name", f"got {shown(fields['name'])}; the name of this anchor is {found.name}")
    if object_at(fields["values"], f"{path}.values", None):
        raise refusal(f"{path}.values", "an anchor has its values in its formula")
    return found


Free = Parameter | ClassParameter | MatrixParameter


def _declared(value: Json, path: str) -> dict[str, Free]:
    """The parameters and arrays that are listed, by their names."""
    free = [free_at(p, f"{path}[{i}]") for i, p in enumerate(list_at(value, path))]
    by_name = {p.name if isinstance(p, Parameter) else p.array.name: p for p in free}
    if len(by_name) < len(free):
        raise refusal(path, "two parameters have one name")
    return by_name


def _formula(value: Json, path: str, by_name: Mapping[str, Free], kind: Kind | Literal["formula"]) -> Formula:
    try:
        return parsed(text_at(value, path), parameters=by_name, kind=kind)
    except (SymcheckError, Undecided) as error:
        raise refusal(path, str(error)) from error
