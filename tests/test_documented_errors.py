"""Every error that the docstring of a public function names is raised by it, for the input that is said there."""

from __future__ import annotations

import builtins
import inspect
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

import numerics
import numerics.errors
import symcheck as sc
import symcheck.errors
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.sweeps.plan import Plan
from symcheck.certificates.certificate import Certificate
from symcheck.language.functions import FUNCTIONS
from symcheck.language.term import Label, Vec
from tests import public_names

Z, Y, Q = Vec("logits"), Label(), sc.Parameter("q")
ROUNDED = 0.1234567890123
A = sc.MatrixParameter("A")
CODE = torch.nn.CrossEntropyLoss()


@cache
def pair() -> Certificate:
    return sc.certify("cross_entropy", "l2")


@cache
def plans() -> tuple[Plan, ...]:
    return numerics.grid("cross_entropy", "l2", "iris", rho=0.2, lambdas=[1.0])


def wrong(z, y):
    return z[0]


def rounded(z, y):
    return ROUNDED * z[y]


def outside(z, y):
    return sc.losses.GCE(q=2).formula(z, y)


READ: dict[str, Callable[[Callable[..., object]], object]] = {
    "UnknownNameError": lambda f: f("crossentropy"),
    "FormulaError": lambda f: f(wrong),
    "ParameterError": lambda f: f(outside),
    "NumberError": lambda f: f(rounded),
    "ScopeError": lambda f: f("mae", classes=1),
}
"""What cannot be read as a loss, for whatever takes one."""


def reads(function: Callable[..., object], *names: str) -> dict[str, Callable[[], object]]:
    return {name: lambda case=case: case(function) for name, case in READ.items() if not names or name in names}


def train(model: object = "mlp", data: object = "iris", **settings: object) -> object:
    return numerics.trained(predicted_numbers(pair(), 3, "iris"), model, data, alphas=[0.1], **settings)


def batches() -> DataLoader[tuple[torch.Tensor, ...]]:
    """Two samples."""
    return DataLoader(TensorDataset(torch.tensor([[1.0], [2.0]]), torch.tensor([0, 1])), batch_size=2)


def interrupted(done: int, *_: object) -> None:
    """Ctrl-C after the first run."""
    if done:
        raise KeyboardInterrupt


def in_a_file(text: str, call: Callable[[str], object]) -> Callable[[], object]:
    """``call`` with the path of a file that has this ``text``."""

    def called() -> object:
        with TemporaryDirectory() as folder:
            path = Path(folder, "file")
            path.write_text(text)
            return call(str(path))

    return called


def with_l2(function: Callable[..., object]) -> Callable[..., object]:
    return lambda loss, **settings: function(loss, "l2", **settings)


MODEL: dict[str, Callable[[], object]] = {
    "UnknownNameError": lambda: numerics.audit_model(pair(), "mlpp"),
    "DataError": lambda: numerics.audit_model(pair(), "linear", ([[1.0], [2.0]], [0, 5])),
    "ModelError": lambda: numerics.audit_model(pair(), torch.nn.Linear(4, 2), "iris"),
    "DeviceError": lambda: numerics.audit_model(pair(), "linear", "iris", device="gpu"),
    "ConfirmationError": lambda: numerics.audit_model(sc.certify("mae", "l2", classes=2), "linear", "iris"),
}

CASES: dict[str, dict[str, Callable[[], object]]] = {
    "symcheck.advise": {
        "ScopeError": lambda: sc.advise(1),
        "ParameterError": lambda: sc.advise(4, rho="3/4"),
        "UnknownNameError": lambda: sc.advise(4, wants="conves"),
        "FormulaError": lambda: sc.advise(4, losses=[wrong]),
        "NumberError": lambda: sc.advise(4, losses=[rounded]),
    },
    "symcheck.certify": reads(sc.certify),
    "symcheck.certify_preference": {
        "FormulaError": lambda: sc.certify_preference("dpo", "h**2/2 + chosen - rejected"),
        "ParameterError": lambda: sc.certify_preference(sc.preferences.DPO(beta=-1)),
        "UnknownNameError": lambda: sc.certify_preference("dppo"),
        "ScopeError": lambda: sc.certify_preference("dpo", classes=3),
    },
    "symcheck.decompose": reads(sc.decompose),
    "symcheck.derivatives": reads(sc.derivatives),
    "symcheck.match": {
        **reads(lambda loss: sc.match(loss, to="mae"), "UnknownNameError", "NumberError"),
        "FormulaError": lambda: sc.match("class_weighted_ce", to="mae"),
        "ParameterError": lambda: sc.match("gce", to="mae", parameter="r"),
        "ScopeError": lambda: sc.match("gce", to="mae", C=1),
    },
    "symcheck.noise_condition": {
        "ParameterError": lambda: sc.noise_condition(((0.5, 0.2), (0, 1))),
        "NumberError": lambda: sc.noise_condition((("a", 0), (0, 1))),
        "ScopeError": lambda: sc.noise_condition(((0.8, 0.2), (0.2, 0.8)), classes=1),
    },
    "symcheck.quadratic_form": {"FormulaError": lambda: sc.quadratic_form(A, 3)},
    "symcheck.recheck": {"CertificateError": lambda: sc.recheck("{}")},
    "symcheck.region": reads(with_l2(sc.region)),
    "symcheck.same": {
        **reads(lambda a, **settings: sc.same(a, "mae", **settings), "UnknownNameError", "NumberError", "ScopeError"),
        "FormulaError": lambda: sc.same("mae", "l2"),
        "ParameterError": lambda: sc.same("focal", lambda z, y: sc.Parameter("gamma", above=7) * z[y]),
    },
    "symcheck.survey": reads(lambda loss, **settings: sc.survey([loss], ["l2"], **settings)),
    "symcheck.symmetrize": reads(sc.symmetrize),
    "symcheck.verify": {"CertificateError": lambda: sc.verify("{}")},
    **{
        f"symcheck.{name}": {"FormulaError": lambda f=function: f("a"), "NumberError": lambda f=function: f(ROUNDED)}
        for name, function in FUNCTIONS.items()
    },
    **{
        f"symcheck.{name}": {"FormulaError": lambda f=FUNCTIONS[name]: f(3)}
        for name in (
            "total", "mean", "norm", "logsumexp", "product", "amax", "amin", "first", "second", "pair_total", "softmax",
            "log_softmax", "onehot_argmax", "onehot", "centred_onehot",
        )
    },
    **{
        f"symcheck.{name}": {
            "FormulaError": lambda f=FUNCTIONS[name]: f("a", 1),
            "NumberError": lambda f=FUNCTIONS[name]: f(1, ROUNDED),
        }
        for name in ("maximum", "minimum")
    },
    "symcheck.clamp": {"FormulaError": lambda: sc.clamp(Q), "NumberError": lambda: sc.clamp(Q, ROUNDED)},
    "symcheck.branch": {"FormulaError": lambda: sc.branch(Q, "a", 1), "NumberError": lambda: sc.branch(Q, 1, ROUNDED)},
    "symcheck.entmax": {"FormulaError": lambda: sc.entmax(Z, Z[Y]), "NumberError": lambda: sc.entmax(Z, ROUNDED)},
    "numerics.audit_implementation": {
        **reads(lambda f, **settings: numerics.audit_implementation(CODE, f, **settings), "UnknownNameError"),
        "FormulaError": lambda: numerics.audit_implementation(CODE, wrong),
        "ParameterError": lambda: numerics.audit_implementation(CODE, "gce", q=2),
        "NumberError": lambda: numerics.audit_implementation(CODE, rounded),
        "ScopeError": lambda: numerics.audit_implementation(CODE, "mae", classes=1),
    },
    "numerics.choose_lambda": {
        "NoiseError": lambda: numerics.choose_lambda(pair(), "iris", rho=0.7),
        "DataError": lambda: numerics.choose_lambda(pair(), "iris", rho=0.2, test=None),
        "FiniteError": lambda: numerics.choose_lambda(pair(), "iris", rho=0.2, draws=1),
    },
    "numerics.clean_accuracy": {
        "NoiseError": lambda: numerics.clean_accuracy(1.5, n=10, rho=0.1, classes=3),
        "NumberError": lambda: numerics.clean_accuracy("a", n=10, rho=0.1, classes=3),
    },
    "numerics.confirm": {
        "UnknownNameError": lambda: numerics.confirm(pair(), "irsi"),
        "DataError": lambda: numerics.confirm(pair(), ([[1.0], [2.0]], [0, 5])),
        "NoiseError": lambda: numerics.confirm(pair(), "iris", rho=0.9),
        "DeviceError": lambda: numerics.confirm(pair(), "iris", device="gpu"),
        "ModelError": lambda: numerics.confirm(pair(), "iris", model=torch.nn.Linear(4, 2)),
        "TrainingError": lambda: numerics.confirm(pair(), "iris", model="mlp", steps=0),
        "CheckpointError": lambda: numerics.confirm(pair(), "iris", model="mlp", checkpoint=str(Path(__file__).parent)),
        "ConfirmationError": lambda: numerics.confirm(sc.certify("square", "quartic"), "iris"),
    },
    "numerics.counterexample": {
        "ConfirmationError": lambda: numerics.counterexample(pair(), families=["wedge"]),
        "NoiseError": lambda: numerics.counterexample(pair(), rho=0.9),
    },
    "numerics.embeddings": {
        "DataError": lambda: numerics.embeddings(([[1.0], [2.0]], [0, 0])),
        "ModelError": lambda: numerics.embeddings(batches(), network=torch.nn.Linear(1, 1), layer="body"),
        "CheckpointError": lambda: numerics.embeddings(([[1.0], [2.0]], [0, 1]), checkpoint=Path(__file__)),
    },
    "numerics.forecast": {
        "NoiseError": lambda: numerics.forecast("iris"),
        "DataError": lambda: numerics.forecast(([[1.0], [2.0]], [0, 5]), rho=0.1),
        "ConfirmationError": lambda: numerics.forecast("iris", rho=0.1, cert="gce", lambda_=1.0),
        "FiniteError": lambda: numerics.forecast("iris", rho=0.1, draws=1),
    },
    "numerics.grid": {"SymcheckError": lambda: numerics.grid("cross_entropy", "l2", "iris", rho=0.9)},
    "numerics.guarantee": {
        "FiniteError": lambda: numerics.guarantee(pair(), "iris", lambdas=[0]),
        "NoiseError": lambda: numerics.guarantee(pair(), "iris", rho=0.9),
        "DataError": lambda: numerics.guarantee(pair(), ([[1.0], [2.0]], [0, 5])),
        "ConfirmationError": lambda: numerics.guarantee(sc.certify("cross_entropy", "l2", classes=2), "iris"),
    },
    "numerics.human_labels": {
        "DataError": lambda: numerics.human_labels([0, 1], [0, 2]),
        "NoiseError": lambda: numerics.human_labels([0, 1], [0, 1, 1]),
    },
    "numerics.human_labels_from_csv": {
        "DataError": lambda: numerics.human_labels_from_csv("missing.csv", "a", "b"),
        "NoiseError": in_a_file("a,b\n0,0\n1,1", lambda path: numerics.human_labels_from_csv(path, "a", "b", level=2)),
    },
    "numerics.known_counterexamples": {"UnknownNameError": lambda: numerics.known_counterexamples("square")},
    "numerics.noise_margin": {
        "FiniteError": lambda: numerics.noise_margin("iris", a=(0.9, 0.7)),
        "DataError": lambda: numerics.noise_margin([[1.0], [2.0]], [0, 5], a=(0.7, 0.9)),
    },
    "numerics.noise_rate": {
        "NoiseError": lambda: numerics.noise_rate(flip=0.9, classes=10),
        "NumberError": lambda: numerics.noise_rate(flip="a", classes=10),
    },
    "numerics.results": {
        "SweepError": lambda: numerics.results("missing.jsonl"),
        "SweepWarning": in_a_file("no result\n", numerics.results),
    },
    "numerics.sweep": {
        "SweepError": lambda: numerics.sweep(plans(), out=Path(__file__).parent),
        "SweepInterrupted": in_a_file("", lambda path: numerics.sweep(plans(), out=path, progress=interrupted)),
        "SweepWarning": in_a_file("no result\n", lambda path: numerics.sweep(plans(), out=path)),
    },
    "numerics.torch_loss": {
        "LossError": lambda: numerics.torch_loss("gce", reduction="max"),
        **reads(numerics.torch_loss, "UnknownNameError", "FormulaError", "ScopeError"),
        "ParameterError": lambda: numerics.torch_loss("gce", q=2),
    },
    "numerics.trained": {
        "UnknownNameError": lambda: train("mlpp"),
        "DataError": lambda: train(data=([[1.0], [2.0]], [0, 5])),
        "NoiseError": lambda: train(rhos=[0.9]),
        "DeviceError": lambda: train(device="gpu"),
        "ModelError": lambda: train(torch.nn.Linear(4, 2)),
        "TrainingError": lambda: train(dtype=torch.float16),
        "CheckpointError": lambda: train(checkpoint=str(Path(__file__).parent)),
    },
    "numerics.trusted": {
        "NoiseError": lambda: numerics.trusted("iris", rho=0.9),
        "FiniteError": lambda: numerics.trusted("iris", delta=2),
        "DataError": lambda: numerics.trusted(([[1.0], [2.0]], [0, 5])),
    },
    "numerics.audit": MODEL, "numerics.audit_model": MODEL,
}  # fmt: skip
"""For each public function and each error that its docstring names, a call that raises it."""


def documented(function: Callable[..., object]) -> set[str]:
    """The errors that the sentences of a docstring name that have the word raises in them."""
    doc = inspect.cleandoc(function.__doc__ or "").split("\n\n>>>")[0]
    return set(re.findall(r"``(\w+(?:Error|Warning|Interrupted))``", doc))


def error_named(name: str, function: Callable[..., object]) -> type[BaseException]:
    homes = (sys.modules[inspect.unwrap(function).__module__], symcheck.errors, numerics.errors, builtins)
    return next(getattr(home, name) for home in homes if hasattr(home, name))


@pytest.mark.parametrize("name", public_names.functions())
def test_an_error_that_is_documented_is_raised(name: str) -> None:
    function, cases = public_names.functions()[name], CASES[name]
    assert documented(function) == set(cases)
    for error, call in cases.items():
        with pytest.raises(error_named(error, function)):
            call()
