"""Forms and traces: what is said of scores in weights that are scaled, against the scores themselves."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction

import pytest
import torch
from torch import nn

from numerics.networks import forms
from numerics.networks.forms import AFFINE, CONSTANT, FIXED, LINEAR, OTHER, UNMOVED, ZERO, Kind, homogeneous, shifted
from numerics.networks.stack import Stack
from numerics.networks.tracing import traced

CPU = torch.device("cpu")
SQUARE = homogeneous(Fraction(2))
EACH = (ZERO, FIXED, CONSTANT, LINEAR, AFFINE, UNMOVED, SQUARE, homogeneous(Fraction(1)), shifted(Fraction(1)), OTHER)


class TestForms:
    def test_the_order_does_not_matter(self):
        for a, b in itertools.combinations(EACH, 2):
            for made in (forms.total, forms.joined):
                assert made([a, b]) == made([b, a])
            assert forms.product(a, b) == forms.product(b, a)

    @pytest.mark.parametrize(
        ("parts", "expected"),
        [
            ((LINEAR, LINEAR), LINEAR),
            ((LINEAR, ZERO), LINEAR),
            ((LINEAR, FIXED), AFFINE),
            ((LINEAR, CONSTANT), AFFINE),
            ((AFFINE, CONSTANT), AFFINE),
            ((LINEAR, homogeneous(Fraction(1))), homogeneous(Fraction(1))),
            ((SQUARE, SQUARE), SQUARE),
            ((SQUARE, LINEAR), OTHER),
            ((SQUARE, FIXED), OTHER),
            ((UNMOVED, CONSTANT), UNMOVED),
            ((UNMOVED, LINEAR), OTHER),
            ((shifted(Fraction(1)), CONSTANT), shifted(Fraction(1))),
            ((shifted(Fraction(1)), shifted(Fraction(1))), OTHER),
            ((FIXED, CONSTANT), CONSTANT),
            ((ZERO, ZERO), ZERO),
            ((OTHER, ZERO), OTHER),
        ],
    )
    def test_sums(self, parts, expected):
        assert forms.total(parts) == expected

    def test_an_array_of_shifted_and_fixed_entries_is_not_shifted(self):
        assert forms.joined([shifted(Fraction(1)), FIXED]) == OTHER
        assert forms.joined([shifted(Fraction(1)), ZERO]) == OTHER
        assert forms.joined([shifted(Fraction(1))] * 2) == shifted(Fraction(1))

    def test_products_add_degrees(self):
        assert forms.product(LINEAR, LINEAR) == SQUARE
        assert forms.product(CONSTANT, LINEAR) == LINEAR
        assert forms.product(UNMOVED, LINEAR) == homogeneous(Fraction(1))
        assert forms.product(AFFINE, LINEAR) == OTHER
        assert forms.product(ZERO, AFFINE) == ZERO
        assert forms.product(ZERO, OTHER) == OTHER  # 0 times infinity
        assert forms.product(shifted(Fraction(1)), FIXED) == OTHER
        assert forms.power(SQUARE, Fraction(1, 2)) == homogeneous(Fraction(1))
        assert forms.power(SQUARE, Fraction(-1, 2)) == homogeneous(Fraction(-1))
        assert forms.positive(LINEAR) == homogeneous(Fraction(1))
        assert forms.positive(AFFINE) == OTHER


class Written(nn.Module):
    """What ``run`` makes of weights w (2, 3), of another weight v (3), and of x (n, 2)."""

    def __init__(self, run):
        super().__init__()
        self.w = nn.Parameter(torch.randn(2, 3))
        self.v = nn.Parameter(torch.randn(3))
        self.run = run

    def forward(self, x):
        return self.run(self.w, self.v, x)


def in_place(w, v, x):
    found = x @ w
    found += v
    return found.relu_()


def over_ones(w, v, x):
    found = torch.ones(len(x), 3, dtype=x.dtype)
    found[:, 0] = (x @ w)[:, 0]
    return found


def over_zeros(w, v, x):
    found = torch.zeros(len(x), 3, dtype=x.dtype)
    found[:, 1:] = (x @ w)[:, 1:]
    return found


def half_zeros(w, v, x):
    # only a part of what is zero is written over; the rest of the memory is 1
    found = torch.cat([torch.zeros(1, dtype=x.dtype), torch.ones(2, dtype=x.dtype)])
    found[:1] = (x @ w)[0, :1]
    return found.expand(len(x), 3)


def padded(w, v, x):
    return torch.nn.functional.pad((x @ w)[:, :2], (0, 1))


def padded_with_ones(w, v, x):
    return torch.nn.functional.pad((x @ w)[:, :2], (0, 1), value=1.0)


WRITTEN = {
    "x w": (lambda w, v, x: x @ w, LINEAR),
    "x w + v": (lambda w, v, x: x @ w + v, AFFINE),
    "x w v": (lambda w, v, x: (x @ w) * v, LINEAR),
    "x w / v": (lambda w, v, x: (x @ w) / v, LINEAR),
    "v / x w": (lambda w, v, x: v / (x @ w), homogeneous(Fraction(-1))),
    "x w + 1": (lambda w, v, x: x @ w + 1, AFFINE),
    "1 - x w": (lambda w, v, x: 1 - x @ w, AFFINE),
    "x w + 0": (lambda w, v, x: x @ w + 0, LINEAR),
    "-x w": (lambda w, v, x: -(x @ w), LINEAR),
    "relu": (lambda w, v, x: torch.relu(x @ w), homogeneous(Fraction(1))),
    "relu(x w + v)": (in_place, OTHER),
    "max": (lambda w, v, x: torch.maximum(x @ w, -(x @ w)), homogeneous(Fraction(1))),
    "max with 0": (lambda w, v, x: (x @ w).clamp(min=0), homogeneous(Fraction(1))),
    "max with 1": (lambda w, v, x: (x @ w).clamp(min=1), OTHER),
    "min with v": (lambda w, v, x: torch.minimum(x @ w, v.expand(len(x), 3)), OTHER),
    "hardtanh": (lambda w, v, x: torch.nn.functional.hardtanh(x @ w), OTHER),
    "threshold": (lambda w, v, x: torch.nn.functional.threshold(x @ w, 0.5, 0.0), OTHER),
    "square": (lambda w, v, x: (x @ w) ** 2, SQUARE),
    "root of a sum of squares": (lambda w, v, x: ((x @ w) ** 2 * v.abs()).sqrt(), homogeneous(Fraction(1))),
    "w'w": (lambda w, v, x: x @ w @ w.T @ w, homogeneous(Fraction(3))),
    "norm": (lambda w, v, x: x[:, :1] * w.norm() * v, homogeneous(Fraction(1))),
    "norm of order 0": (lambda w, v, x: x[:, :1] * w.norm(p=0) * v, OTHER),
    "over its norm": (lambda w, v, x: x @ (w / w.norm()), UNMOVED),
    "sign": (lambda w, v, x: torch.sign(x @ w), UNMOVED),
    "sign of w + v": (lambda w, v, x: torch.sign(x @ w + v), OTHER),
    "chosen by v": (lambda w, v, x: torch.where(v > 0, x @ w, 0.0), LINEAR),
    "chosen by w": (lambda w, v, x: torch.where(x @ w > 0, x @ w, 0.1 * (x @ w)), homogeneous(Fraction(1))),
    "chosen by w against 1": (lambda w, v, x: torch.where(x @ w > 1, x @ w, 0.0), OTHER),
    "sorted": (lambda w, v, x: (x @ w).sort(1).values, homogeneous(Fraction(1))),
    "order": (lambda w, v, x: (x @ w).argsort(1).to(x.dtype), UNMOVED),
    "exp": (lambda w, v, x: (x @ w).exp(), OTHER),
    "exp(log)": (lambda w, v, x: (x @ w).abs().log().exp(), homogeneous(Fraction(1))),
    "log_softmax": (lambda w, v, x: torch.log_softmax(x @ w, 1), OTHER),
    "over ones": (over_ones, AFFINE),
    "over zeros": (over_zeros, LINEAR),
    "half zeros": (half_zeros, AFFINE),
    "padded": (padded, LINEAR),
    "padded with ones": (padded_with_ones, AFFINE),
    "joined": (lambda w, v, x: torch.cat([(x @ w)[:, :2], torch.relu(x @ w)[:, 2:]], 1), homogeneous(Fraction(1))),
    "joined with v": (lambda w, v, x: torch.cat([(x @ w)[:, :2], v[:1].expand(len(x), 1)], 1), AFFINE),
    "std": (lambda w, v, x: (x @ w).std(1, keepdim=True) * v, homogeneous(Fraction(1))),
    "v alone": (lambda w, v, x: x[:, :1] * v, CONSTANT),
    "x alone": (lambda w, v, x: x.sum(1, keepdim=True).expand(-1, 3), FIXED),
    "whole numbers": (lambda w, v, x: (x @ w).to(torch.int64).to(x.dtype), OTHER),
    "0 times exp": (lambda w, v, x: x @ w + 0 * w.exp().sum(), OTHER),
}


def stack_of_one(run):
    torch.manual_seed(0)
    return Stack.of([Written(run).double()], CPU, torch.float64, torch.randn(6, 2).double())


@pytest.mark.parametrize("name", WRITTEN)
def test_a_trace_says_what_scores_do(name):
    run, expected = WRITTEN[name]
    stack = stack_of_one(run)
    x = torch.randn(6, 2, dtype=torch.float64)
    found = traced(stack, x, ["w"])
    assert found.form == expected
    assert not found.is_branched
    w, v = torch.randn(2, 2, 3, dtype=torch.float64), torch.randn(3, dtype=torch.float64)
    t = 3.7
    with torch.no_grad():
        before, after = run(w[0], v, x), run(t * w[0], v, x)
        if found.form.is_homogeneous:
            torch.testing.assert_close(after, t ** float(found.form.degree) * before)
        if found.form.is_still:
            assert torch.equal(after, before)
        if found.form.kind in (Kind.LINEAR, Kind.AFFINE):
            ends = run(w[0], v, x), run(w[1], v, x)
            torch.testing.assert_close(run((w[0] + w[1]) / 2, v, x), (ends[0] + ends[1]) / 2)


@pytest.mark.parametrize(
    "run",
    [
        lambda w, v, x: x @ w if w.sum() > 0 else 2 * x @ w,
        lambda w, v, x: x @ w * float(v.sum()),
        lambda w, v, x: x @ w * v.tolist()[0],
        lambda w, v, x: x @ w * float(v.detach().numpy()[0]),
        lambda w, v, x: x @ w * len(v[v > 0].nonzero()),
    ],
)
def test_a_value_that_is_read_is_noticed(run):
    found = traced(stack_of_one(run), torch.randn(6, 2, dtype=torch.float64), ["w"])
    assert found.is_branched
    assert not found.is_proved


def test_what_lost_the_form_and_what_came_last_are_named():
    x = torch.randn(6, 2, dtype=torch.float64)
    found = traced(stack_of_one(lambda w, v, x: torch.sigmoid(torch.tanh(x @ w)) + v), x, ["w"])
    assert (found.form, found.lost, found.last) == (OTHER, ("tanh",), "add")
    assert traced(stack_of_one(lambda w, v, x: torch.tanh(x @ w)), x, ["w"]).last == "tanh"


def test_a_logarithm_of_a_scale_is_shifted():
    x = torch.randn(6, 2, dtype=torch.float64)
    found = traced(stack_of_one(lambda w, v, x: (x @ w) * torch.exp(v[0] / 2 + 1)), x, ["v"], shift=True)
    assert found.form == homogeneous(Fraction(1, 2))
    assert traced(stack_of_one(lambda w, v, x: (x @ w) * v[0]), x, ["v"], shift=True).form == OTHER


def first_of_two(a, b):
    found = a.clone()
    found[:, :2].copy_(b[:, :2])
    return found


STEPS = (
    lambda a, _: torch.relu(a), lambda a, _: a.abs(), lambda a, _: a**2, lambda a, _: a.abs().sqrt(),
    lambda a, _: (a / 10).exp(), lambda a, _: a.abs().log(), lambda a, _: a.clamp(max=0), lambda a, _: a.clamp(max=1),
    lambda a, _: a.mean(1, keepdim=True).expand(-1, 3), lambda a, _: a.sort(1).values, lambda a, _: torch.sign(a),
    lambda a, _: a.norm(dim=1, keepdim=True).expand(-1, 3), lambda a, _: a.softmax(1), lambda a, _: a + 1,
    lambda a, _: 1 - a, lambda a, _: 1 / a, lambda a, _: 0 * a, lambda a, _: a.masked_fill(a[:1] * 0 == 0, 0.0),
    lambda a, _: torch.nn.functional.pad(a[:, :2], (1, 0), value=2.0),
    lambda a, _: a.var(1, keepdim=True).expand(-1, 3),
    lambda a, _: (a > 0).to(a.dtype), lambda a, _: torch.nn.functional.layer_norm(a, (3,)), lambda a, _: torch.floor(a),
    torch.add, torch.sub, torch.mul, torch.div, torch.maximum, torch.hypot, first_of_two,
    lambda a, b: torch.where(a > 0, a, b), lambda a, b: torch.where(a > b, a, b),
    lambda a, b: torch.cat([a[:, :1], b[:, 1:]], 1), lambda a, b: torch.addcdiv(a, a, b, value=0.5),
    lambda a, b: torch.rsub(a, b, alpha=2), lambda a, b: a.clone().mul_(b), lambda a, b: a.gather(1, b.argsort(1)),
)  # fmt: skip


def drawn_program(chance):
    """Some of ``STEPS``, each on what earlier ones gave; x w, v and x come first."""
    chosen = [
        (chance.choice(STEPS), chance.randrange(3 + k), chance.randrange(3 + k)) for k in range(chance.randint(1, 6))
    ]

    def run(w, v, x):
        found = [x @ w, v.expand(len(x), 3), x.sum(1, keepdim=True) + torch.arange(3)]
        for step, i, j in chosen:
            found.append(step(found[i], found[j]))
        return found[-1]

    return run


def is_near(found, expected):
    return not found.isfinite().all() or float((found - expected).norm()) <= 1e-7 * (1e-9 + float(found.norm()))


@pytest.mark.parametrize("count", [100, pytest.param(5000, marks=pytest.mark.slow)])
def test_no_program_does_other_than_its_trace_says(count):
    known = 0
    for number in range(count):
        run, chance = drawn_program(random.Random(number)), torch.Generator().manual_seed(number)
        stack, x = stack_of_one(run), torch.randn(9, 2, dtype=torch.float64, generator=chance)
        form = traced(stack, x, ["w"]).form
        if form == OTHER:
            continue
        known += 1
        (w, u), v = 3 * torch.randn(2, 2, 3, dtype=torch.float64, generator=chance), stack.start[0, 6:]
        with torch.no_grad():
            before, between = run(w, v, x), run((w + 2 * u) / 3, v, x)
            for t in (0.37, 2.3, 19.0):
                after = run(t * w, v, x)
                if form.is_homogeneous:
                    assert is_near(after, t ** float(form.degree) * before), number
                if form.is_still:
                    assert is_near(after, before), number
                if form.kind is Kind.SHIFTED:
                    assert is_near(after, before + float(form.degree) * math.log(t)), number
            if form.kind in (Kind.LINEAR, Kind.AFFINE):
                assert is_near(between, (before + 2 * run(u, v, x)) / 3), number
    assert known > count / 2
