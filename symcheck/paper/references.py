"""References for which Definitions 1 and 2 hold though noise turns a prediction.

The loss is w_y l_MUH(z, y) with class weights w, and the penalty 1/2 ||z||^2; on the family of all functions of x the
minimiser has the output alpha E[w_Y o_Y | x], exactly.  Both definitions ask for one robust loss with the same
direction, and the losses here follow the minimiser wherever it goes:

- ``of_one_input``: ||z - z*||^2 does not depend on the label;
- ``of_samples``: dist(z, {z_i})^2 + s(z, y) with s(z, y) = -sum_i b_i(z) (o_(y_i))_y, where b_i is a bump that is 1
  at z_i; it sums to 0 over the labels and is nowhere below -(1 - 1/C).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product

from symcheck.counterexamples import counterexample
from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Fact
from symcheck.paper.exact import RATIONAL, Loss, Vector, centred, flip_of, inner, largest, noisy, risk, same_direction

ALPHAS = (Fraction(1), Fraction(1, 10**6))
LABELS = (1, 3)
"""The clean labels of the two inputs."""


def weighted_output(label: int, rho: Fraction, weights: Vector, alpha: Fraction) -> Vector:
    """The output alpha E[w_Y o_Y] of an input whose clean label is ``label``, under noise of rate ``rho``."""
    classes = len(weights)
    law = noisy(label, classes, rho)
    return tuple(
        alpha * sum((p * weights[k - 1] * centred(k, classes)[i] for k, p in law.items()), Fraction(0))
        for i in range(classes)
    )


def squared_distance(first: Vector, second: Vector) -> Fraction:
    """||first - second||^2."""
    gap = [x - y for x, y in zip(first, second, strict=True)]
    return inner(gap, gap)


def of_one_input(output: Vector) -> Loss:
    """The loss ||z - output||^2, which has the same value for every label."""
    return lambda z, _: squared_distance(z, output)


def of_samples(outputs: Sequence[Vector], labels: Sequence[int]) -> Loss:
    """The loss dist(z, {z_i})^2 + s(z, y); its bumps end at half the least distance between two outputs."""
    classes = len(outputs[0])
    reach = min(squared_distance(x, y) for n, x in enumerate(outputs) for y in outputs[:n]) / 4

    def loss(z: Vector, label: int) -> Fraction:
        gaps = [squared_distance(z, output) for output in outputs]
        bumps = [max(Fraction(0), 1 - gap / reach) for gap in gaps]
        return min(gaps) - sum(
            (b * centred(k, classes)[label - 1] for b, k in zip(bumps, labels, strict=True)), Fraction(0)
        )

    return loss


def met_by_one_input(rho: Fraction, weights: Vector, violates: Callable[..., Fact]) -> Iterator[Fact]:
    """Class weights turn the prediction of one input at every alpha, and (3) is 0 for both laws."""
    kept, turned = [], []
    for alpha in ALPHAS:
        outputs = [weighted_output(1, rate, weights, alpha) for rate in (Fraction(0), rho)]
        turned.append([largest(z) for z in outputs] == [(1,), (2,)])
        grid = [tuple(alpha * x for x in z) for z in product(map(Fraction, (-1, 0, 2)), repeat=3)]
        for output in outputs:
            reference = of_one_input(output)
            for rate in (Fraction(0), rho):
                values = {z: risk(reference, z, noisy(1, 3, rate)) for z in (output, *grid)}
                kept.append([z for z, value in values.items() if value == min(values.values())] == [output])
    yield violates(
        r"one input, $l = w_y l_{MUH}$, $g = \tfrac12\Vert z\Vert^2$: noise turns class 1 to class 2 at every "
        r"$\alpha$, and Definition 1 is met: $\hat l_\alpha = \Vert z - Z(\theta_\alpha)\Vert^2$ has the same risk "
        r"for clean and noisy labels, its only minimiser is $Z(\theta_\alpha)$, and (3) is 0",
        all(turned) and all(kept),
        RATIONAL,
        f"at alpha = {', '.join(map(str, ALPHAS))}, among 28 outputs",
    )
    case = counterexample("class_weights")
    yield violates(
        r"so does the class-weighted cross entropy, whose prediction turns at every $\lambda > 0$: the same reference "
        r"serves any $Z(\theta_\alpha)$",
        case.check().verdict is Verdict.PROVED and case.claims[0].flips and case.claims[0].lambdas.high is None,
        "symcheck.counterexamples",
        flip_of(case),
    )
    direction = weighted_output(1, Fraction(0), weights, Fraction(1))
    branch = [weighted_output(1, Fraction(0), weights, alpha) for alpha in ALPHAS]
    yield violates(
        r"Definition 2 is met with $\hat l_\beta = 0$, which is robust as every output minimises both of its risks: "
        r"$\hat\theta_n = \tfrac1n v$ with $v = E[w_Y o_Y]$ is a minimiser, and (4) is 0 along the minimisers $\alpha "
        r"v$",
        all(same_direction(z, tuple(x / n for x in direction)) for z in branch for n in (1, 10, 1000)),
        RATIONAL,
    )


def met_by_samples(rho: Fraction, weights: Vector, violates: Callable[..., Fact]) -> Iterator[Fact]:
    """The same on two inputs, where a loss of z alone does not serve: the reference has to see the label."""
    kept, turned, least = [], [], []
    for alpha in ALPHAS:
        clean, blurred = ([weighted_output(k, rate, weights, alpha) for k in LABELS] for rate in (Fraction(0), rho))
        turned.append(all(largest(x) != largest(y) for x, y in zip(clean, blurred, strict=True)))
        for outputs in (clean, blurred):
            reference = of_samples(outputs, LABELS)
            middle = tuple((x + y) / 2 for x, y in zip(*outputs, strict=True))
            near = tuple(x + (y - x) / 10 for x, y in zip(*outputs, strict=True))
            candidates = [*outputs, middle, near, (Fraction(0),) * 3]
            least.append(min(reference(z, k) for z in candidates for k in (1, 2, 3)))
            for rate in (Fraction(0), rho):
                values = {
                    pair: sum(risk(reference, z, noisy(k, 3, rate)) for z, k in zip(pair, LABELS, strict=True))
                    for pair in product(candidates, repeat=2)
                }
                kept.append([p for p, value in values.items() if value == min(values.values())] == [tuple(outputs)])
    yield violates(
        r"two inputs with the labels 1 and 3: noise turns both predictions, and $\mathrm{dist}(z, \{z_i\})^2 + s(z, "
        r"y)$ with $\sum_y s = 0$, $s \ge -(1 - \tfrac1C)$ and $s(z_i, y) = -(o_{y_i})_y$ has the only minimiser "
        r"$(z_1, z_2) = Z(\theta_\alpha)$, for clean and for noisy labels",
        all(turned) and all(kept) and min(least) == Fraction(1, 3) - 1,
        RATIONAL,
        f"among {len(ALPHAS)} x 25 pairs of outputs; the least value is {min(least)}",
    )
