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
# # Confirm it by training
#
# You have a classifier and a data set in which some labels are wrong. A certificate says, from formulas alone, what a
# strong penalty does about that. This notebook asks the data. It trains on clean and on noisy labels, lays the numbers
# beside those that were predicted, and then turns to what a certificate cannot know: your labels, your network, and a
# loss that does not pass.
#
# [01_certify](01_certify.ipynb) says what a certificate is. This takes about twenty minutes to read and a minute to
# run; every claim of the text is asserted in a cell. Numbers from training are shown as they came out here; the last
# digits may differ on your machine.

# %%
import textwrap
from dataclasses import replace

import numpy as np
import torch
from IPython.display import Image

import symcheck as sc
from numerics import (
    audit,
    confirm,
    counterexample,
    datasets,
    grid,
    human_labels,
    known_counterexamples,
    sweep,
)
from numerics.confirmations.controls import turned_order
from numerics.figures import as_bytes, decision_regions, noise_curves
from numerics.models.mlp import Network


def say(*lines):
    """Print long sentences in lines that fit."""
    for line in lines:
        print(textwrap.fill(str(line), 110, subsequent_indent="    "))


torch.set_num_threads(1)
cert = sc.certify("cross_entropy", "l2")
assert cert.verdict is sc.Verdict.PROVED

# %% [markdown]
# ## 1. Predicted beside measured
#
# Cross entropy with $\frac{\lambda}{2} \lVert z \rVert^2$, on 1797 images of digits. Labels are wrong with probability
# $\rho = 2/5$. `confirm` trains a linear classifier at a row of values of $\lambda$, clean and noisy, until
# only rounding is left. The noise is *exact*: each label is replaced by its law, so that nothing is left to chance.

# %% tags=["measured"]
run = confirm(cert, data="digits", out="confirmation")
run

# %% [markdown]
# Look at the column *tolerance*. It follows from the next order of the expansion and from the gradient norm that was
# asked of the solver; both are known before training, and nothing is fitted to what came out. In the figure lines were
# drawn before training, points were measured.

# %% tags=["measured"]
Image("confirmation/convergence.png", width=700)

# %% [markdown]
# **By hand.** The constant of $1/\lambda^2$ needs no training. With $o$ the one-hot labels minus $1/C$ and $P$ the
# projection on the span of the features, the limit is $z = P\,o$, and the scores approach its direction like
#
# $$ \frac{\lVert P_\perp P\,(z^2 - \overline{z^2}) \rVert}{2C\, \lVert z \rVert}\; \frac{1}{\lambda^2}, $$
#
# where the square is taken entry by entry, the bar is the mean over the classes, and $P_\perp$ takes away what points
# along $z$. In NumPy:

# %%
assert str(run.outcome) == "agrees"
for row in run.agreement.rows:
    assert abs(row.measured - row.predicted) <= row.tolerance, row.name
constant = next(row for row in run.agreement.rows if row.name.startswith("clean labels: distance to the limit, const"))
factor = next(row for row in run.agreement.rows if row.name.startswith("noise factor"))
assert abs(factor.predicted - (1 - 2 / 5 * 10 / 9)) < 1e-12  # a = 1 - rho C/(C-1)

digits = datasets.load("digits")
features, C = digits.standardised(), digits.classes
basis = np.linalg.svd(features, full_matrices=False)[0]
z = basis @ (basis.T @ (np.eye(C)[digits.labels] - 1 / C))
bent = z**2 - (z**2).mean(1, keepdims=True)
bent = basis @ (basis.T @ bent)
bent -= (bent * z).sum() / (z**2).sum() * z
by_hand = np.linalg.norm(bent) / (2 * C * np.linalg.norm(z))
print(f"by hand {by_hand:.5f}, predicted {constant.predicted:.5f}, measured {constant.measured:.5f}")
assert abs(by_hand - constant.predicted) < 1e-6
assert abs(by_hand - constant.measured) < constant.tolerance + 1e-6

# %% [markdown]
# ## 2. It can fail
#
# A comparison that always agrees shows nothing. So the same run is judged against a false claim, that the order is 1
# and not 2; and the true claim against a run that is off by one part in a hundred. Both times the answer has to be that
# training contradicts.

# %%
control = turned_order(run, 1)
print("order 1:", control.outcome)
assert str(control.outcome) == "contradicts"
off = replace(constant, measured=1.01 * constant.measured)
print("one per cent off:", off.outcome)
assert str(off.outcome) == "contradicts"

# %% [markdown]
# ## 3. What it looks like
#
# Two features of iris, labels wrong with probability 0.6, exact noise. Above the classifier of the clean labels, below
# that of the noisy ones with the edges of the upper one drawn in. From left to right the penalty grows.

# %% tags=["measured"]
iris = datasets.load("iris")
regions = decision_regions(cert, iris, columns=(0, 1), rho=0.6, lambdas=(1e-3, 1e-2, 0.1, 1, 10))
differs = [float(axes.get_xlabel().split()[0]) for axes in regions.axes[5:]]  # per cent of the plane
assert differs[0] > 5
assert differs == sorted(differs, reverse=True)
assert differs[-1] == 0
Image(as_bytes(regions), width=750)

# %% [markdown]
# **Robust means equal, not better.** All four features of iris, with exact noise again. `grid` makes a plan for each
# combination of what is given, `sweep` trains those that are not yet in the file.

# %% tags=["measured"]
exact = sweep(grid(data="iris", rho=0.6, noise="exact", lambdas=(1e-3, 1e-2, 0.1, 1, 10)), "iris.jsonl")
first, last = exact.rows[0], exact.rows[-1]
assert last["agreement_train"] == 1
assert first["accuracy_clean_train"] - last["accuracy_clean_train"] > 0.1
assert abs(last["accuracy_noisy_train"] - first["accuracy_noisy_train"]) < 0.02
flowers = iris.standardised()
least_squares = flowers @ np.linalg.lstsq(flowers, np.eye(3)[iris.labels], rcond=None)[0]
assert abs(np.mean(least_squares.argmax(1) == iris.labels) - last["accuracy_clean_train"]) < 0.01
exact

# %% [markdown]
# The share of samples on which both agree rises to 1: there noise changes no prediction. But the accuracy *from clean
# labels* falls on the way, down to that of least squares, and the noisy one gains nothing. A strong penalty does not
# repair labels. It makes training deaf to how they are wrong, at a price, and whether the price is worth it is a
# question about your data.
#
# **Where it is worth it.** Labels that were drawn, as in life: digits on 200 random ReLU features, tested on samples
# that were held out, against their clean labels.

# %% tags=["measured"]
plans = grid(data="digits", rho=[0.2, 0.4], seeds=3, lambdas=(1e-3, 1e-2, 0.1, 1, 10), transform="relu(200)", test=0.3)
sampled = sweep(plans, "digits.jsonl")
Image(as_bytes(noise_curves(sampled)), width=650)

# %% [markdown]
# From noisy labels a strong penalty gains more than 20 points, from clean ones it costs next to nothing. And agreement
# stops short of 100 %, since each draw of the labels has a limit of its own. That is the variance of the draw and not a
# failure of the certificate: with the law of the labels in the place of one draw, all predictions agree.

# %% tags=["measured"]
means = {(row["rho"], row["lambda"]): row for row in sampled.summary}
for rho, least in ((0.2, 0.2), (0.4, 0.25)):
    weak, strong = means[rho, 1e-3], means[rho, 10]
    print(f"rho = {rho}: {weak['accuracy_noisy']:.2f} -> {strong['accuracy_noisy']:.2f}")
    assert strong["accuracy_noisy"] - weak["accuracy_noisy"] > least
    assert abs(strong["accuracy_clean"] - weak["accuracy_clean"]) < 0.02
    assert strong["agreement"] < 1
law = sweep(grid(data="digits", rho=0.4, noise="exact", lambdas=10, transform="relu(200)", test=0.3), "law.jsonl")
assert law.rows[0]["agreement_test"] == 1

# %% [markdown]
# ## 4. Your own noisy labels
#
# Theory speaks of *uniform* noise: a wrong label is any of the others, with the same probability. People are not like
# that. If a part of your data has been labelled twice, once with care, you can look. Here two annotators label the
# digits again. The first slips anywhere, one time in five. The second does the same, except for the nines: 55 % of them
# become fours.

# %%
chance = np.random.default_rng(0)
even = np.full((10, 10), 0.2 / 9)
np.fill_diagonal(even, 0.8)
nines = even.copy()
nines[9] = 0
nines[9, [4, 9]] = 0.55, 0.45


def relabelled(law):
    """One label for each image, drawn from the row of its digit."""
    return (chance.random(len(digits.labels))[:, None] > law[digits.labels].cumsum(1)).sum(1)


first_annotator, second_annotator = (human_labels(digits.labels, relabelled(law)) for law in (even, nines))
estimate = second_annotator.transition()
print("how often the second annotator writes 4 and 9 on a nine, with intervals of 95 %:")
for label in (4, 9):
    ends = estimate.lower[9, label], estimate.upper[9, label]
    print(f"  {label}: {estimate.matrix[9, label]:.3f} in [{ends[0]:.3f}, {ends[1]:.3f}]")
    assert ends[0] < nines[9, label] < ends[1]

# %% [markdown]
# `human_labels` takes two columns of any kind, or counts, or a matrix, and `human_labels_from_csv` a file; on the
# command line it is `symcheck human-labels`. Printed, labels say what the theory says about them. The sentences on
# predictions are about the unhinged loss (MUH), as which cross entropy acts in the limit. Uniform noise is not rejected
# for the first annotator, so certificates apply as far as such counts can tell. For the second it is, and there is a
# class that no penalty will bring back. What two columns cannot show is said as well.

# %%
first_theory, second_theory = first_annotator.theory, second_annotator.theory
say("The first annotator", *first_theory.sentences[:2], first_theory.sentences[-2], "")
print(second_annotator)
assert not first_theory.is_rejected
assert not first_annotator.lost
assert second_theory.is_rejected
assert second_annotator.lost == [("9", "4")]

# %% [markdown]
# Training with the law that was counted says the same. Under the first annotator's labels clean and noisy agree almost
# everywhere at a large $\lambda$; under the second's about a tenth of the images turn, as many as there are nines.

# %%
lost = []
for person in (first_annotator, second_annotator):
    plan = grid(data="digits", transition=person.transition().matrix, lambdas=100, transform="relu(200)")
    lost.append(1 - sweep(plan, "annotators.jsonl").rows[0]["agreement_train"])
share = np.mean(digits.labels == 9)
print(f"predictions that turn: {lost[0]:.0%} and {lost[1]:.0%}; nines among the images: {share:.0%}")
assert lost[0] < 0.01
assert abs(lost[1] - share) < 0.02

# %% [markdown]
# ## 5. A network
#
# Theorems 2 and 3 have assumptions about the model, and a certificate lists them as open. `audit` looks at them, one by
# one, on your model and your data. It starts a network with a last layer of 0, so that all scores are 0. Then the other
# layers do not move the scores to first order, and the rank that Theorem 2 asks for is missing. Theorem 2' does not ask
# for it.

# %% tags=["measured"]
network = Network(widths=(8,), activation="tanh")
audited = audit(cert, network, "iris")
assert [str(theorem.answer) for theorem in audited.theorems] == ["fails", "holds", "fails"]
assert str(audited.hypothesis("E[J'J] > 0").answer) == "fails"
assert str(audited.hypothesis("the scores form a cone").answer) == "holds"
audited

# %% [markdown]
# Theorem 2' is about minimisers, and nobody knows whether training a network ends in one. But wherever training ends,
# the gradient is nearly 0, and there a certificate can be held to numbers: $\kappa = E Z'^T H Z'/E\langle o_Y,
# Z'\rangle$ along the free scale of the scores, the noise factor $a$, and the gradient of the limit problem that is
# claimed. A true claim is within the tolerance of each row at any weights; training makes the tolerance narrow, and a
# network stops when it is narrow enough.

# %% tags=["measured"]
trained = confirm(cert, data="iris", model=network)
kappa, factor, stationary, shared = trained.agreement.rows
assert str(trained.outcome) == "agrees"
assert abs(kappa.measured - 1) < 0.02
assert abs(factor.measured - 0.4) < 0.008
trained

# %% [markdown]
# A false claim does not fit. `kappa=` puts a number of yours in the place of the certificate's: here one that is 5 %
# too large. A pair that is REFUTED has no $\kappa$ at all, and whoever claims one all the same is contradicted.

# %% tags=["measured"]
false = confirm(cert, data="iris", model=network, kappa="1.05")
weighted = confirm(sc.certify("class_weighted_ce", "l2"), data="iris", model=network, kappa=1)
assert {str(false.outcome), str(weighted.outcome)} == {"contradicts"}
print(false.agreement.rows[0].shown, weighted.agreement.rows[0].shown)

# %% [markdown]
# The last rows stand beside the verdict: how far noisy networks are from clean ones, and clean ones from each other.
# Of that no theorem speaks, since training may end in local minima. Where the answer is "inconclusive", a note says how
# many steps are to go.
#
# ## 6. A loss that is not certified
#
# One-vs-rest logistic regression is REFUTED, and REFUTED speaks of the condition: it never says that training fails.
# Does it, then? `counterexample` looks for small data on which clean and noisy minimisers predict different classes in
# the limit, and trains what it finds.

# %%
ovr = sc.certify("one_vs_rest_logistic", "l2")
assert ovr.verdict is sc.Verdict.REFUTED
search = counterexample(ovr)
print(search)
assert search.flip.is_confirmed
assert (search.flip.family, search.flip.clean, search.flip.noisy) == ("reference class", (1,), (3,))

# %% [markdown]
# One point is enough, if the model fixes $z_3 = 0$. Models that share features and leave all scores free keep their
# predictions: that is what the certificate says still holds, and there the search finds nothing. For cross entropy it
# finds nothing anywhere. (A search that finds nothing is no proof; the certificate is.)

# %%
say(ovr.still_holds, "", counterexample(ovr, families=["shared features"]), counterexample(cert))
assert counterexample(ovr, families=["shared features"]).flip is None
assert counterexample(cert).flip is None

# %% [markdown]
# **A case that is proved.** Eight counterexamples come with the package, each proved for whole intervals of
# $\lambda$ without any training. Here is one with the same loss, shared features, and a penalty that weighs the classes
# differently. `known_counterexamples` trains what is proved, and the control, in which nothing may turn.

# %%
case = known_counterexamples("one_vs_rest_anisotropic")
assert case.agrees
assert {trial.found for trial in case.trials if not trial.part} == {((1,), (3,)), ((1,), (1,))}
assert {trial.found for trial in case.trials if trial.part} == {((1,), (1,))}
case

# %% [markdown]
# ## 7. Where to look next
#
# - The same on the command line: `symcheck confirm cross_entropy l2 --data digits --out FOLDER` leaves table, figure
#   and record; `symcheck audit-model`, and `symcheck counterexample --known` for all eight.
# - `symcheck sweep --loss gce --loss cross_entropy --data digits --rho 0.2 --rho 0.4 --seeds 20 --workers 2` stores
#   each run as it is done and goes on where it was stopped. With `--scheduler tcp://HOST:8786` the same runs go to a
#   Dask cluster, with `--device cuda` to a GPU. `numerics.results` reads the file while it grows.
# - Your own data: `data=(X, y)` in `confirm` and `audit`; your own model: `model=` any `torch.nn.Module`; your own
#   loss: a function of scores and label, as in [01_certify](01_certify.ipynb).
# - Training a network of your own with the certified loss is in [05_train](05_train.ipynb).
# - Why any of this is true is in [04_the_paper](04_the_paper.ipynb).
