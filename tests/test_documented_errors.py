"""Every error that the docstring of a public function names is raised by it, for the input that is said there."""

from __future__ import annotations

import builtins
import inspect
import re
from collections.abc import Callable

import pytest

import numerics.errors
import symcheck as sc
import symcheck.errors
from symcheck.language.functions import FUNCTIONS
from symcheck.language.term import Label, Vec
from tests import public_names

Z, Y, Q = Vec("logits"), Label(), sc.Parameter("q")
ROUNDED = 0.1234567890123
A = sc.MatrixParameter("A")


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


def with_l2(function: Callable[..., object]) -> Callable[..., object]:
    return lambda loss, **settings: function(loss, "l2", **settings)


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
}  # fmt: skip
"""For each public function and each error that its docstring names, a call that raises it."""


def documented(function: Callable[..., object]) -> set[str]:
    """The errors that the sentences of a docstring name that have the word raises in them."""
    doc = inspect.cleandoc(function.__doc__ or "").split("\n\n>>>")[0]
    return set(re.findall(r"``(\w+(?:Error|Warning|Interrupted))``", doc))


def error_named(name: str) -> type[BaseException]:
    for home in (symcheck.errors, numerics.errors, builtins):
        if hasattr(home, name):
            return getattr(home, name)
    raise AssertionError(f"{name} is no error")


@pytest.mark.parametrize("name", public_names.functions())
def test_an_error_that_is_documented_is_raised(name: str) -> None:
    cases = CASES[name]
    assert documented(public_names.functions()[name]) == set(cases)
    for error, call in cases.items():
        with pytest.raises(error_named(error)):
            call()
