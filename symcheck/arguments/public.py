"""What users call: a call that does not fit, or needs a package that is missing, ends in an error of ours."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TypeVar, cast

from symcheck.arguments.accepted import Kind, kind_of
from symcheck.arguments.packages import missing_package
from symcheck.arguments.weight_decay import WEIGHT_DECAY, is_weight_decay
from symcheck.errors import ArgumentError, CallError, SymcheckError, did_you_mean, shown

Public = TypeVar("Public", bound=Callable[..., object])
"""A function or a class that users call."""

MOST_ARGUMENTS = 8
"""A signature with more arguments is not written out in an error."""

LAST = 2**31
"""The place of an argument that has none: it is given by name."""

_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def public(called: Public) -> Public:
    """The function or class ``called`` with its signature, docstring and types, and errors of ours for wrong calls.

    A call with a missing, unknown, repeated or surplus argument raises ``CallError``, which is a ``TypeError``, and
    an argument of another kind than its annotation names ``ArgumentError``, where the function itself does not say; a
    package of an extra that is not installed raises ``MissingPackageError``, which is an ``ImportError``.  Of a
    class it is the constructor that is watched.

    >>> @public
    ... def half(x: float) -> float:
    ...     return x / 2
    >>> half()
    Traceback (most recent call last):
        ...
    symcheck.errors.CallError: half: the argument x is missing; accepted is half(x)
    """
    if isinstance(called, type):
        called.__init__ = _watched(called.__init__, called)  # type: ignore[misc]
        return called
    return cast("Public", _watched(called, called))


def _watched(run: Callable[..., object], named: Callable[..., object]) -> Callable[..., object]:
    is_class = isinstance(named, type)
    kinds = _kinds(run, skip=is_class)
    first = [kind for kind in kinds if kind[2].is_asked_first]

    @wraps(run)
    def watched(*args: object, **kwargs: object) -> object:
        if first:
            _refuse_other_kinds(first, args, kwargs)
        try:
            return run(*args, **kwargs)
        except SymcheckError:
            raise
        except ModuleNotFoundError as error:
            needed = missing_package(named.__name__, error)
            if needed is None:
                raise
            raise needed from error
        except Exception as error:
            if isinstance(error, TypeError):
                wrong = _wrong_call(named, args[1:] if is_class else args, kwargs)
                if wrong:
                    raise CallError(wrong) from None
            _refuse_other_kinds(kinds, args, kwargs)
            raise

    return watched


def _kinds(run: Callable[..., object], *, skip: bool) -> list[tuple[int, str, Kind]]:
    """The place, name and kind of each argument whose kind is known; to ``skip`` is the place of self."""
    found = []
    for place, p in enumerate(inspect.signature(run).parameters.values()):
        kind = None if (skip and place == 0) or p.kind in _VARIABLE else kind_of(p.annotation)
        if kind is not None:
            found.append((place if p.kind in _BY_PLACE else LAST, p.name, kind))
    return found


def _refuse_other_kinds(
    kinds: Iterable[tuple[int, str, Kind]], args: tuple[object, ...], kwargs: Mapping[str, object]
) -> None:
    """Raise ``ArgumentError`` for the first argument that is of none of the kinds that its annotation names."""
    for place, name, kind in kinds:
        if name in kwargs:
            value = kwargs[name]
        elif place < len(args):
            value = args[place]
        else:
            continue
        if not kind.fits(value):
            raise ArgumentError(f"{name}: got {shown(value, 80)}; accepted is {kind.called}")


def _wrong_call(named: Callable[..., object], args: tuple[object, ...], kwargs: Mapping[str, object]) -> str:
    """What is wrong with this call, the first of what is; an empty text if the signature allows it."""
    name = named.__name__
    parameters = inspect.signature(named).parameters
    by_place = [p.name for p in parameters.values() if p.kind in _BY_PLACE]
    accepted = f"accepted is {_signature(named, parameters)}"
    is_open = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
    for key in kwargs:
        if key not in parameters and not is_open:
            if is_weight_decay(key):
                return f"{name}: there is no argument {key}; {WEIGHT_DECAY}"
            return f"{name}: there is no argument {shown(key)}{did_you_mean(key, parameters)}; {accepted}"
        if key in by_place[: len(args)]:
            return f"{name}: the argument {key} was given twice, by its place and by its name; {accepted}"
    if len(args) > len(by_place):
        by_name = [p.name for p in parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY]
        hint = f"; the others are given by name, as in {by_name[0]}=..." if by_name else ""
        first = shown(args[len(by_place)], 80)
        takes = f"{len(by_place) or 'no'} argument{'s' * (len(by_place) != 1)} by place"
        return f"{name}: takes {takes} and got {len(args)}: {first} is too many{hint}; {accepted}"
    needed = [p.name for p in parameters.values() if p.default is p.empty and p.kind not in _VARIABLE]
    missing = [n for n in needed if n not in kwargs and n not in by_place[: len(args)]]
    if missing:
        listed = f"s {', '.join(missing[:-1])} and {missing[-1]} are" if len(missing) > 1 else f" {missing[0]} is"
        return f"{name}: the argument{listed} missing; {accepted}"
    return ""


def _signature(named: Callable[..., object], parameters: Mapping[str, inspect.Parameter]) -> str:
    """``name(needed, optional=..., *, by_name=...)``; of a long one what is needed, and where the rest is told."""
    needed = [p for p in parameters.values() if p.default is p.empty and p.kind not in _VARIABLE]
    chosen = list(parameters.values()) if len(parameters) <= MOST_ARGUMENTS else needed
    words = []
    is_by_name = False
    for p in chosen:
        if p.kind is inspect.Parameter.KEYWORD_ONLY and not is_by_name:
            is_by_name = True
            words.append("*")
        star = "*" * (_VARIABLE.index(p.kind) + 1) if p.kind in _VARIABLE else ""
        words.append(f"{star}{p.name}" + "=..." * (p.default is not p.empty))
    rest = "" if len(chosen) == len(parameters) else ", ..."
    module = named.__module__.partition(".")[0]
    more = f"; help({module}.{named.__name__}) lists all {len(parameters)} arguments" * bool(rest)
    return f"{named.__name__}({', '.join(words)}{rest}){more}"
