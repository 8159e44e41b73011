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

# %% [markdown]
# # Certify a loss, read the certificate, see it confirmed
#
# Some of the labels that a classifier learns from are wrong. With a strong penalty on its scores, and with the right
# loss, the classifier that comes out is the same as without the wrong labels. Which losses are right is a question
# about formulas, and `symcheck` answers it for every number of classes at once.
#
# This notebook takes about a quarter of an hour. It certifies five losses, reads one certificate line by line,
# evaluates a counterexample by hand, and ends with training. Every claim of the text is asserted in a cell.
# `pip install "symcheck[notebooks]"` installs what it needs.

# %%
from fractions import Fraction

import sympy as sp
from IPython.display import Image

import symcheck as sc

# %% [markdown]
# ## 1. Why the gradient at 0 decides
#
# There are $C$ classes, scores $z \in \mathbb{R}^C$ and a label $y$. *Uniform noise of rate* $\rho$ replaces the label,
# with probability $\rho$, by one of the other classes, all equally likely. For the *unhinged loss*
#
# $$ l_{\mathrm{MUH}}(z, y) = \frac{1}{C} \sum_k z_k - z_y $$
#
# noise does nothing but multiply the mean loss by $a = 1 - \rho\, C/(C-1)$, because the losses of all labels sum to 0.
# As long as $a > 0$, what makes one of them small makes the other small. In exact arithmetic, at one point:

# %%
C, rho = 4, Fraction(2, 5)
z = [Fraction(3), Fraction(-1), Fraction(1, 2), Fraction(7)]
unhinged = [sum(z) / C - z[y] for y in range(C)]
noisy = [(1 - rho) * unhinged[y] + sum(rho / (C - 1) * unhinged[k] for k in range(C) if k != y) for y in range(C)]
a = 1 - rho * C / (C - 1)
assert sum(unhinged) == 0
assert noisy == [a * value for value in unhinged]
a

# %% [markdown]
# Now minimise $l + \lambda g$ for another loss $l$, with a penalty $g$ that is smallest at $z = 0$. The larger
# $\lambda$, the closer the scores are to 0, and there $l$ is its value plus its gradient $b_y = \nabla l(0, y)$ times
# $z$. If $b_y$ is $\kappa > 0$ times the gradient of the unhinged loss, then in the limit $l$ behaves like
# $\kappa\, l_{\mathrm{MUH}}$, and noise only shortens the scores. That is the condition which a certificate is about:
#
# $$ b_y = -\kappa\, o_y, \qquad o_y = e_y - \tfrac{1}{C} (1, \ldots, 1), \qquad \kappa > 0, $$
#
# together with $\nabla g(0) = 0$ and a positive definite $D^2 g(0)$.
#
# ## 2. A certificate
#
# Cross entropy with $g(z) = \frac{1}{2} \lVert z \rVert^2$. The last line of a cell is shown, and a certificate is
# shown as a page.

# %%
cert = sc.certify("cross_entropy", "l2")
cert

# %% [markdown]
# ## 3. The same, piece by piece
#
# **Verdict, scope, tier, kappa.** The verdict is about the whole scope. It is one of three, and never true or false: an
# `if` on it is an error, since UNDECIDED would have to go somewhere.

# %%
print(cert.verdict, "for", cert.scope)
print(cert.tier.name, "means", cert.tier.value)
print("kappa =", cert.kappa)
assert cert.verdict is sc.Verdict.PROVED
assert cert.tier is sc.Tier.EXACT
assert cert.kappa == 1
try:
    bool(cert.verdict)
except TypeError as error:
    print(error)
else:
    raise AssertionError("a verdict was taken for true or false")

# %% [markdown]
# **Conditions.** Each has a verdict, what it rests on, and the steps that led to it. `exact` means canonical forms
# only: two expressions are equal if they are identical in that form. `exact+ball` means that a sign was settled with
# rigorous interval arithmetic.

# %%
for finding in cert.findings:
    print(f"{finding.verdict}  [{finding.trust.value}]  {finding.condition.value}")
gradient = next(finding for finding in cert.findings if str(finding.condition) == "loss-gradient")
print()
for step in gradient.derivation:
    print(f"{step.name}: {step.value}", f"[{step.by}]" if step.by else "")

# %% [markdown]
# Do it again by hand, at $C = 3$ and with plain SymPy: the gradient of $\log \sum_k e^{z_k} - z_y$ at 0.

# %%
scores = sp.symbols("z1:4")
cross_entropy = sp.log(sum(sp.exp(s) for s in scores)) - scores[0]
by_hand = [sp.diff(cross_entropy, s).subs(dict.fromkeys(scores, 0)) for s in scores]
centred = [1 - sp.Rational(1, 3), -sp.Rational(1, 3), -sp.Rational(1, 3)]
assert by_hand == [-o for o in centred]
by_hand

# %% [markdown]
# That is one $C$. The certificate says it for all of them, with $C$ as a symbol, and derives it twice: once with its
# own power series, once with SymPy.
#
# **Families, theorems, assumptions.** Conditions are about $(l, g)$; what follows for training depends on the model
# too. The assumptions are those that no work with symbols can settle. They are yours to check.

# %%
for family in cert.families:
    print(f"{family.verdict}  {family.name}: {family.detail}")
print()
print("Strongest theorem:", cert.theorems[0].name, "-", cert.theorems[0].place)
print("Where it deviates from print:", cert.theorems[0].deviation)
print()
for assumption in cert.assumptions:
    print("-", assumption)
assert all(family.verdict is sc.Verdict.PROVED for family in cert.families)

# %% [markdown]
# **Prediction.** As $\lambda$ grows, the scores of a linear classifier approach a limit direction like
# $1/\lambda^{\text{order}}$. For cross entropy with this penalty the order is 2, and 3 if there are only two classes.

# %%
for order in cert.prediction.orders:
    print(f"{order.classes}: order {order.to_limit} to the limit, {order.clean_to_noisy} between clean and noisy")
assert [order.to_limit for order in cert.prediction.orders] == [3, 2]

# %% [markdown]
# ## 4. A parameter stays free: generalised cross entropy
#
# $l(z, y) = (1 - p_y^q)/q$ with $p = \mathrm{softmax}(z)$ and $0 < q \le 1$. One certificate covers all $q$ and all
# $C$.

# %%
gce = sc.certify("gce", "l2")
print(gce.verdict, "for", gce.scope)
print("kappa =", gce.kappa)

# %% [markdown]
# `at` certifies again in a narrower scope, where $\kappa$ is a number. Values are exact: `"7/10"`, or the short decimal
# `0.7`, which is the same.

# %%
narrow = gce.at(C=10, q="7/10")
assert narrow.kappa == gce.at(C=10, q=0.7).kappa == sp.Integer(10) ** sp.Rational(-7, 10)
print(narrow.scope, "-", narrow.tier, "-", narrow.kappa, "=", sp.N(narrow.kappa, 5))

# %% [markdown]
# What is $\kappa$ good for? Since $l + \lambda g = \kappa\,(l/\kappa + (\lambda/\kappa)\, g)$, a loss with weight
# $\lambda$ acts, in the limit, as cross entropy does with weight $\lambda/\kappa$. The mean absolute error has
# $\kappa = 2/C$: with a thousand classes the same $\lambda$ presses five hundred times as hard. Losses are comparable
# at equal $\lambda/\kappa$, not at equal $\lambda$.

# %%
mae = sc.certify("mae", "l2")
assert mae.at(C=1000).kappa == sp.Rational(1, 500)
print("1/kappa       ", *[f"C = {n:<5}" for n in (2, 10, 1000)])
for name, found in [("cross_entropy ", cert), ("gce, q = 7/10 ", gce.at(q="7/10")), ("mae           ", mae)]:
    print(name, *[f"{float(1 / found.at(C=n).kappa):<9.4g}" for n in (2, 10, 1000)])

# %% [markdown]
# For MAE the tier depends on $C$. `tier` is the worst that occurs, and `cases` say where which one holds: at $C = 2$,
# $\kappa = 2/C = 1$, which is the paper's own condition.

# %%
for case in mae.cases:
    print(case.classes, "-", case.tier, "-", case.verdict)
assert mae.tier is sc.Tier.SCALED
assert mae.at(C=2).tier is sc.Tier.EXACT
assert mae.at(C=3).tier is sc.Tier.SCALED

# %% [markdown]
# ## 5. REFUTED, and how to check it without trusting anybody
#
# One-vs-rest logistic regression (binary cross entropy for each class) adds $\log(1 + e^{z_k})$ over the classes and
# subtracts $z_y$.

# %%
ovr = sc.certify("one_vs_rest_logistic", "l2")
witness = next(finding.witness for finding in ovr.findings if finding.witness)
print(ovr.verdict, "-", ovr.tier)
print(witness)
print(ovr.still_holds)
assert ovr.verdict is sc.Verdict.REFUTED

# %% [markdown]
# The derivative of $\log(1 + e^x)$ at 0 is $1/2$. So the gradient at 0 is $1/2$ for each class and $1/2 - 1$ at the
# label, and $-\kappa\, o_y$ would have to sum to 0 over the classes. At $C = 3$ and $y = 1$:

# %%
half = Fraction(1, 2)
b = [half - 1, half, half]
assert Fraction(witness.value) == sum(b) / 3 != 0
assert witness.classes == 3
sum(b) / 3

# %% [markdown]
# The drift is the same for all classes, and that is why something still holds: a linear model whose classes share their
# features keeps its predictions. Other models need not. For each kind of model, `families` says what is known.

# %%
for family in ovr.families:
    print(f"{family.verdict}  {family.name}: {family.detail}")
assert [str(family.verdict) for family in ovr.families] == ["REFUTED", "PROVED", "REFUTED"]

# %% [markdown]
# The smallest case that shows both: $C = 3$ and one point with label 1. In the limit, a model whose three scores are
# free has the scores $\kappa a\, o_1 - c\,(1, 1, 1)$ with $\kappa = 1$ and $c = 1/6$. Noise makes $a$ small; what is
# left, the drift, is the same for the three classes and puts none before another. In a model that fixes $z_3 = 0$, as
# many do, the drift moves the first two only, and noise of rate $\rho = 3/5$ turns class 1 into class 3.

# %%
kappa, drift, centred_onehot = 1, Fraction(1, 6), [Fraction(2, 3), Fraction(-1, 3), Fraction(-1, 3)]


def predicted(a, third_is_fixed):
    """The class with the largest limit score."""
    scores = [kappa * a * o - drift for o in centred_onehot]
    if third_is_fixed:
        scores[2] = Fraction(0)
    return 1 + scores.index(max(scores))


noisy_a = 1 - Fraction(3, 5) * 3 / 2
assert [predicted(a, third_is_fixed=False) for a in (1, noisy_a)] == [1, 1]
assert [predicted(a, third_is_fixed=True) for a in (1, noisy_a)] == [1, 3]

# %% [markdown]
# REFUTED speaks of the condition: it is false somewhere in the scope. It never says that training fails. And it points
# to a repair: weigh the one positive term as much as the $C - 1$ negative ones, as `pos_weight` does in torch.


# %%
def weighted(z, y):
    """One-vs-rest logistic regression with the positive term weighed C - 1."""
    return (z.C - 1) * sc.softplus(-z[y]) + sc.total(sc.softplus(z)) - sc.softplus(z[y])


repaired = sc.certify(weighted, "l2")
print(repaired.verdict, "-", repaired.tier, "- kappa =", repaired.kappa)
assert repaired.verdict is sc.Verdict.PROVED
assert sp.expand(2 * repaired.kappa) == next(iter(repaired.kappa.free_symbols))

# %% [markdown]
# ## 6. A near miss of one's own
#
# A loss of one's own is a function of scores and label. Here is cross entropy plus three times $1 - p_y$, and the same
# with a sign turned, as it happens.

# %%
right = sc.certify(lambda z, y: sc.logsumexp(z) - z[y] + 3 * (1 - sc.softmax(z)[y]), "l2")
turned = sc.certify(lambda z, y: sc.logsumexp(z) - z[y] - 3 * (1 - sc.softmax(z)[y]), "l2")
print("right: ", right.verdict, "- kappa =", right.kappa)
print("turned:", turned.verdict, "- kappa =", turned.kappa)
print(*[finding.witness for finding in turned.findings if finding.witness])
for case in turned.cases:
    print(case.classes, "-", case.tier, "-", case.verdict)
assert (right.verdict, turned.verdict) == (sc.Verdict.PROVED, sc.Verdict.REFUTED)

# %% [markdown]
# A test at $C = 10$ would have found nothing wrong: $\kappa = 1 - 3/C$ is negative for two classes, 0 for three, and
# positive from four classes on. This is why certificates are about every $C$.

# %%
assert turned.at(C=10).verdict is sc.Verdict.PROVED
assert [str(case.tier) for case in turned.cases] == ["FAIL", "ZERO", "SCALED"]
assert [turned.at(C=n).kappa for n in (2, 3, 4)] == [sp.Rational(-1, 2), 0, sp.Rational(1, 4)]

# %% [markdown]
# ## 7. Hand it to somebody who does not believe it
#
# A certificate is written as JSON: the two formulas, the scope, and everything that is claimed. `recheck` runs nothing
# in it as code and believes none of it. It derives all from the formulas again, and names the first field that does not
# hold.

# %%
text = gce.to_json()
print(repr(sc.recheck(text)))
tampered = text.replace('"kappa": "C**(-q)"', '"kappa": "C**(-2*q)"')
assert tampered != text
try:
    sc.recheck(tampered)
except sc.SymcheckError as error:
    print(error)
else:
    raise AssertionError("a tampered certificate was accepted")

# %% [markdown]
# ## 8. The confirmation
#
# So far everything was symbols. Now a linear classifier is trained on 1797 images of digits, with clean labels and with
# noise of rate 2/5, at a row of values of $\lambda$, until only rounding error is left. Limit, order,
# constant and noise factor were all known before. `tolerance` is what the next orders of the expansion and the solver
# allow.

# %% tags=["measured"]
from numerics import confirm

run = confirm(cert, data="digits", out="confirmation")
run

# %% [markdown]
# Lines were drawn before training, points were measured.

# %% tags=["measured"]
Image("confirmation/convergence.png", width=700)

# %%
assert str(run.outcome) == "agrees"
assert len(run.agreement.rows) >= 8
for row in run.agreement.rows:
    assert abs(row.measured - row.predicted) <= row.tolerance, row.name

# %% [markdown]
# A comparison that cannot fail shows nothing. So judge the same run against a false claim: that the order is 1.

# %%
from numerics.confirmations.controls import turned_order

control = turned_order(run, 1)
print(control.outcome)
assert str(control.outcome) == "contradicts"

# %% [markdown]
# ## 9. Exercises
#
# 1. Divide the scores by a temperature $T > 0$ before the cross entropy. What is $\kappa$? Write $T$ as
#    `sc.Parameter("T", above=0)`.
# 2. The square loss $\frac{1}{2} \lVert z - e_y \rVert^2$ (`square`) is REFUTED, `square_centred` is not, and even
#    Theorem 1 applies to it. What is the difference, and which number in the witness shows it?
# 3. Cross entropy with $g(z) = \sum_k z_k^4$ (`quartic`) is REFUTED. Which condition fails, and what still holds?
# 4. Write a loss that meets the condition for exactly one number of classes.
# 5. Confirm `gce` with `l2` on the data set `iris`. Which value of $q$ is trained if you give none, and what is the
#    order?
#
# Answers follow, as assertions.

# %%
T = sc.Parameter("T", above=0)
heated = sc.certify(lambda z, y: sc.logsumexp(z / T) - z[y] / T, "l2")
assert heated.tier is sc.Tier.SCALED
assert str(heated.kappa) == "1/T"

# %%
square = sc.certify("square", "l2")
witness = next(finding.witness for finding in square.findings if finding.witness)
print(witness)
centred_square = sc.certify("square_centred", "l2")
assert square.tier is sc.Tier.QUOTIENT  # the one-hot vector sums to 1 over the classes, and not to 0
assert centred_square.theorems[0].name == "Theorem 1"

# %%
quartic = sc.certify("cross_entropy", "quartic")
failing = [str(finding.condition) for finding in quartic.findings if finding.verdict is sc.Verdict.REFUTED]
print(quartic.still_holds)
assert "regularizer-curvature" in failing  # z^4 is flat at 0

# %%
once = sc.certify(lambda z, y: sc.total(sc.softplus(z)) - 2 * z[y], "l2")
for case in once.cases:
    print(case.classes, "-", case.tier, "-", case.verdict)
assert [case.classes.fixed for case in once.cases if case.verdict is sc.Verdict.PROVED] == [4]

# %%
iris = confirm(gce, data="iris")
print(*iris.agreement.notes, sep="\n")
orders = [row.predicted for row in iris.agreement.rows if "order in 1/lambda" in row.name]
assert orders == [1, 1, 1]
assert str(iris.outcome) == "agrees"
