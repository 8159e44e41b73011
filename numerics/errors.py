"""The errors of a confirmation: each names the argument, what came, what is accepted and what to do."""

from __future__ import annotations

from symcheck.errors import SymcheckError


class NoiseError(SymcheckError, ValueError):
    """A noise rate at which noisy labels no longer point to the clean ones, or labels that are no law."""


class DataError(SymcheckError, ValueError):
    """Data that no classifier can be trained on."""


class DeviceError(SymcheckError, ValueError):
    """A device that torch does not know, or that this machine does not have."""


class ConfirmationError(SymcheckError, ValueError):
    """A certificate that says nothing which training on this data could contradict."""


class ModelError(SymcheckError, ValueError):
    """A model that does not fit the data, or whose outputs are no scores."""


class TrainingError(SymcheckError, ValueError):
    """Settings that no network can be trained with, or a training that diverged."""


class LossError(SymcheckError, ValueError):
    """Logits or labels that a loss has no value for, or settings that make no loss."""


class CheckpointError(SymcheckError, ValueError):
    """A checkpoint that cannot be read or written, or that belongs to another training."""


class SweepWarning(UserWarning):
    """Lines of a file of results that do not count, and where they are now."""


class SweepError(SymcheckError, ValueError):
    """A sweep that cannot be run or stored, or results that cannot be read."""


class FiniteError(SymcheckError, ValueError):
    """A bound or a forecast that cannot be given: no constant of the loss is known, or a setting is out of range."""
