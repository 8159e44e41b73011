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
# # REFUTED. What now?
#
# You have ten classes, a loss in use, and a certificate that says REFUTED. This notebook goes on from there. It
# changes the loss so that it is PROVED, trains both, and then answers what tends to be asked next: is this loss
# another one under a new name, at which weight do two losses do the same, for which parameters does a proof hold,
# what are the derivatives, and what holds without a penalty.
#
# [01_certify](01_certify.ipynb) says what a certificate is. This takes a quarter of an hour to read and less than
# half a minute to run; every claim of the text is asserted in a cell. Numbers from training are shown as they came
# out here; the last digits may differ on your machine.

# %%
import math
import textwrap
from fractions import Fraction
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import sympy as sp
import torch
from IPython.display import Image
from sklearn.tree import DecisionTreeRegressor

import symcheck as sc
from numerics import confirm, datasets, torch_loss
from numerics.figures import as_bytes
from numerics.noise.uniform import UniformNoise

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def say(*lines):
    """Print long sentences in lines that fit."""
    for line in lines:
        print(textwrap.fill(str(line), 110, subsequent_indent="    "))


def pasted(code):
    """What ``code`` defines, as if it stood in a file of its own."""
    names = {}
    exec(code, names)  # noqa: S102
    return SimpleNamespace(**names)


# %% [markdown]
# ## 1. The refusal, and what it suggests
#
# One-vs-rest logistic regression trains one binary classifier for each class. With a penalty on the scores:

# %%
refused = sc.certify("one_vs_rest_logistic", "l2", classes=10)
print(refused.headline)
print(refused.tier.name, "-", refused.tier.value)
say(*[finding.witness for finding in refused.findings if finding.witness])
assert refused.verdict is sc.Verdict.REFUTED
assert refused.tier is sc.Tier.QUOTIENT

# %% [markdown]
# The gradient at $z = 0$ is $\frac{1}{2}$ for each class, less 1 at the label. In short, $b_y = -o_y + c\,(1, \ldots,
# 1)$ with $c = \frac{1}{2} - \frac{1}{C}$. Noise shrinks $o_y$, as it should, and leaves the *drift* $c$ as it is.
# That is all that is wrong, and so the number that mends it is in the certificate. `repairs` are changes after which
# the pair is PROVED. Each was certified before it is shown.

# %%
refused.repairs

# %%
for repair in refused.repairs:
    print(f"{repair.title}: {repair.certificate.headline}, tier {repair.certificate.tier.name}")
    assert repair.certificate.verdict is sc.Verdict.PROVED
drift, at_anchor, weighted = refused.repairs
assert Fraction(1, 2) - Fraction(1, 10) == Fraction(4, 10)  # c by hand, and 4 mean(z) is c times the sum of z
assert drift.text == "total(softplus(z)) - z[y] - 4*mean(z)"

# %% [markdown]
# The first one subtracts the drift: a term that is linear in the scores and knows no label. Such a term leaves the
# Hessian as it is, so the loss stays convex. But it costs something, and the repair says what: there is no least
# value any more. Along $z = t\,e_y$ the repaired loss is $\log(1 + e^t) + 9 \log 2 - t - \frac{4}{10} t$. The penalty
# holds it: with $\frac{\lambda}{2} \lVert z \rVert^2$ there are minimisers, and that was proved anew. The second one
# moves the penalty and leaves the loss alone; section 10 comes back to it. The third one weighs the label, as
# `pos_weight` in torch does.

# %%
say(*drift.changes, *drift.loses)


def along_the_label(t):
    """The repaired loss at z = t e_y, by hand."""
    return math.log1p(math.exp(t)) + 9 * math.log(2) - t - 0.4 * t


print([round(along_the_label(t), 1) for t in (0, 10, 100, 500)])
assert along_the_label(500) < along_the_label(100) < -30
properties = {str(found.condition): found for found in drift.certificate.findings}
assert properties["minimisers-held"].verdict is sc.Verdict.PROVED

# %% [markdown]
# `torch_code()` is what you paste into your project. Here it is run, and compared with the formula.

# %%
print(drift.torch_code())
torch.manual_seed(0)
scores, labels = torch.randn(64, 10), torch.randint(10, (64,))
formula = scores.exp().log1p().sum(1) - scores[torch.arange(64), labels] - 4 * scores.mean(1)
assert torch.allclose(pasted(drift.torch_code()).loss(scores, labels), formula, atol=1e-12)

# %% [markdown]
# ## 2. Does it matter? One sample
#
# REFUTED speaks of the condition. What it means for training depends on the model, and the certificate says which
# data to look at: one point with label 1 and outputs $t\,u$, where $t$ is trained.

# %%
for family in refused.families:
    say(f"{family.verdict}  {family.name}: {family.detail}")
    print()

# %% [markdown]
# So let us do that, with $C = 10$, $c = \frac{2}{5}$ and labels that are wrong with probability $\rho = \frac{2}{5}$.
# Then $a = 1 - \rho\,C/(C - 1) = \frac{5}{9}$. We need a direction $u$ with $u \cdot o_1 = 1$ whose entries have a
# sum $s$ with $a < c\,s < 1$, and $s = 2$ will do. The limit of $\lambda t$ is $(a - c s)/\lVert u \rVert^2$, which
# is negative: class 1 comes last. For the repaired loss it is $a/\lVert u \rVert^2$.

# %%
C, rho = 10, Fraction(2, 5)
a = 1 - rho * C / (C - 1)
c, s = Fraction(2, 5), 2
u = np.array([Fraction(6, 5)] + 9 * [Fraction(4, 45)])
assert u[0] - u.sum() / C == 1
assert u.sum() == s
assert a < c * s < 1
limits = {"original": ((1 - c * s), (a - c * s)), "repaired": (Fraction(1), a)}
print({name: tuple(str(t / (u @ u)) for t in pair) for name, pair in limits.items()})

# %% tags=["measured"]
direction = torch.tensor(u.astype(float))[None, :]
criteria = {"original": refused, "repaired": drift.certificate}
laws = {"clean": UniformNoise.flipping(0.0, classes=C), "noisy": UniformNoise.flipping(rho, classes=C)}
laws = {name: noise.law(torch.tensor([0])).probabilities for name, noise in laws.items()}


def fitted_along(criterion, law):
    """The t at which the convex ``criterion`` of t u is least, by bisection on its slope."""
    low, high = -10.0, 10.0
    for _ in range(60):
        t = torch.tensor((low + high) / 2, requires_grad=True)
        criterion(t * direction, law).backward()
        low, high = (low, t.item()) if t.grad > 0 else (t.item(), high)
    return low


print("lambda   original: lambda t clean, noisy   repaired: lambda t clean, noisy, ratio")
for weight in (1, 10, 100, 1000):
    found = {
        (name, kind): weight * fitted_along(torch_loss(cert, weight=weight), law)
        for name, cert in criteria.items()
        for kind, law in laws.items()
    }
    ratio = found["repaired", "noisy"] / found["repaired", "clean"]
    print(f"{weight:6d}  {found['original', 'clean']:16.4f}, {found['original', 'noisy']:7.4f}", end="")
    print(f"  {found['repaired', 'clean']:23.4f}, {found['repaired', 'noisy']:.4f}, {ratio:.4f}")
    assert found["original", "noisy"] < 0 < found["original", "clean"]
for name, pair in limits.items():
    for kind, limit in zip(laws, pair, strict=True):
        assert abs(found[name, kind] - float(limit / (u @ u))) < 2e-3
assert abs(ratio - a) < 1e-3

# %% [markdown]
# The sign of $t$ is the prediction: positive for class 1. With the original loss noise turns it, at every weight.
# With the repaired one noise multiplies $t$ by $a$, and that is all.
#
# ## 3. Does it matter? 1797 digits
#
# Multinomial regression often fixes the last score at 0, $z_C = 0$: the last class is the *reference class*. That is
# a cone of outputs as well, and the certificate calls it not safe. We train this linear classifier on images of
# digits, clean and noisy, with both losses. The noise is exact: each label is replaced by its law.

# %%
digits = datasets.load("digits")
images = torch.tensor(digits.standardised())
images = torch.cat([images, torch.ones(len(images), 1)], 1)
clean = torch.tensor(digits.labels)
noisy = UniformNoise.flipping(rho, classes=C).law(clean).probabilities


def fitted(criterion, x, labels, classes, last_is_fixed=False):
    """The outputs of the linear classifier for which ``criterion`` is least."""
    theta = torch.zeros(x.shape[1], classes - last_is_fixed, requires_grad=True)
    fixed = torch.zeros(len(x), int(last_is_fixed))

    def outputs():
        return torch.cat([x @ theta, fixed], 1)

    def closure():
        optimizer.zero_grad()
        value = criterion(outputs(), labels)
        value.backward()
        return value

    settings = {"line_search_fn": "strong_wolfe", "tolerance_grad": 1e-12, "tolerance_change": 1e-16}
    optimizer = torch.optim.LBFGS([theta], max_iter=500, history_size=30, **settings)
    optimizer.step(closure)
    return outputs().detach()


def distance(found, wanted):
    """How far two sets of outputs are apart, relative to the second."""
    return float((found - wanted).norm() / wanted.norm())


# %% tags=["measured"]
outputs = {}
print("loss      digits that noise changes   right digits, clean, noisy   noisy from a * clean")
for name, cert in criteria.items():
    criterion = torch_loss(cert, weight=10)
    of_clean, of_noisy = (fitted(criterion, images, labels, C, last_is_fixed=True) for labels in (clean, noisy))
    outputs[name] = of_clean, of_noisy
    turned = int((of_clean.argmax(1) != of_noisy.argmax(1)).sum())
    right = [float((z.argmax(1) == clean).double().mean()) for z in (of_clean, of_noisy)]
    off = distance(of_noisy, float(a) * of_clean)
    print(f"{name}  {turned:25d}   {right[0]:18.3f}, {right[1]:.3f}   {off:20.1e}")
    assert turned > len(clean) / 2 if name == "original" else turned == 0
    assert right[1] < 0.4 if name == "original" else right[1] > 0.85
assert distance(outputs["repaired"][1], float(a) * outputs["repaired"][0]) < 1e-4

# %% [markdown]
# Noise changes more than half of the digits that the original loss predicts, and none with the repaired one. A
# picture shows why. Each point is one output, of one image and one class, under noise against clean. The drift stays
# as large as it was while the signal shrinks, so that the cloud lies below the line.

# %%
figure, panels = plt.subplots(1, 2, figsize=(9, 4), sharex=True, sharey=True, layout="constrained")
for axes, (name, (of_clean, of_noisy)) in zip(panels, outputs.items(), strict=True):
    across = of_clean[:, :-1].flatten()
    axes.plot(across, of_noisy[:, :-1].flatten(), ".", markersize=1)
    ends = torch.stack([across.min(), across.max()])
    axes.plot(ends, float(a) * ends, color="black", label=f"predicted if PROVED: a = {float(a):.3f}")
    axes.set(title=name, xlabel="output, clean labels", ylabel="output, noisy labels")
    axes.legend(loc="upper left")
plt.close(figure)

# %% tags=["measured"]
Image(as_bytes(figure), width=750)

# %% [markdown]
# `confirm` compares more than that: the limit itself, the orders, and starts far away, which matter here since the
# repaired loss is unbounded below. Each has a tolerance that is known before training.

# %%
run = confirm(drift.certificate, data="digits", reference=True)
print(run.outcome)
assert str(run.outcome) == "agrees"
assert any("starts far away" in row.name for row in run.agreement.rows)

# %% [markdown]
# ## 4. Class weights: what cannot be had
#
# Some classes are rare, so their errors are given more weight. Here classes 1, 2 and 3 count 1, 2 and 3 times.

# %%
module = torch.nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0]))
weights = sc.certify(module, "l2", classes=3)
print(weights.headline)
print(weights.tier.name, "-", weights.tier.value)
print()
print(weights.repairs)
assert weights.tier is sc.Tier.CLASSWISE

# %% [markdown]
# Now $b_y = -\kappa_y o_y$, with another $\kappa_y$ for each class. For $C \ge 3$ no linear term without the label
# makes one $\kappa$ of them. That is a theorem, and it is shown as *Impossible*. Subtracting the drift gives less,
# the tier SYMLIN: the gradients sum to 0 over the labels, so that noise multiplies each of them by $a$, in the mean
# over wrong labels. Clean and noisy training share one limit. By hand: $b_y = w_y (\frac{1}{3} (1, 1, 1) - e_y)$, and
# the drift is the mean of the three.

# %%
w = [Fraction(1), Fraction(2), Fraction(3)]
b = [[w[y] * (Fraction(1, 3) - (k == y)) for k in range(3)] for y in range(3)]
d = [sum(b[y][k] for y in range(3)) / 3 for k in range(3)]
assert d == [(sum(w) / 3 - w[k]) / 3 for k in range(3)] == [Fraction(1, 3), 0, Fraction(-1, 3)]
assert all(sum(b[y][k] - d[k] for y in range(3)) == 0 for k in range(3))
symmetric, equal = weights.repairs
assert symmetric.certificate.tier is sc.Tier.SYMLIN
assert equal.certificate.tier is sc.Tier.SCALED
assert weights.repairs.impossible

# %% tags=["measured"]
iris = datasets.load("iris")
flowers = torch.tensor(iris.standardised())
flowers = torch.cat([flowers, torch.ones(len(flowers), 1)], 1)
species = torch.tensor(iris.labels)
drawn_from = UniformNoise.flipping(rho, classes=3).law(species).probabilities
a_iris = 1 - float(rho) * 3 / 2

print("loss               flowers that noise changes   noisy from a * clean")
for name, cert in (("with its drift", weights), ("without the drift", symmetric.certificate)):
    criterion = torch_loss(cert, weight=100)
    of_clean, of_noisy = (fitted(criterion, flowers, labels, 3) for labels in (species, drawn_from))
    turned = int((of_clean.argmax(1) != of_noisy.argmax(1)).sum())
    off = distance(of_noisy, a_iris * of_clean)
    print(f"{name:17s}  {turned:26d}   {off:20.4f}")
    assert (turned > 10 and off > 0.1) if name == "with its drift" else (turned == 0 and off < 0.01)

# %% [markdown]
# ## 5. Is it another loss at all?
#
# Papers give new names to old losses. `sc.same` says whether two formulas are one, up to what, and on which scores.
# It decides by canonical forms, or shows a point where they differ.
#
# **Label smoothing** comes in two spellings: some give $\epsilon/C$ to every class, others $\epsilon/(C - 1)$ to the
# wrong ones.

# %%
eps = sc.Parameter("eps", at_least=0, below=Fraction(1, 2))


def every_class(z, y):
    """Cross entropy with eps/C of the label given to each class."""
    return -(1 - eps) * sc.log_softmax(z)[y] - eps * sc.mean(sc.log_softmax(z))


def wrong_classes(z, y):
    """Cross entropy with eps/(C - 1) of the label given to each of the other classes."""
    return -(1 - eps) * sc.log_softmax(z)[y] - eps / (z.C - 1) * sc.total(sc.log_softmax(z), but=y)


smoothed = sc.same(every_class, wrong_classes)
smoothed

# %% [markdown]
# By hand: the part of the first that has the label is $-(1 - \epsilon) \log p_y$, that of the second $-\bigl(1 -
# \epsilon - \frac{\epsilon}{C - 1}\bigr) \log p_y$, and the rest is without a label. So $f$ is their ratio.

# %%
print(smoothed.relation.name, "- f =", smoothed.factor)
symbols = {symbol.name: symbol for symbol in smoothed.factor.free_symbols}
for n, value in ((2, Fraction(1, 10)), (3, Fraction(2, 5)), (1000, Fraction(3, 10))):
    ratio = (1 - value) / (1 - value - value / (n - 1))
    assert smoothed.factor.subs({symbols["C"]: n, symbols["eps"]: sp.Rational(str(value))}) == sp.Rational(str(ratio))

# %% [markdown]
# **Mean absolute error and reverse cross entropy** are one loss at two weights. **Multi-margin** and MUH, the
# unhinged loss for many classes, differ, but not where a strong penalty keeps the scores: near 0 no margin is
# reached. And **focal loss** is another loss than cross entropy, which a point shows.

# %%
reverse = sc.same("mae", "reverse_cross_entropy")
print("mae =", reverse.factor, "* reverse_cross_entropy\n")
margin = sc.same("multi_margin", "muh")
print(margin, "\n")
focal = sc.same("cross_entropy", "focal", classes=3)
print(focal)
assert [found.verdict for found in (smoothed, reverse, margin)] == 3 * [sc.Verdict.PROVED]
assert focal.verdict is sc.Verdict.REFUTED

# %% [markdown]
# ## 6. The same outputs from another loss
#
# With a strong penalty the outputs are $\frac{\kappa}{\lambda}\, a\, S H^{-1}$, so of the loss only $\kappa$ is left.
# [05_train](05_train.ipynb) changes $\lambda$ to match two losses. One can also keep $\lambda$ and change a
# parameter: which exponent $q$ makes generalised cross entropy do what the mean absolute error does, with a hundred
# classes?

# %%
matched = sc.match("gce", to="mae", C=100, parameter="q")
matched

# %% [markdown]
# By hand: $\kappa$ is $C^{-q}$ for the first and $2/C$ for the second, and $100^{-q} = \frac{2}{100}$ has one
# solution, $q = \log 50/\log 100$. No number is rounded on the way. Some wishes have no solution, and that is an
# answer as well:

# %%
assert sp.simplify(matched.value - sp.log(50) / sp.log(100)) == 0
never = sc.match("gce", to="cross_entropy", C=100, parameter="q")
say(str(never).splitlines()[0])
assert never.verdict is sc.Verdict.REFUTED

# %% [markdown]
# Now by numbers: a linear classifier of 100 classes on random data, trained with both losses at three weights, and
# with $q = \frac{7}{10}$ for comparison. Matched outputs differ by higher orders, which fall like $1/\lambda$.

# %%
generator = torch.Generator().manual_seed(0)
points = torch.randn(300, 5, generator=generator)
hundred = torch.randint(100, (300,), generator=generator)
exponents = {"matched": float(matched.value), "q = 7/10": 0.7}
apart = {}
for weight in (0.1, 1, 10):
    of_mae = fitted(torch_loss("mae", regularizer="l2", weight=weight), points, hundred, 100)
    for name, q in exponents.items():
        of_gce = fitted(torch_loss("gce", regularizer="l2", weight=weight, q=q), points, hundred, 100)
        apart[name, weight] = distance(of_gce, of_mae)

# %% tags=["measured"]
print("lambda  apart, matched  apart, q = 7/10")
for weight in (0.1, 1, 10):
    print(f"{weight:6}  {apart['matched', weight]:14.6f}  {apart['q = 7/10', weight]:15.6f}")
for weight in (1, 10):
    assert 8 < apart["matched", weight / 10] / apart["matched", weight] < 12
assert abs(apart["q = 7/10", 10] - (100**-0.7 / 0.02 - 1)) < 0.01  # the ratio of the two kappas, less 1

# %% [markdown]
# ## 7. For which parameters is it PROVED?
#
# `sc.region` gives the set, with exact ends. DiscoPOP is a loss for preferences that a language model proposed (Lu et
# al., 2024). With $h$ the score of the label less that of the other class, it mixes a logistic and an exponential
# loss by $s = \sigma(h/\tau)$.

# %%
tau, beta = sc.Parameter("tau", above=0), sc.Parameter("beta", above=0)


def blended(z, y):
    """(1 - s) log(1 + exp(-h)) + s exp(-h) with s = sigmoid(h/tau), at h = beta (z_y - z_other)."""
    h = beta * (z[y] - sc.total(z, but=y))
    mixed = sc.sigmoid(h / tau)
    return (1 - mixed) * sc.softplus(-h) + mixed * sc.exp(-h)


region = sc.region(blended, "l2", classes=2)
print(region)

# %% [markdown]
# By hand: the derivative by $h$ at 0 is $-\frac{3}{4} + \frac{1 - \log 2}{4 \tau}$, and $\kappa$ is $-2 \beta$ times
# that. It is positive where $\tau > (1 - \log 2)/3$. The published $\tau = \frac{1}{20}$ is not in the region: near
# the reference policy, the gradient of this loss points away from what is preferred.

# %%
h, t = sp.symbols("h tau", positive=True)
s = 1 / (1 + sp.exp(-h / t))
slope = sp.diff((1 - s) * sp.log(1 + sp.exp(-h)) + s * sp.exp(-h), h).subs(h, 0)
assert sp.expand(slope - (-sp.Rational(3, 4) + (1 - sp.log(2)) / (4 * t))) == 0
end = (1 - math.log(2)) / 3
print(f"the end is {end:.6f}")
for value, verdict in (("1/20", "REFUTED"), ("102/1000", "REFUTED"), ("103/1000", "PROVED"), ("1", "PROVED")):
    at = sc.certify(blended, "l2", classes=2).at(tau=value)
    assert str(at.verdict) == verdict
    assert (Fraction(value) > end) == (verdict == "PROVED")

# %% [markdown]
# Truncated generalised cross entropy is constant where the probability of the label is below $k$. At $z = 0$ all
# probabilities are $1/C$, so it depends on $C$ whether the clamp acts there. The answer is a region in $k$ and $C$.

# %%
truncated = sc.region("truncated_gce", "l2")
print(truncated)
for n in (2, 10, 1000):
    below = sc.certify("truncated_gce", "l2").at(C=n, k=Fraction(99, 100 * n))
    above = sc.certify("truncated_gce", "l2").at(C=n, k=Fraction(101, 100 * n))
    assert (str(below.verdict), str(above.verdict)) == ("PROVED", "REFUTED")

# %%
taus = np.linspace(0.03, 0.4, 400)
numbers = np.arange(2, 41)
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
left.plot(taus, (3 * taus - 1 + math.log(2)) / (2 * taus), color="black")
left.axhline(0, color="black", linewidth=0.5)
left.axvspan(end, taus[-1], alpha=0.2, label="PROVED")
left.plot([0.05], [(3 * 0.05 - 1 + math.log(2)) / 0.1], "o", color="black", label="as published")
left.set(title="DiscoPOP", xlabel="tau", ylabel="kappa / beta")
left.legend(loc="lower right")
right.fill_between(numbers, 0, 1 / numbers, alpha=0.2, label="PROVED")
right.plot(numbers, 1 / numbers, color="black", label="k = 1/C")
right.set(title="truncated GCE", xlabel="number of classes C", ylabel="k", ylim=(0, 0.5))
right.legend()
plt.close(figure)

# %% tags=["measured"]
Image(as_bytes(figure), width=750)

# %% [markdown]
# ## 8. Derivatives
#
# Gradient boosting asks for the gradient and the Hessian of a loss. `sc.derivatives` gives both at any $z$, for every
# $C$. The classic one first:

# %%
softmax = sc.derivatives("cross_entropy")
softmax

# %% [markdown]
# `to_python()` is NumPy code to paste, for xgboost or LightGBM; `to_pytest()` is the same with a test against
# differences. Here is focal loss, which is often asked for there.

# %%
code = sc.derivatives("focal").to_python()
print(code[code.index("def gradient") : code.index("def hessian_diagonal")].strip())
boosting = pasted(code)

z, y, step = np.array([[0.3, -1.2, 2.0, 0.1]]), np.array([1]), 1e-6
gradient = boosting.gradient(z, y, gamma=2)
for k in range(4):
    e = step * np.eye(4)[[k]]
    slope = (boosting.loss(z + e, y, gamma=2) - boosting.loss(z - e, y, gamma=2)) / (2 * step)
    assert abs(slope[0] - gradient[0, k]) < 1e-8

# %% [markdown]
# A few rounds of boosting with it, by hand: in each round one small tree for each class fits the Newton step. As
# xgboost does with its own losses, we keep second derivatives away from 0: focal loss is not convex, and where $p_y$ is
# small some are negative.

# %% tags=["measured"]
flowers_np, species_np = iris.standardised(), iris.labels
scores = np.zeros((len(species_np), 3))
for turn in range(21):
    if turn % 5 == 0:
        mean = boosting.loss(scores, species_np, gamma=2).mean()
        right = (scores.argmax(1) == species_np).mean()
        print(f"round {turn:2d}: mean focal loss {mean:.4f}, right {right:.3f}")
    slopes, bends = boosting.objective(scores, species_np, gamma=2)
    bends = np.maximum(bends, 1e-3)
    for k in range(3):
        tree = DecisionTreeRegressor(max_depth=2, random_state=0)
        tree.fit(flowers_np, -slopes[:, k] / bends[:, k], sample_weight=bends[:, k])
        scores[:, k] += 0.3 * tree.predict(flowers_np)
assert mean < 0.05
assert right > 0.95
assert boosting.hessian_diagonal(np.array([[-3.0, 0, 0]]), np.array([0]), gamma=2).min() < 0

# %% [markdown]
# The derivatives at $z = 0$ are those that a certificate rests on, and it has them too.

# %%
of_gce = sc.certify("gce", "l2")
values = {"C": 4, "q": sp.Rational(1, 2), "j": 1, "y": 1}
values = {symbol: values[symbol.name] for symbol in of_gce.gradient.free_symbols}
assert of_gce.gradient.subs(values) == sp.Rational(1, 2) * (sp.Rational(1, 4) - 1)  # by hand: C^-q (1/C - 1)
print(of_gce.gradient)

# %% [markdown]
# ## 9. Without a penalty
#
# All so far is about a strong penalty. `certify` takes a loss alone as well, and asks whether a theorem holds for it
# that needs none. The one of Ghosh, Kumar and Sastry is about losses whose sum over the labels is constant. For the
# mean absolute error $2 (1 - p_y)$ the sum is $2C - 2$, at every $z$. For cross entropy there is no such theorem, and
# the answer says with what penalty there is one.

# %%
alone = {name: sc.certify(name) for name in ("mae", "cross_entropy")}
for cert in alone.values():
    print(cert.headline)
    say(*[f"    {finding.verdict} {finding.condition.value}" for finding in cert.findings[:1]])
assert alone["mae"].verdict is sc.Verdict.PROVED
assert alone["cross_entropy"].verdict is sc.Verdict.REFUTED
say(alone["cross_entropy"].still_holds)
print()
print(alone["cross_entropy"].repairs)

# %% [markdown]
# ## 10. A penalty on the distance to a reference
#
# In distillation, and in fine-tuning against a reference model, the penalty is not on $z$ but on its distance to
# scores $z_{\mathrm{ref}}(x)$ that are given: $l(z, y) + \lambda\, g(z - z_{\mathrm{ref}}(x))$. A strong penalty now
# keeps $z$ near the *anchor*, and the gradient of the loss there is what decides.

# %%
for name in ("mae", "cross_entropy"):
    cert = sc.certify(name, "l2", anchor="z_ref")
    say(f"{cert.headline}, tier {cert.tier.name}")
    assert (cert.verdict is sc.Verdict.PROVED) == (name == "mae")

# %% [markdown]
# Why? The noisy gradient at the anchor is $a\, b_y + (1 - a)\, d$ with the mean $d = \frac{1}{C} \sum_k b_k$. For the
# mean absolute error $d$ is 0 wherever the anchor is, as its sum over the labels is constant. For cross entropy $d$
# is $\mathrm{softmax}(z_{\mathrm{ref}}) - \frac{1}{C}$, and 0 only where the reference prefers no class. With the
# code of the last section but one:

# %%
anchor, n, rate = np.array([[1.0, -2.0, 0.5, 0.0]]), 4, 0.3
shrunk = 1 - rate * n / (n - 1)
noisy_label = np.full(n, rate / (n - 1))
noisy_label[1] = 1 - rate
for name in ("mae", "cross_entropy"):
    gradient = pasted(sc.derivatives(name).to_python()).gradient
    b = np.concatenate([gradient(anchor, np.array([k])) for k in range(n)])
    d = b.mean(0)
    assert np.allclose(noisy_label @ b, shrunk * b[1] + (1 - shrunk) * d)
    print(f"{name}: d =", np.round(d, 3) + 0.0)
    assert np.allclose(d, 0 if name == "mae" else np.exp(anchor[0]) / np.exp(anchor[0]).sum() - 1 / n)

# %% [markdown]
# An anchor can be a repair as well, and it is the second one of the first section. One-vs-rest logistic regression
# has the gradient $\sigma(z_k)$ for each class, less 1 at the label. At $z = 0$ that is $\frac{1}{2}$ and leaves a
# drift. At the logit of $1/C$, where $z_k = -\log(C - 1)$ for each class, it is $\frac{1}{C}$, and $b_y = -o_y$.
# Detectors with many classes start their biases there anyhow. The loss stays as it is, convex and bounded below, and
# only the penalty moves. What is said of models is now about the difference $w$ to the anchor: the linear classifier
# gives $w$, and its last score is 0. The anchor is the same for all classes, so $z$ and $w$ predict the same class.

# %%
anchored = sc.certify("one_vs_rest_logistic", "l2", anchor="-log(C - 1)")
say(f"{anchored.headline}, tier {anchored.tier.name}")
assert refused.property(sc.Condition.LOSS_CONVEX).verdict is sc.Verdict.PROVED
assert refused.property(sc.Condition.LOSS_BOUNDED_BELOW).verdict is sc.Verdict.PROVED
assert anchored.tier is at_anchor.certificate.tier is sc.Tier.EXACT
assert math.isclose(1 / (1 + math.exp(math.log(C - 1))), 1 / C)

# %% tags=["measured"]
start = -math.log(C - 1)
alone = torch_loss("one_vs_rest_logistic", regularizer="l2", weight=0)


def moved(w, labels):
    """The loss at the scores w + start, and 10 times the penalty on w."""
    return alone(w + start, labels) + 10 * (w**2).sum(1).mean() / 2


of_clean, of_noisy = (fitted(moved, images, labels, C, last_is_fixed=True) for labels in (clean, noisy))
turned = int((of_clean.argmax(1) != of_noisy.argmax(1)).sum())
right = [float((z.argmax(1) == clean).double().mean()) for z in (of_clean, of_noisy)]
off = distance(of_noisy, float(a) * of_clean)
print(f"digits that noise changes: {turned}; right digits: {right[0]:.3f}, {right[1]:.3f}; from a * clean: {off:.1e}")
assert turned <= 2
assert off < 0.01

# %% [markdown]
# ## 11. The same on the command line
#
# - `symcheck certify one_vs_rest_logistic l2 --suggest`, and with `--anchor "-log(C - 1)"`
# - `symcheck same mae reverse_cross_entropy`
# - `symcheck match gce mae --classes 100 --parameter q`
# - `symcheck region truncated_gce l2`
# - `symcheck derivatives focal`
