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
# # How much noise can my data take?
#
# You have features of a frozen backbone, labels of which some are wrong, and a choice: clean labels, take fewer
# features, regularise more, or go ahead. This notebook makes that choice for 5,000 handwritten digits, before anything
# is trained, and then trains once to see whether it was right. At the end you
#
# - know what can be said of noise before there are data, and for which noise,
# - have a forecast of the accuracy, and the $\lambda$ at which nine tenths of the predictions are *proved* not to move,
# - can tell which predictions are to be trusted when you have noisy labels alone.
#
# About ten minutes to read and half a minute to run. Section 1 needs nothing but `symcheck`, the rest
# `symcheck[numerics]`. Before this: [05_train](05_train.ipynb); next: [07_preferences](07_preferences.ipynb). Numbers
# are shown as they came out here; the last digits may differ on your machine. The same by commands, for a file of your
# own: [docs/HOW_MUCH_NOISE.md](../docs/HOW_MUCH_NOISE.md).

# %% slideshow={"slide_type": "skip"}
import textwrap
from fractions import Fraction

import symcheck as sc
from symcheck import notebook
from symcheck.class_conditional.matrices import UniformNoise as EveryUniformNoise

notebook.begin()


def say(*lines):
    """Print long sentences in lines that fit."""
    for line in lines:
        print(textwrap.fill(str(line), 110, subsequent_indent="    "))


# %% slideshow={"slide_type": "skip"}
# needs symcheck[numerics]
import numpy as np
import torch

from numerics import choose_lambda, datasets, forecast, guarantee, noise_margin, trusted
from numerics.figures import shown
from numerics.finite.samples import samples_of

torch.set_num_threads(1)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1. Before there are data
#
# A certified pair, here cross entropy with $\frac12\lVert z\rVert^2$: noise leaves the share $a$ of the signal,
#
# $$ a = 1 - \rho\,\frac{C}{C-1}, $$
#
# for *uniform* noise, which takes each label with probability $\rho$ for another one, all alike. At $a > 0$ the limit
# keeps its predictions, and $a = 0$ at $\rho = (C-1)/C$: there the labels say nothing. So the more classes, the more
# wrong labels can be borne.

# %% slideshow={"slide_type": "fragment"}
certificate = sc.certify("cross_entropy", "l2")
assert certificate.verdict is sc.Verdict.PROVED
say(certificate.headline)


def left(rho, C):
    """The share of the signal that uniform noise of the rate rho leaves."""
    return 1 - Fraction(rho) * C / (C - 1)


print("left at rho = .3:", {C: str(left("3/10", C)) for C in (2, 3, 10, 100)})
assert [left("3/10", C) for C in (2, 3, 10)] == [Fraction(2, 5), Fraction(11, 20), Fraction(2, 3)]
assert all(left(Fraction(C - 1, C), C) == 0 for C in (2, 3, 10))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Is your noise of that kind? `noise_condition` asks whether a matrix $T$ of the probabilities that $i$ becomes $j$
# keeps each prediction, whatever the law of the clean label. Uniform noise does, of each rate and for every $C$. Noise
# that takes each of three classes for the next one, one time in five, does not, and there is a law at which it turns.
# But it turns close calls only.

# %% slideshow={"slide_type": "fragment"}
uniform = sc.noise_condition(EveryUniformNoise())
cyclic = sc.noise_condition((("4/5", "1/5", 0), (0, "4/5", "1/5"), ("1/5", 0, "4/5")))
assert uniform.verdict is sc.Verdict.PROVED
assert cyclic.verdict is sc.Verdict.REFUTED
assert str(cyclic.lead) == "1/7"
uniform

# %% slideshow={"slide_type": "fragment"}
cyclic

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2. Features
#
# The pixels of MNIST stand for the output of a backbone, and their leading principal directions for what a smaller one
# would give. 3,500 digits are labelled and trained on, 1,500 are kept to test. A linear model on these features and a
# bias depends on the features through their span alone: `samples_of` computes it once, and whatever takes data takes
# such samples.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
digits = datasets.load("mnist_5k")
centred = digits.features / 255 - (digits.features / 255).mean(axis=0)
directions = np.linalg.svd(centred, full_matrices=False)[2]
held = np.random.default_rng(0).permutation(len(centred)) < 1500
labels, new_labels = digits.labels[~held], digits.labels[held]


def leading(count):
    """The digits by so many leading principal directions: those to train on, and those to test on."""
    X = centred @ directions[:count].T
    return X[~held], X[held]


def by(count):
    """Their samples."""
    X, new = leading(count)
    return samples_of((X, labels), test=(new, new_labels))


few = by(50)
say(f"{len(few)} samples, {few.classes} classes, rank {few.span.rank}, mean leverage {few.span.leverage.mean():.4f}")
assert np.isclose(few.span.leverage.mean(), few.span.rank / len(few))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3. What noise costs, before any training
#
# At large lambda every certified pair with l2 predicts the class of the largest score of least squares, on clean and on
# noisy labels alike: the *exact law* of uniform noise moves no prediction. What is lost is lost to the *draw* of the
# labels, and that can be drawn a hundred times without a training. The more features, the more each draw matters.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
rows = {}
for count in (10, 20, 50, 100, 200):
    found = forecast(by(count), rho=0.3)
    rows[count] = found.accuracy
    say(
        f"{count:4d} features: right {100 * found.clean_accuracy:.1f} % by clean labels, {100 * found.accuracy:.1f} % "
        f"at rho = .3, off by {100 * found.accuracy.spread:.1f} from draw to draw; as by clean labels "
        f"{100 * found.agreement:.1f} %"
    )
best = max(rows, key=rows.get)
assert rows[200] < rows[best]
assert rows[50] > rows[best] - rows[best].spread

# %% [markdown] slideshow={"slide_type": "subslide"}
# Fifty features are as good as the best number, up to what one draw of the labels changes. We take fifty, and ask how
# far the rate may go.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
at_large_lambda = forecast(few, rho=0.3)
curve = at_large_lambda.against_rho([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
lowest, highest = curve.points[0], curve.points[-1]
shown(
    curve.figure,
    f"Forecast agreement and accuracy at test digits against the noise rate: the accuracy falls from "
    f"{100 * lowest.accuracy:.0f} per cent at rho = 0 to {100 * highest.accuracy:.0f} per cent at "
    f"rho = {highest.value:g}.",
)

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
curve

# %% [markdown] slideshow={"slide_type": "subslide"}
# An accuracy of 80 % is reached, two standard errors included, up to this rate of the table:

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
most = max(curve.reached(accuracy=0.8))
say(f"rho = {most:g}")
assert 0.3 <= most <= 0.5

# %% [markdown] slideshow={"slide_type": "subslide"}
# A forecast draws and trains nothing, so it comes at once. Move the slider to see it at another rate.


# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
def at_rate(rho):
    """What fifty features give at the noise rate rho."""
    return forecast(few, rho=rho)


assert at_rate(0.3).accuracy == at_large_lambda.accuracy
at_rate(0.3)

# %% slideshow={"slide_type": "skip"}
# needs symcheck[numerics, notebooks]
notebook.slider(at_rate, rho=[0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4. Which lambda
#
# A smaller lambda may be more accurate; noise then moves more. Three things stand side by side for each lambda: the
# share of the samples whose prediction exact noise *provably* does not move, agreement and accuracy that are
# *forecast* at test digits under drawn labels, and what somebody sees who has *noisy labels* alone.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
choice = choose_lambda(certificate, few, rho=0.3, lambdas=[0.01, 0.03, 0.1, 0.3, 1, 10], draws=20)
shown(
    choice.figure,
    "Three shares against lambda: those certified, the forecast accuracy, and the agreement. From "
    f"{100 * choice.candidates[0].certified:.0f} per cent at lambda = 0.01 the certified ones rise to "
    f"{100 * choice.candidates[-1].certified:.0f} per cent at lambda = 10; the accuracy falls slightly.",
)

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
choice

# %% [markdown] slideshow={"slide_type": "subslide"}
# The rule is written on the page: of the lambdas whose forecast accuracy cannot be told from the best one, the smallest
# at which nine tenths of the samples are certified.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
taken = choice.choice.candidate
assert taken.certified >= 0.9
assert taken.accuracy >= max(c.accuracy for c in choice.candidates) - taken.standard_error
say(f"lambda = {choice.lambda_:g}, {100 * taken.certified:.1f} % certified, {100 * taken.accuracy:.1f} % forecast")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5. What is proved there
#
# Certified means: the minimiser on the clean labels and the minimiser on their noisy law predict the same class. No
# training took place, and every rounding is counted in.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
at_it = guarantee(certificate, few, rho=0.3).at(choice.lambda_)
at_it

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
assert at_it.share == taken.certified
assert at_it.level.startswith("proved")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Noise that differs from sample to sample is another thing. If the rate at each sample is anywhere between .2 and .4,
# some predictions of the limit can be turned, and the others not:

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
n = few.classes / (few.classes - 1)
margin = noise_margin(leading(50)[0], labels, a=(1 - 0.4 * n, 1 - 0.2 * n))
margin

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6. With noisy labels alone
#
# Now the clean labels are taken away. From noisy ones, and the rate, some predictions can still be told that the clean
# labels would give as well, each wrong with probability at most .05:

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
chance = np.random.default_rng(7)
moved = chance.random(len(labels)) < 0.3
noisy = np.where(moved, (labels + chance.integers(1, 10, len(labels))) % 10, labels)
X, new = leading(50)
by_noisy = trusted((X, noisy), rho=0.3, test=(new, new_labels))
by_noisy

# %% [markdown] slideshow={"slide_type": "subslide"}
# Here the clean labels are known, so that we can look:

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
clean_scores = few.test.coordinates @ (few.span.basis.T @ few.one_hot)
otherwise = by_noisy.predicted != clean_scores.argmax(1)
say(
    f"{by_noisy.proved.sum()} of {len(by_noisy)} trusted by the bound, {otherwise[by_noisy.proved].sum()} of them "
    f"otherwise by the clean labels; of the rest {otherwise[~by_noisy.proved].sum()}"
)
assert otherwise[by_noisy.proved].sum() <= 5

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7. What would cleaning buy?

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
cleaning = at_large_lambda.cleaned(0.1)
cleaning

# %% [markdown] slideshow={"slide_type": "subslide"}
# A tenth of the labels, chosen at random and put right, is worth less than a point at this rate. Those most in doubt
# are wrong three times as often, and to put them right is worth no more.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
assert 0 < cleaning.random.gain < 0.01
assert cleaning.in_doubt.found > 3 * cleaning.random.found
assert cleaning.in_doubt.gain < cleaning.random.gain

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8. Was it right?
#
# One training, on the noisy labels that were drawn above, with a solver that knows nothing of the forecast:

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
phi = torch.tensor(few.span.basis, dtype=torch.float64)
weights = torch.zeros(few.span.rank, few.classes, dtype=torch.float64, requires_grad=True)
optimiser = torch.optim.LBFGS([weights], max_iter=500, tolerance_grad=1e-9, line_search_fn="strong_wolfe")


def objective():
    optimiser.zero_grad()
    z = phi @ weights
    value = torch.nn.functional.cross_entropy(z, torch.tensor(noisy), reduction="sum")
    value = value + choice.lambda_ / 2 * z.square().sum()
    value.backward()
    return value


optimiser.step(objective)
predicted = (few.test.coordinates @ weights.detach().numpy()).argmax(1)
right = float((predicted == new_labels).mean())
spread = taken.accuracy.spread
say(f"right at the test digits: {100 * right:.1f} %, forecast {100 * taken.accuracy:.1f} % +- {100 * spread:.1f}")
assert abs(right - taken.accuracy) < 4 * spread

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9. The decision
#
# Fifty features, cross-entropy with l2 at the lambda above, no cleaning: the data take noise of rate .3 at a cost of
# less than two points, and 80 % are right up to the rate of section 3. What would change this decision is a higher
# rate, noise that is not uniform (give `forecast` its matrix `T`), or a higher aim than these features reach with clean
# labels.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
cost = at_large_lambda.clean_accuracy - at_large_lambda.accuracy
assert cost < 0.02
say(f"noise of rate .3 costs {100 * cost:.1f} points; 80 % are right up to rho = {most:g}: go ahead")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10. Exercises
#
# **Exercise.** Three labels in five are wrong, $\rho = 3/5$, all wrong ones alike. For which numbers of classes is
# there still a signal? And with ten classes, what is left of it?

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# a > 0 if and only if 3/5 < (C - 1)/C, that is C > 5/2: for every C but 2.
assert [C for C in range(2, 50) if left("3/5", C) <= 0] == [2]
assert left("3/5", 10) == Fraction(1, 3)
print("for every C >= 3; with ten classes a third is left, though most labels are wrong")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** In your data fours and nines are taken for each other, each with probability .4, and so are threes and
# fives. `forecast` takes the matrix as `T`. How many labels are wrong on average, and is it worse than uniform noise of
# that rate? Which prediction of section 1 explains it?

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# needs symcheck[numerics]
# Solution
T = np.eye(10)
for i, j in ((4, 9), (9, 4), (3, 5), (5, 3)):
    T[i, i], T[i, j] = 0.6, 0.4
wrong = float(np.mean(1 - T[labels, labels]))
confused, alike = forecast(few, T=T), forecast(few, rho=wrong)
say(
    f"{100 * wrong:.0f} % wrong: right {100 * confused.accuracy:.1f} % under this noise, "
    f"and {100 * alike.accuracy:.1f} % under uniform noise of the same rate"
)
assert 0.1 < wrong < 0.2
assert alike.accuracy - confused.accuracy > 0.03
# Noise that is not uniform turns close calls even by its law, where nothing is left to a draw.
exact = sc.noise_condition([[str(round(p, 1)) for p in row] for row in T[np.ix_([3, 4, 5, 9], [3, 4, 5, 9])].tolist()])
assert exact.verdict is sc.Verdict.REFUTED
say(f"Among these four, only a lead of more than {exact.lead} is safe from the law of the noise alone.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** Somebody has to sign for the predictions, and asks for 99 % of the samples to be certified. Which
# $\lambda$ of section 4 is that, and what does it cost in forecast accuracy?

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# needs symcheck[numerics]
# Solution
signed = min((c for c in choice.candidates if c.certified >= 0.99), key=lambda c: c.lambda_)
lost = taken.accuracy - signed.accuracy
assert signed.lambda_ > taken.lambda_
assert 0 < lost < 0.03
say(f"lambda = {signed.lambda_:g}: {100 * signed.certified:.1f} % certified, at a cost of {100 * lost:.1f} points")
