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
    from numerics.networks.train import Trained, trained
    from numerics.networks.training import Training

__all__ = ["Audit", "Confirmation", "Trained", "Training", "audit", "confirm", "trained"]

_HOMES = {
    "Audit": "audits.audit",
    "Confirmation": "confirmations.confirmation",
    "Trained": "networks.train",
    "Training": "networks.training",
    "audit": "audits.auditing",
    "confirm": "confirmations.confirmation",
    "trained": "networks.train",
}
"""Where each name lives; a module is loaded when one of its names is first asked for."""


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"numerics.{_HOMES[name]}"), name)
    raise AttributeError(f"numerics has no {name}; it has: {', '.join(__all__)}")
