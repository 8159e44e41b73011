"""Every entry point answers within its budget and 1 GB, each input in a process of its own.

What is small or refused shares one.  Nothing is timed here: a short budget is asked for, and a process that hangs or
dies fails.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from symcheck.errors import LONGEST
from tests.bounds.inputs import CE, MANY, NESTS, NUMBERS, OF_ISSUES, formula
from tests.bounds.measured import measured
from tests.sampled import one_in

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is limited on Linux")

SECONDS = 0.5
MOST = 1024
"""MB by which a process may grow."""

ASKED = {
    "certify": f"sc.certify(loss, 'l2', budget={SECONDS}).to_text()",
    "full": f"sc.certify(loss, 'l2', budget={SECONDS}).to_text(full=True)",
    "regularizer": f"sc.certify('cross_entropy', REGULARIZER, budget={SECONDS}).headline",
    "property": f"sc.certify(loss, 'l2', budget={SECONDS}).property(Condition.LOSS_CONVEX)",
    "decompose": f"sc.decompose(loss, budget={SECONDS})",
    "recheck": f"sc.recheck(sc.certify(loss, 'l2', budget={SECONDS}).to_json(), budget={SECONDS}).headline",
}
SETUP = "from symcheck.findings.condition import Condition\nREGULARIZER = 'total(z**2)'\n"
INPUTS = NUMBERS | NESTS | MANY | OF_ISSUES

ALWAYS = {
    "a tower as a factor",
    "a power of a probability",
    "many digits",
    "squares",
    "tanh",
    "terms, 3000",
    *OF_ISSUES,
}
"""Inputs that are tried in every run; the others are slow tests."""


@pytest.mark.parametrize(
    "name", [name if name in ALWAYS else pytest.param(name, marks=pytest.mark.slow) for name in INPUTS]
)
def test_every_entry_point_answers(name: str, checkout: Path) -> None:
    found = measured(SETUP + INPUTS[name], ASKED, checkout)
    assert found.grown < MOST
    assert set(found.told) == set(ASKED)
    for kind, text in found.told.values():
        assert kind == "answer" or len(text) <= LONGEST


DECIDED = {
    "a tower as a factor": "UNDECIDED",
    "a long number that can be written": "PROVED",
    "squares": "UNDECIDED",
    "tanh": "REFUTED",
    "softmax, 40": "REFUTED",
    "exit 70: a logsumexp of tanh": "PROVED",
    "exit 70: a softplus of cosh": "PROVED",
}
VERDICT_OF = """
def verdict_of(code):
    names = {**globals()}
    exec(code, names)
    return sc.certify(names["loss"], "l2").verdict.name
"""


def test_what_is_decided_stays_decided(checkout: Path) -> None:
    found = measured(VERDICT_OF, {name: f"verdict_of({INPUTS[name]!r})" for name in DECIDED}, checkout)
    assert {name: verdict for name, (_, verdict) in found.told.items()} == DECIDED


@pytest.mark.parametrize(
    "base", ["2", "C", *(pytest.param(b, marks=pytest.mark.slow) for b in ("(1/3)", "(1 + 1/C)", "(-1)", "exp(1)"))]
)
def test_powers_with_c_as_their_exponent(base: str, checkout: Path) -> None:
    asked = {
        f"{how}, classes={classes}": code.format(classes=classes)
        for classes in ("10**9", "None", "(10**9, 2*10**9)", "10**18")
        for how, code in {
            "certify": f"sc.certify(loss, 'l2', classes={{classes}}, budget={SECONDS}).headline",
            "full": f"sc.certify(loss, 'l2', classes={{classes}}, budget={SECONDS}).to_text(full=True)",
            "decompose": f"sc.decompose(loss, classes={{classes}}, budget={SECONDS})",
        }.items()
    }
    found = measured(formula(f"{base}**C*({CE})"), asked, checkout)
    assert found.grown < MOST
    assert set(found.told) == set(asked)


PENALTIES = {
    "a tower": "9**9**9*total(z**2)",
    "an exponent": "total(z**(10**9))",
    "a nest": "total((((((z + 1)**2 + 1)**2 + 1)**2 + 1)**2 + 1)**2)",
    "cosh": "total(cosh(cosh(cosh(cosh(z)))))",
}


def test_regularizers_too(checkout: Path) -> None:
    asked = {
        f"{name}{', full' * full}": f"sc.certify('cross_entropy', {g!r}, budget={SECONDS}).to_text(full={full})"
        for name, g in PENALTIES.items()
        for full in (False, True)
    }
    found = measured("", asked, checkout)
    assert found.grown < MOST
    assert {name: kind for name, (kind, _) in found.told.items()} == dict.fromkeys(asked, "answer"), found.told


ENTRIES = {
    "alpha_loss_below_one": "sc.certify('alpha_loss_below_one', 'l2').at(alpha='1/20000', C=200)",
    "agce": "sc.certify('agce', 'l2').at(C=1000, a=1000, q='1000001/1000')",
    "a root of roots": "sc.certify('gce', 'l2', budget=1).at(q=Fraction(1, 10**1900))",
    "a small float": "sc.certify('gce', 'l2', budget=1).at(q=1e-300)",
    "a root of a large prime": "sc.certify('gce', 'l2', budget=1).at(q=Fraction(1, 2**521 - 1))",
    "a root of two large primes": "sc.certify('gce', 'l2', budget=1).at(q=Fraction(1, (2**521 - 1)*(2**607 - 1)))",
    "weights": "sc.certify(sc.losses.ClassWeightedCE(w=[Fraction(i + 1, 7*i + 3) for i in range(1000)]), 'l2')",
}


@pytest.mark.parametrize("name", one_in(4, [*ENTRIES]))
def test_values_with_long_numbers(name: str, checkout: Path) -> None:
    asked = {
        "text": f"{ENTRIES[name]}.to_text()",
        "markdown": f"{ENTRIES[name]}.to_markdown()",
        "latex": f"{ENTRIES[name]}.to_latex()",
        "recheck": f"sc.recheck({ENTRIES[name]}.to_json()).headline",
    }
    found = measured("", asked, checkout)
    assert found.grown < MOST
    assert {name: kind for name, (kind, _) in found.told.items()} == dict.fromkeys(asked, "answer"), found.told


REFUSED = {
    "classes": "sc.certify('cross_entropy', 'l2', classes=10**5000)",
    "negative classes": "sc.certify('cross_entropy', 'l2', classes=-10**5000)",
    "ends of classes": "sc.certify('cross_entropy', 'l2', classes=(2, 10**5000))",
    "a list of classes": "sc.certify('cross_entropy', 'l2', classes=[10**5000])",
    "C": "sc.certify('cross_entropy', 'l2').at(C=10**5000)",
    "a value": "sc.certify('gce', 'l2').at(q=Fraction(1, 10**10000))",
    "an end": "Parameter('q', above=0, at_most=Fraction(1, 10**10000))",
    "a default": "Parameter('q', above=0, default=10**10000)",
    "a name of the catalogue": "sc.certify('a'*10**6, 'l2')",
    "a name in a formula": "sc.certify('total(' + 'a'*90000 + ')', 'l2')",
    "brackets": "sc.certify('('*90000, 'l2')",
    "a long formula beside a label": "sc.certify(lambda z, y: sum(z[y]**i for i in range(2, 3000)) + y, 'l2')",
    "a vector with a long text": "sc.certify(lambda z, y: sum(z**i for i in range(2, 3000)), 'l2')",
    "an unknown parameter": "sc.certify('gce', 'l2').at(**{'b'*10**6: 1})",
    "weights": "sc.certify(sc.losses.ClassWeightedCE(w=[10**10000, 1]), 'l2')",
}  # fmt: skip


def test_what_is_refused_is_refused_in_a_short_text(checkout: Path) -> None:
    found = measured("", REFUSED, checkout)
    assert {name: kind for name, (kind, _) in found.told.items() if not kind.endswith("Error")} == {}
    assert {name: text for name, (_, text) in found.told.items() if len(text) > LONGEST} == {}
    assert found.grown < MOST
