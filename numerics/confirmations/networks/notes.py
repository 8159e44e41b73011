"""What a reader has to know beside the rows of a network confirmation."""

from __future__ import annotations

from collections.abc import Sequence

from numerics.confirmations.networks.judged import Judged
from numerics.confirmations.networks.steps_to_go import steps_to_go
from numerics.runs.agreement import Outcome, Row
from symcheck.findings.verdict import Verdict


def notes_of(judged: Judged, rows: Sequence[Row], told_of_alpha: Sequence[str]) -> tuple[str, ...]:
    """The claim that was planted, alpha, training, the model, parameters and noise, where there is a word to say."""
    claim, found = judged.claim, judged.found
    outcomes = {row.outcome for row in rows}
    notes = [claim.planted] if claim.planted else []
    notes += told_of_alpha
    notes.append(f"steps taken: {_range(found.steps)}")
    # where the rows are decided, more training changes nothing
    is_open = Outcome.INCONCLUSIVE in outcomes and Outcome.CONTRADICTS not in outcomes
    to_go = steps_to_go(judged) if is_open else None
    if to_go is not None:
        notes.append(to_go.sentence)
    if claim.held is Verdict.REFUTED:
        notes.append(
            "minimisers need not exist for this pair: the objective may be unbounded below, or lower far away; what "
            "is looked at is a stationary point near Z = 0 (the local branch of Theorem 2)"
        )
    if judged.layer is None:
        notes.append(
            "no layer is known to scale the scores: kappa, the noise factor and the common limit, which ask for a "
            "cone, are not looked at"
        )
    notes += found.notes
    if claim.assumed:
        values = ", ".join(f"{name} = {value}" for name, value in sorted(claim.assumed.items()))
        notes.append(f"free parameters of the certificate are trained at their defaults: {values}")
    if judged.rho is None:
        notes.append(f"noise: {found.noise}; no claim is made of the noise factor and of the common limit")
    return tuple(notes)


def _range(steps: Sequence[int]) -> str:
    return f"{min(steps)}" if min(steps) == max(steps) else f"{min(steps)} to {max(steps)}"
