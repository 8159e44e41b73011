"""Small models of many kinds, from 4 features to scores of 3 classes, with what an audit has to say of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
import torch.utils.checkpoint
from torch import Tensor, nn

from numerics.audits.models.audit import Answer

HOLDS, FAILS, UNKNOWN = Answer.HOLDS, Answer.FAILS, Answer.UNKNOWN


class Parts(nn.Module):
    """A module whose forward pass is ``run(module, x)`` with ``parts`` as its layers and weights."""

    def __init__(self, run: Callable[[nn.Module, Tensor], Tensor], parts: dict[str, object]) -> None:
        super().__init__()
        self.run = run
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x: Tensor) -> Tensor:
        return self.run(self, x)


@dataclass(frozen=True)
class Kind:
    """A function that ``make``s a model; ``cone``, ``linear`` and ``smooth`` are answers, ``said`` is in that of cone.

    ``refused`` is in the message of the error, for a model that no theorem covers.
    """

    make: Callable[[], nn.Module]
    cone: Answer = HOLDS
    linear: Answer = FAILS
    smooth: Answer = HOLDS
    said: str = ""
    refused: str = ""


def parts(run: Callable[[nn.Module, Tensor], Tensor], **makers: Callable[[], object]) -> Callable[[], nn.Module]:
    return lambda: Parts(run, {name: make() for name, make in makers.items()})


def chain(*makers: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
    return lambda: nn.Sequential(*(make() for make in makers))


def layer(*sizes: int, **kinds: bool) -> Callable[[], nn.Module]:
    return lambda: nn.Linear(*sizes, **kinds)


def weight(*shape: int) -> Callable[[], nn.Parameter]:
    return lambda: nn.Parameter(torch.randn(*shape) / 2 + 1)


def frozen(make: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
    return lambda: make().requires_grad_(False)


def normed(make: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
    return lambda: nn.utils.parametrizations.weight_norm(make())


def filled(module: nn.Module, x: Tensor) -> Tensor:
    scores = torch.zeros(len(x), 3, dtype=x.dtype)
    scores[:, :2], scores[:, 2:] = module.a(x), module.b(x)
    return scores


def partly_filled(module: nn.Module, x: Tensor) -> Tensor:
    scores = torch.ones(len(x), 3, dtype=x.dtype)
    scores[:, :2] = module.a(x)
    return scores


FIRST, LAST = layer(4, 5), layer(5, 3)
MIXED = "which no theorem covers"
BY_LAYER = "multiplying the weights of layer {} by t multiplies the scores by t (at random weights, error "

COVERED = {
    "linear": Kind(layer(4, 3), linear=HOLDS, said=BY_LAYER.replace("layer {}", "the module itself")),
    "tanh": Kind(chain(FIRST, nn.Tanh, LAST), said=BY_LAYER.format(2)),
    "relu": Kind(chain(FIRST, nn.ReLU, LAST), said=BY_LAYER.format(2)),
    "relu in place": Kind(parts(lambda m, x: m.b(m.a(x).relu_()), a=FIRST, b=LAST), said=BY_LAYER.format("b")),
    "batch norm": Kind(chain(FIRST, lambda: nn.BatchNorm1d(5), nn.Tanh, LAST), said=BY_LAYER.format(3)),
    "layer norm": Kind(chain(FIRST, lambda: nn.LayerNorm(5), nn.Tanh, LAST), said=BY_LAYER.format(3)),
    "dropout": Kind(chain(FIRST, nn.Dropout, nn.Tanh, LAST), said=BY_LAYER.format(3)),
    "convolution": Kind(
        chain(lambda: nn.Unflatten(1, (1, 4)), lambda: nn.Conv1d(1, 2, 2), nn.ReLU, nn.Flatten, layer(6, 3)),
        said=BY_LAYER.format(4),
    ),
    "max pooling": Kind(
        chain(
            lambda: nn.Unflatten(1, (1, 4)), lambda: nn.Conv1d(1, 2, 2), lambda: nn.MaxPool1d(2), nn.Flatten,
            layer(2, 3),
        ),
        smooth=UNKNOWN, said=BY_LAYER.format(4),
    ),
    "lstm": Kind(
        parts(
            lambda m, x: m.b(m.a(x[:, :, None])[0][:, -1]), a=lambda: nn.LSTM(1, 2, batch_first=True), b=layer(2, 3)
        ),
        said=BY_LAYER.format("b"),
    ),
    "gru": Kind(
        parts(lambda m, x: m.b(m.a(x[:, :, None])[0][:, -1]), a=lambda: nn.GRU(1, 2, batch_first=True), b=layer(2, 3)),
        said=BY_LAYER.format("b"),
    ),
    "transformer": Kind(
        parts(
            lambda m, x: m.b(m.a(x[:, :, None] * torch.arange(1, 5)).mean(1)),
            a=lambda: nn.TransformerEncoderLayer(4, 2, 2, batch_first=True), b=layer(4, 3),
        ),
        said=BY_LAYER.format("b"),
    ),
    "attention": Kind(
        parts(
            lambda m, x: m.b(m.a(*[x[:, :, None].expand(-1, -1, 2)] * 3)[0].mean(1)),
            a=lambda: nn.MultiheadAttention(2, 1, batch_first=True), b=layer(2, 3),
        ),
        said=BY_LAYER.format("b"),
    ),
    "a branch for each sample": Kind(
        parts(lambda m, x: torch.stack([m.b(h) if h.sum() > 0 else m.b(-h) for h in m.a(x)]), a=FIRST, b=LAST),
        cone=UNKNOWN, smooth=UNKNOWN,
        said="but they pass a value that the program reads, of which it is not known that the factor is kept",
    ),
    "a sort": Kind(parts(lambda m, x: m.b(m.a(x).sort(1).values), a=FIRST, b=LAST), smooth=UNKNOWN),
    "checkpointed": Kind(
        parts(lambda m, x: torch.utils.checkpoint.checkpoint(m.a, x, use_reentrant=False), a=layer(4, 3)), linear=HOLDS
    ),
    "a head that comes first": Kind(
        parts(lambda m, x: m.head(torch.tanh(m.body(x))), head=LAST, body=FIRST), said=BY_LAYER.format("head")
    ),
    "frozen features": Kind(chain(frozen(FIRST), nn.Tanh, LAST), linear=HOLDS, said=BY_LAYER.format(2)),
    "a frozen head": Kind(
        chain(FIRST, nn.Tanh, frozen(LAST)), cone=UNKNOWN,
        said="no layer was found that scales the scores, and a search for weights with the scores 3 Z stopped at ",
    ),
    "a frozen head without biases": Kind(
        chain(layer(4, 5, bias=False), nn.ReLU, layer(5, 5, bias=False), nn.ReLU, frozen(layer(5, 3, bias=False))),
        said=BY_LAYER.format(2),
    ),
    "a frozen bias": Kind(
        parts(lambda m, x: m.a(x) + m.c, a=layer(4, 3, bias=False), c=lambda: weight(3)().requires_grad_(False)),
        cone=FAILS, said="the scores of all weights are an affine space without 0, which t Z leaves; "
        "start='subtracted' takes the fixed term away",
    ),
    "a bias of its own beside a frozen one": Kind(
        parts(lambda m, x: m.a(x) + m.c, a=layer(4, 3), c=lambda: weight(3)().requires_grad_(False)),
        linear=HOLDS, said="the scores of all weights are a subspace",
    ),
    "an unused weight": Kind(parts(lambda m, x: m.a(x), a=layer(4, 3), c=weight(2)), linear=HOLDS),
    "nothing but an unused weight": Kind(
        parts(lambda m, x: m.a(x), a=frozen(layer(4, 3)), c=weight(2)), cone=FAILS,
        said="the scores of all weights are an affine space without 0",
    ),
    "two heads": Kind(
        parts(lambda m, x: m.a(torch.tanh(m.c(x))) + m.b(x), a=LAST, b=layer(4, 3), c=FIRST),
        said="multiplying the weights of a.weight, a.bias, b.weight, b.bias together by t",
    ),
    "parts written into zeros": Kind(parts(filled, a=layer(4, 2), b=layer(4, 1)), linear=HOLDS, said="together by t"),
    "parts written into ones": Kind(parts(partly_filled, a=layer(4, 2)), cone=FAILS, said="an affine space without 0"),
    "a temperature": Kind(
        parts(lambda m, x: m.t * F.normalize(m.a(x), dim=1), a=layer(4, 3), t=weight(1)), smooth=UNKNOWN,
        said="multiplying the weights of the module itself by t multiplies",
    ),
    "the logarithm of a temperature": Kind(
        parts(lambda m, x: torch.exp(-m.s / 2) * torch.tanh(m.a(x)), a=layer(4, 3), s=weight(1)),
        said="adding -2 log t to s multiplies the scores by t (at random weights, error ",
    ),
    "a norm of weights": Kind(
        chain(FIRST, nn.Tanh, normed(LAST)),
        said="multiplying the weights of 2.bias, 2.parametrizations.weight.original0 together by t multiplies",
    ),
    "a cube": Kind(parts(lambda m, x: m.a(x) ** 3, a=layer(4, 3)), said="weights of layer a by t^(1/3) multiplies"),
    "bilinear": Kind(lambda: OnePoint(), linear=HOLDS, said=BY_LAYER.format("a")),
    "relu at the end": Kind(chain(layer(4, 3), nn.ReLU), said=BY_LAYER.format(0)),
    "batch norm at the end": Kind(chain(layer(4, 3), lambda: nn.BatchNorm1d(3)), said=BY_LAYER.format(1)),
    "tanh at the end": Kind(
        chain(layer(4, 3), nn.Tanh), cone=FAILS,
        said="the last operation is tanh, whose results are bounded: not all t Z, t > 0, are scores of this family; "
        "give the scores before it",
    ),
    "softmax": Kind(chain(layer(4, 3), lambda: nn.Softmax(1)), cone=FAILS, said="the last operation is softmax, whose"),
    "log softmax": Kind(
        chain(FIRST, nn.Tanh, LAST, lambda: nn.LogSoftmax(1)), cone=FAILS,
        said="the scores are logarithms of probabilities, log_softmax(...), and t times them are none for t != 1; give "
        "the scores before log_softmax: the losses take a softmax themselves",
    ),
    "a part of a log softmax": Kind(
        chain(layer(4, 5), lambda: nn.LogSoftmax(1), lambda: Columns()), cone=UNKNOWN, said="no layer was found"
    ),
    "a clamp that is far away": Kind(
        parts(lambda m, x: m.a(x).clamp(-1e4, 1e4), a=layer(4, 3)), cone=UNKNOWN, linear=UNKNOWN, smooth=UNKNOWN,
        said="but they pass clamp, of which it is not known that the factor is kept at all weights",
    ),
    "a value read": Kind(
        parts(lambda m, x: m.a(x) * (1 + 0 * m.a.weight.sum().item()), a=layer(4, 3)),
        cone=UNKNOWN, linear=UNKNOWN, smooth=UNKNOWN, said="of which it is not known",
    ),
}  # fmt: skip
"""Models that an audit answers."""

REFUSED = {
    "centred": Kind(parts(lambda m, x: m.a(x - x.mean(0)), a=layer(4, 3)), refused=MIXED),
    "softmax over the samples": Kind(parts(lambda m, x: m.b(m.a(x).softmax(0)), a=FIRST, b=LAST), refused=MIXED),
    "attention over the samples": Kind(
        parts(lambda m, x: m.b(torch.softmax(x @ x.T, 1) @ m.a(x)), a=FIRST, b=LAST), refused=MIXED
    ),
    "batch norm in training": Kind(
        parts(lambda m, x: m.b(F.batch_norm(m.a(x), None, None, training=True)), a=FIRST, b=LAST), refused=MIXED
    ),
    "batch norm without statistics": Kind(
        chain(FIRST, lambda: nn.BatchNorm1d(5, track_running_stats=False), LAST), refused=MIXED
    ),
    "an lstm along the samples": Kind(
        parts(lambda m, x: m.b(m.a(x[:, None])[0][:, 0]), a=lambda: nn.LSTM(4, 2), b=layer(2, 3)), refused=MIXED
    ),
    "a branch for all samples": Kind(
        parts(lambda m, x: m.b(m.a(x)) if m.a(x).sum() > 0 else m.b(-m.a(x)), a=FIRST, b=LAST), refused=MIXED
    ),
    "dropout in training": Kind(
        parts(lambda m, x: m.b(F.dropout(m.a(x), 0.5, training=True)), a=FIRST, b=LAST), refused="two passes with"
    ),
    "noise": Kind(parts(lambda m, x: m.b(x + torch.randn_like(x)), b=layer(4, 3)), refused="two passes with the same"),
    "detached": Kind(parts(lambda m, x: m.a(x).detach(), a=layer(4, 3)), refused="hidden from autograd"),
    "half detached": Kind(
        parts(lambda m, x: m.a(x) + m.b(x).detach(), a=layer(4, 3), b=layer(4, 3)), refused="hidden from autograd"
    ),
    "by way of numpy": Kind(
        parts(lambda m, x: torch.from_numpy(m.a(x).detach().numpy()), a=layer(4, 3)), refused="hidden from autograd"
    ),
}
"""Models that no theorem covers, or whose weights cannot be trained by gradients."""


class Columns(nn.Module):
    """The first three columns."""

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :3]


class OnePoint(nn.Module):
    """x' A x for a matrix of weights of each class."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Bilinear(4, 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.a(x, x)
        return found
