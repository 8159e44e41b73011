"""The veto: a formula that is not what the code does is objected to, at a named point."""

from __future__ import annotations

import builtins
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F

from symcheck.intake.parser import parsed
from symcheck.intake.torch.comparison import CLASSES, Comparison
from symcheck.intake.torch.eager import ROUNDING
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from symcheck.reason import Code, Undecided


def gce(z, y):
    return ((1 - z.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1) ** 0.7) / 0.7).mean()


RIGHT = "(1 - softmax(z)[y]**(7/10))/(7/10)"


def objection(code: Callable[..., object], text: str, kind: str = "loss", fixed: int | None = None) -> str | None:
    try:
        Comparison(code, kind, CLASSES if fixed is None else (fixed,)).check(parsed(text))
    except Undecided as stop:
        return str(stop.reason)
    return None


def test_the_right_formula_passes() -> None:
    assert objection(gce, RIGHT) is None
    assert objection(gce, RIGHT, fixed=10) is None
    assert objection(gce, RIGHT, fixed=300) is None


@pytest.mark.parametrize(
    "text",
    [
        "(1 - softmax(z)[y]**(7/10))/(6/10)",
        "(1 - softmax(z)[y]**(69/100))/(7/10)",
        f"{RIGHT} + 1/1000000000",  # a shift by 1e-9
        f"{RIGHT} + total(z)/10000000",  # nothing at z = 0
        f"{RIGHT} + abs(total(z)) - total(z)",
        f"{RIGHT} + mean(z) - z[y]",  # the same at z = 0
        "detach(softmax(z)[y])*0 + (1 - detach(softmax(z)[y])**(7/10))/(7/10)",  # the same values, no gradient
        f"{RIGHT}*(C - 2)*(C - 3)*(C - 5)",
        f"branch(z[y] - 100, 0, {RIGHT}) + log(total(z))",
    ],
)
def test_a_wrong_formula_is_objected_to(text: str) -> None:
    assert str(objection(gce, text)).startswith(Code.READINGS_DISAGREE.value)


def test_an_objection_names_the_point() -> None:
    assert objection(gce, "1 - softmax(z)[y]") == (
        "readings-disagree at C = 2, y = 0, z = (0, 0): what was recorded is not what the code does: the code returns "
        "0.549182561896 and the formula 0.5; something the code does was not seen while it was recorded; "
        "write the loss as a formula of symcheck"
    )  # (1 - 2^-0.7)/0.7 = 0.54918256189...


def test_what_is_below_rounding_passes() -> None:
    assert ROUNDING == 1e-10
    assert objection(gce, f"{RIGHT} + 1/10000000000000") is None


def test_a_value_that_does_not_exist_has_to_exist_nowhere() -> None:
    def cosine(z, y):
        return (1 - z[range(len(y)), y] / z.norm(dim=1)).mean()  # 0/0 at z = 0

    assert objection(cosine, "1 - z[y]/sqrt(total(z**2))") is None
    assert objection(lambda z, y: F.cross_entropy(z, y), "-log_softmax(z)[y] + 0*log(total(z))") is not None
    assert objection(cosine, "1 - z[y]/sqrt(total(z**2) + (1 - tanh(total(z**2)*10**9)))") is not None


def test_a_custom_gradient_is_noticed() -> None:
    class Reversed(torch.autograd.Function):
        @staticmethod
        def forward(_, x):
            return x * 1

        @staticmethod
        def backward(_, g):
            return -g

    def code(z, y):
        return F.cross_entropy(Reversed.apply(z), y)

    assert ", so the code changes gradients (a backward of its own, a detached value)" in str(
        objection(code, "-log_softmax(z)[y]")
    )
    with pytest.raises(Undecided, match="the backward of Reversed is not the derivative"):
        recorded_torch(code, "loss")


def test_a_detached_weight_is_part_of_the_formula() -> None:
    def weighted(z, y):
        with torch.no_grad():
            weight = 1 - z.softmax(1).gather(1, y[:, None]).squeeze(1)
        return (weight * F.cross_entropy(z, y, reduction="none")).mean()

    formula = recorded_torch(weighted, "loss").formula
    assert formula == parsed("(1 - detach(softmax(z))[y])*-log_softmax(z)[y]")
    assert objection(weighted, str(formula)) is None
    assert objection(weighted, "(1 - softmax(z)[y])*-log_softmax(z)[y]") is not None


def by_counts(z, y):
    """Each class has the weight 1 over how often it occurs in the batch: 1 where all labels differ."""
    counts = F.one_hot(y, z.shape[1]).sum(0)
    return (F.cross_entropy(z, y, reduction="none") / counts[y]).mean()


def by_pairs(z, y):
    return (F.cross_entropy(z, y, reduction="none") * (y[:, None] == y[None]).sum(1)).mean()


def by_the_first_label(z, y):
    return F.cross_entropy(z, y) * (5.0 if int(y[0]) == 3 else 1.0)


@pytest.mark.parametrize("code", [by_counts, by_pairs])
@pytest.mark.parametrize("classes", [None, 2, 3, 5, 10])
def test_labels_of_a_batch_that_act_on_each_other_are_noticed(code: Callable[..., object], classes: int | None) -> None:
    with pytest.raises(Undecided, match="it mixes the samples of a batch"):
        recorded_torch(code, "loss", classes=Classes.of(classes))


@pytest.mark.parametrize("classes", [5, 10])
def test_a_batch_that_its_first_label_decides_is_noticed(classes: int) -> None:
    with pytest.raises(Undecided):  # with what stopped the run on symbols, or with the batch
        recorded_torch(by_the_first_label, "loss", classes=Classes.of(classes))


def test_dependence_on_the_batch_size_is_noticed() -> None:
    with pytest.raises(Undecided, match="it mixes the samples of a batch"):
        recorded_torch(lambda z, y: F.cross_entropy(z, y) * len(y) ** 2, "loss")
    with pytest.raises(Undecided, match="it mixes the samples of a batch"):
        recorded_torch(lambda z, y: F.cross_entropy(z, y) if len(y) == 1 else z.sum(1), "loss")


def test_code_for_one_sample_alone_is_noted() -> None:
    def single(z, y):
        if z.shape[0] != 1:
            raise ValueError("one sample at a time")
        return F.cross_entropy(z, y)

    assert [str(note) for note in recorded_torch(single, "loss").notes] == [
        "the code raises ValueError on a batch of 3: it is read for one sample at a time"
    ]


def with_a_backward(changed: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]):
    """Cross-entropy on logits of which the largest is taken off, as a function whose gradient is ``changed``."""

    class Written(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z, y):
            shifted = z - z.max(1, keepdim=True)[0]
            ctx.save_for_backward(z, y)
            return shifted.exp().sum(1).log() - shifted.gather(1, y[:, None]).squeeze(1)

        @staticmethod
        def backward(ctx, g):
            z, y = ctx.saved_tensors
            right = z.softmax(1) - F.one_hot(y, z.shape[1])
            return g[:, None] * changed(right, z, y), None

    return lambda z, y: Written.apply(z, y).mean()


WRONG_BACKWARDS = {
    "a factor": lambda d, z, y: 2 * d,
    "a factor at one C": lambda d, z, y: d * (2 if z.shape[1] == 10 else 1),
    "a factor at one label": lambda d, z, y: torch.where(y[:, None] == 3, 2 * d, d),
    "nothing at 0 alone": lambda d, z, y: torch.where((z == 0).all(1, keepdim=True), 0 * d, d),
    "a factor at 0 alone": lambda d, z, y: torch.where((z == z[:, :1]).all(1, keepdim=True), 2 * d, d),
    "a factor near 0": lambda d, z, y: torch.where(z.abs().amax(1, keepdim=True) < 1e-3, 2 * d, d),
    "cut": lambda d, z, y: d.clamp(-0.3, 0.3),
    "a drift": lambda d, z, y: d + 0.1,
}


@pytest.mark.parametrize("wrong", WRONG_BACKWARDS)
@pytest.mark.parametrize("classes", [None, pytest.param(10, marks=pytest.mark.slow)])
def test_a_wrong_backward_is_objected_to(wrong: str, classes: int | None) -> None:
    assert str(recorded_torch(with_a_backward(lambda d, z, y: d), "loss").formula)
    with pytest.raises(Undecided) as caught:
        recorded_torch(with_a_backward(WRONG_BACKWARDS[wrong]), "loss", classes=Classes.of(classes))
    assert caught.value.reason.code is Code.READINGS_DISAGREE
    assert "the backward of Written is not the derivative" in caught.value.reason.why


@pytest.mark.parametrize(
    ("code", "is_noted"),
    [
        # Each is the cross-entropy of z itself.  autograd takes relu'(0) = 0 and 1 for a clamp at its end.
        (lambda z, y: F.cross_entropy(z.relu() - (-z).relu(), y), True),
        (lambda z, y: F.cross_entropy(z.clamp(min=0) + z.clamp(max=0), y), True),
        # It halves the derivative of a maximum of equal ones, and the halves add up.
        (lambda z, y: F.cross_entropy(torch.maximum(z, 0 * z) + torch.minimum(z, 0 * z), y), False),
        (lambda z, y: F.cross_entropy(z - z.max(1, keepdim=True)[0], y), False),
        (lambda z, y: F.cross_entropy(z - z.amax(1, keepdim=True).detach(), y), False),
        (F.cross_entropy, False),
    ],
)
def test_another_gradient_of_autograd_at_0_is_noted(code: Callable[..., object], is_noted: bool) -> None:
    notes = [str(note) for note in recorded_torch(code, "loss").notes]
    assert any("at z = 0 itself autograd returns another gradient" in note for note in notes) is is_noted


def test_the_callers_settings_are_left_alone() -> None:
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    with torch.no_grad(), torch.inference_mode():
        assert str(recorded_torch(F.cross_entropy, "loss").formula) == "-log_softmax(z)[y]"
        assert not torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)


def test_the_callers_settings_are_left_alone_after_a_refusal() -> None:
    asked = isinstance

    def refused(z, y):
        torch.set_grad_enabled(False)
        return torch.lgamma(z)

    with pytest.raises(Undecided):
        recorded_torch(refused, "loss")
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32
    assert builtins.isinstance is asked
