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
# # Your own loss and penalty, from a formula and from torch
#
# The catalogue has the losses of others. This notebook certifies yours, however you have it. At the end you
#
# - have written a loss and a penalty as text, as Python functions, and with free parameters,
# - know what is refused, and how the message says what to write instead,
# - have certified code in torch as it is, and compared it with the formula that it is meant to be,
# - can tell whether your loss is a known one under another name.
#
# Ten minutes to read, seconds to run. All but the part on torch needs nothing but `symcheck`; that part needs
# `symcheck[numerics]`. Before this: [01_certify](01_certify.ipynb) and [02_refused](02_refused.ipynb); next:
# [04_the_paper](04_the_paper.ipynb).

# %% slideshow={"slide_type": "skip"}
from fractions import Fraction

import symcheck as sc
from symcheck import notebook

notebook.begin()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1. As text
#
# A loss is a formula in the scores `z` and the label `y`, a penalty one in `z` alone. `z[y]` is the score of the label,
# `total`, `mean`, `logsumexp` and their kin take all classes together, and other functions act on every score. `C` is
# the number of classes, and nothing says what it is: the certificate is about all of them.

# %% slideshow={"slide_type": "fragment"}
mine = "logsumexp(z) - z[y] + mean(z)**2"
cert = sc.certify(mine, "total(cosh(z) - 1)")
print(cert.headline)
print("kappa =", cert.kappa)
assert cert.verdict is sc.Verdict.PROVED

# %% [markdown] slideshow={"slide_type": "subslide"}
# Names of the catalogue stand in formulas as well: here are seven tenths of cross entropy and three of the mean
# absolute error. A short decimal is what it says, `0.7` is 7/10.

# %% slideshow={"slide_type": "fragment"}
mixed = sc.certify("0.7*cross_entropy + 0.3*mae", "l2")
print(mixed.headline)
print("kappa =", mixed.kappa)
assert mixed.at(C=10).kappa == Fraction(7, 10) + Fraction(3, 10) * Fraction(2, 10)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2. As a function, with parameters
#
# A function of `z` and `y` is called once, on symbols. Whatever Python can do in it, it may do: names for parts, calls,
# loops over numbers. A `Parameter` is a number that stays free, with the interval in which it lies.


# %% slideshow={"slide_type": "fragment"}
def margin_loss(z, y, m, s):
    """Cross entropy of scores that are scaled by s, with the label's score less a margin m."""
    shifted = s * (z - m * sc.onehot(y))
    return sc.logsumexp(shifted) - shifted[y]


m, s = sc.Parameter("m", at_least=0), sc.Parameter("s", above=0)
with_margin = sc.certify(lambda z, y: margin_loss(z, y, m, s), "l2")
print(with_margin.headline)
print("kappa =", with_margin.kappa)
assert with_margin.verdict is sc.Verdict.PROVED

# %% [markdown] slideshow={"slide_type": "subslide"}
# One certificate, for every margin, every scale and every number of classes. At one of them:

# %% slideshow={"slide_type": "fragment"}
narrow = with_margin.at(C=10, m="1/2", s=4)
print(narrow.scope, "- kappa =", narrow.kappa)
assert narrow.kappa.is_positive
assert narrow.verdict is sc.Verdict.PROVED

# %% [markdown] slideshow={"slide_type": "subslide"}
# Move the slider: the same loss and penalty for that number of classes.


# %% slideshow={"slide_type": "fragment"}
def at(C):
    """What is certified for C classes, and a margin of 1/2."""
    return with_margin.at(C=C, m="1/2", s=4)


at(10)

# %% slideshow={"slide_type": "skip"}
# needs symcheck[notebooks]
notebook.slider(at, C=[2, 3, 5, 10, 50, 100, 1000])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3. A penalty of your own
#
# A penalty needs a slope of 0 at $z = 0$ and has to curve upwards there in every direction. One with a kink has no
# slope, one that is flat does not curve, and one that only knows the sum of the scores curves in one direction.

# %% slideshow={"slide_type": "fragment"}
penalties = {
    "a bowl": "total(sqrt(1 + z**2) - 1)",
    "a kink": "total(abs(z))",
    "flat": "total(z**4)",
    "one direction": "total(z)**2",
    "towards a prior": "total((z - log(C))**2)",
}
for name, penalty in penalties.items():
    found = sc.certify("cross_entropy", penalty)
    failing = [str(f.condition) for f in found.findings if f.verdict is sc.Verdict.REFUTED]
    print(f"{name:<16} {found.verdict}  {', '.join(failing)}")
    assert (found.verdict is sc.Verdict.PROVED) == (name == "a bowl")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4. What is refused, and how it helps
#
# A formula has to mean something for every number of classes, and numbers have to be exact. What does not is refused at
# once, with the place and with what to write instead.

# %% slideshow={"slide_type": "fragment"}
refused = {}
for text in ("logsumexp(z) - z[y", "logsumexp(z) - z[0]", "logsumexp(z) - q*z[y]", "logsumexpp(z) - z[y]"):
    try:
        sc.certify(text, "l2")
    except sc.SymcheckError as error:
        refused[text] = str(error)
        print(str(error).splitlines()[0], *str(error).splitlines()[1:3], sep="\n", end="\n\n")
assert len(refused) == 4
assert all("^" in message for message in refused.values())

# %% [markdown] slideshow={"slide_type": "subslide"}
# In a function: a class by its number, a branch on a score, and a float that somebody computed, which is no number that
# somebody wrote. `Fraction(1, 90)` is.

# %% slideshow={"slide_type": "fragment"}
slips = {
    "a class by its number": lambda z, y: z[0] - z[y],
    "a branch on a score": lambda z, y: -z[y] if z[y] > 0 else z[y],
    "a computed float": lambda z, y: sc.mean(z) - (0.1 / 9) * z[y],
}
said = {}
for name, slip in slips.items():
    try:
        sc.certify(slip, "l2")
    except sc.SymcheckError as error:
        said[name] = str(error)
        print(f"{name}: {error}\n")
assert said.keys() == slips.keys()
assert "Fraction(1, 90)" in said["a computed float"]
assert sc.certify(lambda z, y: (sc.mean(z) - z[y]) * Fraction(1, 90), "l2").verdict is sc.Verdict.PROVED

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5. Is it new?
#
# `same` asks whether two formulas are one: equal, or up to a constant, a factor, or a part that knows no label. Focal
# loss at $\gamma = 1$, written out by hand:

# %% slideshow={"slide_type": "fragment"}
by_hand = sc.same("-(1 - softmax(z)[y])*log_softmax(z)[y]", sc.losses.Focal(gamma=1))
print(str(by_hand).splitlines()[0])
assert by_hand.verdict is sc.Verdict.PROVED

# %% slideshow={"slide_type": "fragment"}
other = sc.same("-(1 - softmax(z)[y])*log_softmax(z)[y]", "cross_entropy")
assert other.verdict is sc.Verdict.REFUTED
other

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6. From torch, as it is
#
# Functions and modules of torch are run on symbols too: nothing is translated by hand. Whatever they compute is read,
# label smoothing and class weights among it.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
import torch
import torch.nn.functional as F
from torch import nn

smoothed = sc.certify(nn.CrossEntropyLoss(label_smoothing=0.1), "l2")
print(smoothed.headline)
print("kappa =", smoothed.kappa)
assert smoothed.verdict is sc.Verdict.PROVED


# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
class GeneralizedCrossEntropy(nn.Module):
    """As in many repositories."""

    def __init__(self, q=0.7):
        super().__init__()
        self.q = q

    def forward(self, logits, target):
        p = F.softmax(logits, dim=1)
        picked = p.gather(1, target.unsqueeze(1)).squeeze(1)
        return ((1 - picked**self.q) / self.q).mean()


gce = sc.certify(GeneralizedCrossEntropy(), "l2")
print(gce.headline)
print("kappa =", gce.kappa)
assert gce.verdict is sc.Verdict.PROVED
assert sc.same(GeneralizedCrossEntropy(), sc.losses.GCE(q="7/10")).verdict is sc.Verdict.PROVED

# %% [markdown] slideshow={"slide_type": "subslide"}
# What a formula along the margin looks like: the score of the label moves, the others are 0.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
from matplotlib.figure import Figure

from numerics import torch_loss
from numerics.figure_style import BLUE, GREEN, ORANGE, plain
from numerics.figures import shown

margins = torch.linspace(-6, 6, 121, dtype=torch.float64)
scores = torch.zeros(len(margins), 10, dtype=torch.float64)
scores[:, 0] = margins
labels = torch.zeros(len(margins), dtype=torch.long)
figure = Figure(figsize=(6.5, 3.2), layout="constrained")
axes = figure.subplots()
for name, loss, colour in [
    ("yours", mine, BLUE),
    ("gce, q = 7/10", "gce(q=7/10)", GREEN),
    ("cross entropy", "cross_entropy", ORANGE),
]:
    curve = torch_loss(loss, reduction="none")(scores, labels)
    axes.plot(margins, curve, color=colour, label=name)
axes.set_xlabel("margin: score of the label, the others are 0")
axes.set_ylabel("loss (no unit)")
axes.legend(frameon=False)
plain(axes)
assert torch.allclose(
    torch_loss("cross_entropy", reduction="none")(scores, labels), F.cross_entropy(scores, labels, reduction="none")
)
shown(
    figure,
    "Three losses of ten classes along the margin from -6 to 6: cross entropy falls from 8.3 to almost 0, yours lies "
    "above it by a hundredth of the squared margin, and gce stays below 1.5.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7. Is the code the formula?
#
# `audit_implementation` compares code with the formula that it is meant to be, with values and gradients, as canonical
# forms. A slip is named, and shown at a point.


# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
from numerics import audit_implementation


class Slipped(GeneralizedCrossEntropy):
    """The same with a slip: the division by q was forgotten."""

    def forward(self, logits, target):
        return super().forward(logits, target) * self.q


right = audit_implementation(GeneralizedCrossEntropy(), "gce", q="7/10")
wrong = audit_implementation(Slipped(), "gce", q="7/10")
print(str(right).splitlines()[0])
assert right.verdict is sc.Verdict.PROVED
assert wrong.verdict is sc.Verdict.REFUTED
wrong

# %% [markdown] slideshow={"slide_type": "subslide"}
# And the way back: of a formula that was certified `torch_loss` makes a module for training, which is finite for far
# scores as well.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
criterion = torch_loss(mixed)
far = torch.tensor([[1000.0, -1000.0, 0.0]])
value = criterion(far, torch.tensor([1]))
assert torch.isfinite(value)
print(criterion)
print(value.item())

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8. Exercises
#
# **Exercise.** Write the mean absolute error between softmax and the one-hot vector as text, with `abs` and `onehot`,
# and certify it. Is it `mae`? Why is there no kink at $z = 0$, where `abs` has one?

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# At z = 0 each p_k is 1/C: p_k - [k = y] is 1/C or 1/C - 1, and neither is 0, where abs has its kink.
absolute = "total(abs(softmax(z) - onehot(y)))"
written = sc.certify(absolute, "l2")
print(written.headline)
assert written.verdict is sc.Verdict.PROVED
assert written.kappa == sc.certify("mae", "l2").kappa

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** A temperature $T$ between 1 and 10 divides the scores of focal loss. For which $T$ and $\gamma$ is it
# PROVED with `l2`? Use two parameters and one certificate.


# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
T, gamma = sc.Parameter("T", at_least=1, at_most=10), sc.Parameter("gamma", at_least=0)


def warm_focal(z, y):
    p = sc.softmax(z / T)
    return -((1 - p[y]) ** gamma) * sc.log_softmax(z / T)[y]


warm = sc.certify(warm_focal, "l2")
print(warm.headline)
assert warm.verdict is sc.Verdict.PROVED

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** `total(z**2)/2 - 0.6*mean(z)**2*C` is a penalty that pulls the mean of the scores away from 0. For which
# weights in the place of 0.6 is it still one? Use a parameter `w` between 0 and 1, and `sc.region`.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# The eigenvalue along (1, ..., 1) is 1 - 2 w, as mean(z)**2 C has the Hessian 2/C in every place.
w = sc.Parameter("w", at_least=0, at_most=1)
where = sc.region("cross_entropy", lambda z: sc.total(z**2) / 2 - w * sc.mean(z) ** 2 * z.C)
assert where.is_proved_somewhere
assert not where.is_everywhere
for value, verdict in (("1/4", "PROVED"), ("0.6", "REFUTED")):
    pulled = sc.certify("cross_entropy", f"total(z**2)/2 - {value}*mean(z)**2*C")
    assert pulled.verdict.name == verdict
where
