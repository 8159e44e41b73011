"""The confirmation: formulas that were certified, trained on data, and compared with what was predicted.

Needs torch: pip install "symcheck[numerics]".

Train
    ``torch_loss`` makes a torch module of a loss or a certificate; ``trained`` trains networks, as ``Training``
    says, and returns ``Trained``.
Confirm
    ``confirm`` a certificate by training (``Confirmation``); ``counterexample`` looks for small data on which noise
    turns a prediction, ``known_counterexamples`` trains those that are proved.
Audit
    ``audit_model``, also called ``audit``: what theorems assume of a model (``Audit``); ``audit_implementation``: is
    code this formula (``ImplementationAudit``).
Ask how noisy labels are
    ``noise_rate`` (``NoiseRate``), ``clean_accuracy`` (``CleanAccuracy``), ``human_labels`` and
    ``human_labels_from_csv``; of noise as observed, a ``TransitionEstimate`` too, ``LabelTheory`` says what follows.
Ask how much noise a model takes
    ``guarantee`` (``Guarantee``), ``choose_lambda`` (``ChosenLambda``), ``forecast`` (``Forecast``), ``noise_margin``
    (``NoiseMargin``), ``trusted`` (``Trusted``); of more rows than fit into memory, ``embeddings`` (``Embeddings``).
Sweep
    ``grid`` makes plans, ``sweep`` runs them, ``results`` reads their file.

Data are names, files, data frames, pairs (X, y), a ``Dataset``, or of torch.  ``help(numerics.confirm)`` has more of
each.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from symcheck.arguments.packages import missing_package
from symcheck.errors import no_such_name

if TYPE_CHECKING:
    from numerics.audits.implementations.auditing import audit_implementation
    from numerics.audits.implementations.implementation_audit import ImplementationAudit
    from numerics.audits.models.audit import Audit
    from numerics.audits.models.auditing import audit_model
    from numerics.audits.models.auditing import audit_model as audit
    from numerics.blockwise.embeddings import embeddings
    from numerics.blockwise.result import Embeddings
    from numerics.confirmations.confirmation import Confirmation, confirm
    from numerics.counterexamples.known import known_counterexamples
    from numerics.counterexamples.search import counterexample
    from numerics.datasets.base import Dataset
    from numerics.finite.choose.choosing import choose_lambda
    from numerics.finite.choose.chosen_lambda import ChosenLambda
    from numerics.finite.forecast.forecast import Forecast, forecast
    from numerics.finite.guarantee.guarantee import Guarantee, guarantee
    from numerics.finite.margin.noise_margin import noise_margin
    from numerics.finite.margin.result import NoiseMargin
    from numerics.finite.trusted.result import Trusted
    from numerics.finite.trusted.trusting import trusted
    from numerics.networks.train import Trained, trained
    from numerics.networks.training import Training
    from numerics.noise.accuracy import CleanAccuracy, clean_accuracy
    from numerics.noise.human_labels import human_labels, human_labels_from_csv
    from numerics.noise.label_theory import LabelTheory
    from numerics.noise.noise_rate import NoiseRate, noise_rate
    from numerics.noise.observed import TransitionEstimate
    from numerics.sweeps.grid import grid
    from numerics.sweeps.results import results
    from numerics.sweeps.sweep import sweep
    from numerics.torch_losses.torch_loss import torch_loss

__all__ = [
    "Audit",
    "ChosenLambda",
    "CleanAccuracy",
    "Confirmation",
    "Dataset",
    "Embeddings",
    "Forecast",
    "Guarantee",
    "ImplementationAudit",
    "LabelTheory",
    "NoiseMargin",
    "NoiseRate",
    "Trained",
    "Training",
    "TransitionEstimate",
    "Trusted",
    "audit",
    "audit_implementation",
    "audit_model",
    "choose_lambda",
    "clean_accuracy",
    "confirm",
    "counterexample",
    "embeddings",
    "forecast",
    "grid",
    "guarantee",
    "human_labels",
    "human_labels_from_csv",
    "known_counterexamples",
    "noise_margin",
    "noise_rate",
    "results",
    "sweep",
    "torch_loss",
    "trained",
    "trusted",
]

_HOMES = {
    "Audit": "audits.models.audit",
    "ChosenLambda": "finite.choose.chosen_lambda",
    "CleanAccuracy": "noise.accuracy",
    "Confirmation": "confirmations.confirmation",
    "Dataset": "datasets.base",
    "Embeddings": "blockwise.result",
    "Forecast": "finite.forecast.forecast",
    "Guarantee": "finite.guarantee.guarantee",
    "ImplementationAudit": "audits.implementations.implementation_audit",
    "LabelTheory": "noise.label_theory",
    "NoiseMargin": "finite.margin.result",
    "NoiseRate": "noise.noise_rate",
    "Trained": "networks.train",
    "Training": "networks.training",
    "TransitionEstimate": "noise.observed",
    "Trusted": "finite.trusted.result",
    "audit_implementation": "audits.implementations.auditing",
    "audit_model": "audits.models.auditing",
    "choose_lambda": "finite.choose.choosing",
    "clean_accuracy": "noise.accuracy",
    "confirm": "confirmations.confirmation",
    "counterexample": "counterexamples.search",
    "embeddings": "blockwise.embeddings",
    "forecast": "finite.forecast.forecast",
    "grid": "sweeps.grid",
    "guarantee": "finite.guarantee.guarantee",
    "human_labels": "noise.human_labels",
    "human_labels_from_csv": "noise.human_labels",
    "known_counterexamples": "counterexamples.known",
    "noise_margin": "finite.margin.noise_margin",
    "noise_rate": "noise.noise_rate",
    "results": "sweeps.results",
    "sweep": "sweeps.sweep",
    "torch_loss": "torch_losses.torch_loss",
    "trained": "networks.train",
    "trusted": "finite.trusted.trusting",
}
"""Where each name lives; a module is loaded when one of its names is first asked for."""

_ALIASES = {"audit": "audit_model"}
"""Names of before, and what they are now."""


if not TYPE_CHECKING:  # a checker has the imports above, and a name that is not there is an error

    def __getattr__(name: str) -> object:
        name = _ALIASES.get(name, name)
        if name not in _HOMES:
            raise no_such_name("numerics", name, __all__)
        try:
            return getattr(import_module(f"numerics.{_HOMES[name]}"), name)
        except ModuleNotFoundError as error:
            needed = missing_package(f"numerics.{name}", error)
            if needed is None:
                raise
            raise needed from error


def __dir__() -> list[str]:
    return __all__
