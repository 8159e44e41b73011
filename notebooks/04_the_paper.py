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
# # The paper as proofs
#
# *An Exploration into why Output Regularization Mitigates Label Noise* (Shoham, Avidor, Israel 2021,
# [arXiv 2104.12477](https://arxiv.org/abs/2104.12477)) explains why penalties on the scores of a classifier make wrong
# labels harmless. Its idea is right. Many of its sentences are not, or not as they stand, and a reader wants to know
# which, and why.
#
# This notebook reads the paper with `symcheck` in one hand and pencil and paper in the other: what the package says is
# done again, in a few lines of plain Python that do not use it. At the end you
#
# - know the ledger of the paper: what holds as printed, what is repaired, and what is refuted, each with its check,
# - have done two of the errata by hand, and the identity that is behind every theorem,
# - can ask of your own pair which theorem applies to it, and how fast it gets to its limit,
# - know two limits of the theory: ties, and small penalties.
#
# About twenty minutes to read along the main line, and ten seconds to run. It needs nothing but `symcheck`, except for
# one figure and one table of numbers (`symcheck[numerics]`). [01_certify](01_certify.ipynb) says what a certificate is.
# Before this: [03_your_own](03_your_own.ipynb); next: [05_train](05_train.ipynb).

# %% slideshow={"slide_type": "skip"}
from collections import Counter
from fractions import Fraction

import mpmath as mp
import sympy as sp

import symcheck as sc
from symcheck import notebook
from symcheck.class_conditional.matrices import PairFlip, UniformNoise, towards
from symcheck.counterexamples import counterexample
from symcheck.findings.condition import Condition
from symcheck.paper import Ruling, claim, claims

notebook.begin()

# %% slideshow={"slide_type": "skip"}
# needs symcheck[numerics]
import numpy as np

from numerics.figures import decomposition, shown

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1. The ledger
#
# Every statement of the paper that can be true or false is an entry, with what is printed, what is proved, and a check
# that computes facts. The facts decide the verdict. One that *refutes* is a point at which the printed statement is
# violated; one that *repairs* says why the words have to change: a symbol without a meaning, a hypothesis that is
# missing or not needed; and a fact that does not come out leaves the entry without a verdict. E1 to E29 are the errata;
# one of them, E5, only says that more holds.

# %% slideshow={"slide_type": "fragment"}
found = {entry.id: entry.checked for entry in claims()}
for ruling, count in Counter(str(checked.found) for checked in found.values()).most_common():
    print(f"{count:3} {ruling}")
assert all(checked.holds for checked in found.values())
assert {f"E{n}" for n in range(1, 30)} <= set(found)
assert [n for n in range(1, 30) if found[f"E{n}"].found is Ruling.AS_PRINTED] == [5]

# %% [markdown] slideshow={"slide_type": "subslide"}
# **One that needs a repair.** Corollary 1 says that the square loss is robust if the outputs form a cone: whatever
# noise does, the prediction stays. It writes $\lVert z - y \rVert^2$, with a label in the place of a vector; which
# vector it has to be decides.

# %% slideshow={"slide_type": "fragment"}
claim("E6")

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand. One point has label 1, the outputs are $z = t\,(1, -2)$, and $t$ is free. The mean of
# $\frac{1}{2}\lVert z - v_Y \rVert^2 + \frac{\lambda}{2} \lVert z \rVert^2$ is $\frac{5}{2} (1 + \lambda)\, t^2$ less
# $t\, \langle (1, -2), E v_Y \rangle$ and a constant, so $t$ is that product over $5\,(1 + \lambda)$. Take
# $v_y = e_y$, and then $v_y = o_y = e_y - \frac{1}{2} (1, 1)$.


# %% slideshow={"slide_type": "fragment"}
def best_t(v, rho, strength):
    """The t of the minimiser when the label 1 becomes 2 with probability rho; v has a row for each label."""
    target = [(1 - rho) * v[0][i] + rho * v[1][i] for i in range(2)]
    return (target[0] - 2 * target[1]) / (5 * (1 + strength))


def predicted(z):
    """The class with the largest score."""
    assert list(z).count(max(z)) == 1
    return 1 + list(z).index(max(z))


half = Fraction(1, 2)
plain, centred = [[1, 0], [0, 1]], [[half, -half], [-half, half]]
for strength in (0, 1, 1000):
    for name, v in (("e_y", plain), ("o_y", centred)):
        ts = [best_t(v, rho, strength) for rho in (Fraction(0), Fraction(2, 5))]
        classes = [predicted((t, -2 * t)) for t in ts]
        print(f"lambda = {strength:<4}  {name}  t = {ts[0]!s:>7} -> {ts[1]!s:>8}   class {classes}")
        assert classes == ([1, 2] if v is plain else [1, 1])

# %% [markdown] slideshow={"slide_type": "subslide"}
# At every weight of the penalty the plain one-hot vector loses the class, and $o_y$ keeps it. Can the check of the
# ledger fail? With the rate 1/4 the prediction does not turn; then the first fact does not come out, and there is no
# verdict.

# %% slideshow={"slide_type": "fragment"}
at_a_quarter = list(claim("E6").compute({"rho": Fraction(1, 4)}))
assert [fact.holds for fact in at_a_quarter[:2]] == [False, True]
assert best_t(plain, Fraction(1, 4), 0) > 0
print(at_a_quarter[0].found)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **One that is refuted.** Theorem 3 allows any penalty $g$ that is twice differentiable and has its only
# minimum at 0. But such a $g$ may level off, and then a loss that falls along a line falls for ever:

# %% slideshow={"slide_type": "fragment"}
claim("E13")

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand: along that line the objective is $-\alpha c t + t^2/(1 + t^2)$, here with $c = 1/2$, and no $\alpha > 0$ has
# a minimiser. What does a certificate say of this penalty? Gradient and Hessian at 0 are as they should be, so Theorem
# 2 applies, which speaks of a local branch. The repaired Theorem 3 asks as well that minimisers are held, and here it
# is refuted, with the line along which they run away. With $g = \frac{1}{2} \lVert z \rVert^2$ they are held.

# %% slideshow={"slide_type": "fragment"}
for alpha in (Fraction(1, 10), Fraction(1, 1000)):
    values = [-alpha * t / 2 + t**2 / (1 + t**2) for t in (10**4, 10**5, 10**6)]
    print(f"alpha = {alpha}:", *[f"{float(value):.6g}" for value in values])
    assert values == sorted(values, reverse=True)
levels_off = sc.certify("muh", lambda z: sc.total(z**2) / (1 + sc.total(z**2)))
assert levels_off.property(Condition.REGULARIZER_CONVEX).verdict is sc.Verdict.REFUTED
runs_away = levels_off.theorem("Theorem 3")
print(runs_away.verdict, "- what fails:", runs_away.failing.statement)
print(runs_away.failing.witness)
assert runs_away.verdict is sc.Verdict.REFUTED
assert levels_off.theorem("Theorem 2").verdict is sc.Verdict.PROVED
assert sc.certify("muh", "l2").theorem("Theorem 3").verdict is sc.Verdict.PROVED

# %% slideshow={"slide_type": "fragment"}
assert found["E13"].found is Ruling.REFUTED

# %% [markdown] slideshow={"slide_type": "subslide"}
# **The others.** Move the slider over the errata.

# %% slideshow={"slide_type": "fragment"}
claim("E15")

# %% slideshow={"slide_type": "skip"}
# needs symcheck[notebooks]
notebook.slider(claim, name=[f"E{n}" for n in range(1, 30)])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2. What noise does to any loss
#
# Behind every theorem is one identity. Any loss is $l = \mathrm{sym}(l) + \mathrm{ins}(l)$: a part that sums to 0 over
# the labels, and the mean over the labels, which knows no label. Uniform noise of rate $\rho$ multiplies the first part
# by $a = 1 - \rho\, C/(C - 1)$ and leaves the second. For cross entropy the parts have names: the unhinged loss, which
# the paper calls MUH, and the divergence of the prediction from the uniform law.

# %% slideshow={"slide_type": "fragment"}
parts = sc.decompose("cross_entropy")
assert str(parts.verdict) == "PROVED"
assert parts.statement == "cross_entropy = MUH + KL(u||p) + log(C)"
assert parts.kappa == 1
parts

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand, at one $z$ with $C = 4$ and $\rho = 2/5$, in exact numbers: $S = \log \sum_k e^{z_k}$ stays a symbol.

# %% slideshow={"slide_type": "fragment"}
C, rho = 4, sp.Rational(2, 5)
z = [sp.Integer(3), sp.Integer(-1), sp.Rational(1, 2), sp.Integer(7)]
S = sp.Symbol("S")
loss = [S - z[y] for y in range(C)]
insensitive = sum(loss) / C
symmetric = [value - insensitive for value in loss]
noisy = [(1 - rho) * loss[y] + sum(rho / (C - 1) * loss[k] for k in range(C) if k != y) for y in range(C)]
a = 1 - rho * C / (C - 1)
divergence = sum(sp.Rational(1, C) * (-sp.log(C) - (z[k] - S)) for k in range(C))  # of u from p, log p_k = z_k - S
assert sp.expand(sum(symmetric)) == 0
assert all(sp.expand(noisy[y] - (a * symmetric[y] + insensitive)) == 0 for y in range(C))
assert [sp.expand(value) for value in symmetric] == [sum(z) / C - z[y] for y in range(C)]  # MUH
assert sp.expand(insensitive - divergence - sp.log(C)) == 0
print("a =", a, "  sym(l) =", *[sp.expand(value) for value in symmetric], "  ins(l) =", sp.expand(insensitive))

# %% [markdown] slideshow={"slide_type": "subslide"}
# The figure shows it for ten classes, along scores in which the class of the label leads by a margin. What shrinks is
# the straight line on the left; with it gone, the dashed curve on the right would be left, which knows no label.

# %% slideshow={"slide_type": "fragment"} tags=["measured"]
# needs symcheck[numerics]
shown(
    decomposition(sc.certify("cross_entropy", "l2")),
    "Cross entropy with ten classes against the margin by which the class of the label leads, as the sum of a straight "
    "line, which noise shrinks, and of a curve that knows no label, which noise leaves as it is.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Without its insensitive part, then, all that noise does to a loss is to multiply its mean by $a$. `symmetrize` takes
# the part away, and what is left is certified like any other loss. For cross entropy it is MUH, and Theorem 1 applies,
# which speaks of every $\lambda$ and not only of a limit. For the focal loss it is another symmetric loss. Ghosh's
# theorem, that noise leaves the minimisers of a symmetric loss alone as long as there is no penalty, applies to both,
# and to neither before.

# %% slideshow={"slide_type": "fragment"}
for name in ("cross_entropy", "focal"):
    whole, bare = sc.certify(name, "l2"), sc.certify(sc.symmetrize(name), "l2")
    verdicts = [str(cert.property(Condition.LOSS_SYMMETRIC).verdict) for cert in (whole, bare)]
    ghosh = [str(cert.theorem("Ghosh").verdict) for cert in (whole, bare)]
    print(f"{name:14} symmetric: {verdicts}  Ghosh: {ghosh}  strongest theorem: {bare.theorems[0].name}")
    assert verdicts == ghosh == ["REFUTED", "PROVED"]
assert sc.certify(sc.symmetrize("cross_entropy"), "l2").theorems[0].name == "Theorem 1"
assert sc.certify(sc.symmetrize("focal"), "l2").theorem("Theorem 1").verdict is sc.Verdict.REFUTED

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3. Which theorem applies to what
#
# Theorem 3 is the one most people want: it speaks of linear models and of the global minimum. For a pair, `theorem`
# decides its premises one by one, and says what is left to the reader.

# %% slideshow={"slide_type": "fragment"}
applied = sc.certify("cross_entropy", "l2").theorem("Theorem 3")
assert applied.verdict is sc.Verdict.PROVED
assert [premise.verdict for premise in applied.premises] == [sc.Verdict.PROVED] * len(applied.premises)
assert len(applied.discharged) == 1
assert any("no ties" in text for text in applied.assumptions)
applied

# %% [markdown] slideshow={"slide_type": "subslide"}
# Convexity was an assumption, and for this pair it need not be made, because it is proved. The focal loss is not
# convex. The theorem still applies to it, but under one assumption more, which convexity would have given.

# %% slideshow={"slide_type": "fragment"}
focal = sc.certify("focal", "l2").at(C=3, gamma=2)
print("Theorem 3 for", f"{focal.loss.title} + {focal.regularizer.title}:", focal.theorem("Theorem 3").verdict)
more = set(focal.theorem("Theorem 3").assumptions) - set(applied.assumptions)
print("assuming besides:", *more)
assert focal.theorem("Theorem 3").verdict is sc.Verdict.PROVED
assert len(more) == 1
witness = focal.property(Condition.LOSS_CONVEX).witness
print("not convex:", witness)
print()
convex = {"cross_entropy", "label_smoothing", "weston_watkins", "square"}
for name in (*sorted(convex), "focal", "gce", "mae", "brier", "nce"):
    verdict = sc.certify(name, "l2").property(Condition.LOSS_CONVEX).verdict
    print(f"{name:16} convex: {verdict}")
    assert verdict is (sc.Verdict.PROVED if name in convex else sc.Verdict.REFUTED)

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand: a convex function is at the middle of two points at most the mean of its values there. The focal loss is
# $-(1 - p_y)^2 \log p_y$; in interval arithmetic of another library, every bound is rounded outward:


# %% slideshow={"slide_type": "fragment"}
def focal_loss(*scores):
    """The focal loss with gamma = 2 of the first label, as an interval."""
    powers = [mp.iv.exp(mp.iv.mpf(score)) for score in scores]
    p = powers[0] / sum(powers)
    return -((1 - p) ** 2) * mp.iv.log(p)


above = (focal_loss(-4, 0, 0) + focal_loss(-2, 0, 0)) / 2 - focal_loss(-3, 0, 0)
print("mean of the values less the value at the middle:", mp.nstr(mp.mpf(above.mid), 12))
assert "x = (-4, 0, 0), w = (-2, 0, 0)" in witness.quantity
assert above.b < 0
assert abs(mp.mpf(above.mid) - mp.mpf(witness.value)) < mp.mpf(10) ** -12

# %% [markdown] slideshow={"slide_type": "subslide"}
# A pair that is outside gets no traceback and no bare "no": it is told which premise fails, and where.

# %% slideshow={"slide_type": "fragment"}
outside = sc.certify("one_vs_rest_logistic", "l2").theorem("Theorem 3")
print(outside.verdict, "- what fails:", outside.failing.statement)
print(outside.failing.witness)
assert outside.verdict is sc.Verdict.REFUTED
b = [half - 1, half, half]  # the gradient of sum_k log(1 + e^(z_k)) - z_1 at 0, for C = 3
assert Fraction(outside.failing.witness.value) == sum(b) / 3 != 0

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4. How fast: the order of robustness
#
# In the limit of large $\lambda$ the scores point where those of the unhinged loss do. How far are they from there at
# $\alpha = 1/\lambda$? The distance is about $c\, \alpha^n$, and the paper does not say which $n$. The package derives
# it from the second derivatives of $l$ and the third of $g$ at 0.

# %% slideshow={"slide_type": "fragment"}
ce_l2, ce_entropy = sc.certify("cross_entropy", "l2"), sc.certify("cross_entropy", "entropy")
for cert in (ce_l2, ce_entropy):
    for kind, order in cert.full().orders:
        print(f"{cert.regularizer.title:8} {kind:43} {order.classes!s:13} order {order.to_limit}")
assert [order.to_limit for _, order in ce_l2.full().orders] == [3, 2, 3, 1]
assert [order.to_limit for order in ce_entropy.prediction.orders] == [2, 1]

# %% [markdown] slideshow={"slide_type": "subslide"}
# Why not 1 throughout? The second derivative of cross entropy at 0 is the same for every label, and on scores that add
# up to 0 it is $1/C$ times that of $\frac{1}{2} \lVert z \rVert^2$: the term of order 1 stretches the scores and does
# not turn them. With a reference class $z_C = 0$ it is no multiple. And the entropy has a third derivative at 0, unless
# there are only two classes. With plain SymPy:

# %% slideshow={"slide_type": "fragment"}
for n in (2, 3):
    scores = sp.symbols(f"z1:{n + 1}")
    at_zero = dict.fromkeys(scores, 0)
    p = [sp.exp(s) / sum(sp.exp(x) for x in scores) for s in scores]
    curvature = sp.hessian(-sp.log(p[0]), scores).subs(at_zero)
    assert curvature == sp.hessian(-sp.log(p[1]), scores).subs(at_zero) == (sp.eye(n) - sp.ones(n) / n) / n
    third = sp.simplify(sp.diff(sum(share * sp.log(share) for share in p), scores[0], 3).subs(at_zero))
    print(f"C = {n}: D^2 of cross entropy at 0 =", curvature.tolist(), "  third derivative of the entropy =", third)
    assert (third == 0) == (n == 2)
assert curvature[:2, :2] == sp.Matrix([[2, -1], [-1, 2]]) / 9  # z_3 = 0: not a multiple of the identity

# %% [markdown] slideshow={"slide_type": "subslide"}
# And in numbers. Two points, each with scores of its own, have labels with the laws $q$ below. For
# $g = \frac{1}{2} \lVert z \rVert^2$ the gradient of the objective is 0 where $z = \alpha\,(q - p)$. For
# $g = \sum_k p_k \log p_k$ it is 0 where $z_k = \alpha\,(q_k - p_k)/p_k$, up to a number that all classes share. If
# $\alpha$ is small, repeating that from $z = 0$ converges. The distance is that of two directions, over both points.


# %% slideshow={"slide_type": "fragment"}
# needs symcheck[numerics]
def softmax(z):
    """The probabilities of the scores; a row is a point."""
    return np.exp(z) / np.exp(z).sum(1, keepdims=True)


def l2(z, q, alpha):
    """Where z = l2(z, q, alpha), the gradient of alpha CE + l2 is 0."""
    return alpha * (q - softmax(z))


def l2_with_reference(z, q, alpha):
    """The same for models that fix the last score at 0."""
    return l2(z, q, alpha) * (np.arange(q.shape[1]) < q.shape[1] - 1)


def entropy(z, q, alpha):
    """The same for the entropy penalty; the scores add up to 0, as only their differences count."""
    moved = alpha * (q - softmax(z)) / softmax(z)
    return moved - moved.mean(1, keepdims=True)


def distance(step, q, alpha):
    """The distance of the minimiser from the limit, each divided by its norm."""
    z, limit = np.zeros_like(q), step(np.zeros_like(q), q, 1)
    for _ in range(60):
        z = step(z, q, alpha)
    return np.linalg.norm(z / np.linalg.norm(z) - limit / np.linalg.norm(limit))


two = np.array([[0.9, 0.1], [0.3, 0.7]])
three = np.array([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4]])
for step, q, order in (
    (l2, two, 3),
    (l2, three, 2),
    (l2_with_reference, three, 1),
    (entropy, two, 2),
    (entropy, three, 1),
):
    slope = np.log10(distance(step, q, 1e-2) / distance(step, q, 1e-3))
    print(f"{step.__name__:17}  C = {q.shape[1]}  predicted {order}  measured {slope:.2f}")
    assert round(slope, 1) == order

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5. Other noise
#
# All of this is about uniform noise. Let the label $i$ become $j$ with probability $T_{ij}$. Over all functions of $x$,
# the unhinged loss with a quadratic penalty then has scores in proportion to $T^\top \eta - u$, where $\eta$ is the law
# of the clean label at $x$ and $u$ the uniform law. Which $T$ keep every prediction? Uniform noise, and no other: a
# hundredth of the labels drawn again from a law that is a hundredth off the uniform one is too much. The page of the
# pair flip, where each class is taken for the next one, has the argument.

# %% slideshow={"slide_type": "fragment"}
uniform = sc.noise_condition(UniformNoise())  # of every rate (1 - a) (C - 1)/C
print("uniform noise keeps every prediction:", uniform.verdict, "for", uniform.scope)
assert uniform.verdict is sc.Verdict.PROVED
slightly_uneven = sc.noise_condition(towards("1/100", ("34/100", "33/100", "33/100")))
assert slightly_uneven.verdict is sc.Verdict.REFUTED
pair_flip = sc.noise_condition(PairFlip("1/5"), classes=3)
assert pair_flip.verdict is sc.Verdict.REFUTED
pair_flip

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand, at the law of the witness: a fifth of class 1 moves to class 2, a fifth of class 2 to class 3. And the
# positive part: where the leading class leads by more than the number given above, it stays in the lead; asked for such
# laws only, the answer is PROVED.

# %% slideshow={"slide_type": "fragment"}
eta = pair_flip.witness.eta
fifth = Fraction(1, 5)
after = [(1 - fifth) * eta[k] + fifth * eta[k - 1] for k in range(3)]
print("eta =", *eta, "  T'eta =", *after)
assert [predicted(eta), predicted(after)] == [1, 2]
assert [x - Fraction(1, 3) for x in after] == list(pair_flip.witness.noisy_scores)
leading = [(Fraction(3, 5), Fraction(2, 5), 0), (Fraction(1, 5), Fraction(1, 5), Fraction(3, 5))]
assert all(sorted(law)[2] - sorted(law)[1] > pair_flip.lead for law in leading)
assert sc.noise_condition(PairFlip("1/5"), laws=leading).verdict is sc.Verdict.PROVED

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6. Two limits of the theory
#
# **A tie.** One assumption stays on the list of Theorem 3: no ties in the limit scores. It is not
# pedantry. Here is a convex loss with every premise of the theorem, and yet noise turns its prediction at *every*
# $\lambda$:

# %% slideshow={"slide_type": "fragment"}
tie = counterexample("tie_in_the_limit")
assert tie.check().verdict is sc.Verdict.PROVED
tied = sc.certify(tie.loss, tie.regularizer)
assert tied.theorem("Theorem 3").verdict is sc.Verdict.PROVED
assert tied.property(Condition.LOSS_CONVEX).verdict is sc.Verdict.PROVED
assert "no ties" in tied.theorem("Theorem 3").assumptions[-1]
tie

# %% [markdown] slideshow={"slide_type": "subslide"}
# By hand. With the labels' law $q$ and $m = \sum_y q_y w_y$ the objective is quadratic,
#
# $$ -\langle z, q - u \rangle + \tfrac{1}{2} (m z_1^2 + z_2^2) + \tfrac{\lambda}{2} \lVert z \rVert^2, $$
#
# and each coordinate is minimised alone.

# %% slideshow={"slide_type": "fragment"}
third = Fraction(1, 3)
for strength in (Fraction(1, 10), Fraction(10), Fraction(10**6)):
    both = []
    for rho in (Fraction(0), Fraction(1, 2)):
        q = [(1 - rho) * x + rho / 2 * (1 - x) for x in (half, half, Fraction(0))]
        m = q[0] * half + q[1] * half + q[2] * 4
        z = [(q[0] - third) / (m + strength), (q[1] - third) / (1 + strength), (q[2] - third) / strength]
        assert z[0] == (1 - rho * 3 / 2) / (6 * (strength + m))
        both.append(z)
    print(f"lambda = {strength!s:8}", *["(" + ", ".join(f"{float(x):.7g}" for x in z) + ")" for z in both])
    assert [predicted(z) for z in both] == [1, 2]
    ratios = [z[0] / z[1] for z in both]
    assert ratios[0] > 1 > ratios[1]
assert all(abs(ratio - 1) < Fraction(1, 10**6) for ratio in ratios)  # the limit direction is (1, 1, -2) for both

# %% [markdown] slideshow={"slide_type": "subslide"}
# **A small penalty.** Robust means robust in the limit of large $\lambda$. With cross entropy, two classes and four
# points on a line, $z = (s, -s)$ with $s = \theta_1 x + \theta_2$, noise turns a prediction while $\lambda$ is small.
# The package shows that for whole intervals of $\lambda$. By hand we look at both sides: the objective is strictly
# convex, so the point where its gradient vanishes is the minimiser. And note the price: at large $\lambda$ clean and
# noisy agree, on a class that is not the label of the second point.

# %% slideshow={"slide_type": "fragment"}
small = counterexample("small_penalty_two_classes")
print(small)
assert small.check().verdict is sc.Verdict.PROVED
points, labels = (0, 5, 6, 6), (1, 1, 2, 2)


def classes_at(strength, rho):
    """The predicted classes of the four points at the minimiser."""

    def gradient(slope, offset):
        rows = []
        for x, y in zip(points, labels, strict=True):
            s = slope * x + offset
            off_target = 1 / (1 + mp.exp(-2 * s)) - (1 - rho if y == 1 else rho)
            rows.append((2 * off_target + 2 * strength * s) / 4)  # the penalty is lambda/2 (s^2 + s^2)
        return [mp.fsum(row * x for row, x in zip(rows, points, strict=True)), mp.fsum(rows)]

    slope, offset = mp.findroot(gradient, (0, 0))
    return tuple(1 if slope * x + offset > 0 else 2 for x in points)


for one_over, expected in ((100, small.claims[0]), (20, small.claims[1])):
    turned = [classes_at(mp.mpf(1) / one_over, rho) for rho in (mp.mpf(0), mp.mpf(2) / 5)]
    print(f"lambda = 1/{one_over}: {turned[0]} -> {turned[1]}")
    assert turned == [expected.clean, expected.noisy]
assert small.claims[0].clean == labels
assert small.claims[1].clean[1] != labels[1]

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7. Exercises
#
# **Exercise.** In E6 the prediction turns at the rate 2/5 and not at 1/4. Where does it turn? Derive the rate by hand
# from `best_t`, and see whether the check of the ledger agrees on both sides of it.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# The target is (1 - rho, rho), and t is (1 - rho - 2 rho) over something positive: it turns at rho = 1/3.
assert best_t(plain, Fraction(1, 3), 0) == 0
for rate in (Fraction(33, 100), Fraction(34, 100)):
    turns = next(iter(claim("E6").compute({"rho": rate}))).holds
    assert turns == (best_t(plain, rate, 0) < 0) == (rate > Fraction(1, 3))
    print(f"rho = {rate}: turns: {turns}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** A pair flip of a fifth of the labels moves predictions with three classes. With two? For which rates?
# Ask `sc.noise_condition(PairFlip("1/5"), classes=2)`, and explain the answer.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
# With two classes the next class is the only other one, so a pair flip is uniform noise: it keeps every prediction
# below the rate 1/2, where a = 1 - 2 r is positive.
two_classes = {rate: sc.noise_condition(PairFlip(rate), classes=2).verdict.name for rate in ("1/5", "49/100", "51/100")}
assert two_classes == {"1/5": "PROVED", "49/100": "PROVED", "51/100": "REFUTED"}
two_classes

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Exercise.** The squared error $\frac12 \lVert z - e_y \rVert^2$ of E6 without any penalty: does Corollary 1 apply
# to it? To $\frac12 \lVert z - o_y \rVert^2$? Ask `sc.certify(loss).theorem("Corollary 1")` for both, with
# `sc.onehot(y)` and `sc.centred_onehot(y)`, and find what fails.

# %% jupyter={"source_hidden": true} slideshow={"slide_type": "fragment"} tags=["solution", "hide-cell"]
# Solution
squares = {name: sc.certify(f"total((z - {name}(y))**2)/2") for name in ("onehot", "centred_onehot")}
asked = {name: square.theorem("Corollary 1") for name, square in squares.items()}
assert [x.verdict.name for x in asked.values()] == ["REFUTED", "PROVED"]
print("what fails:", asked["onehot"].failing.statement)
print("what holds:", asked["centred_onehot"].theorem.concludes)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8. Where to go next
#
# - `symcheck paper` prints the ledger, `symcheck paper E10` one entry, and [docs/PAPER.md](../docs/PAPER.md) has all of
#   them. `symcheck certify focal l2 --theorem "Theorem 3"` is section 3 on the command line.
# - `pytest tests/proofs -v` runs each theorem over the whole catalogue, beside false statements none of which may be
#   proved.
# - What is proved can be measured: `confirm(sc.certify("cross_entropy", "l2"), data="digits")` trains and compares
#   limit, order and constant with the prediction. [05_train](05_train.ipynb) does that.
