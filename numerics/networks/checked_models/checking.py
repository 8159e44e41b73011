"""The checks of a model, in the order in which they are made."""

from __future__ import annotations

from torch import Tensor, nn

from numerics.networks.checked_models.apart import check_apart
from numerics.networks.checked_models.by_autograd import check_by_autograd
from numerics.networks.checked_models.finite import check_finite
from numerics.networks.checked_models.logits import check_logits
from numerics.networks.checked_models.moving import Parts, check_moving, check_used
from numerics.networks.checked_models.one_network import check_one_network
from numerics.networks.checked_models.repeated import check_repeated
from numerics.networks.checked_models.stateless import check_given_weights, check_runs
from numerics.networks.checked_models.trials import Trials, own_draws

READABLE = (check_runs, check_repeated, check_given_weights, check_apart, check_finite, check_by_autograd)
"""Without these nothing can be said of a model: neither an audit nor a training."""


def check_readable(modules: dict[int, nn.Module], inputs: Tensor) -> None:
    """Raises ``ModelError`` unless ``modules``, by their seeds, are functions of weights and of one sample at a time.

    Parameters: ``inputs`` (b, ...) a few of the samples.  torch's generators are left as they were.
    """
    with own_draws(inputs):
        first = Trials.of(next(iter(modules.values())), inputs)
        for check in READABLE:
            check(first)
        check_one_network(modules, inputs)


def check_trainable(module: nn.Module, inputs: Tensor, rest: Parts) -> None:
    """Raises ``ModelError`` unless ``module`` gives scores that the weights that are trained move.

    Parameters: ``inputs`` (b, ...) a few of the samples; ``rest`` gives all of them, some at a time.
    """
    trials = Trials.of(module, inputs)
    check_logits(trials)
    check_used(trials, rest)


def check_begun(module: nn.Module, inputs: Tensor, rest: Parts) -> None:
    """Raises ``ModelError`` where training would stay where ``module``, with its start, begins.

    Parameters: ``inputs`` and ``rest`` as for ``check_trainable``.
    """
    check_moving(Trials.of(module, inputs), rest)
