"""Models by name: linear families for the exact solver, and networks, each one file with a class ``Network``."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from numerics.errors import ModelError
from numerics.models.base import Model
from numerics.models.given_module import GivenModule
from symcheck.errors import UnknownNameError, did_you_mean, shown
from symcheck.one_file_each import OneFileEach

FILES = OneFileEach(__name__, besides=("base", "given_module", "last_layer", "start"))


def names() -> list[str]:
    """The names of all models, in order."""
    return list(FILES.names)


def load(name: str) -> Model:
    """The model called ``name``, in its default sizes; raises ``UnknownNameError`` if there is none."""
    known = names()
    if name not in known:
        raise UnknownNameError(
            f"model: no model is called {shown(name, 80)}{did_you_mean(name, known)}; there are: "
            f"{', '.join(known)}, and any "
            "torch.nn.Module in Python"
        )
    found: Model = FILES.module(name).Network()
    return found


def model_of(given: str | Model | nn.Module | Callable[[], nn.Module]) -> Model:
    """A model from its name, a model, a module, or a function that makes modules.

    Raises ``UnknownNameError`` for another name, ``ModelError`` for anything else.
    """
    if isinstance(given, str):
        return load(given)
    if isinstance(given, Model):
        return given
    if isinstance(given, nn.Module) or callable(given):
        return GivenModule(given)
    raise ModelError(
        f"model: got a {type(given).__name__}; accepted is a name ({', '.join(names())}), a model such as "
        "numerics.models.mlp.Network(widths=(64,)), a torch.nn.Module, or a function that returns one"
    )
