"""The page of a penalty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docs.site.entries import about
from docs.site.entries.certificate_html import certificate_folded, opening
from docs.site.entries.curves import along, figure
from docs.site.entries.entry_page import EntryPage
from docs.site.entries.markdown import display, fenced, prose
from docs.site.entries.properties import property_table
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.findings.condition import Condition
from symcheck.intake.catalogue import regularizer_named
from symcheck.problem import Subject
from symcheck.render.block import Function
from symcheck.render.torch_code import torch_code

BESIDE = "cross_entropy"
"""The loss that the certificate on the page is about."""


def penalty_page(name: str) -> EntryPage:
    """Everything that is derived of the penalty ``name``."""
    entry = regularizer_named(name)
    certificate = certify(BESIDE, name)
    subject = certificate.regularizer
    names = [p.name for p in certificate.scope.parameters]
    what = about.words(entry)
    space = "on the quotient by (1, ..., 1)" if certificate.quotient else "on R^C"
    parts = [
        f"# `{name}`: {about.lower(what)}",
        *opening(certificate),
        display("g(z)", Function(subject.formula)),
        *about.said(entry),
        about.also(entry),
        about.parameters(entry),
        f"As a formula string: `{subject.text}`. The file: {about.source(entry)}.",
        "## Where all scores are 0",
        *_where_scores_are_0(certificate, names),
        "## Along a line",
        _picture(name, subject),
        "## For all scores",
        property_table(certificate, "regularizer"),
        "## The certificate",
        certificate_folded(f"certify {BESIDE} {name}", certificate),
        (
            f"`symcheck certify {BESIDE} {name}` derives it again.  "
            f'<a href="../survey.html#penalty={name}">The survey</a> has it with every loss.  '
            f"{about.in_browser(BESIDE, name)}"
        ),
        "## In torch",
        fenced("python", torch_code(subject.formula, name)),
        "One value for each sample; a training step adds its mean, times lambda, to the mean of the loss.",
        "## Reference",
        about.reference(entry),
    ]
    return EntryPage(
        name=name,
        what=what,
        text="\n\n".join(part for part in parts if part) + "\n",
        formula=f"`{subject.text}`",
        tier=space,
        kappa="",
        verdict=certificate.verdict.name,
        search=" ".join([name, what, *entry.also, subject.text, entry.reference]),
    )


def _where_scores_are_0(certificate: Certificate, names: Sequence[str]) -> Iterator[str]:
    """What is known of the Hessian at 0; where nothing was derived, the reason, after what is known of smoothness."""
    bend = certificate.property(Condition.REGULARIZER_CURVATURE)
    if bend.reason is None:
        yield f"{prose(bend.condition.value, names)}: {bend.verdict.name}, {prose(bend.detail, names)}."
        return
    smooth = certificate.property(Condition.REGULARIZER_SMOOTH)
    yield f"{prose(smooth.condition.value, names)}: {smooth.verdict.name}, {prose(smooth.detail, names)}."
    yield f"{prose(bend.condition.value, names)}: {bend.verdict.name}, because {prose(bend.reason.why, names)}."


def _picture(name: str, subject: Subject) -> str:
    found = along(subject)
    if isinstance(found, str):
        return f"No picture: {found}."
    where = "z = (m/2, -m/2), two classes" if found.classes == 2 else f"z = m (e_1 - 1/C), {found.classes} classes"
    given = f", {prose(found.given)}" if found.given else ""
    return figure(
        found,
        ("g(z)",),
        "margin m of class 1",
        f"{name} along the margin",
        f"{prose('g(z)')} at {prose(where)}{given}.",
    )
