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
# # Your preference loss, and pairs in the wrong order
#
# You align a model with pairs of answers, one preferred to the other, and some pairs are in the wrong order: people
# disagree, and some click on the wrong side. Does that change what is learned, or only how fast? This notebook asks
# certificates of three preference losses, trains them on clean and on flipped pairs, and says what to do. At the end
# you
#
# - know which losses keep their ranking under flips, and which need a penalty for it,
# - have seen a published loss whose first step goes the wrong way, and the temperature from which on it does not,
# - have seen both confirmed by training, and can do the same with pairs of your own.
#
# A pair has two scores, *chosen* and *rejected*, and $h$ is the first minus the second. In direct preference
# optimisation (DPO) a score is the logarithm of how much likelier the model makes an answer than the reference does. A
# pair is flipped with probability $\varepsilon < \frac12$; what is left of the signal is $a = 1 - 2\varepsilon$.
#
# This takes ten minutes to read and half a minute to run. Certificates need nothing but `symcheck`; the cells that
# train need `symcheck[numerics]`. Before this: [06_how_much_noise](06_how_much_noise.ipynb); next:
# [08_add_a_theorem](08_add_a_theorem.ipynb). Numbers from training are shown as they came out here; the last digits
# may differ on your machine.

# %% slideshow={"slide_type": "skip"}
import math
import textwrap

import symcheck as sc
from symcheck import notebook

notebook.begin()


def say(*lines):
    """Print long sentences in lines that fit."""
    for line in lines:
        print(textwrap.fill(str(line), 110, subsequent_indent="    "))


def verdicts(certificate):
    """The answers of a certificate by their names."""
    return {answer.name: answer.verdict.name for answer in certificate.answers}


# %% slideshow={"slide_type": "skip"}
# needs symcheck[numerics]
import numpy as np
import torch
from matplotlib.figure import Figure

from numerics import confirm
from numerics.figure_style import BLUE, INK, ORANGE, plain
from numerics.figures import shown
from numerics.preferences.generated_pairs import generated_pairs

torch.set_num_threads(1)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1. Three losses, without a penalty
#
# The loss of DPO is $-\log\sigma(\beta h)$. That of IPO is $(h - \frac{1}{2\beta})^2$, and DiscoPOP was found by a
# search among programs. Each has a name in the catalogue, and a formula in $h$ would do as well.

# %% slideshow={"slide_type": "fragment"}
dpo, ipo, discopop = (sc.certify_preference(name) for name in ("dpo", "ipo", "discopop"))
for certificate in (dpo, ipo, discopop):
    print(certificate.headline)
    print("   ", verdicts(certificate))
assert verdicts(dpo)["symmetric"] == verdicts(dpo)["exact"] == "REFUTED"
assert verdicts(ipo)["exact"] == "PROVED"

# %% [markdown] slideshow={"slide_type": "subslide"}
# A loss is *symmetric* if flipped and unflipped add up to a constant. Flips then move no minimum, whatever the model. A
# loss is *exact* if its odd part is linear and its even part is one power of $\lvert h \rvert$. Flips then multiply the
# minimum by a number, for linear rewards and other models whose scores are a cone.
#
# IPO is exact, and one line shows it: $(h - t)^2 = h^2 + t^2 - 2th$. Flips multiply the last term by $a$, and the
# minimum moves from $w$ to $aw$. For DPO neither is so, and its certificate holds points that show it.

# %% slideshow={"slide_type": "fragment"}
say(*[answer.witness for answer in dpo.answers if answer.witness])
say(*dpo.left)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2. IPO, trained
#
# `confirm` trains a linear reward: 200 pairs with five features each, clean and flipped, until only rounding is left.
# Then it compares with what the certificate says. At each rate of flips, 200 items that no pair has are ranked by both.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
run = confirm(ipo.at(beta=1), rho="2/5")
run

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
assert str(run.outcome) == "agrees"
for m in run.measurements:
    assert m.apart < 2e-16
    assert m.tau > 1 - 2e-4  # Kendall's tau: 1 is the same ranking
    assert abs(m.ratio - (1 - 2 * m.rate)) < 1e-9
print(f"rates {[m.rate for m in run.measurements]}: rankings as on clean pairs, to rounding")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **By hand.** The minimum of the mean of $(w \cdot d_i - \frac12)^2$ solves $D'D\,w = \frac12 D'\mathbf 1$, and with
# flips the right-hand side has the factor $a$. So it is least squares, once.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
pairs = generated_pairs(seed=0)
D = pairs.differences.numpy()
by_hand = np.linalg.solve(D.T @ D, D.sum(0) / 2)
flipped = np.linalg.solve(D.T @ D, (1 - 2 * 0.4) * D.sum(0) / 2)
apart = 1 - by_hand @ flipped / np.linalg.norm(by_hand) / np.linalg.norm(flipped)
print(f"1 - cos is {apart:.0e}" if apart > 1e-15 else "1 - cos is 0 to rounding")
assert abs(apart) < 1e-15

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3. DPO with a penalty
#
# With a penalty $\lambda h^2/2$ on the margins, DPO has a *limit*: as $\lambda$ grows, clean and flipped pairs lead to
# rewards of one direction. A weak penalty promises nothing, and there the rankings differ.

# %% slideshow={"slide_type": "fragment"}
held = sc.certify_preference("dpo", "h**2/2")
print(held.headline)
assert held.verdict is sc.Verdict.PROVED
assert verdicts(held)["limit"] == "PROVED"

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
run = confirm(held.at(beta=1), rho="2/5")
run

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
taus = {m.lambda_: m.tau for m in run.measurements}
assert str(run.outcome) == "agrees"
assert 0.95 < taus[1e-3] < 0.98
assert taus[3.0] > 0.9999


def rankings(run, says):
    """A figure of how alike the rankings by clean and by flipped pairs are, against lambda."""
    figure = Figure(figsize=(6.5, 2.8), layout="constrained")
    axes = figure.subplots()
    places = [m.lambda_ for m in run.measurements]
    axes.semilogx(
        places, [m.tau for m in run.measurements], marker="o", color=BLUE, label="clean against flipped pairs"
    )
    axes.axhline(1, color=INK, linewidth=0.8, linestyle="--", label="the same ranking")
    axes.set(xlabel="λ, the weight of the penalty", ylabel="Kendall's τ of the rankings")
    axes.legend(frameon=False, fontsize=8.5, loc="lower right")
    plain(axes)
    return shown(figure, says)


rankings(
    run,
    "Kendall's tau between the rankings by clean and by flipped pairs against lambda: from "
    f"{taus[1e-3]:.2f} at lambda = 0.001 it rises to 1 at lambda = 3 and stays there.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# How fast? The leading term of the distance between the two directions is of the order $1/\lambda^3$, and so
# $1 - \cos$ falls like $\lambda^{-6}$: from $\lambda = 10$ to $\lambda = 100$ by a factor of a million.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
gaps = {m.lambda_: m.apart for m in run.measurements}
slope = np.log10(gaps[100.0] / gaps[10.0])
print(f"slope of 1 - cos from lambda 10 to 100: {slope:.1f}")
assert abs(slope + 6) < 0.2

# %% [markdown] slideshow={"slide_type": "subslide"}
# The norm is another matter. A strong penalty makes scores small, like $1/\lambda$, and noise takes a further factor
# $a$. A ranking does not see that; the temperature of a policy does. And $\beta$ counts: $\lambda$ is large when it is
# large beside $\beta^2$.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
ratio = run.measurements[-1].ratio
print(f"norm of the flipped over the clean reward: {ratio:.6f}")
assert abs(ratio - (1 - 2 * 0.4)) < 1e-6

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4. DiscoPOP starts the other way
#
# At the reference all $h$ are 0, and there a run starts. The first step of plain gradient descent is $\kappa/\beta$
# times that of DPO. For DiscoPOP $\kappa$ depends on the temperature $\tau$ of its modulation, and at the published
# value it is negative.

# %% slideshow={"slide_type": "fragment"}
print(discopop.kappa)
published = discopop.at(tau="1/20", beta=1)
say(published.headline)
print(f"kappa = {float(published.kappa):.3f}")
assert abs(float(published.kappa) + 1.569) < 1e-3  # (3 tau - 1 + log 2)/(2 tau), by hand
assert verdicts(published)["first-step"] == "PROVED"

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
backwards = sc.certify_preference("discopop", "h**2/2").at(tau="1/20", beta=1)
run = confirm(backwards, rho="2/5")
run

# %% [markdown] slideshow={"slide_type": "subslide"}
# Nothing is claimed of this loss but its first step, and so that is all that is compared. It lowers the mean margin of
# the batch: at first the model learns that the rejected answers are better. What comes after is not known from the
# reference alone. Let us look at the rewards that training ends in. With a strong penalty training cannot leave the
# neighbourhood of the reference, and the ranking comes out upside down, clean pairs or not. In between, the clean pairs
# may end on one side and the flipped ones on the other.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
figure = Figure(figsize=(6.5, 2.8), layout="constrained")
axes = figure.subplots()
places = [m.lambda_ for m in run.measurements]
axes.semilogx(places, [m.tau_clean for m in run.measurements], marker="o", color=BLUE, label="clean pairs")
axes.semilogx(places, [m.tau_noisy for m in run.measurements], marker="s", color=ORANGE, label="flipped pairs")
axes.axhline(0, color=INK, linewidth=0.8, linestyle="--", label="no relation")
axes.set(xlabel="λ, the weight of the penalty", ylabel="Kendall's τ to the true reward", ylim=(-1.05, 1.05))
axes.legend(frameon=False, fontsize=8.5, loc="lower left")
plain(axes)
weak, strong = run.measurements[0], run.measurements[-1]
between = [m for m in run.measurements if m.tau_clean > 0 > m.tau_noisy]
shown(
    figure,
    "Kendall's tau of the learnt to the true ranking against lambda, with DiscoPOP: from clean pairs "
    f"{weak.tau_clean:.2f} at the weakest penalty and {strong.tau_clean:.2f} at the strongest, from flipped pairs "
    f"{weak.tau_noisy:.2f} and {strong.tau_noisy:.2f}; at {len(between)} of the weights only "
    "clean pairs lead to the right order.",
)

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
assert weak.tau_clean > 0.8
assert weak.tau_noisy > 0.8
assert verdicts(backwards)["limit"] == "REFUTED"
assert strong.tau_clean < -0.8
assert strong.tau_noisy < -0.8

# %% [markdown] slideshow={"slide_type": "subslide"}
# For which $\tau$ is it fine? $3\tau - 1 + \log 2 > 0$ has to hold. The certificate with a penalty and a free $\tau$
# knows.

# %% slideshow={"slide_type": "fragment"}
free = sc.certify_preference("discopop", "h**2/2")
say(free.headline)
above, below = free.at(tau="11/100"), free.at(tau="1/10")
print("tau = 11/100:", verdicts(above)["limit"], " tau = 1/10:", verdicts(below)["limit"])
assert 1 / 10 < (1 - math.log(2)) / 3 < 11 / 100
assert verdicts(above)["limit"] == "PROVED"
assert verdicts(below)["limit"] == "REFUTED"

# %% [markdown] slideshow={"slide_type": "subslide"}
# One page for each temperature. Move the slider over the place where it turns.


# %% slideshow={"slide_type": "fragment"}
def at_temperature(tau):
    """The certificate of DiscoPOP with the penalty, at one temperature."""
    return free.at(tau=tau, beta=1)


at_temperature("1/10")

# %% slideshow={"slide_type": "skip"}
# needs symcheck[notebooks]
notebook.slider(at_temperature, tau=["1/50", "1/20", "1/10", "11/100", "1/5"])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5. Losses that see both scores
#
# Some losses look at the two scores, and not at $h$ alone. Then both may drift: APO-down pushes the chosen score down
# and the rejected one further. Flips shrink what tells the two apart and leave the drift as it is, and that can turn a
# ranking. The certificate says so, with an example to check.

# %% slideshow={"slide_type": "fragment"}
drifting = sc.certify_preference("apo_down", "l2").at(beta=1)
say(drifting.headline)
say(*[f"{answer.name}: {answer.detail}" for answer in drifting.answers if answer.name == "limit"])
assert verdicts(drifting)["limit"] == "REFUTED"


def best(v, eps, strength=100.0):
    """The t at which flipped pairs with the scores t v are best, found by halving where the slope changes sign."""

    def bell(h):
        return 1 / (2 + math.exp(h) + math.exp(-h))  # the derivative of sigmoid

    low, high = -5.0, 5.0
    for _ in range(60):
        t = (low + high) / 2
        gap = bell((v[0] - v[1]) * t)
        clean = v[0] * bell(v[0] * t) - (v[0] - v[1]) * gap
        turned = v[1] * bell(v[1] * t) - (v[1] - v[0]) * gap
        slope = (1 - eps) * clean + eps * turned + strength * (v[0] ** 2 + v[1] ** 2) * t
        low, high = (low, t) if slope > 0 else (t, high)
    return t


preferred = {eps: bool(-2 * best((-2, 1), eps) > best((-2, 1), eps)) for eps in (0.0, 0.3, 0.4)}
print("is the chosen answer the better one, by flip rate?", preferred)
assert preferred == {0.0: True, 0.3: True, 0.4: False}  # by hand it turns at 1/3

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6. What to do
#
# - If you can choose the loss, and your model is linear on top of features that stay: an exact one needs no penalty.
# - If the loss stays, add $\lambda h^2/2$ on the margins and make $\lambda$ large beside $\beta^2$. `confirm` shows
#   on your own pairs from which $\lambda$ on rankings agree.
# - If $\kappa$ is negative, change the parameter that decides.
# - If a drift is the trouble, take a loss of $h$ alone.
#
# All of that is about flips by their law. A finite number of drawn flips moves a reward by chance, and no loss takes
# that away; only more pairs do. On 200 pairs, two in five of them flipped, IPO and DPO suffer alike:

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
for name, certificate in (("ipo", ipo.at(beta=1)), ("dpo", held.at(beta=1))):
    drawn = confirm(certificate, rho="2/5", noise="sampled", seed=1)
    last = drawn.measurements[-1]
    print(f"{name}: tau to the ranking of clean pairs {last.tau:.3f}, to the true reward {last.tau_noisy:.3f}")
    assert last.tau < 0.9

# %% [markdown] slideshow={"slide_type": "subslide"}
# Your own pairs are two arrays: features of the chosen answers and of the rejected ones. Every fifth pair is set aside,
# and the rewards rank its answers.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
mine = (pairs.chosen.numpy(), pairs.rejected.numpy())
run = confirm(held.at(beta=1), data=mine, rho="3/10")
assert str(run.outcome) == "agrees"
rankings(
    run,
    "Kendall's tau between the rankings by clean and by flipped pairs of one's own, flips of 3/10, against lambda: "
    f"from {run.measurements[0].tau:.2f} at the weakest penalty to {run.measurements[-1].tau:.2f} at the strongest.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7. Exercises
#
# **Exercise.** The certificate of APO-down has an example of its own: the scores $3t$ of the chosen and $-t$ of the
# rejected answer, and flips of more than $1/4$. Derive the $1/4$ by hand, for a strong penalty, and check it with
# `best`.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# At a strong penalty t is small, and the derivative of sigmoid is 1/4 there.  With the scores v_0 t and v_1 t the slope
# at t = 0 is (1/4) ((1 - eps) (v_0 - (v_0 - v_1)) + eps (v_1 - (v_1 - v_0))) = (1/4) ((1 - eps) v_1 + eps v_0), and t
# takes its opposite sign.  For v = (3, -1) that is (4 eps - 1)/4: below eps = 1/4 t > 0, and the chosen answer leads.
leads = {eps: 3 * best((3, -1), eps) > -best((3, -1), eps) for eps in (0.0, 0.24, 0.26, 0.4)}
assert leads == {0.0: True, 0.24: True, 0.26: False, 0.4: False}
leads

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** Write an exact loss with another power than that of IPO. What do flips of $\varepsilon = 2/5$ multiply
# its minimum by? Check it with one pair, where the score is the number $w$.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# The odd part of h^4 - h is -h, and the even part is one power, h^4.  With flips the odd part has the factor a, and
# 4 w^3 = a: the minimum is multiplied by a^(1/3).
quartic, two_powers = sc.certify_preference("h**4 - h"), sc.certify_preference("h**4 + h**2 - h")
assert verdicts(quartic)["exact"] == "PROVED"
assert verdicts(two_powers)["exact"] == "REFUTED"


def minimum(eps):
    """The best w on a fine grid."""
    grid = [k / 10000 for k in range(10000)]
    return min(grid, key=lambda w: (1 - eps) * (w**4 - w) + eps * (w**4 + w))


assert abs(minimum(0.4) / minimum(0) - (1 - 2 * 0.4) ** (1 / 3)) < 1e-3
print(f"by {minimum(0.4) / minimum(0):.3f}, and (1/5)^(1/3) = {0.2 ** (1 / 3):.3f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** Label smoothing for DPO: $-(1 - s) \log\sigma(h) - s \log\sigma(-h)$ with $0 \le s < \frac12$, written
# as a function of $h$ with `sc.Parameter("s", at_least=0, below="1/2")`. What is its $\kappa$, and why does it look
# like what flips do? Does it need the penalty?

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# It is the mean of DPO over flips of the rate s.  So kappa is that of DPO times 1 - 2 s, and it is not exact either.
s = sc.Parameter("s", at_least=0, below="1/2")


def smoothed(h):
    return -(1 - s) * sc.log_sigmoid(h) - s * sc.log_sigmoid(-h)


alone, with_penalty = sc.certify_preference(smoothed), sc.certify_preference(smoothed, "h**2/2")
assert str(alone.kappa) == "1 - 2*s"
assert verdicts(alone)["exact"] == "REFUTED"
assert verdicts(with_penalty)["limit"] == "PROVED"
print("kappa =", alone.kappa)
print(with_penalty.headline)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8. The same on the command line
#
# - `symcheck list preferences`
# - `symcheck certify-preference dpo "h**2/2"`
# - `symcheck confirm-preference dpo "h**2/2" --param beta=1 --rho 2/5`
#
# [docs/PREFERENCES.md](../docs/PREFERENCES.md) has all the losses of the catalogue in one table.
