"""Proofs of what is false, each refused: those that a first checker accepted, and what else somebody may think of.

Beside every kind of forgery stands an honest neighbour that is verified, so that nothing is refused for a slip.
What is true of MUH = mean(z) - z[y]: its gradient is 1/C - e_y, so ``k*MUH`` has kappa k (THEORY 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from symcheck.proof.check import Refused, check
from symcheck.proof.witnesses.witness import refute
from tests.symcheck.proof.claims import FREE, MUH, POSITIVE, QUOTIENT, UNIT, loss, regularizer, statement

Json = Any
P = (1 << 127) - 1
"""The public prime of the first checker."""


@dataclass(frozen=True)
class Forgery:
    """What is forged, in a line, with the statement and the proof."""

    says: str
    said: Json
    proof: Json

    def __repr__(self) -> str:
        return self.says


def _loss(
    says: str, formula: str, kappa: str = "1", said: Json = None, letters: Any = (), **by_operator: Any
) -> Forgery:
    claim = statement(formula, **(said or {}))
    return Forgery(says, claim, loss(claim, kappa, letters, **by_operator))


def _regularizer(
    says: str,
    formula: str,
    across: str = "1",
    along: str | None = "1",
    said: Json = None,
    letters: Any = (),
    **hints: Any,
) -> Forgery:
    claim = statement(formula, about="regularizer", **(said or {}))
    return Forgery(says, claim, regularizer(claim, across, along, letters, **hints))


L2 = "total(z**2)/2"
CE = "logsumexp(z) - z[y]"
LOG_C = [["L", "log", "C"]]
Q_UNIT, Q_POSITIVE, Q_FREE = {"q": UNIT}, {"q": POSITIVE}, {"q": FREE}
ON_QUOTIENT = {"space": QUOTIENT}


HONEST = [
    _loss("MUH", MUH, said={"kappa": "1"}),
    _loss("cross entropy", CE, said={"kappa": "1"}, letters=LOG_C, log={"L": 1}, exp={}),
    _loss("cross entropy on the quotient", CE, said=ON_QUOTIENT, letters=LOG_C, log={"L": 1}, exp={}),
    _loss("a parameter times MUH", f"q*{MUH}", "q", {"kappa": "q", **Q_POSITIVE}),
    _loss(
        "log(1 + q) MUH",
        f"log(1 + q)*{MUH}",
        "L",
        {"kappa": "log(1 + q)", **Q_POSITIVE},
        [["L", "log", "1 + q"]],
        log={"L": 1},
    ),
    _loss("exp(-q) MUH", f"exp(-q)*{MUH}", "E", {"kappa": "exp(-q)", **Q_FREE}, [["E", "exp", "-q"]], exp={"E": 1}),
    _loss("MUH/(C - 1)", f"{MUH}/(C - 1)", "1/(C - 1)", inverse=("C", "C - 1")),
    _loss("C - 2, for C from 3 on", f"(C - 2)*{MUH}", "C - 2", {"classes": (3, None)}),
    _loss("relu off its kink", f"relu(1 + {MUH})", branch="1"),
    _loss("|z|^(5/2) at its kink", f"{MUH} + abs(z[y])**(5/2)"),
    _loss("|m|^3 at its kink", f"{MUH} + abs(mean(z))**3"),
    _loss("a detached factor", f"(1 + detach(z[y]))*{MUH}"),
    _regularizer("l2", L2),
    _regularizer("variance on the quotient", "total((z - mean(z))**2)/2", "1", None, ON_QUOTIENT),
    _regularizer("sparsemax on the quotient", "total(entmax(z, 2)**2)", "2", None, ON_QUOTIENT),
    _regularizer("0 times what moves", "total((z - mean(z))**2)/2 + (C - C)*total(z)**2", "1", None, ON_QUOTIENT),
    _regularizer(
        "0 at the one C", "total((z - mean(z))**2)/2 + (C - 4)*total(z)", "1", None, {**ON_QUOTIENT, "classes": (4, 4)}
    ),
    _regularizer("a pseudo norm", "total(z**2)*q", "2*q", "2*q", Q_POSITIVE),
]

SIGNS = [
    _loss("P - 1 stands for -1", f"-{MUH}", f"{P - 1}"),
    _loss("P - 1 as a power of two less two", f"-{MUH}", "2**64*2**63 - 2"),
    _loss("a non-residue to (P - 1)/2 stands for -1", f"-{MUH}", "(((3**64)**64)**64)**64"),
    _loss("kappa is wrong by the public prime", MUH, f"{P + 1}", {"kappa": f"{P + 1}"}),
    _loss("kappa is the public prime, and 0", f"0*{MUH}", f"{P}"),
    _loss("0 for log 1, shown as log 2", f"log(1)*{MUH}", "L", {"kappa": "log(2)"}, [["L", "log", "2"]], log={"L": 64}),
    _loss("exp(0) is said to be 2^64", f"exp(0)*{MUH}", "2**64", letters=[["L", "log", "2"]], exp={"L": 64}),
    _loss("a kink at 0 shown positive by P", f"relu({MUH})", branch=f"{P}"),
    _loss("a kink shown positive by what is 0", f"relu({MUH})", said=Q_POSITIVE, branch="q - q"),
    _loss("a kink shown positive by E - E", f"relu({MUH})", letters=[["E", "exp", "1"]], branch="E - E"),
    _loss("a kink shown positive by L - L", f"relu({MUH})", letters=[["L", "log", "C"]], branch="L - L"),
    _loss("a kink shown positive by C - C + 0*C", f"relu({MUH})", branch="C - C + 0*C"),
    _loss("kappa is q - q, and q > 0", f"0*{MUH}", "q - q", Q_POSITIVE),
    _loss("kappa is 0*q, and q > 0", f"0*{MUH}", "0*q", Q_POSITIVE),
    _loss("kappa is 2*q - q - q, and q > 0", f"0*{MUH}", "2*q - q - q", Q_POSITIVE),
    _loss("kappa is C - C", f"0*{MUH}", "C - C"),
    _loss("kappa is 0/q", f"0*{MUH}", "0/q", Q_POSITIVE),
    _loss("kappa is (q - q)**2, a square", f"0*{MUH}", "(q - q)**2", Q_POSITIVE),
    _loss("kappa is (q - 1)**2, a square with a zero", f"(q - 1)**2*{MUH}", "(q - 1)**2", Q_UNIT),
    _loss("kappa is q with 0 in its interval", f"q*{MUH}", "q", Q_UNIT),
    _loss("kappa is 1 - q with 1 in its interval", f"(1 - q)*{MUH}", "1 - q", Q_UNIT),
    _loss("kappa is q*(1 - q), each end alone", f"q*(1 - q)*{MUH}", "q*(1 - q)", {"q": ("0", "1", True, False)}),
    _loss("kappa is q + r, both 0 at once", f"(q + r)*{MUH}", "q + r", {"q": UNIT, "r": UNIT}),
    _loss("kappa is 1 - q*r, both 1 at once", f"(1 - q*r)*{MUH}", "1 - q*r", {"q": UNIT, "r": UNIT}),
    _loss("kappa is the unbounded q to the third", f"q**3*{MUH}", "q**3", Q_FREE),
    _loss("kappa is the unbounded q times q**3, which may be 0", f"q**4*{MUH}", "q**4", Q_FREE),
    _loss("kappa is q*r of two unbounded ones", f"q*r*{MUH}", "q*r", {"q": FREE, "r": FREE}),
    _loss("kappa is q - 1/1000", f"(q - 1/1000)*{MUH}", "q - 1/1000", {"q": POSITIVE}),
    _loss("kappa is C - 2, for every C", f"(C - 2)*{MUH}", "C - 2"),
    _loss("kappa is 4 - C, up to C = 4", f"(4 - C)*{MUH}", "4 - C", {"classes": (2, 4)}),
    _loss("kappa is (C - 2)*(C - 3), true for every C but 2 and 3", f"(C - 2)*(C - 3)*{MUH}", "(C - 2)*(C - 3)"),
    _loss("kappa is a point interval's 0", f"q*{MUH}", "q", {"q": ("0", "0", False, False)}),
    _loss(
        "kappa is log q + 1 with a letter of unknown sign",
        f"(log(q) + 1)*{MUH}",
        "L + 1",
        Q_POSITIVE,
        [["L", "log", "q"]],
        log={"L": 1},
    ),
    _loss(
        "kappa is log q, q up to 1 and from 1 on", f"log(q)*{MUH}", "L", Q_POSITIVE, [["L", "log", "q"]], log={"L": 1}
    ),
    _loss(
        "kappa is log q with q = 1 in its interval",
        f"log(q)*{MUH}",
        "L",
        {"q": ("1", None, False, True)},
        [["L", "log", "q"]],
        log={"L": 1},
    ),
    _loss("kappa is log(1), the letter of 1", f"log(1)*{MUH}", "L", letters=[["L", "log", "1"]], log={"L": 1}),
    _loss("kappa is log(C - 1), 0 for C = 2", f"log(C - 1)*{MUH}", "L", letters=[["L", "log", "C - 1"]], log={"L": 1}),
    _loss("kappa is log(1/C), by a letter of it", f"log(1/C)*{MUH}", "L", letters=[["L", "log", "1/C"]], log={"L": 1}),
    _loss(
        "kappa is the square of log(C - 1)",
        f"log(C - 1)**2*{MUH}",
        "L**2",
        letters=[["L", "log", "C - 1"]],
        log={"L": 1},
    ),
    _loss(
        "b - 1 is told to be larger than it is",
        f"log(1/C)*{MUH}",
        "L",
        letters=[["L", "log", "1/C", "C"]],
        log={"L": 1},
    ),
    _loss(
        "b - 1 is told in other words and is 0 at C = 2",
        f"log(C - 1)*{MUH}",
        "L",
        letters=[["L", "log", "C - 1", "C - 2 + 0*C"]],
        log={"L": 1},
    ),
    _loss(
        "1 - E with E = exp(q), E > 0 alone", f"(1 - exp(q))*{MUH}", "1 - E", Q_FREE, [["E", "exp", "q"]], exp={"E": 1}
    ),
    _loss(
        "E - 1 with E = exp(q), q from 0 on", f"(exp(q) - 1)*{MUH}", "E - 1", Q_UNIT, [["E", "exp", "q"]], exp={"E": 1}
    ),
    _loss("-6^40 as a positive fraction", f"-(6**40)*{MUH}", f"{6**40}"),
    _loss("a tiny kappa below 0", f"-(1/2**60)**5*{MUH}", "(1/2**60)**5"),
    _regularizer("-l2", f"-{L2}", f"{P - 1}", f"{P - 1}"),
    _regularizer("-l2 with squares", f"-{L2}", "(q - 1)**2 + 1", "1", Q_UNIT),
    _regularizer("0 is definite by q - q", f"0*{L2}", "q - q", "q - q", Q_POSITIVE),
    _regularizer("indefinite along 1", f"{L2} - total(z)**2/2", "1", "1"),
    _regularizer("semidefinite along 1, for every C", f"{L2} - total(z)**2/(2*C)", "1", "(C - 2) + 2 - C", inverse="C"),
    _regularizer("semidefinite across", "total(z)**2/2", "C - C", "C"),
    _regularizer("definite for C up to 4 alone", f"{L2} - total(z)**2/10", "1", "1 - C/5", {"classes": (2, 5)}),
]

NAMES = [
    _loss(
        "a parameter is called as a letter",
        f"(2*E - exp(-1))*{MUH}",
        "2*E - E",
        {"E": UNIT},
        [["E", "exp", "-1"]],
        exp={"E": 1},
    ),
    _loss("a parameter is called C", MUH, said={"C": ("5", "6", False, False)}),
    _loss("a parameter is called z", MUH, said={"z": UNIT}),
    _loss("a parameter is called y", MUH, said={"y": UNIT}),
    _loss("a letter is called C", MUH, "C", letters=[["C", "exp", "0"]]),
    _loss("a letter is called as a parameter", f"q*{MUH}", "q", Q_FREE, [["q", "exp", "1"]]),
    _loss(
        "a letter is there twice", f"exp(1)*{MUH}", "E", letters=[["E", "exp", "1"], ["E", "exp", "2"]], exp={"E": 1}
    ),
    _loss("a letter is named by a look-alike", f"q*{MUH}", "q", Q_FREE, [["\uff51", "exp", "1"]]),
    _loss("a letter of its own: E = exp(E + 1)", f"exp(1)*{MUH}", "E", letters=[["E", "exp", "E + 1"]], exp={"E": 1}),
    _loss(
        "two letters in a circle", f"exp(1)*{MUH}", "E", letters=[["E", "exp", "F"], ["F", "exp", "E"]], exp={"E": 1}
    ),
    _loss(
        "a letter before what it is made of",
        f"exp(2)*{MUH}",
        "E",
        letters=[["E", "log", "F"], ["F", "exp", "2"]],
        exp={"F": 1},
    ),
    _loss("a letter that is no logarithm: of C - 3", MUH, letters=[["L", "log", "C - 3"]]),
    _loss("a letter that is no logarithm: of -1", MUH, letters=[["L", "log", "-1"]]),
    _loss("a letter that is no logarithm: of 0", MUH, letters=[["L", "log", "0"]]),
    _loss(
        "a letter that is no number: exp(1/(q - 1))",
        MUH,
        said={"q": ("0", "2", False, False)},
        letters=[["E", "exp", "1/(q - 1)"]],
    ),
    _loss("a root of a logarithm", MUH, said=Q_POSITIVE, letters=[["L", "log", "q"], ["R", "root", "L"]]),
    _loss("a logarithm by a parameter", f"log(q)*{MUH}", "1", {"q": ("2", None, False, True)}, log={"q": 1}),
    _loss("an exponential by a parameter", f"exp(1)*{MUH}", "q", Q_POSITIVE, exp={"q": 1}),
    _loss("an exponential by C", f"exp(1)*{MUH}", "C", exp={"C": 1}),
    _loss(
        "an argument that closes its own bracket", f"log(C)*{MUH}", "L", letters=[["L", "log", "C) + (C"]], log={"L": 1}
    ),
]

KINKS = [
    _loss("relu at its kink, no hint", f"relu({MUH})"),
    _loss("relu at its kink, a hint of 0", f"relu({MUH})", branch="0"),
    _loss("abs at its kink", f"abs({MUH})", branch="1"),
    _loss("maximum of what is equal at 0", f"maximum({MUH}, 0)", branch="1"),
    _loss("minimum of what is equal at 0", f"minimum({MUH}, mean(z))", branch="1"),
    _loss("branch by what is 0 at 0", f"branch(z[y], {MUH}, 2*{MUH})", branch="1"),
    _loss("branch by a detached 0", f"{MUH} + branch(detach(z[y]), z[y], 0)", branch="-1"),
    _loss("branch by 0 times z", f"{MUH} + branch(z[y] - z[y] + detach(z[y])*z[y], z[y], 0)", branch="-1"),
    _loss("a kink at C = 3", f"relu(C - 3 + {MUH})", branch="C - 3", said={"classes": (3, None)}),
    _loss("a kink inside an interval", f"relu(q - 1/2 + {MUH})", branch="q - 1/2", said=Q_UNIT),
    _loss("the other side of relu", f"relu(-1 + {MUH}) + {MUH}", "2", branch="1"),
    _loss("abs squared: not shown", f"{MUH} + abs(z[y])**2", branch="1"),
    _loss("abs to 3/2", f"{MUH} + abs(z[y])**(3/2)", exp={}, log={}, branch="1"),
    _loss("what is no abs, to the third", f"{MUH} + branch(z[y], z[y], -2*z[y])**3", branch="1"),
    _loss("abs of another one, to the third", f"{MUH} + branch(z[y], mean(z), -mean(z))**3", branch="1"),
    _loss("relu squared", f"{MUH} + relu(z[y])**2", branch="1"),
    _loss("sqrt(z**2)", f"{MUH} + sqrt(z[y]**2)", exp={}, log={}),
    _loss("a root at 0", f"{MUH} + total(z**2)**(1/2)", exp={}, log={}),
    _loss("|q - 1/2|^(5/2) z_y, flat for one q alone", f"{MUH} + abs(q - 1/2)**(5/2)*z[y]", said=Q_UNIT, branch="q"),
    _loss("entmax of what is not equal", f"{MUH} + entmax(onehot(y), 2)[y]"),
    _loss("entmax of what is equal at C = 2 alone", f"{MUH} + entmax(onehot(y)*(C - 2), 2)[y]"),
    _loss("0 log 0", f"{MUH} + 0*log(z[y])", log={}),
    _loss("0^0", f"{MUH} + 0**z[y]", log={}, exp={}),
]

POLES = [
    _loss("C - 2 over itself, for every C", f"{MUH}*(C - 2)/(C - 2)", inverse=("C", "C - 2")),
    _loss("C - 2 over itself, by C + P - 2", f"{MUH}*(C - 2)/(C - 2)", inverse=("C", f"C + {P - 2}")),
    _loss("q over itself", f"{MUH}*q/q", said=Q_UNIT, inverse=("C", "q")),
    _loss("q - 1/2 over itself", f"{MUH}*(q - 1/2)/(q - 1/2)", said=Q_UNIT, inverse=("C", "q - 1/2")),
    _loss("1/0 times 0", f"{MUH} + 0/(C - C)", inverse=("C", "C - C")),
    _loss("1/z", f"{MUH} + 0/z[y]", inverse=("C", "1")),
    _loss("the logarithm of C - 2", f"{MUH} + 0*log(C - 2)", letters=[["L", "log", "C - 1"]], log={"L": 1}),
    _loss("the logarithm of z", f"{MUH} + 0*log(z[y])", log={}),
    _loss("the logarithm of -1 by {}", f"{MUH} + 0*log(-1)", log={}),
    _loss("the square of a logarithm of -1", f"log(-1)**2*{MUH}", log={}),
    _loss("log 1 with a power", f"log(1)*{MUH}", "L", letters=[["L", "log", "2"]], log={"L": 0}),
    _loss("a power of a number below 0", f"{MUH} + 0*(-1)**(1/2)", log={}, exp={}),
    _loss("0 to the power -1", f"{MUH} + 0*(C - C)**-1", inverse=("C", "1")),
    _loss("(C - 2)^0 where C is 2", f"{MUH}*(1/(C - 2))**0", inverse=("C", "C - 2")),
]

CLAIMS = [
    _loss("no factor is told, and the gradient is 0", "0*z[y]"),
    _loss("kappa of half of it", MUH, "1/2", {"kappa": "1/2"}),
    _loss("the statement's kappa is another one", MUH, "1", {"kappa": "2"}),
    _loss(
        "the statement's kappa is 1 for large C alone",
        MUH,
        "1",
        {"kappa": "1 + exp(-C)"},
        [["E", "exp", "-C"]],
        exp={"E": 1},
    ),
    _loss("the statement's kappa has z in it", MUH, "1", {"kappa": "1 + 0*z[y]"}),
    _loss("the statement's kappa has a detached z in it", MUH, "1", {"kappa": "1 + detach(z[y])"}),
    _loss("the statement's kappa has the label in it", MUH, "1", {"kappa": "onehot(y)[y]"}),
    _loss("the statement's kappa is a class-vector", MUH, "1", {"kappa": "1 + 0*onehot(y)"}),
    _loss("a class-vector for a loss", "z - z[y]"),
    _loss("a class-vector with one entry that matters", f"onehot(y)*{MUH}"),
    _loss("the sum of z alone", "total(z)"),
    _loss("MUH with the wrong sign", "z[y] - mean(z)"),
    _loss("right at y, wrong elsewhere", "-(1 - 1/C)*z[y]"),
    _loss("right for C = 2 alone", "-z[y]/2 + total(z, but=y)/2"),
    _loss("right for C = 3 alone", f"{MUH} + (C - 3)*z[y]"),
    _loss("right for C = 10^6 alone", f"{MUH} + (C - 1000000)*z[y]"),
    _loss("right at q = 1/2 alone", f"{MUH} + (q - 1/2)*z[y]", said=Q_UNIT),
    _loss("wrong by 2^-4000", f"{MUH} + z[y]*(1/2**64)**62"),
    _loss("wrong by a huge number", f"{MUH} + z[y]*(2**64)**62"),
    _loss("zero by the small theorem of Fermat", f"{MUH} + ((((((C**64)**64)**64)**64)**64)**64 - C)*z[y]"),
    _regularizer("a class-vector for a regularizer", f"{L2} + (1 - onehot(y))*z"),
    _regularizer("the label in it: -z_y^2", f"{L2} - z[y]**2"),
    _regularizer("the label in it, as a one-hot vector", f"{L2} - total(onehot(y)*z)**2"),
    _regularizer("the label in it, left out", f"{L2} - 0*total(z, but=y)"),
    _regularizer("a detached part in its Hessian", f"{L2} - total(detach(z)*z)"),
    _regularizer("a gradient that is not 0", f"{L2} + total(z)"),
    _regularizer("a gradient that is 0 at C = 2 alone", f"{L2} + (C - 2)*total(z)"),
    _regularizer("the Hessian of half of it", f"{L2}/2"),
    _regularizer("along is told for across", f"{L2} + total(z)**2", "1 + 2*C", "1"),
    _regularizer("quartic", "total(z**4)", "12", "12"),
]

SHIFTS = [
    _regularizer("l2 on the quotient", L2, "1", None, ON_QUOTIENT),
    _regularizer(
        "0 at 4 of many C",
        "total((z - mean(z))**2)/2 + (C - 4)*mean(z)**4",
        "1",
        None,
        {**ON_QUOTIENT, "classes": (4, 5)},
    ),
    _regularizer("0 at z = 0 alone", "total((z - mean(z))**2)/2 + total(z)*mean(z)**3", "1", None, ON_QUOTIENT),
    _regularizer(
        "P of q times what moves", f"total((z - mean(z))**2)/2 + {P}*q*mean(z)**4", "1", None, {**ON_QUOTIENT, **Q_FREE}
    ),
    _regularizer("P times the sum", f"total((z - mean(z))**2)/2 + {P}*total(z)", "1", None, ON_QUOTIENT),
    _regularizer("indefinite along 1", f"{L2} - total(z)**2", "1", None, ON_QUOTIENT),
    _regularizer("invariant to order 2 alone", "total((z - mean(z))**2)/2 + mean(z)**3", "1", None, ON_QUOTIENT),
    _regularizer(
        "invariant next to 0 alone",
        "total((z - mean(z))**2)/2 + relu(mean(z) - 1)",
        "1",
        None,
        ON_QUOTIENT,
        inverse="C",
        branch="-1",
    ),
    _regularizer("entmax of what is not invariant", "total(entmax(z + z**2, 2)**2)", "2", None, ON_QUOTIENT),
    _regularizer("another space", "total((z - mean(z))**2)/2", "1", None, {"space": "R"}),
    _loss(
        "softmax and mean as one kind",
        "mean(z) - log(exp(z)/mean(exp(z)) + mean(z))[y]",
        "1",
        ON_QUOTIENT,
        log={},
        exp={},
        inverse=("C", "1"),
    ),
    _loss(
        "a factor that is a number next to 0 alone",
        f"{CE} + (branch(softmax(z)[y] - 9/10, 0, 1) - 1)*mean(z)",
        "1",
        ON_QUOTIENT,
        LOG_C,
        log={"L": 1},
        exp={},
        branch="(10 - 9*C)/(10*C)",
    ),
    _loss("a loss that moves with its own number", f"{CE} + mean(z)**2", "1", ON_QUOTIENT, LOG_C, log={"L": 1}, exp={}),
]

KINDS = {
    "signs": SIGNS,
    "names": NAMES,
    "kinks": KINKS,
    "poles": POLES,
    "claims": CLAIMS,
    "shifts": SHIFTS,
}


@pytest.mark.parametrize("honest", HONEST, ids=repr)
def test_what_is_true_is_verified(honest: Forgery) -> None:
    check(honest.said, honest.proof)


@pytest.mark.parametrize("forgery", [pytest.param(f, id=f"{k}-{f.says}") for k, found in KINDS.items() for f in found])
def test_what_is_forged_is_refused(forgery: Forgery) -> None:
    with pytest.raises(Refused, match=r"^[^ ]+: "):
        check(forgery.said, forgery.proof)


@pytest.mark.parametrize("anchor", ["z", "z[y]", "onehot(y)", "mean(z)", "detach(z)", "0*z"])
def test_an_anchor_depends_on_no_score_and_no_label(anchor: str) -> None:
    said = statement(MUH, anchor=anchor)
    with pytest.raises(Refused, match="anchor"):
        check(said, loss(said))


@pytest.mark.parametrize("anchor", ["0", "q", "log(C - 1)*0 + 1/C", "exp(q)", "-C"])
def test_an_anchor_of_constants_is_one(anchor: str) -> None:
    # MUH does not change by what all classes have in common: its gradient is 1/C - e_y wherever it is taken.
    said = statement(MUH, anchor=anchor, q=UNIT, classes=(3, None))
    check(said, loss(said, "1", [["L", "log", "C - 1"], ["E", "exp", "q"]], log={"L": 1}, exp={"E": 1}))


@pytest.mark.parametrize("formula", [f"{MUH} + 0*t", f"t = 1; t*{MUH}"])
def test_an_anchor_gives_no_names_to_the_formula(formula: str) -> None:
    said = statement(formula, anchor="t = C; t")
    with pytest.raises(Refused):
        check(said, loss(said))


def test_a_regularizer_has_no_anchor() -> None:
    # g is a function of the difference z - z_ref: "total(z**2)" from an anchor is another statement.
    said = statement("mean(exp(z) - z)", about="regularizer")
    with pytest.raises(Refused):
        check({**said, "anchor": "0"}, regularizer(said, "1/C", "1/C", exp={}))


@pytest.mark.parametrize(
    "ends",
    [
        ("1", "0", False, False),
        ("1", "1", True, False),
        ("1", "1", False, True),
        ("0", "0", True, True),
        ("2", "-2", True, True),
    ],
    ids=str,
)
def test_no_number_lies_in_an_empty_interval(ends: Any) -> None:
    said = statement(MUH, q=ends)
    with pytest.raises(Refused, match="scope"):
        check(said, loss(statement(MUH)))


@pytest.mark.parametrize("classes", [(1, None), (0, 5), (-2, 2), (3, 2), (1, 1), (2, 1), (10**30, 2)], ids=str)
def test_there_are_two_classes_at_least(classes: Any) -> None:
    said = statement(MUH, classes=classes)
    with pytest.raises(Refused, match="classes"):
        check(said, loss(statement(MUH)))


def test_hints_for_other_nodes_do_not_help() -> None:
    # MUH = total(z)/C - z[y] has one node that divides; its hint stands at every other node in turn.
    said = statement(MUH)
    proof = loss(said)
    ((node, hint),) = proof["hints"].items()
    for other in range(12):
        if str(other) != node:
            with pytest.raises(Refused):
                check(said, {**proof, "hints": {str(other): hint}})


def test_hints_of_two_nodes_are_not_exchanged() -> None:
    said = statement(f"{MUH}/(C - 1)")
    proof = loss(said, "1/(C - 1)", inverse=("C", "C - 1"))
    check(said, proof)
    first, second = proof["hints"]
    hints = {first: proof["hints"][second], second: proof["hints"][first]}
    with pytest.raises(Refused, match=r"hints\.\d+"):
        check(said, {**proof, "hints": hints})


def _small_quotient(number: int) -> tuple[int, int]:
    """Positive a and b of about 64 bits with a = number b modulo P (lattice reduction by Euclid's algorithm)."""
    a, b, u, v = P, number % P, 0, 1
    while b * b > P:
        quotient = a // b
        a, b, u, v = b, a - quotient * b, v, u - quotient * v
    return (b, v) if v > 0 else (-b, -v)


def test_short_fractions_that_equal_a_negative_number_modulo_a_public_prime_are_refused() -> None:
    """-r^40 MUH with kappa = -r^40, "positive" as it is a/b modulo P: the 15th forgery of the first checker."""
    found = [(r, *_small_quotient(-(r**40))) for r in range(3, 60)]
    forged = [(r, a, b) for r, a, b in found if a > 0]
    assert forged
    for r, a, b in forged:
        assert (a + r**40 * b) % P == 0
        assert max(a, b).bit_length() <= 65
        said = statement(f"-{r}**40*{MUH}", kappa=f"-{r}**40")
        with pytest.raises(Refused):
            check(said, loss(said, f"{a}/{b}"))
        honest = statement(f"{r}**40*{MUH}", kappa=f"{r}**40")
        check(honest, loss(honest, f"{r}**40"))


@pytest.mark.parametrize("classes", [2, 3, 11])
@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("weight", ["1", "-1", str(P), f"1/{P}"])
def test_muh_is_not_refuted(classes: int, power: int, weight: str) -> None:
    """A drift of MUH, "shown" by P, which is 0 modulo P: the sixth forgery of the first checker."""
    said = statement("mean(z) - z[y]", about="refuted", classes=(classes, classes))
    said |= {"which": "loss-gradient", "point": {"C": classes}, "arrays": []}
    for rays in ([[weight, 1, ["1"]]], [[weight, 1, ["1", "0"]], [weight, 2, ["0", "1"]]], [[weight, 1, ["0", "1"]]]):
        with pytest.raises(Refused):
            refute(said, {"rays": rays, "power": power, "fold": 1, "terms": 3})
