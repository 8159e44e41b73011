"""Confirmation: a certificate against training, on real data."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, overload

import torch

from numerics.confirmations.evidence import Evidence
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.judge import agreement_of
from numerics.confirmations.linear_model import linear_experiment
from numerics.confirmations.measure import measured
from numerics.confirmations.networks.confirming import confirmed_network
from numerics.confirmations.networks.network_confirmation import NetworkConfirmation
from numerics.confirmations.networks.settings import NetworkSettings
from numerics.confirmations.predict import Expected
from numerics.confirmations.preferences.preference_confirmation import PreferenceConfirmation, confirmed_preference
from numerics.data.as_table import as_table
from numerics.data.samples import AnyData, Samples, samples_of
from numerics.device import checked_device
from numerics.errors import ConfirmationError, DataError
from numerics.folders import made_folder, written_files
from numerics.formulas.claimed_numbers import check_curvature, check_smooth, claimed_numbers
from numerics.formulas.claimed_scale import Scale
from numerics.formulas.pair import Certified
from numerics.formulas.predicted_numbers import PredictedNumbers, predicted_numbers
from numerics.models.start import Start
from numerics.networks.checkpoints import Checkpoint
from numerics.networks.given_noise import Noise
from numerics.networks.train import AnyModel
from numerics.networks.training import Training
from numerics.noise.laws import checked_seed
from numerics.noise.shares import share_of
from numerics.preferences.pairs import Pairs
from numerics.progress import Progress, silent
from numerics.runs.confirmed import Confirmed
from symcheck.arguments.public import public
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.errors import shown
from symcheck.render.block import Block

RHO = Fraction(2, 5)
"""The noise rate unless one is given."""
LINEAR = "linear"
"""The model that is solved exactly."""


@public
@dataclass(frozen=True, eq=False, repr=False)
class Confirmation(Evidence):
    """What was ``expected``, what the ``run`` measured, and their ``agreement``, with a record and a report.

    >>> import symcheck as sc
    >>> from numerics import confirm
    >>> found = confirm(sc.certify("cross_entropy", "l2"), "iris", rho=0.2)
    >>> print(found.outcome)
    agrees

    Source: docs/theory.md, sections 5 and 19.
    """

    def blocks(self) -> Iterator[Block]:
        """The report: what was run, what was compared, and the figure."""
        from numerics.confirmations.report import report_page

        return report_page(self)

    def to_json(self) -> str:
        """The record of what was run, measured and compared."""
        from numerics.confirmations.report import record_text  # loads matplotlib

        return record_text(self)

    def files(self) -> dict[str, str | bytes]:
        """Figure, report and record by the names of their files."""
        from numerics.confirmations.report import report_files

        return report_files(self)


@overload
def confirm(
    cert: PreferenceCertificate,
    data: AnyData | Pairs | None = None,
    rho: float | Fraction | str = RHO,
    noise: Noise = "exact",
    seed: int = 0,
    device: str | torch.device = "cpu",
    out: str | Path | None = None,
    progress: Progress = silent,
) -> PreferenceConfirmation: ...


@overload
def confirm(
    cert: Certified,
    data: AnyData | None = None,
    rho: float | Fraction | str = RHO,
    noise: Noise = "exact",
    seed: int = 0,
    device: str | torch.device = "cpu",
    out: str | Path | None = None,
    progress: Progress = silent,
    *,
    model: Literal["linear"] = "linear",
    kappa: Scale | None = None,
    reference: bool = False,
    label: str | None = None,
    without: Sequence[str] = (),
) -> Confirmation: ...


@overload
def confirm(
    cert: Certified,
    data: AnyData | None = None,
    rho: float | Fraction | str = RHO,
    noise: Noise = "exact",
    seed: int = 0,
    device: str | torch.device = "cpu",
    out: str | Path | None = None,
    progress: Progress = silent,
    *,
    model: AnyModel,
    kappa: Scale | None = None,
    reference: bool = False,
    label: str | None = None,
    without: Sequence[str] = (),
    alpha: float | Fraction | str | None = None,
    seeds: int | str | Iterable[int] | None = None,
    start: str | Start | None = None,
    steps: int | None = None,
    training: Training | None = None,
    checkpoint: str | os.PathLike[str] | Checkpoint | None = None,
    dtype: str | torch.dtype | None = None,
    test: float | AnyData | None = None,
) -> Confirmation | NetworkConfirmation: ...


@public
def confirm(
    cert: Certified | PreferenceCertificate,
    data: AnyData | Pairs | None = None,
    rho: float | Fraction | str = RHO,
    noise: Noise = "exact",
    seed: int = 0,
    device: str | torch.device = "cpu",
    out: str | Path | None = None,
    progress: Progress = silent,
    *,
    model: AnyModel = LINEAR,
    kappa: Scale | None = None,
    reference: bool = False,
    label: str | None = None,
    without: Sequence[str] = (),
    alpha: float | Fraction | str | None = None,
    seeds: int | str | Iterable[int] | None = None,
    start: str | Start | None = None,
    steps: int | None = None,
    training: Training | None = None,
    checkpoint: str | os.PathLike[str] | Checkpoint | None = None,
    dtype: str | torch.dtype | None = None,
    test: float | AnyData | None = None,
) -> Confirmed:
    """Train what ``cert`` is about on ``data`` and compare with what it predicts.

    A linear classifier on standardised features with bias is trained to rounding at a row of weights lambda = 1/alpha,
    under the clean labels and under labels with uniform noise of rate ``rho``; so is any ``model`` whose scores are
    linear in its weights, on the features that these multiply.  Any other ``model`` is trained at one small alpha from
    several seeds, as ``numerics.confirmations.networks.confirming`` says.

    Of a preference loss a linear reward is trained on pairs, clean and with flips of probability ``rho``, as
    ``numerics.confirmations.preferences.preference_confirmation`` says; then ``data`` is a pair (chosen, rejected) of
    features (n, d) of the two answers, by default generated pairs.

    Parameters: ``cert`` a certificate, of a pair or of a preference loss; ``data`` a name of ``numerics.datasets``
    (default: digits), a file, a data frame, or a pair (X, y) of features (n, d), also sparse, and labels (n,), integers
    or names, arrays or tensors, or a torch Dataset or DataLoader of rows; ``rho`` in [0, (C-1)/C), a number or its
    text; ``noise`` "exact", where each label is replaced by its law, or "sampled", where it is replaced by one draw
    with ``seed`` (networks: with their own), and for networks a law of one's own as ``numerics.trained`` takes it;
    ``device`` "cpu" or a CUDA device; ``out`` a folder for report and record, made if it is missing; ``progress`` is
    called as data are read and training goes on; ``model`` "linear", another name of ``numerics.models``, or a torch
    module; ``kappa`` a claim in the place of the certificate's, a number or its text, of REFUTED and UNDECIDED pairs
    too; ``reference`` keeps the score of the last class at 0 (linear model only); ``label`` the column of a file or
    frame that holds the labels, by default the one called so or the only one of names, and ``without`` columns of it
    that are left out.  A parameter that the certificate leaves free is trained at its default.

    Of networks alone: ``alpha`` = 1/lambda > 0, by default 2^-8 or less; ``seeds`` a number of them or their list, by
    default 5; ``start`` "zero-last-layer", "subtracted" or "as-is"; ``steps`` at most so many, or ``training`` all the
    settings; ``checkpoint`` a file to go on from after an interruption, or with more steps, written every 50 steps, and
    with .alpha=... at the end of its name where alpha is lowered; ``dtype`` "float64" or "float32"; ``test`` a share of
    each class that is held out, or data of their own: then the accuracy there is shown, beside that of the same
    networks without a penalty.  ``data`` may be a pair (X, y) of images (n, H, W) or (n, channels, H, W) as well, or a
    torch Dataset or DataLoader, which need not fit into memory: their samples come as they are.

    Returns a ``Confirmation``, of networks a ``NetworkConfirmation`` and of a preference loss a
    ``PreferenceConfirmation``: its ``outcome`` is agrees, contradicts or inconclusive.  Raises ``UnknownNameError``,
    ``DataError``, ``NoiseError``, ``DeviceError``, ``ModelError``, ``TrainingError``, ``CheckpointError`` and
    ``ConfirmationError`` for names, data, rates, devices, models, settings, files and certificates that cannot be used:
    before anything is trained, but where training leaves the finite numbers or a checkpoint cannot be written.

    >>> import symcheck as sc
    >>> from numerics import confirm
    >>> confirm(sc.certify("cross_entropy", "l2"), "iris", rho=0.2)
    <Confirmation agrees: cross_entropy + l2 on iris (C = 3, rho = 0.2)>

    Source: docs/theory.md, sections 5 and 19.
    """
    where = checked_device(device)
    drawn = checked_seed(noise, seed) if isinstance(noise, str) else None
    settings = NetworkSettings(
        alpha=alpha, seeds=seeds, start=start, steps=steps, training=training, checkpoint=checkpoint, dtype=dtype,
        test=test,
    )  # fmt: skip
    if isinstance(cert, PreferenceCertificate):
        _check_reward(
            where,
            model=model != LINEAR,
            noise=not isinstance(noise, str),
            kappa=kappa is not None,
            reference=reference,
            label=label is not None,
            without=bool(without),
            **dict.fromkeys(settings.given, True),
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
    if isinstance(model, str) and model == LINEAR:
        _check_exact(noise)
        settings.refuse(
            "the linear model is solved exactly, at alphas of its own, and has no such setting; leave it out, or take "
            "a network, such as model='mlp'"
        )
    elif reference:
        raise ConfirmationError("reference: a network brings its own outputs; leave it out, or take model='linear'")
    asked = settings.asked()
    dataset = samples_of("digits" if data is None else data, label, without, progress)
    claim = _claim(cert, dataset, kappa)
    if isinstance(model, str) and model == LINEAR:
        check_smooth(claim)
        made: Experiment | None = Experiment.on(
            claim, as_table(dataset), _rate(rho), where, seed=drawn, reference=reference
        )
    else:
        made = linear_experiment(
            claim, model, dataset, _rate(rho), where, seed=drawn,
            seeds=asked.get("seeds", (0,)), start=asked.get("start", Start.ZERO_LAST_LAYER),
        )  # fmt: skip
    if made is None:
        check_curvature(claim)
        _check_seed(seed)

        def found() -> Confirmed:
            return confirmed_network(
                claim, model, dataset, _rate(rho), noise=noise, device=where, progress=progress, **asked
            )
    else:
        if model != LINEAR:
            _check_exact(noise)
            check_smooth(claim)
            settings.refuse(
                "the model is linear in its weights, so it is solved exactly, at alphas of its own, and has no such "
                "setting; leave it out",
                besides=("seeds", "start"),
            )
        expected = Expected.of(made)

        def found() -> Confirmed:
            return _confirmation(expected, progress)

    return _written(found, out)


def _claim(cert: Certified, dataset: Samples, kappa: Scale | None) -> PredictedNumbers:
    """What is claimed: by ``cert``, or by whoever gives ``kappa``."""
    if kappa is not None:
        return claimed_numbers(cert, dataset.classes, dataset.name, kappa)
    try:
        return predicted_numbers(cert, dataset.classes, dataset.name)
    except ConfirmationError as error:
        try:
            claimed_numbers(cert, dataset.classes, dataset.name, 1)
        except ConfirmationError:
            # where no kappa can be claimed none is asked for
            raise error from None
        raise ConfirmationError(
            f"{error}; to see what training says of a claim of your own give it, as kappa=1"
        ) from None


def _check_exact(noise: Noise) -> None:
    """Raises ``ConfirmationError`` for noise that the exact solver has no predictions for."""
    if not isinstance(noise, str):
        raise ConfirmationError(
            "noise: got noise of your own, and of a linear model uniform noise alone is predicted; take noise='exact' "
            "or 'sampled', or a network, such as model='mlp'"
        )


def _check_seed(seed: int) -> None:
    if seed:
        raise ConfirmationError(
            f"seed: got {seed}, and each network draws its labels with its own seed; give seeds=, or leave it out"
        )


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


def _confirmation(expected: Expected, progress: Progress) -> Confirmation:
    run = measured(expected, progress)
    return Confirmation(expected, run, agreement_of(expected, run))


def _rate(rho: float | Fraction | str) -> float | Fraction:
    return share_of(rho, "rho") if isinstance(rho, str) else rho
