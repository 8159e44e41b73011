"""Confirmation of a preference loss: linear rewards on clean and on flipped pairs, beside what the certificate says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import torch

from numerics.confirmations.evidence import Evidence
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.measure import measured
from numerics.confirmations.predict import Expected
from numerics.confirmations.preferences.claim import PreferenceClaim, preference_claim
from numerics.confirmations.preferences.preference_evidence import PreferenceEvidence
from numerics.confirmations.preferences.preference_rows import exact_rows, first_step_rows, limit_rows, symmetric_rows
from numerics.confirmations.preferences.reward_table import reward_blocks
from numerics.confirmations.preferences.rewards import FlippedPairs, Rewards
from numerics.errors import ConfirmationError, DataError
from numerics.models.linear import Outputs
from numerics.noise.laws import checked_rate
from numerics.preferences.given_pairs import pairs_of
from numerics.preferences.pairs import Pairs
from numerics.preferences.reward_training import SMALL
from numerics.progress import Progress, silent
from numerics.runs.agreement import Agreement, Row
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.render.block import Block


@dataclass(frozen=True, eq=False)
class LimitEvidence(Evidence):
    """What is expected of the limit, measured, and its rows."""

    def to_json(self) -> str:
        """Not by itself: it is part of the record of a preference confirmation."""
        raise NotImplementedError

    def files(self) -> dict[str, str | bytes]:
        """None of its own."""
        return {}

    def blocks(self) -> Iterable[Block]:
        """The rows alone."""
        return self.agreement.blocks()


@dataclass(frozen=True, eq=False, repr=False)
class PreferenceConfirmation(PreferenceEvidence):
    """Rewards beside a certificate, with a record and a report."""

    def to_json(self) -> str:
        """The record of what was trained, measured and compared."""
        from numerics.confirmations.preferences.preference_report import record_text

        return record_text(self)

    def files(self) -> dict[str, str | bytes]:
        """Figure, report and record by the names of their files."""
        from numerics.confirmations.preferences.preference_report import report_files  # loads matplotlib

        return report_files(self)

    def blocks(self) -> Iterator[Block]:
        """The report: what was trained, what was compared, the rewards, and the figure."""
        from numerics.confirmations.preferences.preference_report import report_page

        return report_page(self)

    def summary(self) -> Iterator[Block]:
        """The table of what was compared, and that of the rewards."""
        yield from self.agreement.blocks()
        yield from reward_blocks(self.rewards)


def confirmed_preference(
    certificate: PreferenceCertificate,
    data: object = None,
    rho: float | Fraction = Fraction(2, 5),
    *,
    seed: int | None = None,
    progress: Progress = silent,
) -> PreferenceConfirmation:
    """Train a linear reward on pairs, clean and flipped with probability ``rho``, and compare with ``certificate``.

    Parameters: ``data`` as ``pairs_of`` takes it; ``rho`` in [0, 1/2); ``seed`` None for exact flips, where each pair
    is replaced by (1 - rho) f + rho (f of the flipped pair), else that of one draw.

    Raises ``ConfirmationError`` where nothing is claimed, or training ends in no minimum, ``DataError`` and
    ``NoiseError``.
    """
    claim = preference_claim(certificate)
    flips = FlippedPairs(pairs_of(data), checked_rate(rho, 2), seed)
    if not claim.claims_anything:
        raise ConfirmationError(
            f"certificate: that of {claim.name} claims nothing that training could confirm or contradict; take a loss "
            'and a penalty whose limit is known, such as certify_preference("dpo", "h**2/2")'
        )
    _check_order(flips.pairs)
    rewards = Rewards.of(claim, flips)
    progress(0, 2, "rewards")
    rewards.check()
    progress(1, 2, "limit")
    rows: list[Row] = [*exact_rows(rewards), *symmetric_rows(rewards)]
    notes = list(_notes(rewards))
    if claim.has_limit:
        found, said = limit_rows(_limit_evidence(claim, flips))
        rows += found
        notes += said
    rows += first_step_rows(claim, rewards)
    progress(2, 2, "done")
    return PreferenceConfirmation(rewards, Agreement(_title(rewards), tuple(rows), tuple(notes)))


def _check_order(pairs: Pairs) -> None:
    """Raises ``DataError`` where the differences of the pairs average to 0: then no reward is preferred to 0."""
    differences = pairs.differences
    unit = len(pairs) * torch.finfo(differences.dtype).eps * pairs.answers.abs().sum(1).mean(0)
    if bool((differences.mean(0).abs() <= unit).all()):
        raise DataError(
            f"{pairs.name}: the differences phi(chosen) - phi(rejected) average to 0, as where every pair occurs in "
            "both orders: the first step at w = 0 is none, and there is no ranking to compare; give pairs with an order"
        )


def _limit_evidence(claim: PreferenceClaim, flips: FlippedPairs) -> LimitEvidence:
    pairs = flips.pairs
    kind = Outputs.CENTRED if claim.in_margin else Outputs.FULL
    labels = torch.zeros(len(pairs), dtype=torch.int64)
    made = Experiment.of(claim.predicted, pairs.name, pairs.answers, labels, flips.rate, kind, seed=flips.seed)
    expected = Expected.of(made)
    return LimitEvidence(expected, measured(expected), Agreement(claim.name, ()))


def _title(rewards: Rewards) -> str:
    return f"{rewards.claim.name} on {rewards.data.pairs.name} ({rewards.data.title})"


def _notes(rewards: Rewards) -> list[str]:
    claim, flips = rewards.claim, rewards.data
    notes = [*flips.pairs.notes, *rewards.family.notes]
    notes.append(
        "the reward is w . phi without a bias"
        + (", which would cancel in h" if claim.in_margin else ": both scores are w . phi of their answer")
    )
    if claim.assumed:
        values = ", ".join(f"{name} = {value}" for name, value in sorted(claim.assumed.items()))
        notes.append(f"free parameters of the certificate are trained at their defaults: {values}")
    if not claim.is_convex:
        notes.append(
            "loss and penalty are not both proved convex: what is called a reward is the lowest stationary point that "
            "was reached from several starts, which need not be the global minimum"
        )
    if flips.seed is not None:
        notes.append(
            f"{flips.noise}: what is exact holds for exact flips, and for drawn ones in the mean over many draws; each "
            "draw has a limit of its own"
        )
    open_ = [m for m in rewards.measurements if not m.is_solved]
    if open_:
        told = ", ".join(f"{m.lambda_:g}" for m in open_)
        notes.append(
            f"at lambda = {told} training reached no minimum to a relative {SMALL:.0e}, and nothing is reported"
        )
    flat = [m for m in rewards.measurements if m.is_solved and m.tau is None]
    if flat:
        told = ", ".join(f"{m.rate if claim.is_alone else m.lambda_:g}" for m in flat)
        notes.append(f"at {_axis(claim)} {told} a minimum is the reward 0, which ranks nothing")
    rough = [m for m in rewards.measurements if m.is_solved and not m.is_smooth]
    if rough:
        told = ", ".join(f"{m.rate if claim.is_alone else m.lambda_:g}" for m in rough)
        notes.append(
            f"at {_axis(claim)} {told} a minimum lies at a kink of the loss, where it "
            "is known to about six digits: shown, and compared with nothing"
        )
    return notes


def _axis(claim: PreferenceClaim) -> str:
    return "flips of" if claim.is_alone else "lambda ="
