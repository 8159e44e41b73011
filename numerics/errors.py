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
