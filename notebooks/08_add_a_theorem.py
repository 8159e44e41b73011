# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # Add a theorem
#
# People add up losses: cross entropy plus a share of the mean absolute error, and a second penalty on top. Do two
# certified pairs stay certified when they are mixed? At the end you
#
# - have stated and proved a small theorem about that, which is not in the catalogue,
# - have put it into one file of your own, which every certificate can be asked about,
# - have tested it on mixtures with free weights, for every number of classes,
# - know for each of its premises what goes wrong without it.
#
# Ten minutes to read, a few seconds to run. No extra is needed, but for the slider. Before this:
# [01_certify](01_certify.ipynb), and [07_preferences](07_preferences.ipynb) is the notebook before it.

# %% slideshow={"slide_type": "skip"}
import importlib
import itertools
import shutil
import sys
import tempfile
from pathlib import Path

import sympy as sp

import symcheck as sc
from symcheck import notebook, theorems

notebook.begin()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1. A guess
#
# First an experiment. Two losses are certified with the penalty $\frac12\lVert z\rVert^2$, and so is their sum with
# free weights $a, b > 0$. A certificate covers all weights and every $C \ge 2$ at once.

# %% slideshow={"slide_type": "fragment"}
a, b = sc.Parameter("a", above=0), sc.Parameter("b", above=0)


def mixed(first, second, a=a, b=b):
    """The formula a first + b second, of two losses of the catalogue."""
    return lambda z, y: a * first.formula(z, y) + b * second.formula(z, y)


ce, mae = sc.losses.CrossEntropy(), sc.losses.MAE()
for loss in (ce, mae, mixed(ce, mae)):
    certificate = sc.certify(loss, "l2")
    print(f"{certificate.headline}\n    tier {certificate.tier.name}, kappa = {certificate.kappa}")
    assert certificate.verdict is sc.Verdict.PROVED
assert str(sp.expand(certificate.kappa)) == "a + 2*b/C"

# %% [markdown] slideshow={"slide_type": "subslide"}
# The strength $\kappa$ of a loss is defined by its slope at 0: $\nabla l(0, y) = -\kappa\, o_y$, with
# $o_y = e_y - \frac1C \mathbf{1}$. It is 1 for cross entropy and $2/C$ for the mean absolute error. For the mixture it
# came out as $a + 2b/C$. So here is the guess: *mixtures stay certified, and $\kappa$ is mixed as the losses are.*

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2. A proof
#
# **Theorem (mixtures).** Let the pairs $(l, g)$ and $(m, h)$ meet the conditions of Theorem 2, with
# $\nabla l(0, y) = -\kappa_l\, o_y$ and $\nabla m(0, y) = -\kappa_m\, o_y$. Let $a, b, c, d > 0$ be numbers, which may
# depend on $C$ and on parameters. Then $(a l + b m,\; c g + d h)$ meets the conditions, with
# $\kappa = a \kappa_l + b \kappa_m$.

# %% [markdown] slideshow={"slide_type": "fragment"}
# *Proof.* Derivatives add up.
#
# - Sums of twice continuously differentiable functions are so.
# - $\nabla(a l + b m)(0, y) = -(a \kappa_l + b \kappa_m)\, o_y$, and $a \kappa_l + b \kappa_m > 0$.
# - $\nabla(c g + d h)(0) = 0$.
# - $D^2(c g + d h)(0) = c\, D^2 g(0) + d\, D^2 h(0)$. If both are positive definite, so is the sum.

# %% [markdown] slideshow={"slide_type": "fragment"}
# One thing is easily missed. A pair in which neither $l$ nor $g$ changes when all scores move together is judged *on
# the quotient* $\mathbb{R}^C/\mathbf{1}$: there $D^2 g(0)$ has to be definite across $\mathbf{1}$ only. What if one
# pair is judged there and the other on $\mathbb{R}^C$? The Hessian of the other one is definite on all of
# $\mathbb{R}^C$, the first one adds something that is at least 0, and the mixture is judged on $\mathbb{R}^C$. If both
# are judged on the quotient, no part of the mixture changes along $\mathbf{1}$, and it is judged there too. $\square$

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3. A file
#
# In this house a theorem is one file, found by its name. It has
#
# - `needs`: the premises on $(l, g)$ that are *decided*, each PROVED, REFUTED or UNDECIDED,
# - `assumptions`: what nobody can decide from formulas, and so stays open on each page,
# - `concludes`: what holds if all premises do, in words, and `statement`, the same as a formula.
#
# Most premises are conditions that a certificate decides anyway. One is new: *one* $\kappa > 0$ for all labels. The
# tier of the loss says that.

# %% slideshow={"slide_type": "skip"}
MIXTURES = r'''
"""Mixtures (beyond the paper): pairs that meet the conditions of Theorem 2 may be added up."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.theorems.base import Facts, Theorem
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    yield from facts.premises(Condition.LOSS_SMOOTH)
    yield _one_kappa(facts)
    yield from facts.premises(
        Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT, Condition.REGULARIZER_CURVATURE
    )


def _one_kappa(facts: Facts) -> Premise:
    """The gradient condition with kappa: a drift or kappas of their own for some labels need not add up."""
    statement, found = "grad l(0, y) = -kappa o_y with one kappa > 0", facts.finding(Condition.LOSS_GRADIENT)
    verdict, detail = found.verdict, found.detail
    if verdict is Verdict.PROVED and facts.tier not in (Tier.EXACT, Tier.SCALED):
        verdict, detail = Verdict.REFUTED, f"tier {facts.tier.name}: {facts.tier.value}"
    return Premise(statement, verdict, detail, found.derivation, found.witness, found.reason)


THEOREM = Theorem(
    name="Mixtures",
    place="beyond the paper",
    statement=(
        r"\nabla l(0, y) = -\kappa_l o_y,\ \nabla m(0, y) = -\kappa_m o_y \implies "
        r"(a l + b m,\ c g + d h)\ \text{has}\ \kappa = a \kappa_l + b \kappa_m \quad (a, b, c, d > 0)"
    ),
    concludes=(
        "with every other pair to which this theorem applies, each mixture meets the conditions of Theorem 2, "
        "for the numbers of classes and the parameters of both"
    ),
    assumptions=(
        "the weights are positive, and depend neither on the scores nor on the label",
        "both pairs have the same anchor, or none",
    ),
    needs=_needs,
    deviation="not in the paper",
    rank=165,
    on_request=True,
)
'''

# %% [markdown] slideshow={"slide_type": "subslide"}
# The file may lie in a folder of yours: whoever adds a folder to the path of the package adds its files.

# %% slideshow={"slide_type": "fragment"}
FOLDER = Path(tempfile.mkdtemp())
theorems.__path__.append(str(FOLDER))


def add(name, text):
    """Put the theorem ``text`` into the file ``name``.py of the folder; change the text and add it again."""
    (FOLDER / f"{name}.py").write_text(text.lstrip(), encoding="utf-8")
    sys.modules.pop(f"symcheck.theorems.{name}", None)
    importlib.invalidate_caches()
    theorems.theorems.cache_clear()


before = [theorem.name for theorem in theorems.theorems()]
add("mixtures", MIXTURES)
new = [theorem.name for theorem in theorems.theorems() if theorem.name not in before]
print(len(before), "theorems, and now", *new)
assert new == ["Mixtures"]

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4. Ask for it
#
# `certificate.theorem(...)` finds it by its name, and shows a page like those of the paper's own theorems.

# %% slideshow={"slide_type": "fragment"}
asked = sc.certify("mae", "l2").theorem("mixtures")
assert asked.verdict is sc.Verdict.PROVED
assert len(asked.premises) == 5
asked

# %% [markdown] slideshow={"slide_type": "subslide"}
# And what does it refuse? One-vs-rest logistic regression has a drift $c \mathbf{1}$ in its slopes. *Forward
# correction* for a noise that sends each class to the next has slopes that sum to 0 over the labels. That is enough
# for Theorem 2, but there is no one $\kappa$, and nothing to mix.

# %% slideshow={"slide_type": "fragment"}
pairs = [
    ("one_vs_rest_logistic", "l2"), ("class_weighted_ce", "l2"), ("forward_pair_flip", "l2"),
    ("cross_entropy", "l1"), ("cross_entropy", "quartic"), ("cross_entropy", "entropy_minimization"),
]  # fmt: skip
for pair in pairs:
    asked = sc.certify(*pair).theorem("mixtures")
    assert asked.verdict is sc.Verdict.REFUTED
    print(f"{' + '.join(pair)}:\n    REFUTED: {asked.failing.statement}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5. Does it tell the truth?
#
# A proof on paper may be wrong, and so may the file. The certifier knows nothing of the theorem: it derives each
# mixture from its formula. So they can be held against each other, with all weights free. Eight losses make 28 pairs.

# %% slideshow={"slide_type": "fragment"}
entries = [sc.losses.CrossEntropy(), sc.losses.MAE(), sc.losses.GCE(), sc.losses.Focal(gamma=2), sc.losses.NCE(),
           sc.losses.PairwiseLogistic(), sc.losses.PolyLoss(), sc.losses.SquareCentred()]  # fmt: skip
weights = {weight: sp.Symbol(weight, positive=True) for weight in "ab"}
kappa = {}
for loss in entries:
    certificate = sc.certify(loss, "l2")
    assert certificate.theorem("mixtures").verdict is sc.Verdict.PROVED
    kappa[loss] = certificate.kappa


def of_one_name(expression):
    """The expression with one symbol for each name, whatever is assumed of it, and a and b for the weights."""
    return expression.subs({s: weights.get(s.name, sp.Symbol(s.name, positive=True)) for s in expression.free_symbols})


checked = 0
for first, second in itertools.combinations(entries, 2):
    certificate = sc.certify(mixed(first, second), "l2")
    assert certificate.verdict is sc.Verdict.PROVED
    by_theorem = weights["a"] * of_one_name(kappa[first]) + weights["b"] * of_one_name(kappa[second])
    assert sp.cancel(of_one_name(certificate.kappa) - by_theorem) == 0, (first, second)
    checked += 1
print(f"{checked} mixtures of {len(entries)} losses: each PROVED for all its weights, with a kappa_l + b kappa_m")
assert checked == 28

# %% [markdown] slideshow={"slide_type": "subslide"}
# Penalties are mixed as well: two that are definite on $\mathbb{R}^C$, two that are so on the quotient, and one of
# each.

# %% slideshow={"slide_type": "fragment"}
c, d = sc.Parameter("c", above=0), sc.Parameter("d", above=0)
l2, huber = sc.regularizers.L2(), sc.regularizers.Huber()
kl, chi = sc.regularizers.LabelSmoothingPenalty(), sc.regularizers.ChiSquared()
for g, h in ((l2, huber), (kl, chi), (l2, kl)):
    for penalty in (g, h):
        assert sc.certify(ce, penalty).theorem("mixtures").verdict is sc.Verdict.PROVED
    certificate = sc.certify(mixed(ce, mae), lambda z, g=g, h=h: c * g.formula(z) + d * h.formula(z))
    assert certificate.verdict is sc.Verdict.PROVED
    print(certificate.headline.replace("formula + formula", f"{g.name} and {h.name}, mixed,"))

# %% [markdown] slideshow={"slide_type": "subslide"}
# "For the numbers of classes and the parameters of both": the hinge loss of margins is about two classes, and its
# certificate says so. Mixed with cross entropy it is certified there, and with more classes nothing was promised.

# %% slideshow={"slide_type": "fragment"}
hinge = sc.losses.Hinge()
assert sc.certify(hinge, "l2").theorem("mixtures").verdict is sc.Verdict.PROVED
print(sc.certify(hinge, "l2").headline)
print(sc.certify(mixed(ce, hinge), "l2").headline)
assert [case.verdict.name for case in sc.certify(mixed(ce, hinge), "l2").cases] == ["PROVED", "REFUTED"]

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6. Is each premise needed?
#
# A premise that looks as if it could be left out gets a counterexample. So: cross entropy with l2, which is certified,
# and equal parts of a pair in which one thing fails.
#
# | left out | what is added | and the mixture |
# | :-- | :-- | :-- |
# | $l$ smooth | $\lVert z\rVert^{3/2}$, whose slope at 0 is 0 and whose curvature is infinite | not certified |
# | one $\kappa$ | one-vs-rest logistic, with a drift | REFUTED |
# | $g$ smooth | $\sum_i \lvert z_i \rvert$ | REFUTED |
# | $\nabla g(0) = 0$ | $\sum_i (z_i - 1)^2$ | REFUTED |
# | $D^2 h(0)$ definite | $-\sum_i z_i^2$ | REFUTED |

# %% slideshow={"slide_type": "fragment"}
CE, L2 = "(logsumexp(z) - z[y])", "total(z**2)/2"
added = [
    (f"{CE} + norm(z)**(3/2)", "l2", "l(., y) is twice"),
    ("total(softplus(z)) - z[y]", "l2", "with one kappa"),
    (CE, "total(abs(z))", "g is twice"),
    (CE, "total((z - 1)**2)", "grad g(0) = 0"),
    (CE, "-total(z**2)", "D^2 g(0) is positive"),
]
for loss, penalty, fails in added:
    assert fails in sc.certify(loss, penalty).theorem("mixtures").failing.statement
    mixture = sc.certify(f"{CE} + {loss}", f"{L2} + {penalty}")
    assert mixture.verdict is not sc.Verdict.PROVED
    print(f"{mixture.verdict.name:9s}  l + {loss}, g + {penalty}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# The first of these is UNDECIDED and not REFUTED: an open case is no counterexample, and a certificate does not take
# it for one. By hand: along $z = t v$ the second derivative of $\lVert z\rVert^{3/2}$ is $\frac34 \lVert
# v\rVert^{3/2}\, t^{-1/2}$, and grows without bound as $t \to 0$. So the mixture is not twice differentiable.

# %% slideshow={"slide_type": "fragment"}
t = sp.Symbol("t", positive=True)
assert sp.diff(t ** sp.Rational(3, 2), t, 2) == sp.Rational(3, 4) / sp.sqrt(t)
assert sp.limit(sp.diff(t ** sp.Rational(3, 2), t, 2), t, 0) == sp.oo

# %% [markdown] slideshow={"slide_type": "subslide"}
# **The weights.** They have to be positive. Give the second loss any weight $w$. Then $\kappa = 1 + \frac{2w}{C}$, and
# the certificate finds by itself where that turns: at $w = -C/2$. Below it, clean and noisy labels still lead to one
# limit, but it predicts the worst class.

# %% slideshow={"slide_type": "fragment"}
w = sc.Parameter("w")
free = sc.certify(mixed(ce, mae, 1, w), "l2")
print(free.headline)
for case in free.cases:
    print(f"    {case.where}: {case.verdict.name}, kappa = {case.kappa}")
assert [(case.where, case.verdict.name) for case in free.cases] == [
    ("w < -C/2", "REFUTED"), ("w = -C/2", "REFUTED"), ("w > -C/2", "PROVED")]  # fmt: skip

# %% [markdown] slideshow={"slide_type": "subslide"}
# For one number in the place of $w$ it is the number of classes that decides. Here $w = -1$: at $C = 2$ both slopes
# cancel. Move the slider to see other weights.


# %% slideshow={"slide_type": "fragment"}
def weighed(w):
    """The certificate of cross entropy plus w times the mean absolute error."""
    return sc.certify(mixed(ce, mae, 1, w), "l2")


assert [case.verdict.name for case in weighed(-1).cases] == ["REFUTED", "PROVED"]
assert [weighed(w).verdict.name for w in (-5, -2, -1, 0, 2)] == ["REFUTED", "REFUTED", "REFUTED", "PROVED", "PROVED"]
weighed(-1)

# %% slideshow={"slide_type": "skip"}
# needs symcheck[notebooks]
notebook.slider(weighed, w=[-5, -3, -2, -1, 0, 1, 2])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7. Exercises
#
# **Exercise.** The theorem says "if", not "if and only if". Find two losses that are both REFUTED with l2, and whose
# sum is PROVED. (Hint: a drift $c\,\mathbf{1}$ has a sign.)

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# mean(z) has the slope (1/C) 1 at 0, whatever the label: one loss drifts up, the other down.
up, down = f"{CE} + mean(z)", f"{CE} - mean(z)"
verdicts = [sc.certify(loss, "l2").verdict.name for loss in (up, down, f"{up} + {down}")]
assert verdicts == ["REFUTED", "REFUTED", "PROVED"]
verdicts

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** Why does the file ask for *one* $\kappa$, where Theorem 2 asks for slopes that sum to 0 over the
# labels? Take $C = 3$ and the two losses $\bar z - z_{y+1}$ and $\bar z - z_{y-1}$, whose labels are the neighbours of
# the given one in a circle. Certify each, certify the sum, and explain. (A cyclic matrix is written
# `sc.MatrixParameter("S", rule="cyclic", doubly_stochastic=True)`, and $z_{y+1}$ is then `(S @ z)[y]`.)

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# Both pull towards classes other than y, and there are only three: z_{y+1} + z_{y-1} = 3 mean(z) - z_y.  So the sum is
# 2 mean(z) - (3 mean(z) - z_y) = z_y - mean(z), and that is the unhinged loss with the wrong sign: kappa = -1.
S = sc.MatrixParameter("S", rule="cyclic", doubly_stochastic=True)


def following(z, y):
    return sc.mean(z) - (S @ z)[y]


def previous(z, y):
    return sc.mean(z) - (S.T @ z)[y]


losses = (following, previous, lambda z, y: following(z, y) + previous(z, y))
each = [sc.certify(loss, "l2", classes=3) for loss in losses]
assert [certificate.verdict.name for certificate in each] == ["PROVED", "PROVED", "REFUTED"]
assert [certificate.tier.name for certificate in each] == ["SYMLIN", "SYMLIN", "FAIL"]
assert each[2].kappa == -1
assert each[0].theorem("mixtures").verdict is sc.Verdict.REFUTED
[certificate.headline for certificate in each]

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** Products. By the product rule the slope of $l\,m$ at 0 is $l(0, y)\,\nabla m(0, y) + m(0, y)\,\nabla
# l(0, y)$. State a theorem, with $\kappa$. Test it on cross entropy times the mean absolute error. Which premise is
# new? Find a loss with the same slopes as cross entropy at which the theorem fails without it.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# If l(0, y) = v and m(0, y) = w are the same for every y, then l m has kappa = v kappa_m + w kappa_l, where that is
# positive.  Both losses here are positive at 0: v = log C, and w = 2 (1 - 1/C).
product = sc.certify(lambda z, y: ce.formula(z, y) * mae.formula(z, y), "l2")
C = sp.Symbol("C", positive=True)
by_hand = sp.log(C) * 2 / C + 2 * (1 - 1 / C)
assert product.verdict is sc.Verdict.PROVED
assert sp.cancel(of_one_name(product.kappa) - by_hand) == 0

# New is that the values at 0 do not depend on the label.  An offset u_y for each class leaves all slopes as they are,
# and so all that the mixtures need; but in a product it weighs the classes.
u = sc.ClassParameter("u")
offset = sc.certify(lambda z, y: ce.formula(z, y) + u[y], "l2")
weighted = sc.certify(lambda z, y: (ce.formula(z, y) + u[y]) * mae.formula(z, y), "l2")
assert (offset.verdict.name, offset.tier.name, offset.kappa) == ("PROVED", "EXACT", 1)
assert weighted.verdict is sc.Verdict.REFUTED
print(product.headline)
print(weighted.headline)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8. From here
#
# - To give the theorem to everybody, put the same file into `symcheck/theorems`. What else belongs to it is listed in
#   [How to add](../docs/architecture.md#how-to-add): its proof on the [theory page](../docs/theory.md), and a test that
#   names it, with the counterexamples of section 6.
# - Losses, penalties, data sets and models are added in the same way, each as one file:
#   [docs/adding.md](../docs/adding.md).
# - Take the file out again, and the name is unknown again:

# %% slideshow={"slide_type": "fragment"}
theorems.__path__.remove(str(FOLDER))
shutil.rmtree(FOLDER)
theorems.theorems.cache_clear()
assert [theorem.name for theorem in theorems.theorems()] == before
try:
    sc.certify("mae", "l2").theorem("mixtures")
except sc.SymcheckError as error:
    print(error)
else:
    raise AssertionError
