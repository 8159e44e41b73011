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
# # Train on noisy labels with a certified loss
#
# You train a classifier in torch, and some of its labels are wrong. A certificate says, from formulas alone, what a
# strong penalty does about that. At the end you
#
# - have put a certified pair into an ordinary training loop,
# - have seen the outputs of a classifier predicted before it was trained, on clean and on noisy labels,
# - know what $\lambda$ does: a strong penalty is robust in the sense of the theorem, and not always the most accurate,
# - can confirm a prediction on data of your own, and see a false one fail.
#
# About twelve minutes to read, and less than a minute to run. Section 1 needs nothing but `symcheck`, all the rest
# `symcheck[numerics]` (torch). Before this: [01_certify](01_certify.ipynb), which says what a certificate is, and
# [04_the_paper](04_the_paper.ipynb). Next: [06_how_much_noise](06_how_much_noise.ipynb). Numbers from training are
# shown as they came out here; the last digits may differ on your machine.

# %% slideshow={"slide_type": "skip"}
import symcheck as sc
from symcheck import notebook

notebook.begin()

# %% slideshow={"slide_type": "skip"}
# needs symcheck[numerics]
from dataclasses import replace

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import nn

from numerics import confirm, counterexample, datasets, grid, human_labels, sweep, torch_loss
from numerics.confirmations.controls import turned_order
from numerics.figure_style import BLUE, GREEN, INK, ORANGE, plain
from numerics.figures import convergence, decision_regions, noise_curves, shown
from numerics.noise.uniform import UniformNoise

torch.set_num_threads(1)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1. What is known before training
#
# The generalised cross entropy $\ell(z, y) = (1 - p_y^q)/q$, with the penalty $g(z) = \frac12 \lVert z \rVert^2$. One
# certificate is for every number of classes $C$ and every exponent $q$.

# %% slideshow={"slide_type": "fragment"}
cert = sc.certify("gce", "l2")
assert cert.verdict is sc.Verdict.PROVED
print(cert.headline)
print("kappa =", cert.kappa)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Two numbers are all that this notebook needs. We have ten classes, take $q = 0.7$, and give each label a wrong value
# with probability $\rho = 2/5$.
#
# - $\kappa$ is the slope of the loss at $z = 0$, measured in units of cross entropy.
# - $a = 1 - \rho\, C/(C-1)$ is what the noise leaves of that slope.

# %% slideshow={"slide_type": "fragment"}
C, rho = 10, 0.4
prediction = cert.at(C=C, q="7/10").prediction
kappa = float(prediction.kappa)
a = 1 - rho * C / (C - 1)
print(f"kappa = {prediction.kappa} = {kappa:.4f}")
print(f"a = {a:.4f}")
assert abs(kappa - 10**-0.7) < 1e-15  # kappa = C**(-q)
assert abs(a - 5 / 9) < 1e-15
assert (prediction.curvature, prediction.coupling) == (1, 0)  # the Hessian H of the penalty at 0 is the identity

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2. Noisy digits
#
# 1797 images of handwritten digits. Wrong labels come in two kinds here.
#
# - **Drawn**: one label for each image, as in life. About two in five are wrong.
# - **The law**: a row of ten probabilities for each image, 0.6 for its digit and 0.4/9 for each other one. Training on
#   the law is training on all draws at once. Nothing is left to chance, so a prediction can be checked sharply.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
digits = datasets.load("digits")
x = torch.tensor(digits.standardised(), dtype=torch.float32)  # the last column is 1
clean = torch.tensor(digits.labels)

noise = UniformNoise.flipping(rho, classes=C)
drawn = noise.draw(clean, seed=0).labels
law = noise.law(clean).probabilities.float()
print("wrong labels:", int((drawn != clean).sum()), "of", len(clean))
print("the law of the first label:", [round(p, 3) for p in law[0].tolist()])
assert abs(float((drawn != clean).float().mean()) - rho) < 0.03

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3. The loop
#
# The certificate becomes a module of torch. It takes logits and labels as `nn.CrossEntropyLoss` does, and the labels
# may be integers or laws. `weight` is $\lambda$; what the certificate leaves free gets a value here.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
criterion = torch_loss(cert, weight=10, q=0.7)
value = float(criterion(torch.zeros(2, C), torch.tensor([3, 7])))
print(criterion)
print(f"at z = 0: {value:.4f}")
assert abs(value - (1 - 10**-0.7) / 0.7) < 1e-6  # by hand: p = 1/10, and g(0) = 0

# %% [markdown] slideshow={"slide_type": "subslide"}
# This is all of the loop, and nothing in it knows of certificates. One line is worth a thought. A penalty with a large
# weight makes outputs small, of the size $\kappa/\lambda$. So the model multiplies what its layers give by that size,
# which is known before training. Then the weights are as large as ever, and the usual learning rates fit.


# %% slideshow={"slide_type": "subslide"}
# needs symcheck[numerics]
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


# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4. One layer: every output is predicted
#
# Let the classifier be linear in the pixels, and let $o$ be the matrix of one-hot labels minus $1/C$. Write $S$ for the
# least-squares fit of $o$ by the pixels. The certificate predicts the outputs of the trained classifier, for each image
# and each class:
#
# $$ Z \;\approx\; \frac{\kappa}{\lambda}\; a\; S\, H^{-1} \qquad \text{for large } \lambda, $$
#
# with $a = 1$ for clean labels. Here $H$ is the identity. All of this is known before training.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
o = torch.eye(C)[clean] - 1 / C
S = x @ torch.linalg.lstsq(x, o).solution


def distance(found, wanted):
    """How far two sets of outputs are apart, relative to the second."""
    return float((found - wanted).norm() / wanted.norm())


# %% [markdown] slideshow={"slide_type": "subslide"}
# Now we train, clean and noisy, at five weights. All images go into one batch, so that the loop ends in the minimum.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
WEIGHTS = (0.1, 0.3, 1, 10, 100)
outputs, off = {}, {}
print("lambda  labels  distance from the predicted outputs")
for weight in WEIGHTS:
    for name, labels, factor in (("clean", clean, 1), ("noisy", law, a)):
        layer = nn.Linear(x.shape[1], C, bias=False)
        nn.init.zeros_(layer.weight)
        model = Scaled(layer, kappa / weight)
        train(model, torch_loss(cert, weight=weight, q=0.7), x, labels, batch=len(x), epochs=300, rate=0.01)
        outputs[weight, name] = model(x).detach()
        off[weight, name] = distance(outputs[weight, name], kappa / weight * factor * S)
        print(f"{weight:6g}  {name}   {off[weight, name]:.5f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# A prediction "to leading order in $1/\lambda$" is a promise about that column: ten times the weight, a tenth of the
# distance. And what the noise does can be read off as well. It shortens all outputs by the factor $a$ and leaves their
# direction. So clean and noisy classifier predict the same digits.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
for name in ("clean", "noisy"):
    assert off[100, name] < 0.001
    assert 8 < off[1, name] / off[10, name] < 12
    assert 8 < off[10, name] / off[100, name] < 12
of_clean, of_noisy = outputs[100, "clean"], outputs[100, "noisy"]
ratio = float(of_noisy.norm() / of_clean.norm())
differ = int((of_noisy.argmax(1) != of_clean.argmax(1)).sum())
print(f"noisy over clean {ratio:.3f}, predicted {a:.3f}; the share of right labels is {1 - rho:g}")
print("digits that differ:", "at most one" if differ <= 1 else differ)
assert abs(ratio - a) < 0.001
assert abs(ratio - (1 - rho)) > 0.04  # the share of right labels is not what counts: wrong ones pull as well
assert distance(of_noisy, a * of_clean) < 0.002
assert differ <= 1

# %% [markdown] slideshow={"slide_type": "subslide"}
# One image, its ten scores, multiplied by $\lambda/\kappa$ so that they can be compared. Marks were known before
# training, bars were measured. Move the slider: at a small weight bars are off their marks, at a large one they end
# there.


# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
def scores(weight):
    """The scores of the fifth image at the weight lambda, by clean and by noisy labels, beside the predicted ones."""
    image, figure = 4, Figure(figsize=(6.5, 2.6))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.11, right=0.99, bottom=0.18, top=0.97)
    for name, factor, shift, colour in (("clean", 1, -0.2, BLUE), ("noisy", a, 0.2, ORANGE)):
        place, measured = np.arange(C) + shift, (weight / kappa * outputs[weight, name][image]).numpy()
        axes.bar(place, measured, width=0.36, color=colour, label=f"{name} labels")
        axes.plot(place, factor * S[image].numpy(), "_", color=INK, markersize=11, label=f"predicted, {name}")
    axes.set(xlabel="class", ylabel="score × λ/κ", xticks=range(C), ylim=(-0.4, 1.1))
    axes.legend(frameon=False, fontsize=8.5, ncols=2, loc="upper right")
    plain(axes)
    return shown(
        figure,
        f"Ten scores of a {int(clean[image])} at lambda {weight:g}, from clean and from noisy labels, as bars beside "
        f"predicted marks: all outputs are {100 * off[weight, 'clean']:.1f} and {100 * off[weight, 'noisy']:.1f} "
        "per cent off.",
    )


scores(1)

# %% slideshow={"slide_type": "skip"}
# needs symcheck[numerics, notebooks]
notebook.slider(scores, weight=list(WEIGHTS))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5. Confirmed, with tolerances
#
# `confirm` does the same with exact solvers in double precision, until only rounding is left, and lays the numbers
# beside those that were predicted. Here it is cross entropy, whose distance from the limit is predicted to fall like
# $1/\lambda^2$. Look at the column *tolerance*. It follows from the next order of the expansion and from the gradient
# norm that was asked of the solver; both are known before training, and nothing is fitted to what came out.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
cross_entropy = sc.certify("cross_entropy", "l2")
run = confirm(cross_entropy, data="digits")
assert str(run.outcome) == "agrees"
for row in run.agreement.rows:
    assert abs(row.measured - row.predicted) <= row.tolerance, row.name
run

# %% slideshow={"slide_type": "subslide"} tags=["measured"]
# needs symcheck[numerics]
order = next(row for row in run.agreement.rows if row.name.startswith("clean labels: distance to the limit, order"))
assert abs(order.measured - 2) < 0.001
shown(
    convergence(run),
    "Distance of the direction of the scores from its limit against 1/lambda, both axes logarithmic: measured points "
    f"lie on the predicted lines, of the slope {order.predicted:g} for clean and for noisy labels.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **It can fail.** A comparison that always agrees shows nothing. So the same run is judged against a false claim, that
# the order is 1 and not 2; and the true claim against a run that is off by one part in a hundred. Both times the answer
# has to be that training contradicts.

# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
constant = next(row for row in run.agreement.rows if row.name.startswith("clean labels: distance to the limit, const"))
answers = {
    "order 1 claimed": turned_order(run, 1).outcome,
    "one per cent off": replace(constant, measured=1.01 * constant.measured).outcome,
}
for change, outcome in answers.items():
    print(f"{change}: {outcome}")
    assert str(outcome) == "contradicts"

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6. What $\lambda$ does
#
# Two features of iris, labels wrong with probability 0.6, exact noise, cross entropy. Above the classifier of the clean
# labels, below that of the noisy ones with the edges of the upper one drawn in. From left to right the penalty grows.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
iris = datasets.load("iris")
regions = decision_regions(cross_entropy, iris, columns=(0, 1), rho=0.6, lambdas=(1e-3, 1e-2, 0.1, 1, 10))
differs = [float(axes.get_xlabel().split()[0]) for axes in regions.axes[5:]]  # per cent of the plane
assert differs[0] > 5
assert differs == sorted(differs, reverse=True)
assert differs[-1] == 0
shown(
    regions,
    "The plane of two features of iris, coloured by the predicted class, for five values of lambda: clean and noisy "
    f"labels lead to other classes on {differs[0]:g} per cent of it at the smallest, and nowhere at the largest.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Robust means equal, not better.** All four features of iris, with exact noise again. `grid` makes a plan for each
# combination of what is given, `sweep` trains those that are not yet in the file.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
exact = sweep(grid(data="iris", rho=0.6, noise="exact", lambdas=(1e-3, 1e-2, 0.1, 1, 10)), "iris.jsonl")
first, last = exact.rows[0], exact.rows[-1]
assert last["agreement_train"] == 1
assert first["accuracy_clean_train"] - last["accuracy_clean_train"] > 0.1
assert abs(last["accuracy_noisy_train"] - first["accuracy_noisy_train"]) < 0.02
flowers = iris.standardised()
least_squares = flowers @ np.linalg.lstsq(flowers, np.eye(3)[iris.labels], rcond=None)[0]
assert abs(np.mean(least_squares.argmax(1) == iris.labels) - last["accuracy_clean_train"]) < 0.01
exact

# %% [markdown] slideshow={"slide_type": "fragment"}
# The share of samples on which both agree rises to 1: there noise changes no prediction. But the accuracy *from clean
# labels* falls on the way, down to that of least squares, and the noisy one gains nothing. A strong penalty does not
# repair labels. It makes training deaf to how they are wrong, at a price, and whether the price is worth it is a
# question about your data.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Where it is worth it.** Labels that were drawn, as in life: digits on 200 random ReLU features, tested on samples
# that were held out, against their clean labels.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
plans = grid(data="digits", rho=[0.2, 0.4], seeds=2, lambdas=(1e-3, 1e-2, 0.1, 1, 10), transform="relu(200)", test=0.3)
sampled = sweep(plans, "digits.jsonl")
means = {(row["rho"], row["lambda"]): row for row in sampled.summary}
for rate, least in ((0.2, 0.2), (0.4, 0.25)):
    weak, strong = means[rate, 1e-3], means[rate, 10]
    assert strong["accuracy_noisy"] - weak["accuracy_noisy"] > least
    assert abs(strong["accuracy_clean"] - weak["accuracy_clean"]) < 0.02
    assert strong["agreement"] < 1
law_of_labels = grid(data="digits", rho=0.4, noise="exact", lambdas=10, transform="relu(200)", test=0.3)
assert sweep(law_of_labels, "law.jsonl").rows[0]["agreement_test"] == 1
print({k: (round(v["accuracy_noisy"], 3), round(v["agreement"], 3)) for k, v in means.items()})
shown(
    noise_curves(sampled),
    "Accuracy on held-out digits against lambda, and below the share of them on which clean and noisy agree. From "
    f"noisy labels of rate 0.4 it rises from {weak['accuracy_noisy']:.0%} at the weakest penalty to "
    f"{strong['accuracy_noisy']:.0%} at the strongest; from clean labels it hardly changes.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# From noisy labels a strong penalty gains more than 20 points, from clean ones it costs next to nothing. And agreement
# stops short of 100 %, since each draw of the labels has a limit of its own. That is the variance of the draw and not a
# failure of the certificate: with the law of the labels in the place of one draw, all predictions agree.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7. A network
#
# With a hidden layer the outputs are no longer known beforehand: the network finds features of its own. Two predictions
# stay, as the last layer can scale all outputs (Theorem 2' of the certificate, for cones):
#
# - outputs under noise are $a$ times the clean ones,
# - both predict the same digits.
#
# They are about minimisers, for large $\lambda$, where their limit is the only one and has no ties. Nobody knows
# whether training a network ends in a minimiser. So we look. 500 images are held out, and scores start at 0.

# %% slideshow={"slide_type": "subslide"}
# needs symcheck[numerics]
torch.manual_seed(0)
shuffled = torch.randperm(len(x))
seen, held_out = shuffled[500:], shuffled[:500]


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


# %% [markdown] slideshow={"slide_type": "subslide"}
# Minibatches of 64, Adam, thirty epochs; $\lambda$ such that outputs are a hundredth of those of a one-hot fit.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
size = 0.01
criterion = torch_loss(cert, weight=kappa / size, q=0.7)
z = {name: trained(criterion, labels, size) for name, labels in (("clean", clean), ("law", law), ("drawn", drawn))}

print(f"labels  slope over clean (predicted {a:.3f})  same digit as clean, held out  accuracy, held out")
same = {name: float((found.argmax(1) == z["clean"].argmax(1))[held_out].float().mean()) for name, found in z.items()}
for name, found in z.items():
    print(f"{name:6s}  {slope(found[seen], z['clean'][seen]):8.3f} {same[name]:37.3f} {accuracy(found):27.3f}")
for name in ("law", "drawn"):
    assert abs(slope(z[name][seen], z["clean"][seen]) - a) < 0.03, name
assert same["law"] > 0.97
assert abs(accuracy(z["law"]) - accuracy(z["clean"])) < 0.02
assert accuracy(z["drawn"]) < accuracy(z["law"]) - 0.03

# %% [markdown] slideshow={"slide_type": "subslide"}
# A picture says what the two kinds of labels have in common. Each point is one output, of one image and one class:
# under noise against clean. The line has the slope $a$; it was known before training.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
figure = Figure(figsize=(6.5, 3), layout="constrained")
panels = figure.subplots(1, 2, sharex=True, sharey=True)
for axes, name in zip(panels, ("law", "drawn"), strict=True):
    across = z["clean"][seen].flatten()
    axes.plot(across, z[name][seen].flatten(), ".", markersize=1.5, color=BLUE, rasterized=True, label="an output")
    ends = torch.stack([across.min(), across.max()])
    axes.plot(ends, a * ends, color=INK, label=f"predicted: a = {a:.3f}")
    axes.locator_params(axis="x", nbins=4)
    axes.set(xlabel="output, clean labels", ylabel=f"output, noisy labels: {name}")
    axes.legend(loc="lower right", frameon=False, fontsize=8.5, markerscale=6)
    plain(axes)
slopes = {name: slope(z[name][seen], z["clean"][seen]) for name in ("law", "drawn")}
shown(
    figure,
    f"Outputs of a network under noise against clean ones, on the law of the labels and on drawn ones. Both clouds lie "
    f"along the line of slope {a:.3f}, with slopes {slopes['law']:.3f} and {slopes['drawn']:.3f}; the second is wide.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# On the right each label was drawn once, and the network follows its draw: the cloud is wide, and held-out accuracy
# suffers. Its slope is close to $a$ all the same, since that is what is left in the mean over draws. The certificate
# speaks of that mean, and with more images one draw is closer to it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8. Another loss, the same outputs
#
# The prediction has the loss in one place only, in $\kappa/\lambda$. So two losses whose $\kappa/\lambda$ is the same
# lead to the same outputs. `weight="matched"` computes the $\lambda$: the one that gives what cross entropy gives with
# the weight that you name. We train three networks on the drawn labels, with losses that look nothing like each other:
# cross entropy is convex and unbounded, the mean absolute error is bounded. For comparison, two more with one $\lambda$
# for all.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
# by hand, with p = 1/C: 1, (1-p)^2 - 2 p (1-p) log p and 2 p
kappas = {"cross_entropy": 1, "focal": 0.9**2 + 0.18 * np.log(10), "mae": 0.2}
values = {"cross_entropy": {}, "focal": {"gamma": 2}, "mae": {}}
with_matched, with_equal = {}, {}
for name, given in values.items():
    matched = torch_loss(name, regularizer="l2", weight="matched", cross_entropy_weight=100, classes=C, **given)
    assert abs(matched.weight - 100 * kappas[name]) < 1e-9
    with_matched[name] = trained(matched, drawn, 0.01)
    equal = torch_loss(name, regularizer="l2", weight=100, **given)
    with_equal[name] = with_matched[name] if kappas[name] == 1 else trained(equal, drawn, 0.01 * kappas[name])

print("beside cross entropy   matched weights                   equal weights")
others = ("focal", "mae")
for name in others:
    apart = distance(with_matched[name], with_matched["cross_entropy"])
    found = slope(with_equal[name], with_equal["cross_entropy"])
    weight = 100 * kappas[name]
    print(f"{name:20s}   {apart:.1%} apart at lambda = {weight:6.2f}   slope {found:.3f}, predicted {kappas[name]:.3f}")
    assert apart < 0.05
    assert abs(found / kappas[name] - 1) < 0.02

# %% slideshow={"slide_type": "subslide"} tags=["measured"]
# needs symcheck[numerics]
figure = Figure(figsize=(6.5, 3), layout="constrained")
panels = figure.subplots(1, 2, sharex=True)
for axes, found, title in zip(panels, (with_equal, with_matched), ("λ = 100 for all", "matched"), strict=True):
    across = found["cross_entropy"][seen].flatten()
    ends = torch.stack([across.min(), across.max()])
    for name, colour in zip(others, (ORANGE, GREEN), strict=True):
        cloud = found[name][seen].flatten()
        axes.plot(across, cloud, ".", markersize=1.5, color=colour, rasterized=True, label=name)
        axes.plot(ends, (1 if title == "matched" else kappas[name]) * ends, color=INK, linewidth=0.6)
    axes.locator_params(axis="x", nbins=4)
    axes.set(xlabel="output, cross entropy", ylabel=f"output, the other loss, {title}")
    axes.legend(markerscale=6, frameon=False, fontsize=8.5)
    plain(axes)
shown(
    figure,
    "Outputs of networks trained with focal loss and with the mean absolute error, against those with cross entropy. "
    f"With one lambda for all they lie along lines of slope {kappas['focal']:.2f} and {kappas['mae']:.2f}, "
    "with matched weights all along the diagonal.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Lines were known before training: their slopes are the $\kappa$ on the left, and 1 on the right. This is about large
# $\lambda$. At a small weight the losses differ as they always do, and each has its own virtues.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9. Exercises
#
# **Exercise.** The constant of $1/\lambda^2$ in the table of section 5 needs no training. With $P$ the projection on
# the span of the features, the limit for clean labels is $z = P\,o$, and the scores approach its direction like
#
# $$ \frac{\lVert P_\perp P\,(z^2 - \overline{z^2}) \rVert}{2C\, \lVert z \rVert}\; \frac{1}{\lambda^2}, $$
#
# where the square is taken entry by entry, the bar is the mean over the classes, and $P_\perp$ takes away what points
# along $z$. Compute it in NumPy, and compare with what was measured.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# needs symcheck[numerics]
# Solution
basis = np.linalg.svd(digits.standardised(), full_matrices=False)[0]
limit = basis @ (basis.T @ (np.eye(C)[digits.labels] - 1 / C))
bent = limit**2 - (limit**2).mean(1, keepdims=True)
bent = basis @ (basis.T @ bent)
bent -= (bent * limit).sum() / (limit**2).sum() * limit
by_hand = np.linalg.norm(bent) / (2 * C * np.linalg.norm(limit))
print(f"by hand {by_hand:.5f}, predicted {constant.predicted:.5f}, measured {constant.measured:.5f}")
assert abs(by_hand - constant.predicted) < 1e-6
assert abs(by_hand - constant.measured) < constant.tolerance + 1e-6

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** Theory speaks of *uniform* noise, and people are not like that. Two annotators label the digits again.
# The first slips anywhere, one time in five. The second does the same, except for the nines: 55 % of them become fours.
# Draw their labels. What does `human_labels(digits.labels, theirs)` say of each, in `.theory.is_rejected` and `.lost`?
# Then train with the law of each (`grid(data="digits", transition=...)`, $\lambda = 100$). How many predictions turn?

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# needs symcheck[numerics]
# Solution
chance = np.random.default_rng(0)
even = np.full((10, 10), 0.2 / 9)
np.fill_diagonal(even, 0.8)
nines = even.copy()
nines[9] = 0
nines[9, [4, 9]] = 0.55, 0.45


def relabelled(rows):
    """One label for each image, drawn from the row of its digit."""
    return (chance.random(len(digits.labels))[:, None] > rows[digits.labels].cumsum(1)).sum(1)


people = [human_labels(digits.labels, relabelled(rows)) for rows in (even, nines)]
assert [person.theory.is_rejected for person in people] == [False, True]
assert [person.lost for person in people] == [[], [("9", "4")]]
turned = []
for person in people:
    plan = grid(data="digits", transition=person.transition().matrix, lambdas=100, transform="relu(200)")
    turned.append(1 - sweep(plan, "annotators.jsonl").rows[0]["agreement_train"])
share = np.mean(digits.labels == 9)
assert turned[0] < 0.01
assert abs(turned[1] - share) < 0.02
print(f"rejected: no, and yes; the second loses the nines to the fours: about {share:.0%} of the images turn")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** One-vs-rest logistic regression is REFUTED with l2. That is about the condition, and never says that
# training fails. `counterexample(cert)` looks for small data on which clean and noisy minimisers predict different
# classes in the limit, and trains what it finds. For which family of models does it find some, and for which not?

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# needs symcheck[numerics]
# Solution
one_vs_rest = sc.certify("one_vs_rest_logistic", "l2")
assert one_vs_rest.verdict is sc.Verdict.REFUTED
flip = counterexample(one_vs_rest).flip
assert flip.is_confirmed
assert (flip.family, flip.clean, flip.noisy) == ("reference class", (1,), (3,))
assert counterexample(one_vs_rest, families=["shared features"]).flip is None
assert counterexample(cross_entropy).flip is None
print(f"{flip.family}: class {flip.clean[0]} turns to {flip.noisy[0]}; shared features: none, as the certificate says:")
print(one_vs_rest.still_holds)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10. From here
#
# **It does not repair labels.** Robust means equal, not better: a strong penalty makes training deaf to *how* labels
# are wrong, and the classifier simpler. And it is about uniform noise.
#
# - `torch_loss` takes all that `certify` takes: a name, a formula string, a function of scores and label, torch code.
#   `reduction`, `ignore_index` and images are as in torch: [docs/train.md](../docs/train.md).
# - Your own data: `data=(X, y)` in `confirm`; your own network: `model=`, any `torch.nn.Module`:
#   [docs/confirm.md](../docs/confirm.md).
# - The same on the command line: `symcheck confirm cross_entropy l2 --data digits --out FOLDER` leaves table, figure
#   and record; `symcheck sweep` stores each run as it is done, and goes on where it was stopped.
# - Which $\lambda$, and how many wrong labels can your data take? [06_how_much_noise](06_how_much_noise.ipynb).
