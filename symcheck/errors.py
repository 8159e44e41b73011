"""The errors a user meets: each names the argument, what came, what is accepted and what to do.

Messages stay readable: a long text is shortened, and a name that is not known comes with the nearest known ones.
"""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 2000
"""A message has at most so many characters."""

MOST_NAMES = 3
"""How many names an error message offers."""


class SymcheckError(Exception):
    """Base of every error that symcheck raises on purpose.

    Its message has at most ``LONGEST`` characters: of a longer one the beginning and end are kept.

    >>> import symcheck as sc
    >>> try:
    ...     sc.certify("crossentropy")
    ... except sc.SymcheckError as error:
    ...     print(type(error).__name__)
    UnknownNameError
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*(shortened(a) if isinstance(a, str) else a for a in args))


class FormulaError(SymcheckError, TypeError):
    """The code or text of a formula does something that has no meaning for every number of classes.

    ``of_pair`` and ``of_regularizer``: what is said instead where the symbols are the scores of a pair, or those of a
    regularizer, if that is something else.
    """

    of_pair = of_regularizer = ""


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


class OutputError(SymcheckError, ValueError):
    """A page cannot be written where, or in the form, that was asked for."""


class CertificateError(SymcheckError, ValueError):
    """A certificate's JSON is malformed, or states something that does not hold."""


class ArgumentError(ParameterError, TypeError):
    """An argument is of a kind that is not accepted."""


class CallError(SymcheckError, TypeError):
    """A function was called without an argument that it needs, or with one that it does not have."""


class MissingPackageError(SymcheckError, ImportError):
    """A package that is needed here is not installed."""


class FrozenError(SymcheckError, AttributeError):
    """Something that does not change was to be changed."""


class NoSuchNameError(SymcheckError, AttributeError):
    """A module of ours has no such name; the message lists the nearest ones."""


def shortened(text: str, most: int = LONGEST) -> str:
    """``text``, or its beginning and end in ``most`` >= 60 characters, with the number of those left out.

    >>> print(shortened("+".join("1" * 1000), 60))
    1+1+1+1+1+1+1+1+ [... 1975 characters left out ...] +1+1+1+1
    """
    if len(text) <= most:
        return text
    gap = f" [... {len(text)} characters left out ...] "  # as long as the true number, or longer by one
    head = (most - len(gap)) * 2 // 3
    tail = most - len(gap) - head
    return f"{text[:head]} [... {len(text) - head - tail} characters left out ...] {text[len(text) - tail :]}"


def shown(value: object, most: int = 200) -> str:
    """What Python writes for ``value``, shortened; its type where Python writes nothing, as for very long integers."""
    try:
        return shortened(repr(value), most)
    except Exception:  # noqa: BLE001 - an object of the user's, whose code may do anything
        return f"an object of type {type(value).__name__}"


def nearest_names(word: str, known: Iterable[str]) -> list[str]:
    """At most three of the ``known`` names that ``word`` may have meant, the likeliest first.

    A name counts as near if it is spelled almost like ``word``, contains it as a part, or has it as its
    initials (``ce`` for ``cross_entropy``).

    >>> nearest_names("ce", ["cross_entropy", "quartic", "square"])
    ['cross_entropy']
    """
    from difflib import get_close_matches

    names = sorted(set(known))
    lowered = word.lower()
    squashed = lowered.replace("_", "").replace("-", "")
    same = [n for n in names if n.lower().replace("_", "") == squashed]
    initials = [n for n in names if "_" in n and "".join(part[:1] for part in n.lower().split("_")) == squashed]
    parts = [n for n in names if len(lowered) > 2 and lowered in n.lower().split("_")]
    by_lowered = {n.lower(): n for n in names}
    close = [by_lowered[n] for n in get_close_matches(lowered, list(by_lowered), n=MOST_NAMES)]
    return list(dict.fromkeys([*same, *initials, *parts, *close]))[:MOST_NAMES]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean gce or nce?"``, or an empty text if no known name is near.

    >>> did_you_mean("gcee", ["gce", "focal"])
    '; did you mean gce?'
    """
    near = nearest_names(word, known)
    if not near:
        return ""
    head, last = ", ".join(near[:-1]), near[-1]
    return f"; did you mean {head} or {last}?" if head else f"; did you mean {last}?"


def no_such_name(module: str, name: str, known: Iterable[str]) -> NoSuchNameError:
    """What the ``module`` raises that has the names ``known`` and is asked for another one.

    >>> print(no_such_name("symcheck", "certfy", ["certify", "recheck", "verify"]))
    symcheck has no certfy; did you mean certify or verify?
    """
    near = did_you_mean(name, known)
    return NoSuchNameError(f"{module} has no {shortened(name, 80)}" + (near or f"; dir({module}) lists what it has"))
