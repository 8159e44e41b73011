"""Training networks: many at once, under clean and noisy labels, at many alphas and seeds."""

from __future__ import annotations

import hashlib
import itertools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

import torch
from torch import Tensor, nn

from numerics import datasets
from numerics.checkpoints import Checkpoint
from numerics.claim import Claim
from numerics.datasets.base import Dataset
from numerics.device import checked_device
from numerics.errors import ModelError, NoiseError, TrainingError
from numerics.given_data import given_data
from numerics.measure import entries
from numerics.models import model_of
from numerics.models.base import Model
from numerics.models.start import Start, checked_start, started
from numerics.network_problem import NetworkProblem, Scaling
from numerics.noise import LARGEST_SEED, checked_rate, checked_seed, clean_law, noisy_law, sampled_labels
from numerics.objective import Objective
from numerics.optimisers import LBFGS
from numerics.progress import Progress, silent
from numerics.scaled import ScaledObjective
from numerics.stack import Stack, checked_outputs
from numerics.stopping import Ended, Stopping
from numerics.training import Training

AnyModel = str | Model | nn.Module | Callable[[], nn.Module]
"""The name of a model, a model, a module, or a function that makes modules."""
Law = Callable[[Tensor, int, float, int], Tensor]
"""Labels (n,), C, rho and seed to the law of the noisy labels, (n, C)."""

DTYPES = (torch.float64, torch.float32)
ZERO = 1e-12
"""Scores below this, relatively, at the start are 0: the initial function subtracted from itself is exactly 0."""


@dataclass(frozen=True, order=True)
class Case:
    """One network: trained at ``alpha`` = 1/lambda under labels with noise of rate ``rho``; ``seed`` of its weights."""

    alpha: float
    rho: float
    seed: int


@dataclass(frozen=True, eq=False)
class Trained:
    """Networks after training, in the order of ``cases``; ``labels`` (n,) are the clean ones.

    ``weights`` (K, m); ``scores`` (K, n, C) are Z' = Z/alpha on all samples; ``values`` (K,) of F and
    ``gradient_norms`` (K,) of grad F are over the training samples, ``steps`` (K,) and ``ended`` say when and why a
    network stopped.  ``name`` is the hash of everything that decided the run.
    """

    name: str
    cases: tuple[Case, ...]
    labels: Tensor
    problem: NetworkProblem
    training: Training
    weights: Tensor
    scores: Tensor
    values: Tensor
    gradient_norms: Tensor
    steps: tuple[int, ...]
    ended: tuple[Ended, ...]

    def index(self, alpha: float, rho: float = 0.0, seed: int = 0) -> int:
        """The place of a case; raises ``KeyError`` if it was not trained."""
        try:
            return self.cases.index(Case(alpha, rho, seed))
        except ValueError:
            raise KeyError(f"alpha = {alpha}, rho = {rho}, seed = {seed} was not trained") from None

    def predicted(self) -> Tensor:
        """The predicted class of each sample by each network, (K, n)."""
        return self.scores.argmax(-1)

    def module(self, k: int) -> nn.Module:
        """Network ``k`` as a module that computes its outputs (for ``Scaling.OUTPUTS`` these are Z' = Z/alpha)."""
        return self.problem.stack.loaded(self.problem.theta(self.weights), k)


def trained(
    objective: Objective | Claim,
    model: AnyModel,
    data: str | Dataset | tuple[object, object],
    *,
    alphas: Sequence[float],
    rhos: Sequence[float | Fraction] = (0.0,),
    seeds: Sequence[int] = (0,),
    noise: str | Law = "exact",
    start: str | Start = Start.ZERO_LAST_LAYER,
    training: Training | None = None,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float64,
    checkpoint: Checkpoint | None = None,
    progress: Progress = silent,
) -> Trained:
    """Networks trained on ``data``, all at once: one for every alpha, rho and seed.

    Parameters: ``objective`` a claim or an objective; ``alphas`` of 1/lambda, >= 0, where 0 is the limit problem
    l_lin + g_sq itself, the reference of Theorems 2 and 2'; ``rhos`` rates of noise, 0 for clean labels; ``seeds`` of
    the weights, the order of the samples and, with sampled noise, the labels; ``noise`` "exact" (each label is
    replaced by its law), "sampled" (by one draw), or a function to a law; ``start`` how Z(theta_0) = 0 is arranged,
    which is checked; ``checkpoint`` a file to go on from after an interruption.

    Raises ``UnknownNameError``, ``DataError``, ``NoiseError``, ``DeviceError``, ``ModelError``, ``TrainingError``,
    ``CheckpointError``.
    """
    settings = training or Training()
    where, begin = checked_device(device), checked_start(start)
    if dtype not in DTYPES:
        raise TrainingError(f"dtype: got {dtype}; accepted: {', '.join(map(str, DTYPES))}")
    pair = objective.objective if isinstance(objective, Claim) else objective
    dataset = dataset_of(data)
    cases = _cases(alphas, rhos, seeds, dataset.classes, settings)
    stack, inputs = stack_of(model, dataset, [case.seed for case in cases], begin, where, dtype)
    laws, which = _laws(cases, dataset, noise, where, dtype)
    alpha = torch.tensor([case.alpha for case in cases], dtype=dtype, device=where)
    degree = 1 + 1 / objective.noise_power if isinstance(objective, Claim) else 2.0
    scaled = ScaledObjective.of(pair, alpha, dataset.classes, degree)
    problem = NetworkProblem(stack, inputs, laws, which, scaled, settings.scaling)
    if begin is not Start.AS_IS or settings.scaling is Scaling.WEIGHTS:
        checked_zero(problem)
    return run(problem, cases, torch.from_numpy(dataset.labels).to(where), settings, checkpoint, progress)


def dataset_of(data: str | Dataset | tuple[object, object]) -> Dataset:
    """A data set from its name, itself, or a pair (X, y)."""
    return datasets.load(data) if isinstance(data, str) else data if isinstance(data, Dataset) else given_data(data)


def stack_of(
    model: AnyModel, dataset: Dataset, seeds: Sequence[int], start: Start, device: torch.device, dtype: torch.dtype
) -> tuple[Stack, Tensor]:
    """One network for each of the ``seeds``, and what they read of ``dataset``."""
    kind = model_of(model)
    inputs = torch.from_numpy(kind.inputs(dataset)).to(device, dtype)
    made: dict[int, nn.Module] = {}
    for seed in seeds:
        if seed not in made:
            fresh = kind.seeded(tuple(inputs.shape[1:]), dataset.classes, seed).to(device, dtype)
            checked_outputs(fresh, inputs, dataset.classes, kind.name)
            made[seed] = started(fresh, start)
    return Stack.of([made[seed] for seed in seeds], device, dtype), inputs


def checked_zero(problem: NetworkProblem) -> None:
    """Raises ``ModelError`` unless all the networks start with the scores 0."""
    scores = problem.stack.all_outputs(problem.stack.start, problem.inputs)
    largest = float(scores.abs().max())
    if not largest <= ZERO:
        raise ModelError(
            f"start: at the initial weights the largest score is {largest:.2e}, and 0 was asked for: after its last "
            "linear layer the model still does something; take start='subtracted', which subtracts the initial function"
        )


def run(
    problem: NetworkProblem,
    cases: tuple[Case, ...],
    labels: Tensor,
    training: Training,
    checkpoint: Checkpoint | None = None,
    progress: Progress = silent,
) -> Trained:
    """Train ``problem``; with a ``checkpoint``, from where it was left."""
    name = _name(problem, cases, training)
    weights, done, optimiser = problem.start, 0, training.optimiser
    state, stopping = optimiser.state(weights), Stopping.begin(training, weights)
    kept = None if checkpoint is None else checkpoint.load(name, weights.device)
    if kept is not None:
        done, tensors = kept
        weights = tensors["weights"]
        state = {key: tensors[f"optimiser.{key}"] for key in state}
        stopping.restore({key: tensors[f"stopping.{key}"] for key in stopping.tensors()})
    parts = _parts(len(problem.inputs), training, weights.device)
    batches = _Batches(problem, cases, training, parts[0])
    search = problem.evaluated(weights, parts[0]) if isinstance(optimiser, LBFGS) else None
    noise = problem.scaled.value_noise()
    clock, first = time.monotonic(), done
    is_open = bool(stopping.open.any())
    while is_open and done < training.steps:
        if search is not None and isinstance(optimiser, LBFGS):
            moved, there = optimiser.searched(
                weights, search, state, done, lambda w: problem.evaluated(w, parts[0]), noise
            )
            search = stopping.kept(there[0], search[0]), stopping.kept(there[1], search[1])
        else:
            moved = optimiser.step(weights, batches.gradient(weights, done), state, done)
        weights = stopping.kept(moved, weights)
        done += 1
        if done % training.check_every == 0 or done == training.steps:
            _checked_finite(weights, cases, done, training)
            is_open = stopping.look(problem, weights, done, parts)
            progress(done, training.steps, _told(clock, done - first, training.steps - done, stopping))
        if checkpoint is not None and (done % checkpoint.every == 0 or done == training.steps or not is_open):
            held = {f"optimiser.{k}": v for k, v in state.items()}
            held |= {f"stopping.{k}": v for k, v in stopping.tensors().items()}
            checkpoint.save(name, done, {"weights": weights, **held})
    final = stopping.final(weights)
    values, gradient = problem.evaluated(final, parts[0])
    _checked_finite(torch.hstack([values[:, None], gradient]), cases, done, training)
    steps = torch.where(stopping.open, done, stopping.steps)
    return Trained(
        name, cases, labels, problem, training, final, problem.all_scores(final), values, gradient.norm(dim=1),
        tuple(int(s) for s in steps), tuple(Ended(int(r)) for r in stopping.reason),
    )  # fmt: skip


class _Batches:
    """The samples of each step: an order for each seed and epoch, drawn on the CPU."""

    def __init__(self, problem: NetworkProblem, cases: tuple[Case, ...], training: Training, samples: Tensor) -> None:
        self._problem, self._samples, self._size = problem, samples, training.batch
        self._seeds = sorted({case.seed for case in cases})
        places = [self._seeds.index(case.seed) for case in cases]
        self._place = torch.tensor(places, device=samples.device)
        self._epoch, self._order = -1, samples
        if self._size is not None and self._size > len(samples):
            raise TrainingError(f"batch: got {self._size}; accepted is at most {len(samples)}, the training samples")

    def gradient(self, weights: Tensor, done: int) -> Tensor:
        """The gradient (K, m) over the batch that follows ``done`` steps."""
        problem = self._problem
        if self._size is None:
            return problem.evaluated(weights, self._samples)[1]
        epoch, place = divmod(done, len(self._samples) // self._size)
        if epoch != self._epoch:
            orders = [self._samples.cpu()[_order(seed, epoch, len(self._samples))] for seed in self._seeds]
            self._epoch, self._order = epoch, torch.stack(orders).to(self._samples.device)
        chosen = self._order[:, place * self._size : (place + 1) * self._size]
        if len(self._seeds) == 1:
            law = problem.laws[:, chosen[0]][problem.which]
            return problem.gradient(weights, law, problem.inputs[chosen[0]], shared=True)
        mine = chosen[self._place]
        law = problem.laws[problem.which[:, None], mine]
        return problem.gradient(weights, law, problem.inputs[mine], shared=False)


def _order(seed: int, epoch: int, samples: int) -> Tensor:
    """The order of the samples in one epoch of a network with ``seed``."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed}:{epoch}".encode()).digest()[:8], "big") >> 1
    return torch.randperm(samples, generator=torch.Generator().manual_seed(drawn))


def _parts(samples: int, training: Training, device: torch.device) -> tuple[Tensor, Tensor]:
    """The samples that are trained on and those held out, the same for all networks."""
    count = round(training.validation * samples)
    if training.validation and not 1 <= count < samples:
        raise TrainingError(
            f"validation: got {training.validation}, which of {samples} samples leaves {count} to hold out; accepted "
            "is a share that leaves at least one sample on both sides"
        )
    order = torch.randperm(samples, generator=torch.Generator().manual_seed(0)) if count else torch.arange(samples)
    return order[count:].sort().values.to(device), order[:count].sort().values.to(device)


def _cases(
    alphas: Sequence[float], rhos: Sequence[float | Fraction], seeds: Sequence[int], classes: int, training: Training
) -> tuple[Case, ...]:
    """All combinations, each once; raises for a value that is out of range."""
    for name, values in (("alphas", alphas), ("rhos", rhos), ("seeds", seeds)):
        if not len(values):
            raise TrainingError(f"{name}: got none; accepted is at least one")
    for alpha in alphas:
        if not 0 <= alpha < float("inf"):
            raise TrainingError(
                f"alphas: got {alpha}; accepted are numbers 1/lambda >= 0, where 0 is the limit problem"
            )
        if alpha == 0 and training.scaling is Scaling.WEIGHTS:
            raise TrainingError(
                "alphas: got 0 with scaling='weights', where theta = theta_0 + alpha theta' does not move; accepted "
                "there is alpha > 0"
            )
    for seed in seeds:
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
            raise TrainingError(f"seeds: got {seed!r}; accepted are integers from 0 to 2^63 - 1")
    rates = [checked_rate(rho, classes) for rho in rhos]
    return tuple(dict.fromkeys(Case(float(a), r, s) for s, r, a in itertools.product(seeds, rates, alphas)))


def _laws(
    cases: tuple[Case, ...], dataset: Dataset, noise: str | Law, device: torch.device, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """The laws (U, n, C) that occur, and which of them (K,) each case is trained on."""
    if isinstance(noise, str):
        checked_seed(noise, 0)
    labels = torch.from_numpy(dataset.labels)
    clean = clean_law(labels, dataset.classes)
    found: dict[tuple[float, int], Tensor] = {}
    which = []
    for case in cases:
        key = (case.rho, 0 if noise == "exact" or not case.rho else case.seed)
        if key not in found:
            if not case.rho:
                law = clean
            elif noise == "exact":
                law = noisy_law(clean, case.rho)
            elif noise == "sampled":
                law = clean_law(sampled_labels(labels, dataset.classes, case.rho, case.seed), dataset.classes)
            else:
                law = _checked_law(noise, labels, dataset.classes, case)  # type: ignore[arg-type]
            found[key] = law
        which.append(list(found).index(key))
    return torch.stack(list(found.values())).to(device, dtype), torch.tensor(which, device=device)


def _checked_law(noise: Law, labels: Tensor, classes: int, case: Case) -> Tensor:
    law = noise(labels, classes, case.rho, case.seed)
    if (
        law.shape != (len(labels), classes)
        or not bool((law >= 0).all())
        or not bool(((law.sum(1) - 1).abs() < 1e-9).all())
    ):
        raise NoiseError(
            f"noise: the function returned a tensor of shape {tuple(law.shape)} that is no law of the labels; accepted "
            f"is one of shape {(len(labels), classes)} with entries >= 0 and rows that sum to 1"
        )
    return law.to(torch.float64)


def _checked_finite(weights: Tensor, cases: tuple[Case, ...], done: int, training: Training) -> None:
    """Raises ``TrainingError`` if a network has left the finite numbers."""
    is_finite = weights.isfinite().all(1)
    if not bool(is_finite.all()):
        case = cases[int((~is_finite).nonzero()[0, 0])]
        raise TrainingError(
            f"optimiser: with {training.optimiser} the weights at alpha = {case.alpha:g}, rho = {case.rho:g}, seed = "
            f"{case.seed} are not finite after {done} steps; take a smaller lr"
        )


def _told(clock: float, done: int, left: int, stopping: Stopping) -> str:
    """How many networks are still trained, and about how long it takes."""
    seconds = (time.monotonic() - clock) / done * left
    return f"{int(stopping.open.sum())} networks, about {seconds:.0f} s left"


def _name(problem: NetworkProblem, cases: tuple[Case, ...], training: Training) -> str:
    """The first 16 hexadecimal digits of a SHA-256 of everything that decides the weights."""
    pair = problem.scaled.objective
    told = {
        "loss": str(pair.loss), "regularizer": str(pair.regularizer),
        "parameters": sorted(pair.parameters.items()), "entries": sorted(entries(pair).items()),
        "cases": [asdict(case) for case in cases], "training": repr(training), "module": str(problem.stack.module),
        "dtype": str(problem.inputs.dtype), "degree": problem.scaled.degree, "device": problem.inputs.device.type,
    }  # fmt: skip
    found = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for tensor in (problem.inputs, problem.laws, problem.which, problem.stack.start, *problem.stack.fixed.values()):
        found.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()[:16]
