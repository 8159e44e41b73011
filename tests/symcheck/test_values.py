"""Everything public is a value: it can be pickled, copied, hashed, and sent to other processes."""

from __future__ import annotations

import copy
import inspect
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from functools import partial

import pytest

import symcheck as sc
from symcheck.counterexamples import counterexamples
from symcheck.language.formula import symbols
from symcheck.paper import claims
from symcheck.reason import Code, Reason, Undecided
from symcheck.theorems import theorems


def _raised(error: type[Exception], call: Callable[[], object]) -> Exception:
    with pytest.raises(error) as caught:
        call()
    return caught.value


MADE: dict[str, Callable[[], object]] = {
    "a certificate, PROVED": lambda: sc.certify("gce", "l2"),
    "a certificate, REFUTED": lambda: sc.certify("one_vs_rest_logistic", "l2"),
    "a certificate by cases": lambda: sc.certify("phuber_ce", "l2"),
    "a certificate, UNDECIDED": lambda: sc.certify("focal_detached", "entropy"),
    "a certificate with class weights": lambda: sc.certify("class_weighted_ce", "l2"),
    "a certificate of a formula": lambda: sc.certify("logsumexp(z) - z[y]", "total(z**2)/2", classes=10),
    "a certificate of a lambda": lambda: sc.certify(lambda z, y: sc.logsumexp(z) - z[y], lambda z: sc.total(z**2)),
    "a full report": lambda: sc.certify("gce", "l2").full(),
    "a theorem applied": lambda: sc.certify("gce", "l2").theorem("Theorem 3"),
    "a prediction": lambda: sc.certify("gce", "l2").prediction,
    "a family": lambda: sc.certify("gce", "l2").families[0],
    "a case": lambda: sc.certify("phuber_ce", "l2").cases[0],
    "a witness": lambda: sc.certify("one_vs_rest_logistic", "l2").witness,
    "what remains": lambda: sc.certify("one_vs_rest_logistic", "l2").remains,
    "a problem": lambda: sc.certify("gce", "l2").problem,
    "a survey": lambda: sc.survey(["gce", "mae"], ["l2"]),
    "a decomposition": lambda: sc.decompose("gce"),
    "a noise condition": lambda: sc.noise_condition([["9/10", "1/10"], ["2/10", "8/10"]]),
    "a backward correction": lambda: sc.noise_condition([["9/10", "1/10"], ["2/10", "8/10"]], correction="backward"),
    "a loss": lambda: sc.losses.GCE(q="7/10"),
    "a loss with weights": lambda: sc.losses.ClassWeightedCE(w=(1, 2, 3)),
    "a regularizer": lambda: sc.regularizers.L2(),
    "a parameter": lambda: sc.Parameter("q", above=0, at_most=1),
    "a class parameter": lambda: sc.ClassParameter("w", above=0),
    "a matrix parameter": lambda: sc.MatrixParameter("A"),
    "z": lambda: symbols()[0],
    "a theorem": lambda: theorems()[0],
    "an entry of the ledger": lambda: claims()[0],
    "an entry checked": lambda: claims()[0].check(),
    "a witness of the ledger": lambda: next(c.witness for c in claims() if c.witness is not None),
    "a counterexample": lambda: counterexamples()[0],
    "an unknown name": lambda: _raised(sc.SymcheckError, partial(sc.certify, "gcf", "l2")),
    "a formula error": lambda: _raised(sc.SymcheckError, partial(sc.certify, "z[0]", "l2")),
    "a parameter error": lambda: _raised(sc.SymcheckError, partial(sc.losses.GCE, q=7)),
    "a stop": lambda: Undecided(Reason(Code.BUDGET, "it took long", "raise budget=")),
    **{f"condition {c}": partial(lambda c: c, c) for c in sc.Condition},
}  # fmt: skip

WITHOUT_EQUALITY = ("a parameter", "a class parameter", "a matrix parameter", "z")
"""Symbols of the language: comparing two of them would be a condition on z, and raises or compares objects."""


@pytest.fixture(params=MADE, scope="module")
def made(request: pytest.FixtureRequest) -> tuple[str, object]:
    return request.param, MADE[request.param]()


def _is_same(name: str, value: object, other: object) -> bool:
    if isinstance(value, Exception):
        return type(value) is type(other) and str(value) == str(other)
    if name in WITHOUT_EQUALITY:
        return str(value) == str(other)
    return value == other and repr(value) == repr(other)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_a_copy_is_equal(made: tuple[str, object], again: Callable[[object], object]) -> None:
    name, value = made
    assert _is_same(name, value, again(value))


def test_equal_values_have_equal_hashes(made: tuple[str, object]) -> None:
    name, value = made
    if not isinstance(value, Exception) and name not in WITHOUT_EQUALITY:
        assert hash(pickle.loads(pickle.dumps(value))) == hash(value)
    assert isinstance(hash(value), int)


def test_a_condition_is_one_object() -> None:
    for condition in sc.Condition:
        assert pickle.loads(pickle.dumps(condition)) is condition
        assert copy.deepcopy(condition) is condition
        assert sc.Condition[condition.name] is condition
        assert sc.Condition(condition.name, condition.value) is condition


def test_a_condition_cannot_change_its_meaning() -> None:
    with pytest.raises(ValueError, match="LOSS_CONVEX is taken"):
        sc.Condition("LOSS_CONVEX", "l is concave")
    with pytest.raises(AttributeError, match="does not change"):
        sc.Condition.LOSS_CONVEX.value = "l is concave"
    assert sc.Condition.LOSS_CONVEX.value == "l(., y) is convex for every y"


@pytest.mark.parametrize("regularizer", ["l2", "entropy", "quartic"])
@pytest.mark.parametrize("loss", ["gce", "class_weighted_ce", "phuber_ce", "mae", "focal_detached"])
def test_what_is_asked_of_a_copy_is_what_the_certificate_says(loss: str, regularizer: str) -> None:
    """The copy holds no field and no report: it derives the same again."""
    cert = sc.certify(loss, regularizer)
    other = pickle.loads(pickle.dumps(cert))
    assert other.to_json(full=True) == cert.to_json(full=True)
    assert other.to_markdown(full=True) == cert.to_markdown(full=True)
    assert other.at(C=3).to_json() == cert.at(C=3).to_json()
    assert other.property(sc.Condition.LOSS_CONVEX) == cert.property(sc.Condition.LOSS_CONVEX)
    assert other.reference_orders == cert.reference_orders
    assert other.check() == cert


@pytest.mark.parametrize(
    ("loss", "regularizer"),
    [("gce", "l2"), ("phuber_ce", "entropy"), ("class_weighted_ce", "l2"), ("ldam", "quadratic_form"), ("mae", "l1")],
)
def test_what_is_asked_of_a_certificate_does_not_change_its_bytes(loss: str, regularizer: str) -> None:
    """joblib and Dask know an argument by its bytes, and call again for others."""
    cert = sc.certify(loss, regularizer)
    before = pickle.dumps(cert)
    assert (cert.prediction, cert.full(), cert.assumptions, cert.headline, cert.reference_orders) is not None
    assert (cert.scope.arrays, str(cert), cert.to_json(full=True), cert.at(C=3)) is not None
    assert pickle.dumps(cert) == before


def test_the_bytes_are_the_same_in_every_process() -> None:
    """A set in a value would be written in another order in a process with another seed for hashes."""
    code = (
        "import hashlib, pickle, symcheck as sc; c = sc.certify('gce', 'l2');"
        "print(hashlib.sha256(pickle.dumps((c, c.full(), sc.certify('phuber_ce', 'l2')))).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


def test_what_is_undecided_is_derived_again_when_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget that ran out once does not leave a condition open for good."""
    from symcheck.certificates import material

    cert = sc.certify("gce", "l2")
    true = material.property_finding

    def stopped(problem: object, condition: sc.Condition, seconds: float) -> object:
        raise Undecided(Reason(Code.BUDGET, "it took long", "raise budget="))

    monkeypatch.setattr(material, "property_finding", stopped)
    assert cert.property(sc.Condition.LOSS_SYMMETRIC).verdict is sc.Verdict.UNDECIDED
    monkeypatch.setattr(material, "property_finding", true)
    assert cert.property(sc.Condition.LOSS_SYMMETRIC).verdict is not sc.Verdict.UNDECIDED


def test_a_certificate_is_read_in_a_process_that_has_certified_nothing(tmp_path) -> None:
    cert = sc.certify("gce", "l2").at(q="7/10")
    file = tmp_path / "cert.pickle"
    file.write_bytes(pickle.dumps(cert))
    code = (
        f"import pickle; c = pickle.load(open({str(file)!r}, 'rb'));"
        "print(c.headline); print(c.prediction.kappa); print(c.at(C=10).kappa); print(hash(c) is not None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    expected = [cert.headline, str(cert.kappa), str(cert.at(C=10).kappa), "True"]
    assert done.stdout.splitlines() == expected, done.stderr


def test_certificates_are_keys_of_a_dictionary() -> None:
    first, second = sc.certify("gce", "l2"), sc.certify("gce", "l2")
    assert len({first, second, sc.certify("mae", "l2")}) == 2


def test_dir_shows_what_has_a_docstring() -> None:
    cert = sc.certify("gce", "l2")
    shown = dir(cert)
    for name in shown:
        assert inspect.getdoc(getattr(type(cert), name)), name
        getattr(cert, name)
    assert {"verdict", "headline", "tier", "kappa", "scope", "cases", "families", "findings", "theorems", "at",
            "assumptions", "prediction", "still_holds", "to_json", "full", "check"} <= set(shown)  # fmt: skip
    assert {f.name for f in fields(cert)} <= set(shown)


def test_a_field_without_a_line_in_the_docstring_is_refused() -> None:
    from dataclasses import dataclass

    from symcheck.certificates.documented import documented

    @dataclass(frozen=True)
    class Value:
        """A value.

        ``told``: what it is.
        """

        told: int
        untold: int

    with pytest.raises(TypeError, match=r"Value\.untold: the docstring of the class has no line on it"):
        documented(Value)
