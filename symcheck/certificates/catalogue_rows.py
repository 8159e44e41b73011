"""The catalogue as rows: each entry with what is derived for it, kept from one call to the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from symcheck.budget import SECONDS
from symcheck.certificates.cache import kept, sources_and_versions
from symcheck.intake.catalogue import files_of, names
from symcheck.language.recording import Kind
from symcheck.reason import Code
from symcheck.render.block import Math

if TYPE_CHECKING:
    from symcheck.certificates.certificate import Certificate
    from symcheck.certificates.preferences.value import PreferenceCertificate  # rows that were kept need neither

BESIDE: dict[Kind, str] = {"loss": "l2", "regularizer": "cross_entropy", "preference": "l2"}
"""What an entry is certified with."""

Row = dict[str, "str | list[str] | None"]
Progress = Callable[[int, int, str], object]


@dataclass(frozen=True)
class Listed:
    """The ``row`` of an entry, and whether its condition holds in some cases of the scope."""

    row: Row
    is_proved_somewhere: bool


def catalogue_rows(kinds: Iterable[Kind], progress: Progress | None = None) -> list[Listed]:
    """For each entry of ``kinds`` its name, parameters, formula, and the tier, kappa and verdict that are derived.

    Losses are certified with l2, regularizers with cross_entropy, and preferences with l2 by ``certify_preference``; a
    regularizer has no tier of its own.  What was derived by the same code before is not derived again.
    ``progress`` is called before each entry that is, with how many are done, how many there are, and its name.
    """
    depends_on = sources_and_versions(_folders())
    found: list[Listed] = []
    for kind in kinds:
        rows = kept(f"{kind}-rows", f"{kind}\n{depends_on}", partial(_derived, kind, progress))
        found += [Listed(cast(Row, row), bool(somewhere)) for row, somewhere in rows]
    return found


def kappa_piece(text: str) -> Math | str:
    """A kappa as mathematics, unless words say where it is that: "2 where C = 2"."""
    return text if " where " in text or not text else Math(text)


def _folders() -> set[Path]:
    """Where the code is on which the rows depend: this package, and folders that somebody added to the catalogue."""
    return {
        Path(__file__).resolve().parents[1],
        *(Path(folder) for kind in BESIDE for folder in files_of(kind).folders),
    }


def _derived(kind: Kind, progress: Progress | None) -> tuple[list[Any], bool]:
    """The rows, and whether another call would find the same: none of them ended for want of time."""
    found, may_be_kept = [], True
    for done, name in enumerate(names(kind)):
        if progress is not None:
            progress(done, len(names(kind)), name)
        start = time.monotonic()
        listed, is_cut_short = _listed(kind, name)
        may_be_kept &= not is_cut_short and time.monotonic() - start < SECONDS / 2
        found.append([listed.row, listed.is_proved_somewhere])
    return found, may_be_kept


def _listed(kind: Kind, name: str) -> tuple[Listed, bool]:
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
    is_cut_short = any(f.reason is not None and f.reason.code is Code.BUDGET for f in certificate.findings)
    return Listed(row, certificate.is_proved_somewhere), is_cut_short
