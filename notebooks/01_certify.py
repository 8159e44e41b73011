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
# # Certify a loss in five minutes
#
# Some of the labels that a classifier learns from are wrong. With a strong penalty on its scores, and with the right
# loss, the classifier that comes out is the same as without the wrong labels. Which losses are right is a question
# about formulas, and `symcheck` answers it for every number of classes at once. At the end you
#
# - have certified losses by name and one of your own, and can read the certificate,
# - know what PROVED, REFUTED and UNDECIDED say, and have checked a REFUTED by hand,
# - have handed a certificate to somebody who does not believe it,
# - have seen training agree with it.
#
# Five minutes to read, ten with the exercises, seconds to run. What is proved needs nothing but `symcheck`, and runs
# [in the browser](../docs/try.md) as well; the cells that train need `symcheck[numerics]`. Next:
# [02_refused](02_refused.ipynb).

# %% slideshow={"slide_type": "skip"}
from fractions import Fraction

import sympy as sp

import symcheck as sc
from symcheck import notebook

notebook.begin()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1. Why the gradient at 0 decides
#
# There are $C$ classes, scores $z \in \mathbb{R}^C$ and a label $y$. *Uniform noise of rate* $\rho$ replaces the label,
# with probability $\rho$, by one of the other classes, all equally likely. For the *unhinged loss*
#
# $$ l_{\mathrm{MUH}}(z, y) = \frac{1}{C} \sum_k z_k - z_y $$
#
# noise does nothing but multiply the mean loss by $a = 1 - \rho\, C/(C-1)$, because the losses of all labels sum to 0.
# As long as $a > 0$, what makes one of them small makes the other small. In exact arithmetic, at one point:

# %% slideshow={"slide_type": "fragment"}
C, rho = 4, Fraction(2, 5)
z = [Fraction(3), Fraction(-1), Fraction(1, 2), Fraction(7)]
unhinged = [sum(z) / C - z[y] for y in range(C)]
noisy = [(1 - rho) * unhinged[y] + sum(rho / (C - 1) * unhinged[k] for k in range(C) if k != y) for y in range(C)]
a = 1 - rho * C / (C - 1)
assert sum(unhinged) == 0
assert noisy == [a * value for value in unhinged]
a

# %% [markdown] slideshow={"slide_type": "subslide"}
# Now minimise $l + \lambda g$ for another loss $l$, with a penalty $g$ that is smallest at $z = 0$. The larger
# $\lambda$, the closer the scores are to 0, and there $l$ is its value plus its gradient $b_y = \nabla l(0, y)$ times
# $z$. If $b_y$ is $\kappa > 0$ times the gradient of the unhinged loss, then in the limit $l$ behaves like
# $\kappa\, l_{\mathrm{MUH}}$, and noise only shortens the scores. That is the condition which a certificate is about:
#
# $$ b_y = -\kappa\, o_y, \qquad o_y = e_y - \tfrac{1}{C} (1, \ldots, 1), \qquad \kappa > 0, $$
#
# together with $\nabla g(0) = 0$ and a positive definite $D^2 g(0)$.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2. A certificate
#
# Cross entropy with $g(z) = \frac{1}{2} \lVert z \rVert^2$. The last line of a cell is shown, and a certificate is
# shown as a page: the verdict and where it holds, what it means for training, then what was derived.

# %% slideshow={"slide_type": "fragment"}
cert = sc.certify("cross_entropy", "l2")
assert cert.verdict is sc.Verdict.PROVED
assert cert.tier is sc.Tier.EXACT
cert

# %% [markdown] slideshow={"slide_type": "subslide"}
# Do it again by hand, at $C = 3$ and with plain SymPy: the gradient of $\log \sum_k e^{z_k} - z_1$ at 0. That is one
# $C$; the certificate says it for all of them, with $C$ as a symbol.

# %% slideshow={"slide_type": "fragment"}
scores = sp.symbols("z1:4")
cross_entropy = sp.log(sum(sp.exp(s) for s in scores)) - scores[0]
by_hand = [sp.diff(cross_entropy, s).subs(dict.fromkeys(scores, 0)) for s in scores]
centred = [1 - sp.Rational(1, 3), -sp.Rational(1, 3), -sp.Rational(1, 3)]
assert by_hand == [-o for o in centred]
by_hand

# %% [markdown] slideshow={"slide_type": "subslide"}
# **A verdict** is one of three, and never true or false: an `if` on it is an error, since UNDECIDED would have to go
# somewhere.

# %% slideshow={"slide_type": "fragment"}
try:
    bool(cert.verdict)
except TypeError as error:
    print(error)
else:
    raise AssertionError("a verdict was taken for true or false")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **What follows for training** depends on the model too. The families say for which models the predictions stay, and
# the assumptions are what no work with symbols can settle: they are yours to check.

# %% slideshow={"slide_type": "fragment"}
for family in cert.families:
    print(f"{family.verdict}  {family.name}: {family.detail}")
print()
for assumption in cert.assumptions:
    print("-", assumption)
assert all(family.verdict is sc.Verdict.PROVED for family in cert.families)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3. A loss of your own
#
# It is a formula in the scores `z` and the label `y`, or a Python function of them
# ([03_your_own](03_your_own.ipynb) has more ways). Here is cross entropy plus three times $1 - p_y$, and the same with
# a sign turned, as it happens.

# %% slideshow={"slide_type": "fragment"}
right = sc.certify("logsumexp(z) - z[y] + 3*(1 - softmax(z)[y])", "l2")
turned = sc.certify("logsumexp(z) - z[y] - 3*(1 - softmax(z)[y])", "l2")
print("right: ", right.headline)
print("turned:", turned.headline)
print("kappa =", turned.kappa)
assert (right.verdict, turned.verdict) == (sc.Verdict.PROVED, sc.Verdict.REFUTED)

# %% [markdown] slideshow={"slide_type": "subslide"}
# A test at $C = 10$ would have found nothing wrong: $\kappa = 1 - 3/C$ is negative for two classes, 0 for three, and
# positive from four classes on. This is why certificates are about every $C$, and what holds by cases is said by cases.
# `at` certifies again in a narrower scope.

# %% slideshow={"slide_type": "fragment"}
assert [str(case.tier) for case in turned.cases] == ["FAIL", "ZERO", "SCALED"]
assert turned.at(C=10).verdict is sc.Verdict.PROVED
{n: turned.at(C=n).kappa for n in (2, 3, 4, 10)}


# %% [markdown] slideshow={"slide_type": "subslide"}
# Move the slider: the certificate at that number of classes.


# %% slideshow={"slide_type": "fragment"}
def at(C):
    """What is certified for C classes."""
    return turned.at(C=C)


at(10)

# %% slideshow={"slide_type": "skip"}
# needs symcheck[notebooks]
notebook.slider(at, C=[2, 3, 4, 10, 20, 100, 1000])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4. A parameter stays free
#
# Generalised cross entropy, $l(z, y) = (1 - p_y^q)/q$ with $p = \mathrm{softmax}(z)$ and $0 < q \le 1$: one certificate
# covers all $q$ and all $C$. Values are exact: `"7/10"`, or the short decimal `0.7`, which is the same.

# %% slideshow={"slide_type": "fragment"}
gce = sc.certify("gce", "l2")
print(gce.headline)
print("kappa =", gce.kappa)
narrow = gce.at(C=10, q="7/10")
assert narrow.kappa == gce.at(C=10, q=0.7).kappa == sp.Integer(10) ** sp.Rational(-7, 10)
print(narrow.scope, "-", narrow.tier, "-", narrow.kappa, "=", sp.N(narrow.kappa, 5))

# %% [markdown] slideshow={"slide_type": "subslide"}
# What is $\kappa$ good for? Since $l + \lambda g = \kappa\,(l/\kappa + (\lambda/\kappa)\, g)$, a loss with weight
# $\lambda$ acts, in the limit, as cross entropy does with weight $\lambda/\kappa$. The mean absolute error has
# $\kappa = 2/C$: with a thousand classes the same $\lambda$ presses five hundred times as hard. Losses are comparable
# at equal $\lambda/\kappa$, not at equal $\lambda$.

# %% slideshow={"slide_type": "fragment"}
mae = sc.certify("mae", "l2")
assert mae.at(C=1000).kappa == sp.Rational(1, 500)
print("1/kappa       ", *[f"C = {n:<5}" for n in (2, 10, 1000)])
for name, found in [("cross_entropy ", cert), ("gce, q = 7/10 ", gce.at(q="7/10")), ("mae           ", mae)]:
    print(name, *[f"{float(1 / found.at(C=n).kappa):<9.4g}" for n in (2, 10, 1000)])

# %% slideshow={"slide_type": "subslide"}
# needs symcheck[numerics]
from matplotlib.figure import Figure

from numerics.figure_style import BLUE, GREEN, ORANGE, plain
from numerics.figures import shown

numbers = [2, 3, 5, 10, 20, 50, 100, 200, 500, 1000]
figure = Figure(figsize=(6.5, 3.2), layout="constrained")
axes = figure.subplots()
for name, found, colour in [
    ("cross entropy", cert, BLUE),
    ("gce, q = 7/10", gce.at(q="7/10"), GREEN),
    ("mae", mae, ORANGE),
]:
    kappas = [float(found.at(C=n).kappa) for n in numbers]
    axes.loglog(numbers, kappas, "o-", markersize=3, color=colour, label=name)
axes.set_xlabel("number of classes C")
axes.set_ylabel("scale kappa (no unit)")
axes.legend(frameon=False)
plain(axes)
shown(
    figure,
    "The scale kappa against the number of classes, both logarithmic: 1 for cross entropy at every C, falling like "
    "C^(-7/10) for gce, and like 2/C for the mean absolute error, down to 1/500 at a thousand classes.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5. REFUTED, and how to check it without trusting anybody
#
# One-vs-rest logistic regression (binary cross entropy for each class) adds $\log(1 + e^{z_k})$ over the classes and
# subtracts $z_y$.

# %% slideshow={"slide_type": "fragment"}
ovr = sc.certify("one_vs_rest_logistic", "l2")
witness = next(finding.witness for finding in ovr.findings if finding.witness)
print(ovr.headline)
print(witness)
assert ovr.verdict is sc.Verdict.REFUTED

# %% [markdown] slideshow={"slide_type": "subslide"}
# The derivative of $\log(1 + e^x)$ at 0 is $1/2$. So the gradient at 0 is $1/2$ for each class and $1/2 - 1$ at the
# label, and $-\kappa\, o_y$ would have to sum to 0 over the classes. At $C = 3$ and $y = 1$ it does not:

# %% slideshow={"slide_type": "fragment"}
half = Fraction(1, 2)
b = [half - 1, half, half]
assert Fraction(witness.value) == sum(b) / 3 != 0
assert witness.classes == 3
sum(b) / 3

# %% [markdown] slideshow={"slide_type": "subslide"}
# REFUTED speaks of the condition: it is false somewhere in the scope. It never says that training fails; `still_holds`
# says what is promised nevertheless, and `repairs` what to change, each with its own certificate.
# [02_refused](02_refused.ipynb) goes on from here.

# %% slideshow={"slide_type": "fragment"}
print(ovr.still_holds)
assert all(repair.certificate.verdict is sc.Verdict.PROVED for repair in ovr.repairs)
ovr.repairs

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6. Hand it to somebody who does not believe it
#
# A certificate is written as JSON: the two formulas, the scope, and everything that is claimed. `recheck` runs nothing
# in it as code and believes none of it. It derives all from the formulas again, and names the first field that does not
# hold. `verify` asks a small checker that knows neither SymPy nor FLINT.

# %% slideshow={"slide_type": "fragment"}
text = gce.to_json()
assert sc.recheck(text) == gce
assert sc.verify(text).verified
tampered = text.replace('"kappa": "C**(-q)"', '"kappa": "C**(-2*q)"')
assert tampered != text
try:
    sc.recheck(tampered)
except sc.SymcheckError as error:
    print(error)
else:
    raise AssertionError("a tampered certificate was accepted")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7. The confirmation
#
# So far everything was symbols. Now a linear classifier is trained on 178 wines, with clean labels and with noise of
# rate 2/5, at a row of values of $\lambda$, until only rounding error is left. Limit, order, constant and noise factor
# were all known before; `tolerance` is what the next orders of the expansion and the solver allow. Lines were drawn
# before training, points were measured.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
from numerics import confirm

run = confirm(cert, data="wine")
run

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
assert str(run.outcome) == "agrees"
assert len(run.agreement.rows) >= 8
for row in run.agreement.rows:
    assert abs(row.measured - row.predicted) <= row.tolerance, row.name

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8. Exercises
#
# **Exercise.** Divide the scores by a temperature $T > 0$ before the cross entropy. What is $\kappa$? Write $T$ as
# `sc.Parameter("T", above=0)`, and the loss as a function of `z` and `y`.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
T = sc.Parameter("T", above=0)
heated = sc.certify(lambda z, y: sc.logsumexp(z / T) - z[y] / T, "l2")
assert heated.tier is sc.Tier.SCALED
print("kappa =", heated.kappa)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** Cross entropy with $g(z) = \sum_k z_k^4$ (`quartic`) is REFUTED. Which condition fails, and what still
# holds?

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
quartic = sc.certify("cross_entropy", "quartic")
failing = [str(finding.condition) for finding in quartic.findings if finding.verdict is sc.Verdict.REFUTED]
print(failing)
print(quartic.still_holds)
assert "regularizer-curvature" in failing  # z^4 is flat at 0

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** Write a loss that meets the condition for exactly one number of classes.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
once = sc.certify("total(softplus(z)) - 2*z[y]", "l2")
assert [case.classes.fixed for case in once.cases if case.verdict is sc.Verdict.PROVED] == [4]
print(once.headline)
