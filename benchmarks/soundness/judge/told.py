"""The text that a reader is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.soundness.judge.evidence import Evidence
from benchmarks.soundness.trial import Wrong
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict


def wrong(evidence: Evidence) -> Iterator[Wrong]:
    """What the text says and is false at the points."""
    c = evidence.certificate
    text = " ".join(str(c).split())
    tiers = [evidence.tier(p) for p in evidence.points]
    gradient = c.finding(Condition.LOSS_GRADIENT)
    if gradient is not None and gradient.verdict is Verdict.PROVED and Tier.SYMLIN in tiers:
        said = re.search(r"PROVED grad l\(0, y\) = kappa grad l_MUH\(0, y\) with kappa > 0", text)
        if said is not None:
            point = evidence.points[tiers.index(Tier.SYMLIN)]
            yield Wrong("text: gradient of SYMLIN", said[0], "no kappa gives this gradient", str(point))
