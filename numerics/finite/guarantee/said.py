"""What a guarantee says: the page and the record."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.thresholds import Thresholds
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.render.block import Block, Item, Items, Line, Table, Title

SHARES = (0.5, 0.9, 1.0)
"""Of the samples: the page says from which lambda on each of them is certified."""
SHARED = (Tier.EXACT, Tier.SCALED, Tier.SYMLIN)
"""The tiers in which clean and noisy labels have one limit."""
_SAYS = (
    "{who} of sum_j l(z_j, q_j) + lambda sum_j g(z_j) over linear scores of these "
    "features and a bias, once with the clean labels and once with each replaced by its law under uniform noise, "
    "predict the same class for the certified samples; nothing is said of other samples, of labels drawn once (ask "
    "for those by at(lambda_, law=...)), or of other models"
)
_MINIMISERS = "the minimisers"
_STATIONARY = "the only stationary points in a ball of scores about 0"


@dataclass(frozen=True)
class Said:
    """The words and numbers of ``guarantee``."""

    guarantee: Thresholds

    def blocks(self) -> Iterator[Block]:
        """What is certified of whom, from which lambda on, and what it rests on."""
        found = self.guarantee
        noise = "every rate below chance" if found.rho is None else f"rate {found.rho:g}"
        yield Title((f"{found.name}: predictions that uniform noise of {noise} does not turn",))
        yield Table(self._head, tuple(self._cells(i) for i in range(len(found.table))))
        told = {
            "says": _SAYS.format(who=_MINIMISERS if found.problem.bounds.is_known else _STATIONARY),
            "from": self._from(every_rho=False) if found.rho is not None else "",
            "every rate": self._from(every_rho=True),
            "never": self._never,
            "about": self._about,
            "level": found.level,
            "bounds": self._bounds,
            "certificate": self._certificate,
            "assumed": ", ".join(f"{n} = {v}" for n, v in sorted(found.pair.assumed.items())),
            "samples": self._samples,
            "data": "; ".join(found.samples.notes),
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))

    def record(self) -> dict[str, object]:
        """The numbers for JSON: thresholds that are not known are None."""
        found = self.guarantee
        bounds = found.problem.bounds
        return {
            "pair": found.pair.name, "data": found.samples.name, "samples": len(found.samples),
            "classes": found.samples.classes, "rank": found.samples.span.rank, "rho": found.rho, "steps": found.steps,
            "level": found.level, "proved": found.is_proved, "outputs": found.problem.space.kind.value,
            "assumed": dict(found.pair.assumed), "about": self._about,
            "bounds": {
                "known": bounds.is_known, "mu": _finite(bounds.mu), "strong": bounds.strong, "why": bounds.why,
                "floor": _finite(bounds.floor),
            },
            "table": [
                {"lambda": x.lambda_, "alone": x.alone, "from": x.from_on, "every_rate": x.every_rate}
                for x in found.table
            ],
            "lambda_for": {f"{s:g}": _finite(found.lambda_for(s)) for s in SHARES},
            "lambda_for_every_rho": {f"{s:g}": _finite(found.lambda_for(s, every_rho=True)) for s in SHARES},
            "lambda_from": _listed(found.lambda_from),
            "lambda_from_every_rho": _listed(found.lambda_from_every_rho),
        }  # fmt: skip

    @property
    def _head(self) -> tuple[str, ...]:
        rho = self.guarantee.rho
        every = "from it on, every rate"
        return ("lambda", every) if rho is None else ("lambda", "at it alone", f"from it on, rho = {rho:g}", every)

    def _cells(self, index: int) -> tuple[Line, ...]:
        line = self.guarantee.table[index]
        shares = (line.alone, line.from_on, line.every_rate)
        return ((f"{line.lambda_:g}",), *((f"{_percent(x)}",) for x in shares if x is not None))

    def _from(self, *, every_rho: bool) -> str:
        found = self.guarantee
        if every_rho and not found.problem.is_balanced:
            return "none: the slopes of the loss at 0 do not sum to 0, and near chance they are what is left"
        told = []
        for share in SHARES:
            least = found.lambda_for(share, every_rho=every_rho)
            told.append(
                f"{share:.0%} of the samples from lambda = {_upwards(least)} on"
                if math.isfinite(least)
                else f"{share:.0%}: none"
            )
        return ", ".join(told)

    @property
    def _never(self) -> str:
        found = self.guarantee
        count = int(np.isinf(found.lambda_from).sum())
        if not count:
            return ""
        total = len(found.samples)
        return f"{count} of {total} at no lambda: a tie in the limit, too small a lead, or no bound that reaches"

    @property
    def _about(self) -> str:
        bounds = self.guarantee.problem.bounds
        if bounds.is_known:
            return ""
        if self.guarantee.why_not:
            return f"no bound for every score: {bounds.why}; nor near 0: {self.guarantee.why_not}"
        return (
            f"no bound for every score: {bounds.why}.  On a ball of scores Theorem B (theory, section 12) says: just "
            "one stationary point has all its scores there, and what is certified is its prediction; that no other "
            "minimiser is outside is not shown"
        )

    @property
    def _bounds(self) -> str:
        bounds = self.guarantee.problem.bounds
        if not bounds.is_known:
            return ""
        least = f", so lambda > {_upwards(bounds.floor)} is asked" if bounds.floor else ""
        return (
            f"l + mu/2 ||z||^2 is convex with mu = {_upwards(bounds.mu)}, g - s/2 ||z||^2 with s = {bounds.strong:.6g}"
            f"{least}: {bounds.why}"
        )

    @property
    def _certificate(self) -> str:
        certificate = self.guarantee.pair.certificate
        verdict, tier = getattr(certificate, "verdict", None), certificate.tier
        words = "" if not isinstance(verdict, Verdict) else verdict.name
        named = f"{words}, tier {tier.name}" if tier is not None else words
        if tier in SHARED:
            return named
        return (
            f"{named}: it does not say that clean and noisy labels share a limit; what is certified here holds all the "
            "same, since it is about these minimisers alone"
        )

    @property
    def _samples(self) -> str:
        found = self.guarantee.samples
        span = found.span
        told = f"{len(found)} samples, {found.classes} classes, {span.rank} independent features with the bias"
        if span.rank < span.columns:
            told += f" of {span.columns}, which depend on one another"
        alone = int((span.leverage > 1 - 1e-9).sum())
        if alone:
            told += f"; {alone} alone in a direction (leverage 1)"
        missing = found.classes - len(np.unique(found.labels))
        return told + (f"; {missing} classes without a sample" if missing else "")


def _percent(share: float) -> str:
    """In percent, rounded down, so that 100 is said of all alone."""
    return f"{math.floor(share * 1000 + 1e-9) / 10:.1f} %"


def _upwards(value: float) -> str:
    """Four digits, rounded up."""
    if not value > 0 or not math.isfinite(value):
        return f"{value:g}"
    unit = 10.0 ** (math.floor(math.log10(value)) - 3)
    return f"{math.ceil(value / unit * (1 - 1e-12)) * unit:.4g}"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _listed(values: NDArray[np.float64]) -> list[float | None]:
    return [_finite(x) for x in values.tolist()]
