"""torch DataLoaders: batches (x, y) as they come, or the features that a frozen network makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import BatchSampler, DataLoader, IterableDataset, RandomSampler, SequentialSampler

from numerics.blockwise.blocks import Local
from numerics.errors import DataError, ModelError


def loader_source(loader: DataLoader[Any], network: nn.Module | None, layer: str | None) -> Local:
    """The samples of ``loader``: flattened, or the output of ``layer`` of ``network``, by default its last one.

    The network is in evaluation mode while it is read, without gradients, and left as it was.  Raises ``DataError`` for
    batches that are no pairs, a loader that ends early or may repeat samples, ``ModelError`` for a layer that is not
    there.
    """
    _check_each_once(loader)
    known = _length(loader)
    hooked = None if network is None else _layer(network, layer)

    def read(first: int) -> Iterator[tuple[Any, Any]]:
        seen = 0
        with _frozen(network) as place:
            for x, y in _batches(loader):
                count = len(y)
                if seen >= first:  # samples that were summed up before are passed over, a batch at a time
                    yield _features(x, network, hooked, place), y.detach().cpu().numpy()
                seen += count
        if known is not None and seen < known:
            why = "drop_last leaves samples out" if loader.drop_last else "a worker or the data set ended early"
            raise DataError(
                f"data: the loader ended after {seen} of {known} samples ({why}); accepted is one that hands over "
                "every sample once"
            )

    return Local(type(loader.dataset).__name__, known, read)


def _check_each_once(loader: DataLoader[Any]) -> None:
    """Raises ``DataError`` for a sampler that may repeat samples: their labels would count as independent."""
    if isinstance(loader.dataset, IterableDataset):
        return
    sampler = loader.sampler
    is_each_once = type(sampler) is SequentialSampler or (type(sampler) is RandomSampler and not sampler.replacement)
    if not is_each_once or type(loader.batch_sampler) not in (BatchSampler, type(None)):
        seen = sampler if not is_each_once else loader.batch_sampler
        raise DataError(
            f"data: the loader has a {type(seen).__name__}, which may leave samples out or repeat them; accepted is "
            "each sample once: DataLoader(dataset, batch_size=256), or one of a Subset"
        )


def _length(loader: DataLoader[Any]) -> int | None:
    try:
        return len(loader.dataset)  # type: ignore[arg-type]
    except TypeError:
        return None


def _layer(network: nn.Module, name: str | None) -> nn.Module:
    modules: dict[str, nn.Module] = dict(network.named_modules())
    if name is None or name == "":
        return network
    if name not in modules:
        near = get_close_matches(name, modules, 3) or list(modules)[1:9]
        raise ModelError(f"layer: the network has no module {name!r}; there are: {', '.join(near)}")
    return modules[name]


def _batches(loader: DataLoader[Any]) -> Iterator[tuple[Tensor, Tensor]]:
    batches, count = iter(loader), 0
    while True:
        try:
            found = next(batches)
        except StopIteration:
            return
        except Exception as error:
            told = f"{type(error).__name__}: {error}".splitlines()[0]
            raise DataError(f"data: the loader failed in batch {count}: {told}; mend the data set") from error
        is_pair = isinstance(found, list | tuple) and len(found) == 2 and all(isinstance(p, Tensor) for p in found)
        if not is_pair or found[1].ndim != 1 or len(found[0]) != len(found[1]):
            raise DataError(
                f"data: batch {count} of the loader is no pair of tensors (x, y) with a label for each sample; "
                "accepted are such pairs, as of a Dataset that returns (x, y)"
            )
        yield found[0], found[1]
        count += 1


@contextmanager
def _frozen(network: nn.Module | None) -> Iterator[torch.device]:
    """Where the weights are; modules are as they were afterwards."""
    if network is None:
        yield torch.device("cpu")
        return
    modes = {module: module.training for module in network.modules()}
    network.eval()
    try:
        yield next((p.device for p in network.parameters()), torch.device("cpu"))
    finally:
        for module, mode in modes.items():
            module.training = mode


def _features(x: Tensor, network: nn.Module | None, layer: nn.Module | None, place: torch.device) -> Any:
    if network is None:
        return x.detach().flatten(1).cpu().double().numpy()
    kept: list[Tensor] = []

    def keep(_module: nn.Module, _given: Any, output: Any) -> None:
        kept.append(output)

    assert layer is not None
    handle = layer.register_forward_hook(keep)
    try:
        with torch.no_grad():
            network(x.to(place))
    finally:
        handle.remove()
    if len(kept) != 1 or not isinstance(kept[0], Tensor) or len(kept[0]) != len(x):
        raise ModelError(
            f"layer: its output is not one tensor with a row for each of {len(x)} samples, once a pass; name another "
            "layer, such as the last one before the scores"
        )
    return kept[0].flatten(1).cpu().double().numpy()
