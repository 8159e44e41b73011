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
# # REFUTED. What now?
#
# You have ten classes, a loss in use, and a certificate that says REFUTED. This notebook goes on from there. At the end
# you
#
# - have changed the loss so that it is PROVED, and have trained both,
# - can tell whether a loss is another one under a new name, and at which weight two losses do the same,
# - know for which parameters a proof holds, what the derivatives are, and what holds without a penalty,
# - have moved the penalty instead of the loss, to an anchor.
#
# A quarter of an hour to read, and less than half a minute to run. All that is proved needs nothing but `symcheck`; the
# cells that train need `symcheck[numerics]`. Before this: [01_certify](01_certify.ipynb), which says what a certificate
# is; next: [03_your_own](03_your_own.ipynb). Numbers from training are shown as they came out here; the last digits may
# differ on your machine.

# %% slideshow={"slide_type": "skip"}
import math
import textwrap
from fractions import Fraction

import sympy as sp

import symcheck as sc
from symcheck import notebook

notebook.begin()


def say(*lines):
    """Print long sentences in lines that fit."""
    for line in lines:
        print(textwrap.fill(str(line), 110, subsequent_indent="    "))


# %% slideshow={"slide_type": "skip"}
# needs symcheck[numerics]
from types import SimpleNamespace

import numpy as np
import torch
from matplotlib.figure import Figure

from numerics import confirm, datasets, torch_loss
from numerics.figure_style import BLUE, INK, ORANGE, plain
from numerics.figures import shown
from numerics.noise.uniform import UniformNoise

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def pasted(code):
    """What ``code`` defines, as if it stood in a file of its own."""
    names = {}
    exec(code, names)  # noqa: S102
    return SimpleNamespace(**names)


# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1. The refusal, and what it suggests
#
# One-vs-rest logistic regression trains one binary classifier for each class. With a penalty on the scores:

# %% slideshow={"slide_type": "fragment"}
refused = sc.certify("one_vs_rest_logistic", "l2", classes=10)
print(refused.headline)
print(refused.tier.name, "-", refused.tier.value)
say(*[finding.witness for finding in refused.findings if finding.witness])
assert refused.verdict is sc.Verdict.REFUTED
assert refused.tier is sc.Tier.QUOTIENT

# %% [markdown] slideshow={"slide_type": "subslide"}
# The gradient at $z = 0$ is $\frac{1}{2}$ for each class, less 1 at the label. In short, $b_y = -o_y + c\,(1, \ldots,
# 1)$ with $c = \frac{1}{2} - \frac{1}{C}$. Noise shrinks $o_y$, as it should, and leaves the *drift* $c$ as it is.
# That is all that is wrong, and so the number that mends it is in the certificate. `repairs` are changes after which
# the pair is PROVED. Each was certified before it is shown.

# %% slideshow={"slide_type": "fragment"}
refused.repairs

# %% slideshow={"slide_type": "fragment"}
for repair in refused.repairs:
    print(f"{repair.title}: {repair.certificate.headline}, tier {repair.certificate.tier.name}")
    assert repair.certificate.verdict is sc.Verdict.PROVED
drift, at_anchor, weighted = refused.repairs
assert Fraction(1, 2) - Fraction(1, 10) == Fraction(4, 10)  # c by hand, and 4 mean(z) is c times the sum of z
assert drift.text == "total(softplus(z)) - z[y] - 4*mean(z)"

# %% [markdown] slideshow={"slide_type": "subslide"}
# The first one subtracts the drift: a term that is linear in the scores and knows no label. Such a term leaves the
# Hessian as it is, so the loss stays convex. But it costs something, and the repair says what: there is no least
# value any more. Along $z = t\,e_y$ the repaired loss is $\log(1 + e^t) + 9 \log 2 - t - \frac{4}{10} t$. The penalty
# holds it: with $\frac{\lambda}{2} \lVert z \rVert^2$ there are minimisers, and that was proved anew. The second one
# moves the penalty and leaves the loss alone; section 10 comes back to it. The third one weighs the label, as
# `pos_weight` in torch does.

# %% slideshow={"slide_type": "fragment"}
say(*drift.changes, *drift.loses)


def along_the_label(t):
    """The repaired loss at z = t e_y, by hand."""
    return math.log1p(math.exp(t)) + 9 * math.log(2) - t - 0.4 * t


print([round(along_the_label(t), 1) for t in (0, 10, 100, 500)])
assert along_the_label(500) < along_the_label(100) < -30
properties = {str(found.condition): found for found in drift.certificate.findings}
assert properties["minimisers-held"].verdict is sc.Verdict.PROVED

# %% [markdown] slideshow={"slide_type": "subslide"}
# `torch_code()` is what you paste into your project. The next cell runs it, and compares it with the formula.

# %% slideshow={"slide_type": "fragment"}
print(drift.torch_code())

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
torch.manual_seed(0)
scores, labels = torch.randn(64, 10), torch.randint(10, (64,))
formula = scores.exp().log1p().sum(1) - scores[torch.arange(64), labels] - 4 * scores.mean(1)
assert torch.allclose(pasted(drift.torch_code()).loss(scores, labels), formula, atol=1e-12)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2. Does it matter? One sample
#
# REFUTED speaks of the condition. What it means for training depends on the model, and the certificate says which
# data to look at: one point with label 1 and outputs $t\,u$, where $t$ is trained.

# %% slideshow={"slide_type": "fragment"}
for family in refused.families:
    say(f"{family.verdict}  {family.name}: {family.detail}")
    print()

# %% [markdown] slideshow={"slide_type": "subslide"}
# So let us do that, with $C = 10$, $c = \frac{2}{5}$ and labels that are wrong with probability $\rho = \frac{2}{5}$.
# Then $a = 1 - \rho\,C/(C - 1) = \frac{5}{9}$. We need a direction $u$ with $u \cdot o_1 = 1$ whose entries have a
# sum $s$ with $a < c\,s < 1$, and $s = 2$ will do. The limit of $\lambda t$ is $(a - c s)/\lVert u \rVert^2$, which
# is negative: class 1 comes last. For the repaired loss it is $a/\lVert u \rVert^2$.

# %% slideshow={"slide_type": "fragment"}
C, rho = 10, Fraction(2, 5)
a = 1 - rho * C / (C - 1)
c, s = Fraction(2, 5), 2
u = [Fraction(6, 5)] + 9 * [Fraction(4, 45)]
square = sum(x * x for x in u)
assert u[0] - sum(u) / C == 1
assert sum(u) == s
assert a < c * s < 1
limits = {"original": ((1 - c * s) / square, (a - c * s) / square), "repaired": (1 / square, a / square)}
print({name: tuple(map(str, pair)) for name, pair in limits.items()})
assert limits["original"][1] < 0 < limits["repaired"][1]

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
direction = torch.tensor([[float(x) for x in u]])
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
        assert abs(found[name, kind] - float(limit)) < 2e-3
assert abs(ratio - a) < 1e-3

# %% [markdown] slideshow={"slide_type": "subslide"}
# The sign of $t$ is the prediction: positive for class 1. With the original loss noise turns it, at every weight.
# With the repaired one noise multiplies $t$ by $a$, and that is all.
#
# ## 3. Does it matter? 1797 digits
#
# Multinomial regression often fixes the last score at 0, $z_C = 0$: the last class is the *reference class*. That is
# a cone of outputs as well, and the certificate calls it not safe. We train this linear classifier on images of
# digits, clean and noisy, with both losses. The noise is exact: each label is replaced by its law.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
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


# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
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

# %% [markdown] slideshow={"slide_type": "subslide"}
# Noise changes more than half of the digits that the original loss predicts, and none with the repaired one. A
# picture shows why. Each point is one output, of one image and one class, under noise against clean. The drift stays
# as large as it was while the signal shrinks, so that the cloud lies below the line.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
figure = Figure(figsize=(6.5, 3.2), layout="constrained")
panels = figure.subplots(1, 2, sharex=True, sharey=True)
for axes, (name, (of_clean, of_noisy)) in zip(panels, outputs.items(), strict=True):
    across = of_clean[:, :-1].flatten()
    axes.plot(across, of_noisy[:, :-1].flatten(), ".", markersize=1.5, color=BLUE, rasterized=True, label="an output")
    ends = torch.stack([across.min(), across.max()])
    axes.plot(ends, float(a) * ends, color=INK, label=f"slope a = {float(a):.3f}")
    axes.set(xlabel="output, clean labels", ylabel=f"output, noisy labels: {name}")
    axes.legend(loc="upper left", frameon=False, fontsize=8.5, markerscale=6)
    plain(axes)
shown(
    figure,
    "Outputs on 1797 digits under noise against clean ones. With the repaired loss they lie on the predicted line of "
    f"slope {float(a):.3f}; with the original loss the cloud lies below it.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# `confirm` compares more than that: the limit itself, the orders, and starts far away, which matter here since the
# repaired loss is unbounded below. Each has a tolerance that is known before training.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
run = confirm(drift.certificate, data="digits", reference=True)
print(run.outcome)
assert str(run.outcome) == "agrees"
assert any("starts far away" in row.name for row in run.agreement.rows)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4. Class weights: what cannot be had
#
# Some classes are rare, so their errors are given more weight. Here classes 1, 2 and 3 count 1, 2 and 3 times, as with
# `torch.nn.CrossEntropyLoss(weight=...)`.

# %% slideshow={"slide_type": "fragment"}
weights = sc.certify(sc.losses.ClassWeightedCE(w=(1, 2, 3)), "l2")
print(weights.headline)
print(weights.tier.name, "-", weights.tier.value)
print()
print(weights.repairs)
assert weights.tier is sc.Tier.CLASSWISE

# %% [markdown] slideshow={"slide_type": "subslide"}
# Now $b_y = -\kappa_y o_y$, with another $\kappa_y$ for each class. For $C \ge 3$ no linear term without the label
# makes one $\kappa$ of them. That is a theorem, and it is shown as *Impossible*. Subtracting the drift gives less,
# the tier SYMLIN: the gradients sum to 0 over the labels, so that noise multiplies each of them by $a$, in the mean
# over wrong labels. Clean and noisy training share one limit. By hand: $b_y = w_y (\frac{1}{3} (1, 1, 1) - e_y)$, and
# the drift is the mean of the three.

# %% slideshow={"slide_type": "fragment"}
w = [Fraction(1), Fraction(2), Fraction(3)]
b = [[w[y] * (Fraction(1, 3) - (k == y)) for k in range(3)] for y in range(3)]
d = [sum(b[y][k] for y in range(3)) / 3 for k in range(3)]
assert d == [(sum(w) / 3 - w[k]) / 3 for k in range(3)] == [Fraction(1, 3), 0, Fraction(-1, 3)]
assert all(sum(b[y][k] - d[k] for y in range(3)) == 0 for k in range(3))
symmetric, equal = weights.repairs
assert symmetric.certificate.tier is sc.Tier.SYMLIN
assert equal.certificate.tier is sc.Tier.SCALED
assert weights.repairs.impossible

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
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

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5. Is it another loss at all?
#
# Papers give new names to old losses. `sc.same` says whether two formulas are one, up to what, and on which scores.
# It decides by canonical forms, or shows a point where they differ.
#
# **Label smoothing** comes in two spellings: some give $\epsilon/C$ to every class, others $\epsilon/(C - 1)$ to the
# wrong ones.

# %% slideshow={"slide_type": "fragment"}
eps = sc.Parameter("eps", at_least=0, below=Fraction(1, 2))


def every_class(z, y):
    """Cross entropy with eps/C of the label given to each class."""
    return -(1 - eps) * sc.log_softmax(z)[y] - eps * sc.mean(sc.log_softmax(z))


def wrong_classes(z, y):
    """Cross entropy with eps/(C - 1) of the label given to each of the other classes."""
    return -(1 - eps) * sc.log_softmax(z)[y] - eps / (z.C - 1) * sc.total(sc.log_softmax(z), but=y)


smoothed = sc.same(every_class, wrong_classes)
smoothed

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand: the part of the first that has the label is $-(1 - \epsilon) \log p_y$, that of the second $-\bigl(1 -
# \epsilon - \frac{\epsilon}{C - 1}\bigr) \log p_y$, and the rest is without a label. So $f$ is their ratio.

# %% slideshow={"slide_type": "fragment"}
print(smoothed.relation.name, "- f =", smoothed.factor)
symbols = {symbol.name: symbol for symbol in smoothed.factor.free_symbols}
for n, value in ((2, Fraction(1, 10)), (3, Fraction(2, 5)), (1000, Fraction(3, 10))):
    ratio = (1 - value) / (1 - value - value / (n - 1))
    assert smoothed.factor.subs({symbols["C"]: n, symbols["eps"]: sp.Rational(str(value))}) == sp.Rational(str(ratio))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Mean absolute error and reverse cross entropy** are one loss at two weights. **Multi-margin** and MUH, the
# unhinged loss for many classes, differ, but not where a strong penalty keeps the scores: near 0 no margin is
# reached. And **focal loss** is another loss than cross entropy, which a point shows.

# %% slideshow={"slide_type": "fragment"}
reverse = sc.same("mae", "reverse_cross_entropy")
print("mae =", reverse.factor, "* reverse_cross_entropy\n")
margin = sc.same("multi_margin", "muh")
print(margin, "\n")
focal = sc.same("cross_entropy", "focal", classes=3)
print(focal)
assert [found.verdict for found in (smoothed, reverse, margin)] == 3 * [sc.Verdict.PROVED]
assert focal.verdict is sc.Verdict.REFUTED

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6. The same outputs from another loss
#
# With a strong penalty the outputs are $\frac{\kappa}{\lambda}\, a\, S H^{-1}$, so of the loss only $\kappa$ is left.
# [05_train](05_train.ipynb) changes $\lambda$ to match two losses. One can also keep $\lambda$ and change a
# parameter: which exponent $q$ makes generalised cross entropy do what the mean absolute error does, with a hundred
# classes?


# %% slideshow={"slide_type": "fragment"}
def exponent(C):
    """The q with which generalised cross entropy does what the mean absolute error does."""
    return sc.match("gce", to="mae", C=C, parameter="q")


matched = exponent(100)
matched

# %% slideshow={"slide_type": "skip"}
# needs symcheck[notebooks]
notebook.slider(exponent, C=[3, 10, 100, 1000, 10000])

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand: $\kappa$ is $C^{-q}$ for the first and $2/C$ for the second, and $100^{-q} = \frac{2}{100}$ has one
# solution, $q = \log 50/\log 100$. No number is rounded on the way. Some wishes have no solution, and that is an
# answer as well:

# %% slideshow={"slide_type": "fragment"}
assert sp.simplify(matched.value - sp.log(50) / sp.log(100)) == 0
never = sc.match("gce", to="cross_entropy", C=100, parameter="q")
say(str(never).splitlines()[0])
assert never.verdict is sc.Verdict.REFUTED

# %% [markdown] slideshow={"slide_type": "subslide"}
# Now by numbers: a linear classifier of 100 classes on random data, trained with both losses at three weights, and
# with $q = \frac{7}{10}$ for comparison. Matched outputs differ by higher orders, which fall like $1/\lambda$.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
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

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
print("lambda  apart, matched  apart, q = 7/10")
for weight in (0.1, 1, 10):
    print(f"{weight:6}  {apart['matched', weight]:14.6f}  {apart['q = 7/10', weight]:15.6f}")
for weight in (1, 10):
    assert 8 < apart["matched", weight / 10] / apart["matched", weight] < 12
assert abs(apart["q = 7/10", 10] - (100**-0.7 / 0.02 - 1)) < 0.01  # the ratio of the two kappas, less 1

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7. For which parameters is it PROVED?
#
# `sc.region` gives the set, with exact ends. DiscoPOP is a loss for preferences that a language model proposed (Lu et
# al., 2024). With $h$ the score of the label less that of the other class, it mixes a logistic and an exponential
# loss by $s = \sigma(h/\tau)$.

# %% slideshow={"slide_type": "fragment"}
tau, beta = sc.Parameter("tau", above=0), sc.Parameter("beta", above=0)


def blended(z, y):
    """(1 - s) log(1 + exp(-h)) + s exp(-h) with s = sigmoid(h/tau), at h = beta (z_y - z_other)."""
    h = beta * (z[y] - sc.total(z, but=y))
    mixed = sc.sigmoid(h / tau)
    return (1 - mixed) * sc.softplus(-h) + mixed * sc.exp(-h)


region = sc.region(blended, "l2", classes=2)
print(region)

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand: the derivative by $h$ at 0 is $-\frac{3}{4} + \frac{1 - \log 2}{4 \tau}$, and $\kappa$ is $-2 \beta$ times
# that. It is positive where $\tau > (1 - \log 2)/3$. The published $\tau = \frac{1}{20}$ is not in the region: near
# the reference policy, the gradient of this loss points away from what is preferred.

# %% slideshow={"slide_type": "fragment"}
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

# %% [markdown] slideshow={"slide_type": "subslide"}
# Truncated generalised cross entropy is constant where the probability of the label is below $k$. At $z = 0$ all
# probabilities are $1/C$, so it depends on $C$ whether the clamp acts there. The answer is a region in $k$ and $C$.

# %% slideshow={"slide_type": "fragment"}
truncated = sc.region("truncated_gce", "l2")
print(truncated)
for n in (2, 10, 1000):
    below = sc.certify("truncated_gce", "l2").at(C=n, k=Fraction(99, 100 * n))
    above = sc.certify("truncated_gce", "l2").at(C=n, k=Fraction(101, 100 * n))
    assert (str(below.verdict), str(above.verdict)) == ("PROVED", "REFUTED")

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
taus = np.linspace(0.03, 0.4, 400)
numbers = np.arange(2, 41)
figure = Figure(figsize=(6.5, 3), layout="constrained")
left, right = figure.subplots(1, 2)
left.plot(taus, (3 * taus - 1 + math.log(2)) / (2 * taus), color=BLUE, label="κ / β")
left.axhline(0, color=INK, linewidth=0.6)
left.axvspan(end, taus[-1], alpha=0.2, color=BLUE, linewidth=0, label="PROVED")
left.plot([0.05], [(3 * 0.05 - 1 + math.log(2)) / 0.1], "o", color=ORANGE, label="as published")
left.set(xlabel="τ of DiscoPOP", ylabel="κ / β")
right.fill_between(numbers, 0, 1 / numbers, alpha=0.2, color=BLUE, linewidth=0, label="PROVED")
right.plot(numbers, 1 / numbers, color=BLUE, label="k = 1/C")
right.set(xlabel="number of classes C", ylabel="k of truncated GCE", ylim=(0, 0.5))
for axes, place in ((left, "lower right"), (right, "upper right")):
    axes.legend(loc=place, frameon=False, fontsize=8.5)
    plain(axes)
shown(
    figure,
    f"Left: kappa of DiscoPOP against tau, negative below {end:.3f}, where the published value 0.05 lies, and positive "
    "above. Right: truncated generalised cross entropy is proved where k is below 1/C.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8. Derivatives
#
# Gradient boosting asks for the gradient and the Hessian of a loss. `sc.derivatives` gives both at any $z$, for every
# $C$. The classic one first:

# %% slideshow={"slide_type": "fragment"}
softmax = sc.derivatives("cross_entropy")
softmax

# %% [markdown] slideshow={"slide_type": "subslide"}
# `to_python()` is NumPy code to paste, for xgboost or LightGBM; `to_pytest()` is the same with a test against
# differences. Here is focal loss, which is often asked for there.

# %% slideshow={"slide_type": "fragment"}
code = sc.derivatives("focal").to_python()
print(code[code.index("def gradient") : code.index("def hessian_diagonal")].strip())

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
boosting = pasted(code)
z, y, step = np.array([[0.3, -1.2, 2.0, 0.1]]), np.array([1]), 1e-6
gradient = boosting.gradient(z, y, gamma=2)
for k in range(4):
    e = step * np.eye(4)[[k]]
    slope = (boosting.loss(z + e, y, gamma=2) - boosting.loss(z - e, y, gamma=2)) / (2 * step)
    assert abs(slope[0] - gradient[0, k]) < 1e-8

# %% [markdown] slideshow={"slide_type": "subslide"}
# Second derivatives may be negative: focal loss is not convex. Where you boost with it, keep them away from 0 as
# xgboost does with its own losses.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
assert boosting.hessian_diagonal(np.array([[-3.0, 0, 0]]), np.array([0]), gamma=2).min() < 0

# %% [markdown] slideshow={"slide_type": "subslide"}
# The derivatives at $z = 0$ are those that a certificate rests on, and it has them too.

# %% slideshow={"slide_type": "fragment"}
of_gce = sc.certify("gce", "l2")
values = {"C": 4, "q": sp.Rational(1, 2), "j": 1, "y": 1}
values = {symbol: values[symbol.name] for symbol in of_gce.gradient.free_symbols}
assert of_gce.gradient.subs(values) == sp.Rational(1, 2) * (sp.Rational(1, 4) - 1)  # by hand: C^-q (1/C - 1)
print(of_gce.gradient)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9. Without a penalty
#
# All so far is about a strong penalty. `certify` takes a loss alone as well, and asks whether a theorem holds for it
# that needs none. The one of Ghosh, Kumar and Sastry is about losses whose sum over the labels is constant. For the
# mean absolute error $2 (1 - p_y)$ the sum is $2C - 2$, at every $z$. For cross entropy there is no such theorem, and
# the answer says with what penalty there is one.

# %% slideshow={"slide_type": "fragment"}
alone = {name: sc.certify(name) for name in ("mae", "cross_entropy")}
for cert in alone.values():
    print(cert.headline)
    say(*[f"    {finding.verdict} {finding.condition.value}" for finding in cert.findings[:1]])
assert alone["mae"].verdict is sc.Verdict.PROVED
assert alone["cross_entropy"].verdict is sc.Verdict.REFUTED
say(alone["cross_entropy"].still_holds)
print()
print(alone["cross_entropy"].repairs)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10. A penalty on the distance to a reference
#
# In distillation, and in fine-tuning against a reference model, the penalty is not on $z$ but on its distance to
# scores $z_{\mathrm{ref}}(x)$ that are given: $l(z, y) + \lambda\, g(z - z_{\mathrm{ref}}(x))$. A strong penalty now
# keeps $z$ near the *anchor*, and the gradient of the loss there is what decides.

# %% slideshow={"slide_type": "fragment"}
for name in ("mae", "cross_entropy"):
    cert = sc.certify(name, "l2", anchor="z_ref")
    say(f"{cert.headline}, tier {cert.tier.name}")
    assert (cert.verdict is sc.Verdict.PROVED) == (name == "mae")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Why? The noisy gradient at the anchor is $a\, b_y + (1 - a)\, d$ with the mean $d = \frac{1}{C} \sum_k b_k$. For the
# mean absolute error $d$ is 0 wherever the anchor is, as its sum over the labels is constant. For cross entropy $d$
# is $\mathrm{softmax}(z_{\mathrm{ref}}) - \frac{1}{C}$, and 0 only where the reference prefers no class. With the
# code of section 8:

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
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

# %% [markdown] slideshow={"slide_type": "subslide"}
# An anchor can be a repair as well, and it is the second one of the first section. One-vs-rest logistic regression
# has the gradient $\sigma(z_k)$ for each class, less 1 at the label. At $z = 0$ that is $\frac{1}{2}$ and leaves a
# drift. At the logit of $1/C$, where $z_k = -\log(C - 1)$ for each class, it is $\frac{1}{C}$, and $b_y = -o_y$.
# Detectors with many classes start their biases there anyhow. The loss stays as it is, convex and bounded below, and
# only the penalty moves. What is said of models is now about the difference $w$ to the anchor: the linear classifier
# gives $w$, and its last score is 0. The anchor is the same for all classes, so $z$ and $w$ predict the same class.

# %% slideshow={"slide_type": "fragment"}
anchored = sc.certify("one_vs_rest_logistic", "l2", anchor="-log(C - 1)")
say(f"{anchored.headline}, tier {anchored.tier.name}")
assert refused.property(sc.Condition.LOSS_CONVEX).verdict is sc.Verdict.PROVED
assert refused.property(sc.Condition.LOSS_BOUNDED_BELOW).verdict is sc.Verdict.PROVED
assert anchored.tier is at_anchor.certificate.tier is sc.Tier.EXACT
assert math.isclose(1 / (1 + math.exp(math.log(C - 1))), 1 / C)

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
start = -math.log(C - 1)
without_penalty = torch_loss("one_vs_rest_logistic", regularizer="l2", weight=0)


def moved(w, labels):
    """The loss at the scores w + start, and 10 times the penalty on w."""
    return without_penalty(w + start, labels) + 10 * (w**2).sum(1).mean() / 2


of_clean, of_noisy = (fitted(moved, images, labels, C, last_is_fixed=True) for labels in (clean, noisy))
turned = int((of_clean.argmax(1) != of_noisy.argmax(1)).sum())
right = [float((z.argmax(1) == clean).double().mean()) for z in (of_clean, of_noisy)]
off = distance(of_noisy, float(a) * of_clean)
print(f"digits that noise changes: {turned}; right digits: {right[0]:.3f}, {right[1]:.3f}; from a * clean: {off:.1e}")
assert turned <= 2
assert off < 0.01

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11. Exercises
#
# **Exercise.** A loss of your own: $\sum_k (1 + z_k)_+^2 - 4 z_y$ for the label $y$, with $(t)_+ = \max(t, 0)$.
# Compute its slope at 0 by hand. What is $\kappa$, and what is the drift? Certify it, and let `repairs` confirm the
# number.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# Near 0 each class has the slope 2 (1 + z_k), that is 2, and the label 2 - 4.  So b_y = 2 (1, ..., 1) - 4 e_y, which is
# -4 o_y + (2 - 4/C) (1, ..., 1): kappa = 4, and the drift is 2 - 4/C.
own = sc.certify("total(relu(1 + z)**2) - 4*z[y]", "l2", classes=10)
assert (own.verdict, own.tier.name, own.kappa) == (sc.Verdict.REFUTED, "QUOTIENT", 4)
repaired = own.repairs[0]
assert repaired.certificate.verdict is sc.Verdict.PROVED
by_hand = Fraction(2) - Fraction(4, 10)
assert sc.same(repaired.text, f"total(relu(1 + z)**2) - 4*z[y] - ({by_hand})*total(z)", classes=10).factor == 1
print(repaired.title, "-", repaired.text)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** At which $C$ does $q = 7/10$ make generalised cross entropy do what the mean absolute error does? Solve
# $C^{-7/10} = 2/C$ by hand, and ask `sc.match` at two neighbours of the solution.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# C^(3/10) = 2, so C = 2^(10/3), about 10.08: no whole number.  At C = 10 the q that fits is below 7/10, at 11 above.
assert 10 < 2 ** (10 / 3) < 11
q = {C: float(exponent(C).value) for C in (10, 11)}
assert q[10] < 0.7 < q[11]
print({C: round(value, 4) for C, value in q.items()})

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** Section 10 has an anchor for one-vs-rest logistic regression. Is there one for cross entropy, other
# than 0? Try $z_{\mathrm{ref}} = 3\,(1, \ldots, 1)$, and $z_{\mathrm{ref}} = (1, 0, 0)$ with three classes.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# Softmax does not see a constant, so at 3 (1, ..., 1) its slopes are those at 0.  At (1, 0, 0) the reference prefers a
# class, d is not 0, and noise leaves a drift towards it.
constant, prefers = sc.certify("cross_entropy", "l2", anchor="3"), sc.certify("cross_entropy", "l2", anchor=(1, 0, 0))
assert constant.verdict is sc.Verdict.PROVED
assert prefers.verdict is sc.Verdict.REFUTED
print(constant.headline)
print(prefers.headline)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12. The same on the command line
#
# - `symcheck certify one_vs_rest_logistic l2 --suggest`, and with `--anchor "-log(C - 1)"`
# - `symcheck same mae reverse_cross_entropy`
# - `symcheck match gce mae --classes 100 --parameter q`
# - `symcheck region truncated_gce l2`
# - `symcheck derivatives focal`
