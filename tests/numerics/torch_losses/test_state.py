"""The parameters of a loss as buffers: saved, loaded, moved, copied, changed, and sent to other processes."""

from __future__ import annotations

import copy
import gc
import io
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import Tensor, nn

import symcheck as sc
from numerics import torch_loss
from numerics.torch_losses.formula_loss import FormulaLoss
from symcheck.errors import ParameterError
from symcheck.language.classwise import ClassParameter

Z = torch.tensor([[0.3, -1.2, 0.7], [2.0, 0.1, -0.4], [0.0, 0.5, 0.0]], dtype=torch.float64)
Y = torch.tensor([2, 0, 1])


def gce(q: float) -> Tensor:
    return ((1 - Z.softmax(-1).gather(1, Y[:, None]) ** q) / q).mean()


def weighted(*entries: float) -> Tensor:
    """Cross-entropy with class weights, its mean over the samples."""
    return F.cross_entropy(Z, Y, torch.tensor(entries, dtype=torch.float64), reduction="sum") / 3


class Learner(nn.Module):
    """A network with its loss inside."""

    def __init__(self, criterion: nn.Module) -> None:
        super().__init__()
        self.layer = nn.Linear(3, 3, dtype=torch.float64)
        self.criterion = criterion

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        found: Tensor = self.criterion(self.layer(x), labels)
        return found


def test_the_state_holds_parameters_weight_and_entries() -> None:
    state = torch_loss("elr", regularizer="l2", weight=0.25, lambda_=2, t=[0.5, 0.25, 0.25]).state_dict()
    assert {name: value.tolist() for name, value in state.items()} == {
        "values.lambda_": 2.0,
        "values.weight": 0.25,
        "values.t": [[0.5, 0.25, 0.25]],
    }


def test_a_loss_with_another_q_computes_with_the_one_that_it_loads() -> None:
    saved = io.BytesIO()
    torch.save(torch_loss("gce", q=0.3).state_dict(), saved)
    saved.seek(0)
    other = torch_loss("gce", q=0.9)
    torch.testing.assert_close(other(Z, Y), gce(0.9), rtol=1e-13, atol=0)
    assert (
        str(other.load_state_dict(torch.load(saved, weights_only=True), strict=True))
        == "<All keys matched successfully>"
    )
    torch.testing.assert_close(other(Z, Y), gce(0.3), rtol=1e-13, atol=0)
    assert "q=0.3" in str(other)


def test_the_state_of_another_loss_is_refused() -> None:
    with pytest.raises(RuntimeError, match=r"Missing key\(s\) in state_dict: \"values\.gamma\""):
        torch_loss("focal").load_state_dict(torch_loss("gce").state_dict())


@pytest.mark.parametrize("assign", [False, True])
def test_a_network_with_its_loss_is_saved_and_loaded(assign: bool) -> None:
    first = Learner(torch_loss("gce", regularizer="l2", weight=0.5, q=0.3))
    second = Learner(torch_loss("gce", regularizer="l2", weight=0.1, q=0.9))
    before = second(Z, Y)
    second.load_state_dict(first.state_dict(), assign=assign)
    assert second(Z, Y) == first(Z, Y) != before


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_parameters_stay_in_float64_when_the_network_is_cast(dtype: torch.dtype) -> None:
    learner = Learner(torch_loss("gce", regularizer="l2", weight=0.3, q=0.7))
    for moved in (learner.to(dtype), learner.to("cpu", dtype), learner.half(), learner.float(), learner.double()):
        values = moved.criterion.values
        assert [b.dtype for b in values.buffers()] == [torch.float64, torch.float64]
        assert [b.item() for b in values.buffers()] == [0.7, 0.3]
    torch.testing.assert_close(learner.criterion(Z, Y), gce(0.7) + 0.3 * Z.square().sum(1).mean() / 2)


CHANGES: dict[str, Callable[[FormulaLoss], object]] = {
    "filled": lambda loss: loss.values.get_buffer("q").fill_(0.3),
    "copied into": lambda loss: loss.values.get_buffer("q").copy_(torch.tensor(0.3, dtype=torch.float64)),
    "filled through data": lambda loss: loss.values.get_buffer("q").data.fill_(0.3),
    "set": lambda loss: setattr(loss.values, "q", torch.tensor(0.3, dtype=torch.float64)),
    "set through data": lambda loss: setattr(
        loss.values.get_buffer("q"), "data", torch.tensor(0.3, dtype=torch.float64)
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_buffer_that_is_written_to_is_read_again(change: Callable[[FormulaLoss], object]) -> None:
    criterion = torch_loss("gce", q=0.7)
    torch.testing.assert_close(criterion(Z, Y), gce(0.7), rtol=1e-13, atol=0)
    change(criterion)
    torch.testing.assert_close(criterion(Z, Y), gce(0.3), rtol=1e-13, atol=0)


def test_tensors_that_are_gone_are_not_taken_for_new_ones_with_their_ids() -> None:
    criterion = torch_loss("gce", q=0.7)
    for k in range(1, 100):
        criterion(Z, Y)
        criterion.values.q = torch.tensor(0.111, dtype=torch.float64)
        new = torch.tensor(k / 100, dtype=torch.float64)
        criterion.values.q = new
        del new
        torch.testing.assert_close(criterion(Z, Y), gce(k / 100), rtol=1e-13, atol=0)


@pytest.mark.parametrize("first", [(2.0, 2.0, 2.0), (1.0, 1.0, 1.0), (1.0, 0.25, 0.5)])
def test_entries_that_are_loaded_are_calculated_with(first: tuple[float, ...]) -> None:
    # equal entries are one number in the formula, and entries from 0 to 1 are kept by their logarithms
    criterion = torch_loss("class_weighted_ce", w=first)
    torch.testing.assert_close(criterion(Z, Y), weighted(*first), rtol=1e-13, atol=0)
    criterion.load_state_dict(torch_loss("class_weighted_ce", w=[1, 2, 4]).state_dict())
    torch.testing.assert_close(criterion(Z, Y), weighted(1, 2, 4), rtol=1e-13, atol=0)
    criterion.values.get_buffer("w")[0, 1] = 7
    torch.testing.assert_close(criterion(Z, Y), weighted(1, 7, 4), rtol=1e-13, atol=0)


def test_entries_of_another_sign_are_not_kept_by_their_logarithms() -> None:
    w = ClassParameter("w")
    criterion = torch_loss(lambda z, y: sc.log(1 - sc.total(w * sc.softmax(z)) / 4), w=[1, 0, 1])
    with torch.no_grad():
        criterion.values.get_buffer("w").copy_(torch.tensor([[-1.0, 2.0, 3.0]]))
    expected = (1 - (Z.softmax(-1) * torch.tensor([-1.0, 2.0, 3.0])).sum(-1) / 4).log().mean()
    torch.testing.assert_close(criterion(Z, Y), expected, rtol=1e-13, atol=0)


def test_entries_that_are_written_have_to_be_of_the_declared_kind() -> None:
    criterion = torch_loss("class_weighted_ce", w=[1, 2, 3])
    criterion.values.get_buffer("w")[0, 1] = -2
    with pytest.raises(ParameterError) as raised:
        criterion(Z, Y)
    assert str(raised.value) == "w: got the entry -2; accepted are entries in (0, oo)"


def test_a_matrix_that_is_loaded_is_calculated_with() -> None:
    # the first one is a I + b 11', which formulas write without a matrix
    criterion = torch_loss("forward", T=[[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
    rates = [[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.2, 0.1, 0.7]]
    criterion.load_state_dict(torch_loss("forward", T=rates).state_dict())
    expected = -(Z.softmax(-1) @ torch.tensor(rates).double()).log()[[0, 1, 2], Y].mean()
    torch.testing.assert_close(criterion(Z, Y), expected, rtol=1e-6, atol=0)


MADE: dict[str, Callable[[], FormulaLoss]] = {
    "a name": lambda: torch_loss("gce", q=0.3, ignore_index=-100),
    "a certificate": lambda: torch_loss(sc.certify("gce", "l2"), weight="matched", classes=3),
    "entries": lambda: torch_loss("forward", regularizer="log_cosh", classes=3, reduction="none"),
    "a string": lambda: torch_loss("logsumexp(z) - z[y]", regularizer="entropy", weight=0.2, reduction="sum"),
}

COPIES: dict[str, Callable[[FormulaLoss], FormulaLoss]] = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda loss: pickle.loads(pickle.dumps(loss)),
    "torch.save": lambda loss: saved_and_loaded(loss),
}


def saved_and_loaded(criterion: FormulaLoss) -> FormulaLoss:
    file = io.BytesIO()
    torch.save(criterion, file)
    file.seek(0)
    found: FormulaLoss = torch.load(file, weights_only=False)
    return found


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_copy_computes_the_same_and_is_another_one(
    make: Callable[[], FormulaLoss], copied: Callable[[FormulaLoss], FormulaLoss]
) -> None:
    first = make()
    before = first(Z, Y)
    second = copied(first)
    assert torch.equal(second(Z, Y), before)
    assert str(second) == str(first)
    for name, buffer in second.values.named_buffers():
        buffer.mul_(0.5 if name != "T" else 1)
    if dict(second.values.named_buffers()).keys() - {"T"}:
        assert not torch.equal(second(Z, Y), before)
    assert torch.equal(first(Z, Y), before)


def test_a_loss_that_was_made_in_inference_mode_computes_and_is_changed() -> None:
    with torch.inference_mode():
        criterion = torch_loss("gce", q=0.7)
        torch.testing.assert_close(criterion(Z, Y), gce(0.7), rtol=1e-13, atol=0)
        criterion.values.get_buffer("q").fill_(0.3)
        torch.testing.assert_close(criterion(Z, Y), gce(0.3), rtol=1e-13, atol=0)
    torch.testing.assert_close(criterion(Z, Y), gce(0.3), rtol=1e-13, atol=0)


def test_a_compiled_loss_has_the_values_that_were_loaded() -> None:
    torch._dynamo.reset()
    criterion = torch_loss("gce", q=0.7)
    compiled = torch.compile(criterion, backend="aot_eager", fullgraph=True)
    torch.testing.assert_close(compiled(Z, Y), gce(0.7), rtol=1e-12, atol=0)
    criterion.load_state_dict(torch_loss("gce", q=0.3).state_dict())
    torch.testing.assert_close(compiled(Z, Y), gce(0.3), rtol=1e-12, atol=0)


def test_a_parameter_may_be_called_as_a_method_of_a_module_is() -> None:
    train = sc.Parameter("train", above=0, default=2)
    criterion = torch_loss(lambda z, y: train * (sc.logsumexp(z) - z[y]))
    torch.testing.assert_close(criterion(Z, Y), 2 * F.cross_entropy(Z, Y), rtol=1e-13, atol=0)
    criterion.train()
    criterion.load_state_dict({"values.train": torch.tensor(3.0)})
    torch.testing.assert_close(criterion(Z, Y), 3 * F.cross_entropy(Z, Y), rtol=1e-13, atol=0)


@pytest.mark.parametrize("name", ["cross_entropy", "gce", "nfl", "js_divergence", "elr"])
def test_steps_leave_no_tensors_behind(name: str) -> None:
    layer, criterion = nn.Linear(3, 3, dtype=torch.float64), torch_loss(name, regularizer="l2", classes=3)

    def tensors() -> int:
        return sum(1 for found in gc.get_objects() if type(found) is Tensor)

    criterion(layer(Z), Y).backward()
    gc.collect()
    gc.disable()
    try:
        before = tensors()
        for _ in range(5):
            criterion(layer(Z), Y).backward()
        assert tensors() == before
    finally:
        gc.enable()


def _rank(rank: int, folder: str, ranks: int) -> None:
    """Half of the batch in one of two processes; the first one saves the gradient."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=ranks)
    torch.manual_seed(rank)  # other weights in each process, until they are made equal
    # only the first one has the q that is meant: buffers are sent from there
    learner = Learner(torch_loss("gce", regularizer="l2", weight=0.5, q=0.3 if rank == 0 else 0.9))
    together = nn.parallel.DistributedDataParallel(learner)
    x, labels = batch()
    half = slice(rank * len(x) // ranks, (rank + 1) * len(x) // ranks)
    together(x[half], labels[half]).backward()
    if rank == 0:
        torch.save((learner.layer.state_dict(), learner.layer.weight.grad), f"{folder}/found")
    dist.barrier()
    dist.destroy_process_group()
    # Without the end of the interpreter, at which threads of gloo may abort the process.
    os._exit(0)


def batch() -> tuple[Tensor, Tensor]:
    chance = torch.Generator().manual_seed(1)
    return torch.randn(8, 3, generator=chance, dtype=torch.float64), torch.arange(8) % 3


@pytest.mark.skipif(not dist.is_available(), reason="torch without its distributed part")
def test_two_processes_have_the_gradient_of_one(tmp_path: Path) -> None:
    environment = dict(os.environ)
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    try:
        mp.spawn(_rank, args=(str(tmp_path), 2), nprocs=2)
    finally:
        os.environ.clear()
        os.environ.update(environment)
    weights, gradient = torch.load(tmp_path / "found")
    learner = Learner(torch_loss("gce", regularizer="l2", weight=0.5, q=0.3))
    learner.layer.load_state_dict(weights)
    learner(*batch()).backward()
    torch.testing.assert_close(gradient, learner.layer.weight.grad, rtol=1e-12, atol=1e-14)
