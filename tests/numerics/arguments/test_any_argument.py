"""Anything in the place of any argument: what comes is an error of ours that names the argument, or an answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import numerics
import symcheck as sc
from symcheck.errors import LONGEST, SymcheckError

X = np.random.default_rng(0).normal(size=(30, 3)) + 2 * np.eye(3)[np.arange(30) % 3]
Y = np.arange(30) % 3

# With these a call is right and cheap; a wrong one of them should stop it before it costs more.
RIGHT: dict[str, dict[str, object]] = {
    "certify": {"loss": "muh", "regularizer": "l2", "budget": 0.01},
    "noise_condition": {"T": ((0.9, 0.1), (0.1, 0.9)), "budget": 0.01},
    "recheck": {"text": "{}"},
    "verify": {"certificate": "{}"},
    "Parameter": {"name": "q", "above": 0},
    "ClassParameter": {"name": "w"},
    "MatrixParameter": {"name": "S"},
    "quadratic_form": {"matrix": sc.MatrixParameter("A"), "vector": sc.ClassParameter("w")},
    "clean_accuracy": {"noisy_accuracy": 0.7, "n": 100, "rho": 0.2, "classes": 3},
    "human_labels": {"clean": [0, 1, 0, 1], "noisy": [0, 1, 1, 1]},
    "human_labels_from_csv": {"path": "none.csv", "clean": "a", "noisy": "b"},
    "noise_margin": {"X": X, "y": Y, "a": (0.5, 1.0)},
    "noise_rate": {"flip": 0.2, "classes": 3},
    "results": {"path": "none.jsonl"},
    "torch_loss": {"loss": "muh", "check": False},
    "Training": {"steps": 3},
    "Dataset": {"name": "a", "features": X, "labels": Y, "classes": 3, "source": "s", "licence": "l"},
}

ANYTHING: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "True": lambda: True,
    "a word": lambda: "x",
    "an empty text": str,
    "a long text": lambda: "x" * 5000,
    "a zero byte": lambda: "a\0b",
    "bytes": lambda: b"gce",
    "-1": lambda: -1,
    "1.5": lambda: 1.5,
    "nan": lambda: float("nan"),
    "a huge number": lambda: 10**400,
    "a list": lambda: [1, 2, 3],
    "texts": lambda: ["a", "b"],
    "a rag": lambda: [[1, 2], [3]],
    "a dictionary": lambda: {"x": 1},
    "an object": object,
    "a class": lambda: Decimal,
    "a function": lambda: lambda a: a,
    "a number of numpy": lambda: np.int64(3),
    "a text of numpy": lambda: np.str_("x"),
    "an array": lambda: np.zeros((2, 3)),
    "an array of objects": lambda: np.array([None, "x"], dtype=object),
    "a tensor": lambda: torch.zeros(2, 3),
    "a number of torch": lambda: torch.tensor(3),
    "a frame": lambda: pd.DataFrame({"a": [1, 2]}),
    "a date": lambda: date(2020, 1, 1),
    "a path": lambda: Path("none"),
    "a parameter": lambda: sc.Parameter("q", above=0),
}


def function(name: str) -> Callable[..., object]:
    found: Callable[..., object] = getattr(sc if name in sc.__all__ else numerics, name)
    return found


def arguments() -> Iterator[tuple[str, str]]:
    for name in RIGHT:
        for argument, p in inspect.signature(function(name)).parameters.items():
            if p.kind is not p.VAR_KEYWORD:
                yield name, argument


@pytest.mark.parametrize(("name", "argument"), list(arguments()))
def test_an_error_is_one_of_ours(name: str, argument: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for called, value in ANYTHING.items():
        if (name, called, argument) == ("certify", "a huge number", "classes"):  # right, and dear to verify
            continue
        try:
            function(name)(**{**RIGHT[name], argument: value()})
        except SymcheckError as error:
            if not 0 < len(str(error)) <= LONGEST:
                pytest.fail(f"{name}({argument}={called}): the message has {len(str(error))} characters")
        except Exception as error:  # noqa: BLE001
            pytest.fail(f"{name}({argument}={called}): {type(error).__name__}: {error}")


def test_every_function_says_what_is_missing_and_what_is_unknown() -> None:
    for package in (sc, numerics):
        for name in package.__all__:
            found = getattr(package, name)
            if not inspect.isfunction(found):
                continue
            parameters = inspect.signature(found).parameters
            is_open = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
            needed = [n for n, p in parameters.items() if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
            if needed:
                with pytest.raises(SymcheckError, match=needed[0]) as missing:
                    found()
                assert isinstance(missing.value, TypeError), name
            if is_open:
                continue
            with pytest.raises(SymcheckError, match="there is no argument 'no_such'") as unknown:
                found(no_such=1)
            assert isinstance(unknown.value, TypeError), name
