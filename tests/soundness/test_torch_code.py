"""The truth about torch code, by hand, and trials in which it is wrong on purpose."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from benchmarks.soundness.kinds.torch_code import trial  # noqa: E402
from benchmarks.soundness.torch_trial import TorchTrial, _wrong  # noqa: E402
from benchmarks.soundness.truth.torch_code import NoTruth, germ_of, mixes  # noqa: E402
from symcheck.certificates.certify import certify  # noqa: E402
from symcheck.findings.tier import Tier  # noqa: E402

F = torch.nn.functional


def _at_label(p: Any, y: Any) -> Any:
    return p.gather(1, y.unsqueeze(1)).squeeze(1)


# l: (tier, kappa at C, whether the gradient is continuous at 0, whether the second derivatives are)
GERMS: dict[str, tuple[Callable[[Any, Any], Any], Tier, Callable[[int], float] | None, bool, bool]] = {
    "cross-entropy": (F.cross_entropy, Tier.EXACT, lambda c: 1, True, True),
    "mean absolute error": (lambda z, y: 1 - _at_label(z.softmax(1), y), Tier.SCALED, lambda c: 1 / c, True, True),
    "detached factor": (lambda z, y: _at_label(z.softmax(1), y).detach() * F.cross_entropy(z, y), Tier.SCALED,
                        lambda c: 1 / c, True, True),
    "drift": (lambda z, y: F.cross_entropy(z, y) + z.mean(1), Tier.QUOTIENT, lambda c: 1, True, True),
    "against the label": (lambda z, y: -F.cross_entropy(z, y), Tier.FAIL, None, True, True),
    "nothing": (lambda z, y: z.pow(2).sum(1), Tier.ZERO, None, True, True),
    "weights": (lambda z, y: (y + 1) * F.cross_entropy(z, y), Tier.CLASSWISE, None, True, True),
    "the next label": (lambda z, y: F.cross_entropy(z, (y + 1) % z.shape[1]), Tier.SYMLIN, None, True, True),
    "kink": (lambda z, y: F.cross_entropy(z, y) + z[:, 0].abs(), Tier.EXACT, lambda c: 1, False, True),
    "bend": (lambda z, y: F.cross_entropy(z, y) + z[:, 0].relu() ** 2, Tier.EXACT, lambda c: 1, True, False),
}  # fmt: skip


@pytest.mark.parametrize("name", GERMS)
@pytest.mark.parametrize("classes", [3, 5])
def test_the_germ_of_code(name: str, classes: int) -> None:
    code, tier, kappa, is_continuous, is_twice = GERMS[name]
    germ = germ_of(code, classes)
    assert (germ.tier, germ.is_continuous) == (tier, is_continuous)
    assert germ.is_smooth is (is_continuous and is_twice)
    if kappa is None:
        assert germ.kappa is None
    else:
        assert germ.kappa == pytest.approx(kappa(classes))


def test_code_without_a_value_has_no_truth() -> None:
    for code in (lambda z, y: z.log().sum(1), lambda z, y: z[:, 99], lambda z, y: 1e6 * z.sum(1)):
        with pytest.raises(NoTruth):
            germ_of(code, 3)


@pytest.mark.parametrize(
    ("code", "is_mixed"),
    [
        (F.cross_entropy, False),
        (lambda z, y: F.cross_entropy(z, y, reduction="sum"), False),
        (lambda z, y: F.cross_entropy(z, y, reduction="none"), False),
        (lambda z, y: F.cross_entropy(z - z.mean(0), y), True),
        (lambda z, y: F.cross_entropy(z, y) ** 2, True),
        (lambda z, y: F.cross_entropy(z, y) * len(y) ** 2, True),
    ],
)
def test_batches_that_mix(code: Callable[[Any, Any], Any], is_mixed: bool) -> None:
    assert bool(mixes(code, 5, 1.0, random.Random(0))) is is_mixed


@pytest.mark.parametrize("name", GERMS)
def test_a_certificate_of_other_code_is_found_false(name: str) -> None:
    """What is said of one loss is compared with the germ of another one: false unless both have the same form."""
    certificate = certify(GERMS[name][0], "l2", classes=3)
    for other, (code, tier, kappa, *_) in GERMS.items():
        germ = germ_of(code, 3)
        differs = (tier, None if kappa is None else kappa(3), germ.is_continuous) != _form(name)
        found = list(_wrong(certificate, 3, germ))
        if other == name:
            assert not found
        elif differs and certificate.tier is not None:
            assert found, other


def _form(name: str) -> tuple[Tier, float | None, bool]:
    _, tier, kappa, is_continuous, _ = GERMS[name]
    return tier, None if kappa is None else kappa(3), is_continuous


def test_generated_code_is_certified_right() -> None:
    answers = set()
    for index in range(16):
        outcome = trial(random.Random(f"test torch_code {index}"), index).run()
        assert not outcome.wrong, index
        answers.add(outcome.answer)
    assert {"PROVED", "REFUTED"} <= answers


def test_a_smaller_trial_leaves_a_line_out() -> None:
    source = "def loss(z, y):\n    z = 2 * z\n    l = F.cross_entropy(z, y)\n    return l\n"
    assert [t.text for t in TorchTrial(source).smaller()] == [
        "torch code\ndef loss(z, y):\n    l = F.cross_entropy(z, y)\n    return l"
    ]
    assert math.isclose(germ_of(TorchTrial(source)._code(), 3).kappa or 0, 2)
