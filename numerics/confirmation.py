"""Confirmation: a certificate against training, on real data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import torch

from numerics import datasets
from numerics.agreement import Agreement, Outcome
from numerics.claim import claim_of
from numerics.device import checked_device
from numerics.experiment import Experiment
from numerics.given_data import given_data
from numerics.judge import agreement_of
from numerics.measure import measured
from numerics.noise import checked_seed
from numerics.pair import Certified
from numerics.predict import Expected
from numerics.progress import Progress, silent
from numerics.records import Run
from symcheck.language.exact import exact_text

RHO = Fraction(2, 5)
"""The noise rate unless one is given."""


@dataclass(frozen=True, eq=False)
class Confirmation:
    """What was ``expected``, what the ``run`` measured, and their ``agreement``."""

    expected: Expected
    run: Run
    agreement: Agreement

    @property
    def outcome(self) -> Outcome:
        """agrees, contradicts or inconclusive."""
        return self.agreement.outcome

    def __repr__(self) -> str:
        return f"<Confirmation {self.outcome}: {self.agreement.title}>"

    def __str__(self) -> str:
        return self.agreement.to_text()

    def _repr_markdown_(self) -> str:
        return self.agreement.to_markdown()


def confirm(
    cert: Certified,
    data: str | tuple[object, object] = "digits",
    rho: float | Fraction | str = RHO,
    noise: str = "exact",
    seed: int = 0,
    device: str | torch.device = "cpu",
    out: str | Path | None = None,
    progress: Progress = silent,
) -> Confirmation:
    """Train what ``cert`` is about on ``data`` and compare with what it predicts.

    A linear classifier on standardised features with bias is trained to rounding at a row of alpha = 1/lambda,
    under the clean labels and under labels with uniform noise of rate ``rho``.

    Parameters: ``data`` a name of ``numerics.datasets``, or a pair (X, y) of features (n, d) and labels (n,), arrays
    or tensors, the labels from 0 to C-1 or from 1 to C; ``rho`` in [0, (C-1)/C), a number or its text; ``noise``
    "exact", where each label is replaced by its law, or "sampled", where it is replaced by one draw with ``seed``,
    and then what is predicted is the limit of these draws; ``device`` "cpu" or a CUDA device; ``out`` a folder for
    report, figure and record, made if it is missing; ``progress`` is called as training goes on.  A parameter that
    the certificate leaves free is trained at its default.

    Raises ``UnknownNameError``, ``DataError``, ``NoiseError``, ``DeviceError``, ``ConfirmationError`` before anything
    is trained.
    """
    where, drawn = checked_device(device), checked_seed(noise, seed)
    dataset = datasets.load(data) if isinstance(data, str) else given_data(data)
    claim = claim_of(cert, dataset.classes, dataset.name)
    expected = Expected.of(Experiment.on(claim, dataset, _rate(rho), where, seed=drawn))
    if out is None:
        return _confirmation(expected, progress)
    from numerics.report import made_folder, written_report

    folder = made_folder(out)
    confirmation = _confirmation(expected, progress)
    written_report(confirmation, folder)
    return confirmation


def _confirmation(expected: Expected, progress: Progress) -> Confirmation:
    run = measured(expected, progress)
    return Confirmation(expected, run, agreement_of(expected, run))


def _rate(rho: float | Fraction | str) -> float | Fraction:
    return exact_text(rho, "rho") if isinstance(rho, str) else rho
