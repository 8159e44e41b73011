"""Wrong input to torch_loss and to the loss: each error, word for word."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import symcheck as sc
from numerics import torch_loss
from numerics.errors import LossError
from symcheck.errors import FormulaError, NumberError, ParameterError, ScopeError, SymcheckError, UnknownNameError

Z = torch.tensor([[0.5, -1.0, 2.0], [0.0, 1.0, 0.25], [3.0, 0.0, -2.0], [0.0, 0.0, 1.0]])
Y = torch.tensor([0, 1, 2, 0])


def certified(classes: int | None = None) -> Any:
    return sc.certify("gce", "l2", classes=classes)


MAKING: dict[str, tuple[Callable[[], Any], type[SymcheckError], str]] = {
    "an unknown reduction": (
        lambda: torch_loss("gce", reduction="max"),
        LossError,
        "reduction: got 'max'; accepted is 'mean', 'sum' or 'none'",
    ),
    "an ignored label that is none": (
        lambda: torch_loss("gce", ignore_index=True),
        LossError,
        "ignore_index: got True; accepted is an integer, such as -100",
    ),
    "an ignored label that is a float": (
        lambda: torch_loss("gce", ignore_index=1.5),
        LossError,
        "ignore_index: got 1.5; accepted is an integer, such as -100",
    ),
    "an unknown name": (
        lambda: torch_loss("gcee"),
        UnknownNameError,
        "loss: there is no loss called 'gcee'; did you mean gce or agce?; symcheck list losses shows all of them",
    ),
    "an unknown parameter": (
        lambda: torch_loss("gce", p=0.5),
        ParameterError,
        "p: no free parameter has this name; free here: q",
    ),
    "a parameter that is set already": (
        lambda: torch_loss(sc.losses.GCE(q="1/2"), q=0.7),
        ParameterError,
        "q: no free parameter has this name; free here: none",
    ),
    "a value outside the interval": (
        lambda: torch_loss("gce", q=2),
        ParameterError,
        "q: got 2; accepted is (0, 1]",
    ),
    "a value just outside the interval, which no proof would take": (
        lambda: torch_loss("gce", q=1.0000000001),
        ParameterError,
        "q: got 1.0000000001; accepted is (0, 1]",
    ),
    "a value at the open end": (
        lambda: torch_loss("gce", q=0.0),
        ParameterError,
        "q: got 0; accepted is (0, 1]",
    ),
    "a value that is no number": (
        lambda: torch_loss("gce", q=math.nan),
        ParameterError,
        "q: got nan; accepted is (0, 1]",
    ),
    "a parameter without value and default": (
        lambda: torch_loss(lambda z, y: sc.Parameter("a", above=0) * (sc.logsumexp(z) - z[y])),
        ParameterError,
        "a: it is free in (0, oo) and has no default; give a value, a=...",
    ),
    "entries that are left out": (
        lambda: torch_loss("class_weighted_ce"),
        ParameterError,
        "w: its entries are free, and its default entries depend on C; give them, w=[...], or classes=10 for its "
        "default ones",
    ),
    "a negative entry": (
        lambda: torch_loss("class_weighted_ce", w=[1, -2, 3]),
        ParameterError,
        "w: got the entry -2; accepted are entries in (0, oo)",
    ),
    "a prior that does not add up": (
        lambda: torch_loss("logit_adjusted_ce", pi=[0.2, 0.2, 0.5]),
        ParameterError,
        "pi: got entries with the sum 9/10; accepted is the sum 1",
    ),
    "rows that do not add up": (
        lambda: torch_loss("forward", T=[[0.9, 0.2], [0.1, 0.9]]),
        ParameterError,
        "T: got a row 1 with the sum 11/10; accepted is the sum 1",
    ),
    "a vector for a matrix": (
        lambda: torch_loss("forward", T=[0.9, 0.1]),
        ParameterError,
        "T, row 1: got Fraction(9, 10); give a matrix as rows of numbers such as ((2, 1), (1, 2)), an entry for each "
        "class",
    ),
    "an entry that is no number": (
        lambda: torch_loss("class_weighted_ce", w=[1, math.nan, 3]),
        NumberError,
        "w[2]: got nan; write a finite number",
    ),
    "entries for other classes": (
        lambda: torch_loss("class_weighted_ce", w=[1, 2, 3], classes=4),
        ScopeError,
        "w: it has entries for 3 classes, and the scope is C = 4; give it one for each class",
    ),
    "no number of classes": (
        lambda: torch_loss("gce", classes=1),
        ScopeError,
        "classes: got 1; accepted is an integer C >= 2, or a pair such as (2, 1000)",
    ),
    "classes that the formula is not about": (
        lambda: torch_loss("hinge", classes=3),
        ScopeError,
        "classes: got C = 3, and hinge is about C = 2; ask for that, or leave classes out",
    ),
    "classes that the certificate is not about": (
        lambda: torch_loss(certified(3), classes=4),
        ScopeError,
        "classes: got C = 4, and the certificate is about C = 3",
    ),
    "a weight without a regularizer": (
        lambda: torch_loss("gce", weight=0.1),
        LossError,
        "weight: got 0.1, and there is no regularizer to weigh; give regularizer='l2', or a certificate",
    ),
    "a matched weight without a regularizer": (
        lambda: torch_loss("gce", weight="matched"),
        LossError,
        "weight: got 'matched', and there is no regularizer to weigh; give regularizer='l2', or a certificate",
    ),
    "a weight to be matched to without a regularizer": (
        lambda: torch_loss("gce", cross_entropy_weight=0.1),
        LossError,
        "cross_entropy_weight: got 0.1, and there is no regularizer to weigh; give regularizer='l2', or a certificate",
    ),
    "a negative weight": (
        lambda: torch_loss("gce", regularizer="l2", weight=-1),
        LossError,
        "weight: got -1; accepted is a number of at least 0, or 'matched'",
    ),
    "a weight that is no number": (
        lambda: torch_loss("gce", regularizer="l2", weight=math.nan),
        LossError,
        "weight: got nan; accepted is a number of at least 0, or 'matched'",
    ),
    "an infinite weight": (
        lambda: torch_loss("gce", regularizer="l2", weight=math.inf),
        LossError,
        "weight: got inf; accepted is a number of at least 0, or 'matched'",
    ),
    "a misspelt weight": (
        lambda: torch_loss("gce", regularizer="l2", weight="mached"),
        LossError,
        "weight: got 'mached'; accepted is a number of at least 0, or 'matched'",
    ),
    "a weight to be matched to beside a number": (
        lambda: torch_loss("gce", regularizer="l2", weight=0.1, cross_entropy_weight=0.1),
        LossError,
        "cross_entropy_weight: a weight is matched to it; write weight='matched', or leave it out",
    ),
    "a negative weight to be matched to": (
        lambda: torch_loss("gce", regularizer="l2", weight="matched", cross_entropy_weight=-0.1),
        LossError,
        "cross_entropy_weight: got -0.1; accepted is a number of at least 0",
    ),
    "a matched weight where kappa depends on C": (
        lambda: torch_loss("mae", regularizer="l2", weight="matched"),
        LossError,
        "weight: kappa = 2/C depends on the number of classes; name it, as in classes=10",
    ),
    "a matched weight of a pair that is refuted": (
        lambda: torch_loss("cross_entropy", regularizer="norm", weight="matched", classes=10),
        LossError,
        "weight: 'matched' needs a pair that is PROVED with the tier EXACT or SCALED, and this one is REFUTED for "
        "C = 10: cross_entropy + norm on R^C; give a number, or name other classes",
    ),
    "a regularizer beside a certificate": (
        lambda: torch_loss(certified(), regularizer="l2"),
        LossError,
        "regularizer: the certificate has its own, l2; leave it out, or pass the loss alone",
    ),
    "a parameter that is called as lambda is": (
        lambda: torch_loss(
            lambda z, y: sc.Parameter("weight", above=0, default=1) * (sc.logsumexp(z) - z[y]), regularizer="l2"
        ),
        ParameterError,
        "weight: a parameter of the formula has this name, which is lambda here; rename it, or set it, as "
        "symcheck.regularizers.ElasticNet(weight=1) does",
    ),
}


@pytest.mark.parametrize(("make", "kind", "message"), MAKING.values(), ids=MAKING)
def test_a_loss_that_cannot_be_made(make: Callable[[], Any], kind: type[SymcheckError], message: str) -> None:
    with pytest.raises(kind) as raised:
        make()
    assert str(raised.value) == message


def test_a_certificate_about_code_that_was_not_read_has_no_loss() -> None:
    certificate = sc.certify(lambda z, y: F.conv1d(z, z), "l2")
    with pytest.raises(LossError, match=r"^loss: the certificate is about code that has no formula: unmapped-op "):
        torch_loss(certificate)


def test_code_that_was_not_read_has_no_loss() -> None:
    with pytest.raises(FormulaError, match="not read"):
        torch_loss(nn.CrossEntropyLoss(ignore_index=0))


CALLING: dict[str, tuple[Any, Any, str]] = {
    "logits of an array": (
        Z.numpy(),
        Y,
        "logits: got a ndarray; accepted is a floating tensor of shape (N, C, ...)",
    ),
    "integer logits": (
        Z.long(),
        Y,
        "logits: got a tensor of torch.int64; accepted is a floating tensor of shape (N, C, ...)",
    ),
    "complex logits": (
        Z.to(torch.complex64),
        Y,
        "logits: got a tensor of torch.complex64; accepted is a floating tensor of shape (N, C, ...)",
    ),
    "an empty batch": (
        torch.zeros(0, 3),
        Y[:0],
        "logits: got an empty batch, of shape (0, 3); accepted is (N, C, ...) with N >= 1; leave such a batch out",
    ),
    "an empty image": (
        torch.zeros(2, 3, 0),
        torch.zeros(2, 0).long(),
        "logits: got an empty batch, of shape (2, 3, 0); accepted is (N, C, ...) with N >= 1; leave such a batch out",
    ),
    "one class": (
        torch.zeros(4, 1),
        Y,
        "logits: got C = 1 in the shape (4, 1), and gce is about every C >= 2; the classes are on the second axis",
    ),
    "no classes": (
        torch.tensor(1.0),
        torch.tensor(0),
        "logits: got C = 0 in the shape (), and gce is about every C >= 2; the classes are on the second axis",
    ),
    "labels in a list": (
        Z,
        [0, 1, 2, 0],
        "labels: got a list; accepted are integers, or laws on the classes as floats",
    ),
    "labels of truth": (
        Z,
        Y > 0,
        "labels: got a tensor of torch.bool; accepted are integers, or laws on the classes as floats",
    ),
    "labels as floats": (
        Z,
        Y.float(),
        "labels: got torch.float32 of shape (4,); class indices are integers, as labels.long() is, and laws on the "
        "classes have the shape of the logits, (4, 3)",
    ),
    "too few labels": (
        Z,
        Y[:2],
        "labels: got the shape (2,) for logits of shape (4, 3); accepted are integers of shape (4,)",
    ),
    "labels in a column": (
        Z,
        Y[:, None],
        "labels: got the shape (4, 1) for logits of shape (4, 3); accepted are integers of shape (4,)",
    ),
    "integer one-hot labels": (
        Z,
        F.one_hot(Y, 3),
        "labels: got the shape (4, 3) for logits of shape (4, 3); accepted are integers of shape (4,)",
    ),
    "labels that are elsewhere": (
        Z,
        Y.to("meta"),
        "labels: they are on meta and the logits on cpu; write labels.to(logits.device)",
    ),
    "a label below 0": (
        Z,
        torch.tensor([0, 1, -1, 0]),
        "labels: got -1, and C = 3; accepted are 0 to 2; to leave such samples out give torch_loss ignore_index=-1",
    ),
    "a label of C": (
        Z,
        torch.tensor([0, 1, 3, 0]),
        "labels: got 3, and C = 3; accepted are 0 to 2",
    ),
    "a label above C": (
        Z,
        torch.tensor([0, 1, 255, 0]),
        "labels: got 255, and C = 3; accepted are 0 to 2; to leave such samples out give torch_loss ignore_index=255",
    ),
    "labels that count from 1": (
        Z,
        Y + 1,
        "labels: got 3, and C = 3; accepted are 0 to 2; labels that count from 1 are labels - 1",
    ),
    "a logit that is no number": (
        torch.tensor([[0.0, math.nan, 1.0]]),
        Y[:1],
        "logits: got 1 of 3 that are not finite, the first nan at (0, 1); look for the step at which the network "
        "diverged, and lower its learning rate",
    ),
    "an infinite logit": (
        torch.tensor([[0.0, 1.0, math.inf]]),
        Y[:1],
        "logits: got 1 of 3 that are not finite, the first inf at (0, 2); look for the step at which the network "
        "diverged, and lower its learning rate",
    ),
    "an infinite logit of another class": (
        torch.tensor([[0.0, -math.inf, 1.0]]),
        Y[:1],
        "logits: got 1 of 3 that are not finite, the first -inf at (0, 1); look for the step at which the network "
        "diverged, and lower its learning rate",
    ),
    "infinite logits that cancel in a sum": (
        torch.tensor([[math.inf, -math.inf, 1.0]]),
        Y[:1],
        "logits: got 2 of 3 that are not finite, the first inf at (0, 0); look for the step at which the network "
        "diverged, and lower its learning rate",
    ),
    "an infinite logit in 16 bits": (
        torch.tensor([[0.0, 1.0, math.inf]]).half(),
        Y[:1],
        "logits: got 1 of 3 that are not finite, the first inf at (0, 2); look for the step at which the network "
        "diverged, and lower its learning rate",
    ),
    "laws that do not add up": (
        Z,
        torch.full((4, 3), 0.5),
        "labels: got a law with the least entry 0.5 and a sum that is 0.5 away from 1; accepted are entries of at "
        "least 0 with the sum 1 over the classes",
    ),
    "a law with a negative entry": (
        Z,
        torch.tensor([2.0, -1.0, 0.0]).expand(4, 3),
        "labels: got a law with the least entry -1 and a sum that is 0 away from 1; accepted are entries of at least 0 "
        "with the sum 1 over the classes",
    ),
    "a law that is no number": (
        Z,
        torch.full((4, 3), math.nan),
        "labels: got a law with the least entry nan and a sum that is nan away from 1; accepted are entries of at "
        "least 0 with the sum 1 over the classes",
    ),
}


@pytest.mark.parametrize(("logits", "labels", "message"), CALLING.values(), ids=CALLING)
def test_a_batch_that_has_no_loss(logits: Any, labels: Any, message: str) -> None:
    criterion = torch_loss("gce", regularizer="l2", weight=0.1)
    with pytest.raises(LossError) as raised:
        criterion(logits, labels)
    assert str(raised.value) == message


def test_entries_of_the_wrong_length() -> None:
    with pytest.raises(LossError) as raised:
        torch_loss("class_weighted_ce", w=[1, 2])(Z, Y)
    assert str(raised.value) == (
        "logits: got C = 3 in the shape (4, 3), and class_weighted_ce(w=(1, 2)) is about C = 2; the classes are on the "
        "second axis"
    )


def test_classes_outside_the_scope_of_the_certificate() -> None:
    with pytest.raises(LossError) as raised:
        torch_loss(certified(10))(Z, Y)
    assert str(raised.value) == (
        "logits: got C = 3 in the shape (4, 3), and gce is about C = 10; the classes are on the second axis"
    )


def test_a_batch_in_which_all_is_left_out() -> None:
    with pytest.raises(LossError) as raised:
        torch_loss("gce", ignore_index=-100)(Z, torch.full((4,), -100))
    assert str(raised.value) == (
        "labels: all of them are ignore_index, so that no sample is left to count; leave such a batch out"
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_laws_that_are_rounded_add_up(dtype: torch.dtype) -> None:
    law = torch.tensor([0.1, 0.2, 0.7]).to(dtype).expand(4, 3)
    expected = torch_loss("gce")(Z, torch.tensor([0.1, 0.2, 0.7]).expand(4, 3))
    torch.testing.assert_close(torch_loss("gce")(Z, law), expected, rtol=2 * torch.finfo(dtype).eps, atol=0)


def test_finite_logits_whose_sum_overflows_are_accepted() -> None:
    z = torch.full((2, 3), 3e38)
    assert z.sum().isinf()
    assert torch_loss("cross_entropy")(z, Y[:2]).item() == pytest.approx(math.log(3), rel=1e-6)


def test_without_checks_the_values_are_not_looked_at() -> None:
    criterion = torch_loss("cross_entropy", check=False)
    assert criterion(torch.tensor([[0.0, math.nan, 1.0]]), Y[:1]).isnan()
    with pytest.raises(LossError, match=r"^labels: got the shape \(2,\)"):  # shapes cost nothing
        criterion(Z, Y[:2])


def test_an_error_of_the_batch_leaves_the_loss_as_it_was() -> None:
    criterion = torch_loss("gce")
    before: Tensor = criterion(Z, Y)
    with pytest.raises(LossError):
        criterion(Z, Y + 1)
    assert criterion(Z, Y) == before
