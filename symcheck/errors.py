"""The errors a user meets: each names the argument, what came, what is accepted and what to do."""

from __future__ import annotations

from symcheck.shortened import shortened


class SymcheckError(Exception):
    """Base of every error that symcheck raises on purpose.

    Its message has at most ``symcheck.shortened.LONGEST`` characters: of a longer one the beginning and end are kept.
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*(shortened(a) if isinstance(a, str) else a for a in args))


class FormulaError(SymcheckError, TypeError):
    """The code or text of a formula does something that has no meaning for every number of classes."""


class NumberError(SymcheckError, ValueError):
    """A number is not exact, so no theorem can be stated about it."""


class ParameterError(SymcheckError, ValueError):
    """A parameter is unknown, or its value lies outside its interval."""


class ScopeError(SymcheckError, ValueError):
    """The classes or parameter ranges asked for are not a scope."""


class UnknownNameError(SymcheckError, LookupError):
    """No catalogue entry has this name; the message lists the nearest ones."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class CertificateError(SymcheckError, ValueError):
    """A certificate's JSON is malformed, or states something that does not hold."""
