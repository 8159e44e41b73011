"""Confirmation: a certificate against training, on real data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import torch

from numerics.confirmations.evidence import Evidence
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.judge import agreement_of
from numerics.confirmations.measure import measured
from numerics.confirmations.networks.confirming import confirmed_network
from numerics.confirmations.predict import Expected
from numerics.confirmations.preferences.preference_confirmation import confirmed_preference
from numerics.data.given import Given, dataset_of
from numerics.device import checked_device
from numerics.errors import ConfirmationError, DataError
from numerics.folders import made_folder, written_files
from numerics.formulas.pair import Certified
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.networks.train import AnyModel
from numerics.networks.training import Training
from numerics.noise.laws import checked_seed
from numerics.noise.shares import share_of
from numerics.preferences.pairs import Pairs
from numerics.progress import Progress, silent
from numerics.runs.confirmed import Confirmed
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.errors import shown

RHO = Fraction(2, 5)
"""The noise rate unless one is given."""
LINEAR = "linear"
"""The model that is solved exactly."""


@dataclass(frozen=True, eq=False, repr=False)
class Confirmation(Evidence):
    """What was ``expected``, what the ``run`` measured, and their ``agreement``, with a record and a report."""

    def to_json(self) -> str:
        """The record of what was run, measured and compared."""
        from numerics.confirmations.report import record_text  # loads matplotlib

        return record_text(self)

    def files(self) -> dict[str, str | bytes]:
        """Figure, report and record by the names of their files."""
        from numerics.confirmations.report import report_files

        return report_files(self)


def confirm(
    cert: Certified | PreferenceCertificate,
    data: Given | Pairs | None = None,
    rho: float | Fraction | str = RHO,
    noise: str = "exact",
    seed: int = 0,
    device: str | torch.device = "cpu",
    out: str | Path | None = None,
    progress: Progress = silent,
    *,
    model: AnyModel = LINEAR,
    training: Training | None = None,
    reference: bool = False,
    label: str | None = None,
    without: Sequence[str] = (),
) -> Confirmed:
    """Train what ``cert`` is about on ``data`` and compare with what it predicts.

    A linear classifier on standardised features with bias is trained to rounding at a row of alpha = 1/lambda,
    under the clean labels and under labels with uniform noise of rate ``rho``.  Any other ``model`` is trained at one
    small alpha from five seeds, as ``numerics.confirmations.networks.confirming`` says.

    Of a preference loss a linear reward is trained on pairs, clean and with flips of probability ``rho``, as
    ``numerics.confirmations.preferences.preference_confirmation`` says; then ``data`` is a pair (chosen, rejected) of
    features (n, d) of the two answers, by default generated pairs.

    Parameters: ``data`` a name of ``numerics.datasets`` (default: digits), a file, a data frame, or a pair (X, y)
    of features (n, d) and labels (n,), arrays or tensors, the labels from 0 to C-1 or from 1 to C; ``rho`` in
    [0, (C-1)/C), a number or its text; ``noise`` "exact", where each label is replaced by its law, or "sampled", where
    it is replaced by one draw with ``seed``, and then what is predicted is the limit of these draws (linear model
    only); ``device`` "cpu" or a CUDA device; ``out`` a folder for report and record, made if it is missing;
    ``progress`` is called as data are read and training goes on; ``model`` "linear", another name of
    ``numerics.models``, or a torch module, and ``training`` the settings of its training; ``reference`` keeps the score
    of the last class at 0 (linear model only); ``label`` the column of a file or frame that holds the labels, by
    default the one called so or the only one of names, and ``without`` columns of it that are left out.  A parameter
    that the certificate leaves free is trained at its default.

    Raises ``UnknownNameError``, ``DataError``, ``NoiseError``, ``DeviceError``, ``ModelError``, ``TrainingError``,
    ``ConfirmationError`` before anything is trained.
    """
    where, drawn = checked_device(device), checked_seed(noise, seed)
    if isinstance(cert, PreferenceCertificate):
        _check_reward(
            where,
            model=model != LINEAR,
            training=training is not None,
            reference=reference,
            label=label is not None,
            without=bool(without),
        )

        def found() -> Confirmed:
            return confirmed_preference(cert, data, _rate(rho), seed=drawn, progress=progress)

        return _written(found, out)
    if not hasattr(cert, "problem"):
        raise ConfirmationError(
            f"cert: got {shown(cert)}; accepted is a certificate: of symcheck.certify(loss, regularizer), or of "
            "symcheck.certify_preference(loss, penalty) for pairs of answers"
        )
    if isinstance(data, Pairs):
        raise DataError(
            f"data: got {data.name}, and the certificate is one of a classifier; accepted are features and labels; of "
            "certify_preference it takes pairs"
        )
    dataset = dataset_of("digits" if data is None else data, label, without, progress)
    claim = predicted_numbers(cert, dataset.classes, dataset.name)
    if model != LINEAR:
        _check_network(drawn, reference=reference)

        def found() -> Confirmed:
            return confirmed_network(
                claim, model, dataset, _rate(rho), training=training, device=where, progress=progress
            )
    else:
        if training is not None:
            raise ConfirmationError("training: the linear model is solved exactly and has no settings; leave it out")
        made = Experiment.on(claim, dataset, _rate(rho), where, seed=drawn, reference=reference)
        expected = Expected.of(made)

        def found() -> Confirmed:
            return _confirmation(expected, progress)

    return _written(found, out)


def _written(found: Callable[[], Confirmed], out: str | Path | None) -> Confirmed:
    """What is ``found``, with its report in the folder ``out``, which is made before anything is trained."""
    if out is None:
        return found()
    folder = made_folder(out)
    confirmed = found()
    written_files(confirmed.files(), folder)
    return confirmed


def _check_reward(where: torch.device, **given: bool) -> None:
    """Raises ``ConfirmationError`` for what is ``given`` and only classifiers have."""
    for what, is_given in given.items():
        if is_given:
            raise ConfirmationError(
                f"{what}: of a preference loss a linear reward is trained on pairs, to rounding, which has none; leave "
                "it out"
            )
    if where.type != "cpu":
        raise ConfirmationError(
            f"device: got {where}; rewards of at most a few features are trained on the cpu; leave it out"
        )


def _check_network(drawn: int | None, *, reference: bool) -> None:
    if reference:
        raise ConfirmationError("reference: a network brings its own outputs; leave it out, or take model='linear'")
    if drawn is not None:
        raise ConfirmationError(
            "noise: got 'sampled' for a network, and drawn labels have a limit of their own, which is not known there; "
            "take noise='exact', or model='linear'"
        )


def _confirmation(expected: Expected, progress: Progress) -> Confirmation:
    run = measured(expected, progress)
    return Confirmation(expected, run, agreement_of(expected, run))


def _rate(rho: float | Fraction | str) -> float | Fraction:
    return share_of(rho, "rho") if isinstance(rho, str) else rho
