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
# # Train a network with the certified loss
#
# You train a network in torch, and some of its labels are wrong. A certificate says, from formulas alone, what a strong
# penalty does about that. This notebook puts the certified pair into an ordinary training loop. It writes down the
# numbers that the certificate predicts *before* the loop runs, and then asserts them against what came out.
#
# [01_certify](01_certify.ipynb) says what a certificate is, and [03_confirm](03_confirm.ipynb) checks one with exact
# solvers. This takes about ten minutes to read and less than a minute to run. Numbers from training are shown as they
# came out here; the last digits may differ on your machine.

# %%
import copy
import io
import math
import textwrap

import matplotlib.pyplot as plt
import torch
from IPython.display import Image
from torch import nn

import symcheck as sc
from numerics import datasets, torch_loss
from numerics.errors import LossError
from numerics.figures import as_bytes
from numerics.noise.uniform import UniformNoise

torch.set_num_threads(1)

# %% [markdown]
# ## 1. What is known before training
#
# The generalised cross entropy $\ell(z, y) = (1 - p_y^q)/q$, with the penalty $g(z) = \frac12 \lVert z \rVert^2$. One
# certificate is for every number of classes $C$ and every exponent $q$.

# %%
cert = sc.certify("gce", "l2")
assert cert.verdict is sc.Verdict.PROVED
cert

# %% [markdown]
# Two numbers of it are all that this notebook needs. We have ten classes, take $q = 0.7$, and flip each label with
# probability $\rho = 2/5$.
#
# - $\kappa$ is the slope of the loss at $z = 0$, measured in units of cross entropy.
# - $a = 1 - \rho\, C/(C-1)$ is what the noise leaves of that slope.

# %%
C, rho = 10, 0.4
prediction = cert.at(C=C, q="7/10").prediction
kappa = float(prediction.kappa)
a = 1 - rho * C / (C - 1)
print(f"kappa = {prediction.kappa} = {kappa:.4f}")
print(f"a = {a:.4f}")
assert abs(kappa - 10**-0.7) < 1e-15  # kappa = C**(-q)
assert abs(a - 5 / 9) < 1e-15
assert (prediction.curvature, prediction.coupling) == (1, 0)  # the Hessian H of the penalty at 0 is the identity

# %% [markdown]
# ## 2. Noisy digits
#
# 1797 images of handwritten digits. Wrong labels come in two kinds here.
#
# - **Drawn**: one label for each image, as in life. About two in five are wrong.
# - **The law**: a row of ten probabilities for each image, 0.6 for its digit and 0.4/9 for each other one. Training on
#   the law is training on all draws at once. Nothing is left to chance, so a prediction can be checked sharply.

# %%
digits = datasets.load("digits")
x = torch.tensor(digits.standardised(), dtype=torch.float32)  # the last column is 1
clean = torch.tensor(digits.labels)

noise = UniformNoise.flipping(rho, classes=C)
drawn = noise.draw(clean, seed=0).labels
law = noise.law(clean).probabilities.float()
print("wrong labels:", int((drawn != clean).sum()), "of", len(clean))
print("the law of the first label:", [round(p, 3) for p in law[0].tolist()])
assert abs(float((drawn != clean).float().mean()) - rho) < 0.03

# %% [markdown]
# ## 3. The loop
#
# The certificate becomes a module of torch. It takes logits and labels as `nn.CrossEntropyLoss` does, and the labels
# may be integers or laws. `weight` is $\lambda$; what the certificate leaves free gets a value here.

# %%
criterion = torch_loss(cert, weight=10, q=0.7)
print(criterion)
print(criterion(torch.zeros(2, C), torch.tensor([3, 7])))
assert abs(float(criterion(torch.zeros(2, C), torch.tensor([3, 7]))) - (1 - 10**-0.7) / 0.7) < 1e-6  # by hand: g(0) = 0

# %% [markdown]
# This is all of the loop, and nothing in it knows of certificates.
#
# One line is worth a thought. A penalty with a large weight makes outputs small, of the size $\kappa/\lambda$. So the
# model multiplies what its layers give by that size, which is known before training. Then the weights are as large as
# ever, and the usual learning rates fit.


# %%
class Scaled(nn.Module):
    """The outputs of ``layers``, multiplied by ``size``."""

    def __init__(self, layers, size):
        super().__init__()
        self.layers, self.size = layers, size

    def forward(self, x):
        return self.size * self.layers(x)


def train(model, criterion, x, labels, batch=64, epochs=30, rate=0.001):
    """Train ``model`` on minibatches of ``batch`` samples, with a learning rate that falls to 0."""
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        for part in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad()
            criterion(model(x[part]), labels[part]).backward()
            optimizer.step()
        schedule.step()
    return model


# %% [markdown]
# ## 4. One layer: every output is predicted
#
# Let the classifier be linear in the pixels, and let $o$ be the matrix of one-hot labels minus $1/C$. Write $S$ for the
# least-squares fit of $o$ by the pixels. The certificate predicts the outputs of the trained classifier, for each image
# and each class:
#
# $$ Z \;\approx\; \frac{\kappa}{\lambda}\; a\; S\, H^{-1} \qquad \text{for large } \lambda, $$
#
# with $a = 1$ for clean labels. Here $H$ is the identity. All of this is known before training.

# %%
o = torch.eye(C)[clean] - 1 / C
S = x @ torch.linalg.lstsq(x, o).solution


def distance(found, wanted):
    """How far two sets of outputs are apart, relative to the second."""
    return float((found - wanted).norm() / wanted.norm())


# %% [markdown]
# Now we train: clean and noisy, at three weights. All images go into one batch, so that the loop ends in the minimum.

# %% tags=["measured"]
outputs, off = {}, {}
print("lambda  labels  distance from the predicted outputs")
for weight in (1, 10, 100):
    for name, labels, factor in (("clean", clean, 1), ("noisy", law, a)):
        layer = nn.Linear(x.shape[1], C, bias=False)
        nn.init.zeros_(layer.weight)
        model = Scaled(layer, kappa / weight)
        train(model, torch_loss(cert, weight=weight, q=0.7), x, labels, batch=len(x), epochs=300, rate=0.01)
        outputs[weight, name] = model(x).detach()
        off[weight, name] = distance(outputs[weight, name], kappa / weight * factor * S)
        print(f"{weight:6d}  {name}   {off[weight, name]:.5f}")

# %% [markdown]
# A prediction "to leading order in $1/\lambda$" is a promise about that column: ten times the weight, a tenth
# of the distance.

# %%
for name in ("clean", "noisy"):
    assert off[100, name] < 0.001
    assert 8 < off[1, name] / off[10, name] < 12
    assert 8 < off[10, name] / off[100, name] < 12

# %% [markdown]
# What the noise does can be read off as well. It shortens all outputs by the factor $a$ and leaves their direction. So
# clean and noisy classifier predict the same digits.

# %% tags=["measured"]
for weight in (1, 10, 100):
    of_clean, of_noisy = outputs[weight, "clean"], outputs[weight, "noisy"]
    ratio = float(of_noisy.norm() / of_clean.norm())
    differ = int((of_noisy.argmax(1) != of_clean.argmax(1)).sum())
    print(f"lambda = {weight:3d}: noisy over clean {ratio:.3f}, predicted {a:.3f}; digits that differ: {differ}")
assert abs(ratio - a) < 0.001
assert abs(ratio - (1 - rho)) > 0.04  # the share of right labels is not what counts: wrong ones pull as well
assert distance(of_noisy, a * of_clean) < 0.002
assert differ <= 1

# %% [markdown]
# ## 5. A network
#
# With a hidden layer the outputs are no longer known beforehand: the network finds features of its own. Two predictions
# stay, as the last layer can scale all outputs (Theorem 2' of the certificate, for cones):
#
# - outputs under noise are $a$ times the clean ones,
# - both predict the same digits.
#
# They are about minimisers, for large $\lambda$, where their limit is the only one and has no ties. Nobody knows
# whether training a network ends in a minimiser. So we look. 500 images are held out, and scores start at 0.

# %%
torch.manual_seed(0)
order = torch.randperm(len(x))
seen, held_out = order[500:], order[:500]


def network(size):
    """A network with one hidden layer, the same at each call; its scores are 0."""
    torch.manual_seed(1)
    layers = nn.Sequential(nn.Linear(x.shape[1], 64), nn.ReLU(), nn.Linear(64, C))
    nn.init.zeros_(layers[-1].weight)
    nn.init.zeros_(layers[-1].bias)
    return Scaled(layers, size)


def trained(criterion, labels, size):
    """The outputs for all images of a network that was trained on those that are not held out."""
    return train(network(size), criterion, x[seen], labels[seen])(x).detach()


def slope(v, u):
    """The factor f with which f u is closest to v."""
    return float((v * u).sum() / (u * u).sum())


def accuracy(z):
    """The share of right digits among the images that are held out."""
    return float((z[held_out].argmax(1) == clean[held_out]).float().mean())


# %% [markdown]
# Minibatches of 64, Adam, thirty epochs; $\lambda$ such that outputs are a hundredth of those of a one-hot fit.

# %% tags=["measured"]
size = 0.01
criterion = torch_loss(cert, weight=kappa / size, q=0.7)
z = {name: trained(criterion, labels, size) for name, labels in (("clean", clean), ("law", law), ("drawn", drawn))}

print(f"labels  slope over clean (predicted {a:.3f})  same digit as clean, held out  accuracy, held out")
for name, found in z.items():
    agree = float((found[held_out].argmax(1) == z["clean"][held_out].argmax(1)).float().mean())
    print(f"{name:6s}  {slope(found[seen], z['clean'][seen]):8.3f} {agree:37.3f} {accuracy(found):27.3f}")

# %%
for name in ("law", "drawn"):
    assert abs(slope(z[name][seen], z["clean"][seen]) - a) < 0.03, name
same = z["law"][held_out].argmax(1) == z["clean"][held_out].argmax(1)
assert float(same.float().mean()) > 0.97
assert abs(accuracy(z["law"]) - accuracy(z["clean"])) < 0.02

# %% [markdown]
# A picture says what the two kinds of labels have in common. Each point is one output, of one image and one class:
# under noise against clean. The line has the slope $a$; it was known before training.

# %% tags=["measured"]
figure, panels = plt.subplots(1, 2, figsize=(9, 4), sharex=True, sharey=True, layout="constrained")
for axes, name in zip(panels, ("law", "drawn"), strict=True):
    across = z["clean"][seen].flatten()
    axes.plot(across, z[name][seen].flatten(), ".", markersize=1)
    ends = torch.stack([across.min(), across.max()])
    axes.plot(ends, a * ends, color="black", label=f"predicted: a = {a:.3f}")
    axes.set(title=f"noisy labels: {name}", xlabel="output, clean labels", ylabel="output, noisy labels")
    axes.legend(loc="lower right")
plt.close(figure)
Image(as_bytes(figure), width=750)

# %% [markdown]
# On the right each label was drawn once, and the network follows its draw: the cloud is wide, and held-out accuracy
# suffers. Its slope is close to $a$ all the same, since that is what is left in the mean over draws. The certificate
# speaks of that mean, and with more images one draw is closer to it.
#
# ## 6. Another loss, the same outputs
#
# The prediction has the loss in one place only, in $\kappa/\lambda$. So two losses whose $\kappa/\lambda$ is the same
# lead to the same outputs. `weight="matched"` computes the $\lambda$: the one that gives what cross entropy gives with
# the weight that you name. As long as $\lambda$ is large, you can change the loss without a new search for its weight.

# %%
values = {"cross_entropy": {}, "focal": {"gamma": 2}, "gce": {"q": 0.3}, "mae": {}}
matched = {
    name: torch_loss(name, regularizer="l2", weight="matched", cross_entropy_weight=100, classes=C, **given)
    for name, given in values.items()
}
# by hand, with p = 1/C: 1, (1-p)^2 - 2 p (1-p) log p, p^q and 2 p
kappas = {"cross_entropy": 1, "focal": 0.9**2 + 0.18 * math.log(10), "gce": 10**-0.3, "mae": 0.2}
for name, module in matched.items():
    print(f"{name:13s} lambda = {module.weight:.2f}")
    assert abs(module.weight - 100 * kappas[name]) < 1e-9

# %% [markdown]
# We train four networks on the drawn labels, with losses that look nothing like each other: cross entropy is convex and
# unbounded, the mean absolute error is bounded. For comparison, four more with one $\lambda$ for all.

# %% tags=["measured"]
equal = {name: torch_loss(name, regularizer="l2", weight=100, **given) for name, given in values.items()}
with_matched = {name: trained(module, drawn, 0.01) for name, module in matched.items()}
with_equal = {name: trained(module, drawn, 0.01 * kappas[name]) for name, module in equal.items()}

print("beside cross entropy   matched weights     equal weights")
others = ("focal", "gce", "mae")
for name in others:
    apart = distance(with_matched[name], with_matched["cross_entropy"])
    found = slope(with_equal[name], with_equal["cross_entropy"])
    print(f"{name:20s}   {apart:.1%} apart          slope {found:.3f}, predicted {kappas[name]:.3f}")
    assert apart < 0.05
    assert abs(found / kappas[name] - 1) < 0.02

# %% tags=["measured"]
figure, panels = plt.subplots(1, 2, figsize=(9, 4), sharex=True, layout="constrained")
for axes, found, title in zip(panels, (with_equal, with_matched), ("lambda = 100 for all", "matched"), strict=True):
    across = found["cross_entropy"][seen].flatten()
    ends = torch.stack([across.min(), across.max()])
    for name in others:
        axes.plot(across, found[name][seen].flatten(), ".", markersize=1, label=name)
        axes.plot(ends, (1 if title == "matched" else kappas[name]) * ends, color="black", linewidth=0.5)
    axes.set(title=title, xlabel="output, cross entropy", ylabel="output, the other loss")
    axes.legend(markerscale=8)
plt.close(figure)
Image(as_bytes(figure), width=750)

# %% [markdown]
# Lines were known before training: their slopes are the $\kappa$ on the left, and 1 on the right. This is about large
# $\lambda$. At a small weight the losses differ as they always do, and each has its own virtues.
#
# ## 7. Saved and loaded
#
# The module has no weights to train. Its numbers are buffers: they are saved with the network and go where it goes.

# %%
model = network(size)
checkpoint = io.BytesIO()  # a file, in life
torch.save({"model": model.state_dict(), "criterion": criterion.state_dict()}, checkpoint)
print({name: round(float(value), 4) for name, value in criterion.state_dict().items()})

checkpoint.seek(0)
stored = torch.load(checkpoint)
other = torch_loss(cert, weight=1, q=0.5)
before = float(other(outputs[1, "clean"], drawn))
other.load_state_dict(stored["criterion"])
assert float(other(outputs[1, "clean"], drawn)) == float(criterion(outputs[1, "clean"], drawn)) != before
assert not list(criterion.parameters())

# %% [markdown]
# They stay in double precision when the network is cast, as $q = 0.7$ in bfloat16 would be another loss. And logits of
# 16 bits are calculated with in float32, as torch's own cross entropy does it.

# %%
cast = copy.deepcopy(criterion).to(torch.bfloat16)
logits = outputs[1, "clean"].bfloat16()
assert cast.state_dict()["values.q"].dtype is torch.float64
assert cast(logits, drawn).dtype is torch.float32
assert float(cast(logits, drawn)) == float(criterion(logits.float(), drawn))

# %% [markdown]
# ## 8. What it does not do
#
# **It does not promise what is not proved.** One-vs-rest logistic regression is REFUTED with this penalty. You may
# train with it, at a weight of your choice. But no weight is certified to match it, and the error says why. Errors
# about data say what came, and what to do.

# %%
ovr = torch_loss("one_vs_rest_logistic", regularizer="l2", weight=10)
assert torch.isfinite(ovr(outputs[1, "clean"], drawn))
for attempt in (
    lambda: torch_loss("one_vs_rest_logistic", regularizer="l2", weight="matched", classes=C),
    lambda: criterion(outputs[1, "clean"], drawn + 1),
    lambda: criterion(torch.full((2, C), torch.nan), torch.tensor([3, 7])),
):
    try:
        attempt()
    except LossError as error:
        print(textwrap.fill(str(error), 110), end="\n\n")
    else:
        raise AssertionError

# %% [markdown]
# **It does not repair labels.** Robust means equal, not better: a strong penalty makes training deaf to *how* labels
# are wrong, and the classifier simpler. And it is about uniform noise; [03_confirm](03_confirm.ipynb) has the tools
# with which you look at your own labels.
#
# - `torch_loss` takes all that `certify` takes: a name, a formula string, a function of scores and label, torch code.
# - `reduction`, `ignore_index` and images, logits of shape $(N, C, \dots)$, are as in torch.
# - The predicted numbers with their tolerances, on your data: `numerics.confirm`.
