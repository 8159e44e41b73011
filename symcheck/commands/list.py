"""``symcheck list``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcheck.findings.verdict import Verdict
from symcheck.language.recording import Kind

if TYPE_CHECKING:
    from symcheck.certificates.certificate import Certificate
    from symcheck.certificates.preferences.value import PreferenceCertificate  # a help text needs neither

SUMMARY = "list the losses, regularizers and preferences, with what is derived for them"

BESIDE: dict[Kind, str] = {"loss": "l2", "regularizer": "cross_entropy", "preference": "l2"}
"""What an entry is certified with."""

_KINDS: dict[str | None, tuple[Kind, ...]] = {
    "losses": ("loss",), "regularizers": ("regularizer",), "preferences": ("preference",),
    None: ("loss", "regularizer", "preference"),
}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of list."""
    parser.add_argument("which", nargs="?", choices=[k for k in _KINDS if k], help="default: all of them")
    parser.add_argument(
        "--json", action="store_true",
        help="write json, for each entry: name, kind (loss, regularizer or preference), parameters with their ranges, "
        "formula (of a preference in h = chosen - rejected, or in both scores), and as derived with the entry called "
        "with: tier, kappa, verdict, headline",
    )  # fmt: skip


def run(options: argparse.Namespace) -> tuple[int, str]:
    """A row for each entry, and 0."""
    found = rows(options.which)
    if options.json:
        return 0, json.dumps([entry.row for entry in found], ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return 0, _table(found)


Row = dict[str, "str | list[str] | None"]


@dataclass(frozen=True)
class Listed:
    """The ``row`` of an entry, and whether its condition holds in some cases of the scope."""

    row: Row
    is_proved_somewhere: bool


def rows(which: str | None = None) -> list[Listed]:
    """For each entry its name, kind, parameters, formula, and the tier, kappa and verdict that are derived.

    Losses are certified with l2, regularizers with cross_entropy, and preferences with l2 by ``certify_preference``; a
    regularizer has no tier of its own.
    """
    # Here and not above: every command file is imported for a help text.
    from symcheck.intake.catalogue import names

    entries = [(kind, name) for kind in _KINDS[which] for name in names(kind)]
    found = []
    for done, (kind, name) in enumerate(entries):
        progress(f"certify {done + 1}/{len(entries)} {name}")
        found.append(_row(kind, name))
    progress("")
    return found


def _row(kind: Kind, name: str) -> Listed:
    from symcheck.certificates.certify import certify
    from symcheck.certificates.preferences.certify_preference import certify_preference
    from symcheck.render.expression import value_text

    found: Certificate | PreferenceCertificate
    if kind == "preference":
        found = certify_preference(name, BESIDE[kind])
        certificate, text = found.certificate, found.preference.text
        subject = certificate.loss
    else:
        found = certificate = certify(BESIDE[kind], name) if kind == "regularizer" else certify(name, BESIDE[kind])
        subject = certificate.regularizer if kind == "regularizer" else certificate.loss
        text = subject.text
    tier = kappa = None
    if kind != "regularizer":
        tier = None if certificate.tier is None else certificate.tier.name
        kappa = None if certificate.kappa is None else value_text(certificate.kappa)
    row: Row = {
        "name": name,
        "kind": kind,
        "parameters": [
            *(f"{p.name} in {p.interval}" for p in subject.formula.parameters),
            *map(str, subject.formula.arrays),
        ],
        "tier": tier,
        "kappa": kappa,
        "verdict": found.verdict.name,
        "headline": found.headline,
        "with": BESIDE[kind],
        "formula": text,
    }
    return Listed(row, certificate.is_proved_somewhere)


def _table(found: list[Listed]) -> str:
    head = ("name", "kind", "parameters", "tier", "kappa", "verdict", "formula")
    told = [{**entry.row, "verdict": _verdict(entry)} for entry in found]
    cells = [head, *(tuple(_cell(row[column]) for column in head) for row in told)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = ("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    note = "tier, kappa and verdict are derived: losses and preferences with l2, regularizers with cross_entropy"
    return "\n".join([*lines, "", note, ""])


def _verdict(entry: Listed) -> str:
    """The verdict in the whole scope, and whether it is PROVED in a part of it."""
    verdict = entry.row["verdict"]
    is_part = entry.is_proved_somewhere and verdict != Verdict.PROVED.name
    return f"{verdict}, PROVED in some cases" if is_part else f"{verdict}"


def _cell(value: str | list[str] | None) -> str:
    return ", ".join(value) if isinstance(value, list) else value or ""


def progress(text: str) -> None:
    """One line on standard error that is written over, if somebody looks at it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
