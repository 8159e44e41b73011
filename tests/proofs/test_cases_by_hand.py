"""Pairs whose answer changes with C or with a parameter, with the cases derived by hand.

CE has the value log C, kappa = 1 and c = 0 at z = 0; mean(z) has the gradient 1/C; abs and relu of z[y] have a kink.
So for a loss phi(CE) kappa is phi'(log C), and for f CE with a factor f of C and the parameters it is f.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.findings.verdict import Verdict
from symcheck.language.parameter import Parameter
from symcheck.render.by_cases import classes_text

F = Fraction
C = sp.Symbol("C")
t = Parameter("t", above=0)
u = Parameter("u", at_least=-3, at_most=3)
n = Parameter("n", at_least=0, integer=True)
n1 = Parameter("n", at_least=1, integer=True)


def CE(z: Any, y: Any) -> Any:
    return sc.logsumexp(z) - z[y]


def rows(cert: Certificate) -> list[str]:
    """The cases as a reader sees them: which classes, where, tier, kappa, verdict."""
    found = []
    for c in cert.cases:
        tier = "?" if c.tier is None else c.tier.name
        at_points = "" if c.is_uniform or c.verdict is not Verdict.REFUTED else " somewhere"
        kappa = "-" if c.kappa is None else str(c.kappa)
        classes = classes_text(c.classes).removeprefix("every ")
        place = (
            c.where if c.where and c.classes == cert.scope.classes else f"{classes}{', ' if c.where else ''}{c.where}"
        )
        found.append(f"{place}: {tier} {kappa} {c.verdict.name}{at_points}")
    return found


LOSSES: list[tuple[Any, dict[str, Any], list[str]]] = [
    # a switch that C throws: phi(CE) with a kink of phi at a value that log C passes
    ("2*(logsumexp(z) - z[y]) + relu(logsumexp(z) - z[y] - 1)", {},
     ["C = 2: SCALED 2 PROVED", "C >= 3: SCALED 3 PROVED"]),
    ("minimum(logsumexp(z) - z[y], 2)", {},  # log 7 < 2 < log 8
     ["2 <= C <= 7: EXACT 1 PROVED", "C >= 8: ZERO 0 REFUTED"]),
    ("maximum(logsumexp(z) - z[y], 2)", {},
     ["2 <= C <= 7: ZERO 0 REFUTED", "C >= 8: EXACT 1 PROVED"]),
    ("abs(logsumexp(z) - z[y] - 2)", {},
     ["2 <= C <= 7: FAIL -1 REFUTED", "C >= 8: EXACT 1 PROVED"]),
    ("clamp(softmax(z)[y], 1/100, 1)*(-1)", {},
     ["2 <= C <= 99: SCALED 1/C PROVED", "C = 100: NONDIFF - REFUTED", "C >= 101: ZERO 0 REFUTED"]),
    ("-log(maximum(softmax(z)[y], 1/1000))", {},
     ["2 <= C <= 999: EXACT 1 PROVED", "C = 1000: NONDIFF - REFUTED", "C >= 1001: ZERO 0 REFUTED"]),
    # the same clamps of every class, where the label's entry alone is used
    ("-(clamp(softmax(z), 1/100, 1)[y])", {},
     ["2 <= C <= 99: SCALED 1/C PROVED", "C = 100: NONDIFF - REFUTED", "C >= 101: ZERO 0 REFUTED"]),
    ("-log(maximum(softmax(z), 1/1000))[y]", {},
     ["2 <= C <= 999: EXACT 1 PROVED", "C = 1000: NONDIFF - REFUTED", "C >= 1001: ZERO 0 REFUTED"]),
    ("-total(onehot(y)*log(maximum(softmax(z), 1/1000)))", {},
     ["2 <= C <= 999: EXACT 1 PROVED", "C = 1000: NONDIFF - REFUTED", "C >= 1001: ZERO 0 REFUTED"]),
    ("(logsumexp(z) - z[y])*maximum(C - 4, 1/2)", {},
     ["2 <= C <= 4: SCALED 1/2 PROVED", "C = 5: EXACT 1 PROVED", "C >= 6: SCALED C - 4 PROVED"]),
    ("(logsumexp(z) - z[y])*abs(C - 3)", {},
     ["C = 2: EXACT 1 PROVED", "C = 3: ZERO 0 REFUTED", "C = 4: EXACT 1 PROVED", "C >= 5: SCALED C - 3 PROVED"]),
    ("(logsumexp(z) - z[y])*(C - 3)", {},
     ["C = 2: FAIL C - 3 REFUTED", "C = 3: ZERO C - 3 REFUTED", "C = 4: EXACT 1 PROVED",
      "C >= 5: SCALED C - 3 PROVED"]),
    # what vanishes at one C
    ("logsumexp(z) - z[y] + (C - 4)*mean(z)", {},
     ["2 <= C <= 3: QUOTIENT 1 REFUTED", "C = 4: EXACT 1 PROVED", "C >= 5: QUOTIENT 1 REFUTED"]),
    (lambda z, y: CE(z, y) + (z.C - 3) * sc.abs(z[y]), {},
     ["C = 2: NONDIFF - REFUTED", "C = 3: EXACT 1 PROVED", "C >= 4: NONDIFF - REFUTED"]),
    (lambda z, y: CE(z, y) + sc.abs((z.C - 3) * z[y]), {},
     ["C = 2: NONDIFF - REFUTED", "C = 3: EXACT 1 PROVED", "C >= 4: NONDIFF - REFUTED"]),
    (lambda z, y: CE(z, y) + (z.C - 2) * (z.C - 5) * sc.relu(z[y]), {"classes": (2, 6)},
     ["C = 2: EXACT 1 PROVED", "3 <= C <= 4: NONDIFF - REFUTED", "C = 5: EXACT 1 PROVED",
      "C = 6: NONDIFF - REFUTED"]),
    (lambda z, y: CE(z, y) + sc.branch((z.C - 2) * z[y], (3 - z.C) * z[y], 0), {"classes": (2, 3)},
     ["2 <= C <= 3: EXACT 1 PROVED"]),
    (lambda z, y: CE(z, y) + sc.maximum((z.C - 4) * z[y], 0), {"classes": (4, 5)},
     ["C = 4: EXACT 1 PROVED", "C = 5: NONDIFF - REFUTED"]),
    (lambda z, y: CE(z, y) + (u - 1) * sc.abs(z[y]), {},
     ["u < 1: NONDIFF - REFUTED", "u = 1: EXACT 1 PROVED", "u > 1: NONDIFF - REFUTED"]),
    # a switch that a parameter throws, alone or against C
    (lambda z, y: CE(z, y) * sc.maximum(t, 2), {},
     ["t < 2: SCALED 2 PROVED", "t = 2: SCALED 2 PROVED", "t > 2: SCALED t PROVED"]),
    (lambda z, y: CE(z, y) * (1 + sc.relu(t - z.C)), {},
     ["t < C: EXACT 1 PROVED", "t = C: EXACT 1 PROVED", "t > C: SCALED -C + t + 1 PROVED"]),
    # a side that is not taken need not have a value
    (lambda z, y: CE(z, y) * (1 + sc.branch(t - 1, sc.sqrt(t - 1), 0)), {},
     ["t < 1: EXACT 1 PROVED", "t = 1: EXACT 1 PROVED", "t > 1: SCALED sqrt(t - 1) + 1 PROVED"]),
    (lambda z, y: CE(z, y) * (1 + sc.branch(z.C - 4, sc.sqrt(z.C - 4), 0)), {},
     ["2 <= C <= 4: EXACT 1 PROVED", "C >= 5: SCALED sqrt(C - 4) + 1 PROVED"]),
    (lambda z, y: sc.branch(2 * sc.softmax(z)[y] - F(3, 2), sc.log(2 * sc.softmax(z)[y] - F(3, 2)), CE(z, y)), {},
     ["C >= 2: EXACT 1 PROVED"]),
    # whole numbers: n = 77/32 is none, and there is nothing between two of them
    (lambda z, y: CE(z, y) * (sc.abs(2 * n1 - 5) - F(1, 2)), {},
     ["n <= 2: SCALED 9/2 - 2*n PROVED", "n >= 3: SCALED 2*n - 11/2 PROVED"]),
    (lambda z, y: CE(z, y) * (sc.abs(n - F(5, 2)) + F(1, 4)), {},
     ["n <= 2: SCALED 11/4 - n PROVED", "n >= 3: SCALED n - 9/4 PROVED"]),
    (lambda z, y: CE(z, y) * (sc.abs(3 * n - 4) - F(1, 2)), {},  # 4, 1, 2, 5, ... less 1/2
     ["n <= 1: SCALED 7/2 - 3*n PROVED", "n >= 2: SCALED 3*n - 9/2 PROVED"]),
    (lambda z, y: CE(z, y) * (n**2 - 4 * n + F(7, 2)), {},  # 7/2, 1/2, -1/2, 1/2, 7/2, ...
     ["n <= 1: SCALED n**2 - 4*n + 7/2 PROVED", "n = 2: FAIL -1/2 REFUTED",
      "n >= 3: SCALED n**2 - 4*n + 7/2 PROVED"]),
    (lambda z, y: CE(z, y) * (n - 2) ** 2, {},
     ["n <= 1: SCALED (n - 2)**2 PROVED", "n = 2: ZERO 0 REFUTED",
      "n >= 3: SCALED (n - 2)**2 PROVED"]),
    # a parameter that decides the sign of kappa, or whether the drift vanishes: cases with their ends
    (lambda z, y: CE(z, y) * (3 * t - 1 + sc.log(2)) / (2 * t), {},
     ["t < (1 - log(2))/3: FAIL (3*t - 1 + log(2))/(2*t) REFUTED",
      "t = (1 - log(2))/3: ZERO 0 REFUTED",
      "t > (1 - log(2))/3: SCALED (3*t - 1 + log(2))/(2*t) PROVED"]),
    (lambda z, y: CE(z, y) * (u**2 - 2), {},
     ["u < -sqrt(2): SCALED u**2 - 2 PROVED", "u = -sqrt(2): ZERO 0 REFUTED",
      "u = sqrt(2): ZERO 0 REFUTED", "u > -sqrt(2) and u < sqrt(2): FAIL u**2 - 2 REFUTED",
      "u > sqrt(2): SCALED u**2 - 2 PROVED"]),
    (lambda z, y: CE(z, y) * (sc.exp(-t) - F(1, 2)), {},
     ["t < log(2): SCALED (2 - exp(t))*exp(-t)/2 PROVED", "t = log(2): ZERO 0 REFUTED",
      "t > log(2): FAIL (2 - exp(t))*exp(-t)/2 REFUTED"]),
    (lambda z, y: CE(z, y) * (sc.log(t) - 1), {},
     ["t < exp(1): FAIL log(t) - 1 REFUTED", "t = exp(1): ZERO 0 REFUTED",
      "t > exp(1): SCALED log(t) - 1 PROVED"]),
    (lambda z, y: CE(z, y) * (t - z.C), {},
     ["t < C: FAIL -C + t REFUTED", "t = C: ZERO 0 REFUTED", "t > C: SCALED -C + t PROVED"]),
    (lambda z, y: CE(z, y) + (t - 2) * sc.mean(z), {},
     ["t < 2: QUOTIENT 1 REFUTED", "t = 2: EXACT 1 PROVED", "t > 2: QUOTIENT 1 REFUTED"]),
    (lambda z, y: CE(z, y) * (u + 3), {},  # 0 at the closed end u = -3
     ["u = -3: ZERO 0 REFUTED", "u > -3: SCALED u + 3 PROVED"]),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "options", "expected"), LOSSES, ids=range(len(LOSSES)))
def test_cases_of_a_loss(loss: Any, options: dict[str, Any], expected: list[str]) -> None:
    cert = sc.certify(loss, "l2", **options)
    assert rows(cert) == expected


PENALTIES: list[tuple[Any, list[str]]] = [
    ("maximum(C, 2)*total(z**2)/2", ["C >= 2: EXACT 1 PROVED"]),
    ("(C - 3)*total(z**2)", ["C = 2: EXACT 1 REFUTED", "C = 3: EXACT 1 REFUTED", "C >= 4: EXACT 1 PROVED"]),
    ("abs(C - 3)*total(z**2)", ["C = 2: EXACT 1 PROVED", "C = 3: EXACT 1 REFUTED", "C >= 4: EXACT 1 PROVED"]),
    ("total(z**2)/2 + (C - 3)*total(abs(z))",
     ["C = 2: EXACT 1 REFUTED", "C = 3: EXACT 1 PROVED", "C >= 4: EXACT 1 REFUTED somewhere"]),
    ("relu(C - 4)*total(z**2) + total(z**2)", ["C >= 2: EXACT 1 PROVED"]),
    (lambda z: sc.total(z**2) * sc.maximum(t, 1),
     ["t < 1: EXACT 1 PROVED", "t = 1: EXACT 1 PROVED", "t > 1: EXACT 1 PROVED"]),
    (lambda z: sc.total(z**2) * (u - 1),
     ["u < 1: EXACT 1 REFUTED", "u = 1: EXACT 1 REFUTED", "u > 1: EXACT 1 PROVED"]),
    (lambda z: sc.total(z**2) * (sc.abs(2 * n1 - 5) - F(1, 2)),
     ["n <= 2: EXACT 1 PROVED", "n >= 3: EXACT 1 PROVED"]),
    (lambda z: sc.total(z**2) + (z.C - 2) * sc.total(z), ["C = 2: EXACT 1 PROVED", "C >= 3: EXACT 1 REFUTED"]),
    (lambda z: sc.total(z**2) + sc.branch(t - 2, 1, 0) * sc.total(z),
     ["t < 2: EXACT 1 PROVED", "t = 2: EXACT 1 PROVED", "t > 2: EXACT 1 REFUTED"]),
]  # fmt: skip


@pytest.mark.parametrize(("penalty", "expected"), PENALTIES, ids=range(len(PENALTIES)))
def test_cases_of_a_penalty(penalty: Any, expected: list[str]) -> None:
    assert rows(sc.certify("cross_entropy", penalty)) == expected


SPREAD = "total((z - mean(z))**2)"


@pytest.mark.parametrize(
    ("penalty", "spaces", "headline"),
    [
        (f"(C - 2)*total(z**2)/2 + {SPREAD}", [(2, True), (3, False)],
         "PROVED for every C >= 2: cross_entropy + formula on R^C/(1, ..., 1) for C = 2 and on R^C for every C >= 3"),
        (f"relu(C - 4)*total(z**2) + {SPREAD}", [(2, True), (4, True), (5, False)],
         "PROVED for every C >= 2: cross_entropy + formula on R^C/(1, ..., 1) for 2 <= C <= 4 and on R^C for every "
         "C >= 5"),
        (f"(C - 5)**2*total(z)**2 + {SPREAD}", [(4, False), (5, True), (6, False)],
         "PROVED for every C >= 2: cross_entropy + formula on R^C/(1, ..., 1) for C = 5 and on R^C for 2 <= C <= 4 "
         "or for every C >= 6"),
        (SPREAD, [(2, True), (9, True)], "PROVED for every C >= 2: cross_entropy + formula on R^C/(1, ..., 1)"),
    ],
)  # fmt: skip
def test_the_space_is_chosen_for_each_number_of_classes(
    penalty: str, spaces: list[tuple[int, bool]], headline: str
) -> None:
    cert = sc.certify("cross_entropy", penalty)
    assert cert.verdict is Verdict.PROVED
    for classes, quotient in spaces:
        assert [c.quotient for c in cert.cases if classes in c.classes] == [quotient]
        assert cert.at(C=classes).quotient is quotient
        assert cert.at(C=classes).verdict is Verdict.PROVED
    # a loss that is not invariant has no quotient to live on, and then H 1 = 0 is what fails
    assert sc.certify("square_centred", penalty).verdict is Verdict.REFUTED
    assert cert.headline == headline


@pytest.mark.parametrize(
    ("loss", "headline"),
    [
        ("one_vs_rest_logistic",
         "PROVED for C = 2; REFUTED for every C >= 3: one_vs_rest_logistic + l2 on R^C, asked for every C >= 2"),
        ("-log(maximum(softmax(z)[y], 1/10000000))",
         "PROVED for 2 <= C <= 9,999,999; REFUTED for every C >= 10,000,000 (there the clamp "
         "maximum(softmax(z)[y], 1/10000000) acts): formula + l2 on R^C, asked for every C >= 2"),
        ("bce_pos_weight",
         "PROVED where w = C - 1; REFUTED where w < C - 1 or where w > C - 1: bce_pos_weight + l2 on R^C, "
         "asked for every C >= 2, every w in (0, oo)"),
        ("cross_entropy", "PROVED for every C >= 2: cross_entropy + l2 on R^C"),
    ],
)  # fmt: skip
def test_the_headline_says_where_it_is_which(loss: str, headline: str) -> None:
    cert = sc.certify(loss, "l2")
    assert cert.headline == headline
    short = headline.split(": ")[0].split(" (there")[0]
    assert repr(cert).startswith(f"<Certificate {short if cert.verdict is not Verdict.PROVED else 'PROVED'}")
    for page in (str(cert).splitlines()[0], cert.to_markdown().splitlines()[0], cert.to_latex().splitlines()[1]):
        assert "PROVED" in page
    assert json.loads(cert.to_json())["headline"] == headline


@pytest.mark.parametrize(
    ("loss", "penalty", "where"),
    [
        # Of nine rows of three parts of l and three of g those four hold nothing in which t is on two sides at once.
        (
            lambda z, y: CE(z, y) * (t - 1),
            lambda z: sc.total(z**2) * (t - 3),
            ["t < 1 and t < 3", "t = 1 and t < 3", "t > 1 and t < 3", "t > 1 and t = 3", "t > 1 and t > 3"],
        ),
        (
            lambda z, y: CE(z, y) * (3 - t),
            lambda z: sc.total(z**2) * (t - 1),
            ["t < 3 and t < 1", "t < 3 and t = 1", "t < 3 and t > 1", "t = 3 and t > 1", "t > 3 and t > 1"],
        ),
        (
            lambda z, y: CE(z, y) * (t - 2),
            lambda z: sc.total(z**2) * (t - 2),
            ["t < 2", "t = 2", "t > 2"],
        ),
    ],
)
def test_parts_of_l_and_g_that_exclude_each_other_make_no_row(loss: Any, penalty: Any, where: list[str]) -> None:
    assert sorted(c.where for c in sc.certify(loss, penalty).cases) == sorted(where)
