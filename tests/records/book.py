"""The records as files of lines: a thing that is said of many certificates is written once.

A line of ``catalogue.jsonl`` is ``{"of": ..., "says": ...}``: the certificates that it is about, by their loss or their
regularizer, for some ``classes``, with entries ``given``, ``with`` some entries in the other place; and the fields of
these certificates with their values.  A line with more under ``of`` comes before one with less; null is a field that is
not there.  A line of ``generated.jsonl`` is a question with its answer.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.records.questions import ALONE, Made, OfEntries
from tests.records.said import Said

FOLDER = Path(__file__).parent
CATALOGUE = FOLDER / "catalogue.jsonl"
GENERATED = FOLDER / "generated.jsonl"

Line = dict[str, Any]
Of = tuple[tuple[str, str], ...]
"""What a line is about, but for its ``with``."""

Says = tuple[Of, tuple[str, ...], Any]
"""What a line is about, its ``with``, and the value of one field."""

SIDES = ("loss", "regularizer")


def read_catalogue(questions: Iterable[OfEntries]) -> dict[OfEntries, Said]:
    """What the records say of these questions."""
    lines: dict[Of, list[Line]] = defaultdict(list)
    for line in _lines(CATALOGUE):
        lines[_of(**{name: value for name, value in line["of"].items() if name != "with"})].append(line)
    return {q: _read(lines, q) for q in questions}


def _read(lines: Mapping[Of, list[Line]], question: OfEntries) -> Said:
    found: Said = dict(lines[()][0]["says"])
    for side in SIDES:
        other = getattr(question, SIDES[side == "loss"])
        for of in _wider(question, side)[1:]:
            for line in lines.get(of, ()):
                if other in line["of"].get("with", (other,)):
                    found |= line["says"]
    return {field: value for field, value in found.items() if value is not None and _is_asked(question, field)}


def _wider(question: OfEntries, side: str) -> list[Of]:
    """What lines may be about that speak of ``question``, the widest first."""
    about = {side: getattr(question, side)}
    place = {name: value for name in ("classes", "given") if (value := getattr(question, name))}
    alone = {"alone": "yes"} if side == "loss" and question.regularizer == ALONE else {}
    wider = ({}, about, about | alone, about | place, about | alone | place)
    return list(dict.fromkeys(_of(**of) for of in wider))


def _of(**about: str) -> Of:
    return tuple(sorted(about.items()))


def _is_asked(question: OfEntries, field: str) -> bool:
    if field == "checked":
        return question.is_checked
    return question.is_full or not field.startswith("full ")


def write_catalogue(answers: Mapping[OfEntries, Said]) -> None:
    """Write the records of these ``answers``."""
    of_lines: dict[tuple[Of, tuple[str, ...]], Said] = defaultdict(dict)
    for field in sorted({f for said in answers.values() for f in said}):
        values = {q: said.get(field) for q, said in answers.items() if _is_asked(q, field)}
        both = [_written(values, side) for side in SIDES]
        for of, names, value in min(both, key=lambda lines: sum(_size(line[1:]) for line in lines)):
            of_lines[of, names][field] = value
    lines = [
        {"of": {**dict(of), **({"with": list(names)} if names else {})}, "says": of_lines[of, names]}
        for of, names in sorted(of_lines, key=_place)
    ]
    CATALOGUE.write_text("".join(map(_text, lines)), encoding="utf-8")


def _place(key: tuple[Of, tuple[str, ...]]) -> tuple[object, ...]:
    """Where a line stands: those of a loss together and then those of a regularizer, the widest first."""
    of, names = key
    about = dict(of)
    return "regularizer" in about, about.get("loss", about.get("regularizer", "")), len(of), of, len(names), names


def _written(values: Mapping[OfEntries, Any], side: str) -> list[Says]:
    """Lines for the ``values`` of one field: what they are about, with which others, and the value."""
    found: list[Says] = []
    groups: dict[Of, list[OfEntries]] = defaultdict(list)
    for q in values:
        groups[_wider(q, side)[-1]].append(q)
    most = _most(map(json.dumps, values.values()))
    said: dict[Of, dict[str, Any]] = {(): {"": json.loads(most)}}
    found.append(((), (), json.loads(most)))
    for of in sorted(groups, key=len):
        questions = groups[of]
        others = {getattr(q, SIDES[side == "loss"]): values[q] for q in questions}
        wider = [said[w] for w in _wider(questions[0], side)[:-1] if w in said]
        shown = {
            name: next((w[key] for w in reversed(wider) for key in (name, "") if key in w), None) for name in others
        }
        lines = _lines_of(others, shown)
        said[of] = others | {"": lines[0][1]} if lines and not lines[0][0] else others
        found += [(of, names, value) for names, value in lines]
    return found


def _lines_of(values: Mapping[str, Any], shown: Mapping[str, Any]) -> list[tuple[tuple[str, ...], Any]]:
    """With which others a field has which of the ``values``; what is ``shown`` is said before."""
    names: dict[str, list[str]] = defaultdict(list)
    changed: dict[str, list[str]] = defaultdict(list)
    for name, value in values.items():
        names[json.dumps(value)].append(name)
        if value != shown[name]:
            changed[json.dumps(value)].append(name)
    most = max(names, key=lambda text: len(names[text]))
    for_all = [((), most), *((tuple(found), text) for text, found in names.items() if text != most)]
    both = for_all, [(tuple(found), text) for text, found in changed.items()]
    return [(with_, json.loads(text)) for with_, text in min(both, key=lambda lines: sum(map(_size, lines)))]


def _size(line: tuple[tuple[str, ...], Any]) -> int:
    # A line that names no others is one that is there anyway.
    return len(json.dumps(line[1])) + sum(len(name) + 4 for name in line[0])


def read_generated() -> dict[Made, Said]:
    """The generated questions, with what the records say of them."""
    usual, *lines = _lines(GENERATED)
    found = {}
    for number, line in enumerate(lines):
        said = usual["says"] | line.pop("says")
        subjects = {name: _with_usual(value) for name, value in line.items() if name in SUBJECTS}
        question = Made(number, line["kind"], **(_USUAL | subjects), classes=tuple(line["classes"]))
        found[question] = {field: value for field, value in said.items() if value is not None}
    return found


def write_generated(answers: Mapping[Made, Said]) -> None:
    """Write the records of these ``answers``: what most of them say first, then what each one says besides."""
    names = sorted({field for said in answers.values() for field in said})
    usual = {n: json.loads(_most(json.dumps(said.get(n)) for said in answers.values())) for n in names}
    lines: list[Line] = [{"says": usual}]
    for q, said in answers.items():
        asked = {n: _without_usual(value) for n in SUBJECTS if (value := getattr(q, n)) != _USUAL[n]}
        says = {n: said.get(n) for n in names if said.get(n) != usual[n]}
        lines.append({"kind": q.kind, **asked, "classes": q.classes, "says": says})
    GENERATED.write_text("".join(map(_text, lines)), encoding="utf-8")


def _most(texts: Iterable[str]) -> str:
    return Counter(texts).most_common(1)[0][0]


SUBJECTS = ("loss", "regularizer", "anchor")
_NAMED: Line = {"name": "formula", "parameters": [], "values": {}}
_USUAL: Line = {"regularizer": {**_NAMED, "formula": "total(z**2)/2"}, "anchor": None, "loss": None}
"""What stands in the place of what a line leaves out."""


_USUAL_INTERVAL: Line = {"low": None, "high": None, "low_open": True, "high_open": True, "integer": False}
_USUAL_PARAMETER: Line = {"default": None}


def _without_usual(subject: Line | None) -> Line | None:
    return subject and _without(_NAMED, {**subject, "parameters": [_short(p) for p in subject["parameters"]]})


def _short(parameter: Line) -> Line:
    return _without(_USUAL_PARAMETER, {**parameter, "interval": _without(_USUAL_INTERVAL, parameter["interval"])})


def _without(usual: Line, line: Line) -> Line:
    return {name: value for name, value in line.items() if name not in usual or value != usual[name]}


def _with_usual(subject: Line | None) -> Line | None:
    whole = subject and {**_NAMED, **subject}
    return whole and {**whole, "parameters": [_long(p) for p in whole["parameters"]]}


def _long(parameter: Line) -> Line:
    return {**_USUAL_PARAMETER, **parameter, "interval": {**_USUAL_INTERVAL, **parameter["interval"]}}


def _lines(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _text(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"
