"""Small data sets by the thousand: where counterexamples are looked for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.formulas.pair import Pair
from numerics.models.linear import Outputs, basis_of

FAMILIES = ("shared features", "reference class", "cone")
"""Kinds of small families, in the order in which they are searched."""
OFFSETS = (10, 100, 1000, 10_000)
"""What is added to all entries of a direction."""
MOST_AT_ONCE = 200_000
"""Sizes with more data sets than this are left out."""


@dataclass(frozen=True, eq=False)
class Batch:
    """B data sets of one family and size: ``maps`` (B, n, C, m), ``labels`` (B, n), ``features`` (B, n, k) as shown."""

    family: str
    maps: Tensor
    labels: Tensor
    features: Tensor


def batches(pair: Pair, pulls: Tensor, curvature: Tensor, families: Sequence[str], most_points: int) -> Iterator[Batch]:
    """Data sets by size, the smallest first, then the construction for shared features."""
    for points in range(1, most_points + 1):
        for family in FAMILIES:
            if family in families:
                yield _grid(pair, family, points)
    if FAMILIES[0] in families:
        yield from _constructed(pair, pulls, curvature)


def _grid(pair: Pair, family: str, points: int) -> Batch:
    """Small integers for features, and all labels; of one point on a line, all directions with small entries."""
    classes = pair.classes
    labels = torch.tensor(list(itertools.product(range(classes), repeat=points)))
    if family == "cone":
        reach = 3 if classes <= 4 else 1
        entries = range(-reach, reach + 1)
        directions = itertools.product(entries, repeat=classes) if points == 1 and classes <= 10 else ()
        # no two directions along one line, none along (1, ..., 1)
        shown = torch.tensor([r for r in directions if len(set(r)) > 1 and next(x for x in r if x) > 0]).double()
        if not len(shown):
            return Batch(family, torch.zeros(0), labels[:0], torch.zeros(0))
        shown = shown[shown.abs().sum(1).argsort(stable=True)]
        # moved along (1, ..., 1), where a small drift that all classes share pulls
        shown = torch.cat([shown, *(shown[shown.abs().sum(1) <= 2] + far for far in OFFSETS)])
        features = shown[:, None, None, :].expand(-1, len(labels), -1, -1).reshape(-1, 1, classes)
        return Batch(family, features.unsqueeze(-1), labels.repeat(len(shown), 1), features)
    reach = {1: 1, 2: 3}.get(points, 3)
    axis = [x for x in range(-reach, reach + 1) if x]
    rows = [r for r in itertools.product(axis, repeat=points) if r[0] > 0]
    if len(rows) * len(labels) > MOST_AT_ONCE:
        return Batch(family, torch.zeros(0), labels[:0], torch.zeros(0))
    phi = torch.tensor(rows, dtype=torch.float64)
    phi = phi[phi.abs().sum(1).argsort(stable=True)]
    features = phi[:, None, :, None].expand(-1, len(labels), -1, -1).reshape(-1, points, 1)
    return Batch(family, _maps(pair, family, features), labels.repeat(len(phi), 1), features)


def _maps(pair: Pair, family: str, features: Tensor) -> Tensor:
    """M_i = phi_i B for one feature, B a basis of the scores that the family can have."""
    kind = Outputs.CENTRED if pair.certificate.quotient else Outputs.FULL
    basis = basis_of(pair.classes, Outputs.REFERENCE if family == "reference class" else kind)
    return features.unsqueeze(-1) * basis


def _constructed(pair: Pair, pulls: Tensor, curvature: Tensor) -> Iterator[Batch]:
    """The data of THEORY 6: a point phi = 1, and phi = M x_k for each class k, with sum_k x_k (b_k - d) = -H v.

    v = e_c - (1'H e_c/1'H 1) 1 is a direction in which the drift does not pull, and class c is not the drift's own;
    there are such data if the drift d is not a multiple of H 1.
    """
    classes, drift = pair.classes, pulls.mean(0)
    ones = torch.ones(classes, dtype=torch.float64)
    towards = -torch.linalg.lstsq(curvature, drift.unsqueeze(1)).solution.squeeze(1)
    system = torch.cat([(pulls - drift).T, ones[None]])
    for c in range(classes):
        if c == int(towards.argmax()):
            continue
        v = torch.eye(classes, dtype=torch.float64)[c] - (curvature[c].sum() / curvature.sum()) * ones
        goal = torch.cat([-curvature @ v, torch.zeros(1, dtype=torch.float64)])
        x = torch.linalg.lstsq(system, goal.unsqueeze(1), driver="gelsd").solution.squeeze(1)
        # There is no such x where the b_k - d do not span the complement of (1, ..., 1).
        if float((system @ x - goal).norm()) > 1e-9 * float(goal.norm()):
            continue
        x = x / x.abs().max()
        # M has to be large, and a small M is easier to look at: in rising order.
        sizes = torch.tensor([1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0], dtype=torch.float64)
        first = torch.ones(len(sizes), 1, dtype=torch.float64)
        for label in range(classes):
            features = torch.cat([first, sizes[:, None] * x], 1).unsqueeze(-1)
            labels = torch.tensor([label, *range(classes)]).expand(len(sizes), -1)
            yield Batch(FAMILIES[0], _maps(pair, FAMILIES[0], features), labels, features)
