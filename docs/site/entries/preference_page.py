"""The page of a preference loss."""

from __future__ import annotations

from dataclasses import replace

from docs.site.entries import about
from docs.site.entries.certificate_html import certificate_folded, opening
from docs.site.entries.curves import along, figure
from docs.site.entries.entry_page import EntryPage
from docs.site.entries.markdown import display, fenced, prose, table
from docs.site.entries.preference_code import preference_code
from docs.site.entries.scale import kappa_text
from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.intake.catalogue import preference_named
from symcheck.intake.preference_subject import PreferenceSubject
from symcheck.render.block import Function

IN_MARGIN, IN_SCORES = "h**2/2", "l2"
"""The penalty of the second certificate: of a loss of h alone, and of one of both scores."""


_SCORES = ("h", "chosen", "rejected")


def preference_page(name: str) -> EntryPage:
    """Everything that is derived of the preference loss ``name``, alone and with a penalty."""
    entry = preference_named(name)
    alone = certify_preference(name)
    subject = alone.preference
    penalty = IN_MARGIN if subject.in_margin else IN_SCORES
    penalised = certify_preference(name, penalty)
    arguments = "h" if "h" in subject.text and subject.in_margin else "chosen, rejected"
    what = about.words(entry)
    parts = [
        f"# `{name}`: {about.lower(what)}",
        *opening(alone),
        *opening(penalised),
        display(f"f({arguments})", Function(subject.formula)),
        *about.said(entry),
        about.also(entry),
        about.parameters(entry),
        (
            f"As a formula string: `{subject.text}`, with {prose('h = chosen - rejected', _SCORES)}.  The file: "
            f"{about.source(entry)}."
        ),
        "## What flips do",
        _answers(alone, penalised, penalty),
        "## Along the margin",
        _picture(name, subject),
        "## The certificates",
        certificate_folded(f"certify-preference {name}", alone),
        certificate_folded(f"certify-preference {name} {penalty}", penalised),
        f'`symcheck certify-preference {name} "{penalty}"` derives it again.',
        "## In torch",
        fenced("python", preference_code(subject, name)),
        "One value for each pair.",
        "## Reference",
        about.reference(entry),
    ]
    return EntryPage(
        name=name,
        what=what,
        text="\n\n".join(part for part in parts if part) + "\n",
        formula=f"`{subject.text}`",
        tier="undecided" if alone.tier is None else alone.tier.name,
        kappa=kappa_text(alone.kappa),
        verdict=penalised.verdict.name,
        search=" ".join([name, what, *entry.also, subject.text, entry.reference]),
    )


def _answers(alone: PreferenceCertificate, penalised: PreferenceCertificate, penalty: str) -> str:
    """A row for each question, alone and with the penalty."""
    names = [*_SCORES, *(p.name for p in alone.scope.parameters)]
    rows = []
    for title, certificate in (("alone", alone), (f"with `{penalty}`", penalised)):
        for answer in certificate.answers:
            said = prose(f"{answer.statement}: {answer.detail}", names)
            rows.append([answer.name, title, answer.verdict.name, said])
    return table(["question", "of the loss", "verdict", "why"], rows)


def _picture(name: str, subject: PreferenceSubject) -> str:
    found = along(replace(subject.loss, defaults=None))
    if isinstance(found, str):
        return f"No picture: {found}."
    given = f", {prose(found.given)}" if found.given else ""
    where = prose("chosen = h/2, rejected = -h/2", _SCORES)
    title = f"{name} of a pair and of the same pair flipped"
    caption = f"f of a pair and of the same pair flipped, at {where}{given}."
    return figure(found, ("pair in its order", "pair flipped"), "h = chosen - rejected", title, caption)
