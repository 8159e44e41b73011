"""The confirmation: formulas that were certified, trained on data, and compared with what was predicted.

Needs torch: pip install "symcheck[numerics]".
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numerics.audits.audit import Audit
    from numerics.audits.auditing import audit
    from numerics.confirmations.confirmation import Confirmation, confirm
    from numerics.counterexamples.known import known_counterexamples
    from numerics.counterexamples.search import counterexample
    from numerics.datasets.base import Dataset
    from numerics.networks.train import Trained, trained
    from numerics.networks.training import Training
    from numerics.noise.human_labels import human_labels, human_labels_from_csv
    from numerics.noise.label_theory import LabelTheory
    from numerics.sweeps.grid import grid
    from numerics.sweeps.results import results
    from numerics.sweeps.sweep import sweep
    from numerics.torch_losses.torch_loss import torch_loss

__all__ = [
    "Audit",
    "Confirmation",
    "Dataset",
    "LabelTheory",
    "Trained",
    "Training",
    "audit",
    "confirm",
    "counterexample",
    "grid",
    "human_labels",
    "human_labels_from_csv",
    "known_counterexamples",
    "results",
    "sweep",
    "torch_loss",
    "trained",
]

_HOMES = {
    "Audit": "audits.audit",
    "Confirmation": "confirmations.confirmation",
    "Dataset": "datasets.base",
    "LabelTheory": "noise.label_theory",
    "Trained": "networks.train",
    "Training": "networks.training",
    "audit": "audits.auditing",
    "confirm": "confirmations.confirmation",
    "counterexample": "counterexamples.search",
    "grid": "sweeps.grid",
    "human_labels": "noise.human_labels",
    "human_labels_from_csv": "noise.human_labels",
    "known_counterexamples": "counterexamples.known",
    "results": "sweeps.results",
    "sweep": "sweeps.sweep",
    "torch_loss": "torch_losses.torch_loss",
    "trained": "networks.train",
}
"""Where each name lives; a module is loaded when one of its names is first asked for."""


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"numerics.{_HOMES[name]}"), name)
    raise AttributeError(f"numerics has no {name}; it has: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
