"""Certificates as they are published: each page in tests/certificates is written again and compared.

``make docs`` writes them anew (``pytest -m generated --regenerate``); read what has changed before it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from symcheck.certificates.certify import certify
from symcheck.losses.gce import GCE

FOLDER = "tests/certificates"

PAGES: dict[str, Callable[[], object]] = {
    "cross_entropy_l2": lambda: certify("cross_entropy", "l2"),
    "gce_l2": lambda: certify("gce", "l2"),
    "gce_q_7_10_l2_10_classes": lambda: certify(GCE(q="7/10"), "l2", classes=10),
    "mae_entropy": lambda: certify("mae", "entropy"),
    "one_vs_rest_logistic_l2": lambda: certify("one_vs_rest_logistic", "l2"),
    "cross_entropy_label_smoothing_as_printed": lambda: certify("cross_entropy", "label_smoothing_as_printed"),
    "square_l2": lambda: certify("square", "l2"),
    "cross_entropy_quartic": lambda: certify("cross_entropy", "quartic"),
    "cross_entropy_alone": lambda: certify("cross_entropy"),
    "gce_alone": lambda: certify("gce"),
    "mae_alone": lambda: certify("mae"),
    "square_centred_alone": lambda: certify("square_centred"),
    "cross_entropy_l2_at_an_anchor": lambda: certify("cross_entropy", "l2", anchor="z_ref"),
    "mae_l2_at_an_anchor": lambda: certify("mae", "l2", anchor="z_ref"),
}
"""Every verdict, every kind of witness and both spaces, by the name of the page."""


@pytest.mark.generated
@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_certify_says(name: str, generated: Callable[[str, str], None]) -> None:
    certificate = PAGES[name]()
    generated(f"{FOLDER}/{name}.md", certificate.to_markdown())


def test_there_is_no_page_that_nobody_compares(checkout: Path) -> None:
    assert {p.stem for p in (checkout / FOLDER).glob("*.md")} == set(PAGES)
