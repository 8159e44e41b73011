"""The page of a loss."""

from __future__ import annotations

from collections.abc import Iterator

from docs.site.entries import about
from docs.site.entries.certificate_html import certificate_folded, opening
from docs.site.entries.curves import along, figure
from docs.site.entries.entry_page import EntryPage, PairCell
from docs.site.entries.markdown import display, fenced, prose, table
from docs.site.entries.properties import property_table
from docs.site.entries.scale import kappa_text, scale_table, tier_meaning
from symcheck.certificates.certify import certify
from symcheck.certificates.survey import LEGEND, Pair, survey
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named
from symcheck.problem import Subject
from symcheck.render.block import Function
from symcheck.render.torch_code import torch_code

BESIDE = "l2"
"""The penalty that the certificate on the page is about."""


def loss_page(name: str) -> EntryPage:
    """Everything that is derived of the loss ``name``, alone and with every penalty of the catalogue."""
    entry = loss_named(name)
    certificate = certify(name, BESIDE)
    subject = certificate.loss
    names = [p.name for p in certificate.scope.parameters]
    pairs = survey([name]).pairs
    what = about.words(entry)
    parts = [
        f"# `{name}`: {about.lower(what)}",
        *opening(certificate),
        display("l(z, y)", Function(subject.formula)),
        *about.said(entry),
        about.also(entry),
        about.parameters(entry),
        f"As a formula string: `{subject.text}`. The file: {about.source(entry)}.",
        "## Where all scores are 0",
        f"{prose(tier_meaning(certificate), names)}.",
        scale_table(certificate),
        "## Along the margin",
        _picture(name, subject),
        "## For all scores",
        property_table(certificate, "loss"),
        "## The certificate",
        certificate_folded(f"certify {name} {BESIDE}", certificate),
        f"`symcheck certify {name} {BESIDE}` derives it again.  {about.in_browser(name, BESIDE)}",
        "## With each penalty",
        _pairs(pairs),
        "## In torch",
        fenced("python", torch_code(subject.formula, name)),
        'One value for each sample, as `reduction="none"` gives it.',
        *_by_rule(subject),
        "## Reference",
        about.reference(entry),
    ]
    return EntryPage(
        name=name,
        what=what,
        text="\n\n".join(part for part in parts if part) + "\n",
        formula=f"`{subject.text}`",
        tier="undecided" if certificate.tier is None else certificate.tier.name,
        kappa=kappa_text(certificate.kappa),
        verdict=certificate.verdict.name,
        search=" ".join([name, what, *entry.also, subject.text, entry.reference]),
        pairs=tuple(_cell(pair) for pair in pairs),
    )


def _by_rule(subject: Subject) -> Iterator[str]:
    """What the entries are that a rule gives for every C, at C = 3: code takes them as a tensor."""
    for array in subject.formula.arrays:
        if array.rule is not None:
            entries = array.at_default(3).entries_text
            yield f"`{array.name}` follows the rule `{array.rule}`: at C = 3 it is `{entries}`."


def _picture(name: str, subject: Subject) -> str:
    found = along(subject)
    if isinstance(found, str):
        return f"No picture: {found}."
    where = "z = (m/2, -m/2), two classes" if found.classes == 2 else f"z = m (e_1 - 1/C), {found.classes} classes"
    given = f", {prose(found.given)}" if found.given else ""
    symmetric = "" if found.classes > 2 else "  Their sum is one number along this line if the loss is symmetric."
    return figure(
        found, ("label 1", "label 2"), "margin m of class 1",
        f"{name} along the margin, for the label of class 1 and for the label of class 2",
        f"{prose('l(z, 1) and l(z, 2)')} at {prose(where)}{given}.{symmetric}",
    )  # fmt: skip


def _pairs(pairs: tuple[Pair, ...]) -> str:
    rows = (
        [
            f'<span id="with-{_file(pair)}"></span>[`{pair.regularizer}`](../penalties/{_file(pair)}.md)',
            pair.mark,
            _verdict(pair),
            prose(pair.remains.sentence),
        ]
        for pair in pairs
    )
    return table(["penalty", "mark", "verdict", "what is left"], rows) + f"\n\n{prose(LEGEND)}."


def _file(pair: Pair) -> str:
    return pair.regularizer.partition("(")[0]


def _verdict(pair: Pair) -> str:
    return f"{pair.verdict.name}" + (" on the quotient" if pair.quotient and pair.verdict is Verdict.PROVED else "")


def _cell(pair: Pair) -> PairCell:
    return PairCell(_file(pair), pair.mark, pair.verdict.name, pair.headline, pair.quotient, pair.remains.sentence)
