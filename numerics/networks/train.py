"""Training networks: many at once, under clean and noisy labels, at many alphas and seeds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite

import torch
from torch import Tensor, nn

from numerics.data.samples import AnyData, Samples, parted, samples_of
from numerics.device import checked_device
from numerics.errors import ModelError, TrainingError
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.formulas.scaled import ScaledObjective
from numerics.models import model_of
from numerics.models.base import Model
from numerics.models.start import Start, checked_start, started
from numerics.networks.batches import Batches, parts_of
from numerics.networks.checked_models.checking import check_begun, check_readable, check_trainable
from numerics.networks.checked_models.trials import own_draws, spread
from numerics.networks.checkpoints import Checkpoint, checked_checkpoint
from numerics.networks.description import Description
from numerics.networks.diverged import check_finite_values, check_finite_weights
from numerics.networks.given_noise import GivenNoise, Noise, told_of_noise
from numerics.networks.inputs import HeldOutInputs, Inputs, check_table, held_out_inputs, inputs_of, notes_of_inputs
from numerics.networks.module_notes import module_notes
from numerics.networks.network_runs import NetworkRun, laws_of, network_runs
from numerics.networks.optimisers import LBFGS
from numerics.networks.problem import NetworkProblem, Scaling
from numerics.networks.scores_module import ScoresModule
from numerics.networks.stack import Stack, checked_outputs
from numerics.networks.stopping import Ended, Stopping
from numerics.networks.training import Training
from numerics.networks.until import Until
from numerics.progress import Progress, silent
from symcheck.arguments.public import public
from symcheck.errors import UnknownNameError, shown

AnyModel = str | Model | nn.Module | Callable[[], nn.Module]
"""The name of a model, a model, a module, or a function that makes modules."""

DTYPES = (torch.float64, torch.float32)
AT_ONCE = 1024
"""So many samples are looked at together where a model seems not to move."""
FEW = 8
"""On so many samples it is looked whether the outputs are scores."""
NOT_FINITE = (
    "start: the scores at the initial weights are not finite: a layer divides by the norm of weights that are 0, say; "
    "take another start, such as start='subtracted' or 'as-is'"
)
ZERO = 1e-12
"""Scores below this, relatively, at the start are 0: the initial function subtracted from itself is exactly 0."""


@public
@dataclass(frozen=True, eq=False)
class Trained:
    """Networks after training, in the order of ``cases``; ``labels`` (n,) are the clean ones.

    ``weights`` (K, m); ``scores`` (K, n, C) are Z' = Z/alpha on all samples; ``values`` (K,) of F and
    ``gradient_norms`` (K,) of grad F are over the training samples, ``steps`` (K,) and ``ended`` say when and why a
    network stopped, and ``until`` what was asked of it; ``held_out`` are samples that none was trained on, if there
    are, ``noise`` says what the noise was, and ``notes`` what a reader has to know of the model.  ``name`` is the hash
    of everything that decided the run, ``problem`` what was minimised and ``training`` with which settings.

    >>> import symcheck as sc
    >>> from numerics import Training, trained
    >>> from numerics.formulas.predicted_numbers import predicted_numbers
    >>> claim = predicted_numbers(sc.certify("cross_entropy", "l2"), 3, "iris")
    >>> found = trained(claim, "mlp", "iris", alphas=[0.1], rhos=[0, 0.4], training=Training(steps=5))
    >>> found.index(0.1, 0.4), found.predicted().shape
    (1, torch.Size([2, 150]))

    Source: docs/theory.md, sections 4 and 19.
    """

    name: str
    cases: tuple[NetworkRun, ...]
    labels: Tensor
    problem: NetworkProblem
    training: Training
    weights: Tensor
    scores: Tensor
    values: Tensor
    gradient_norms: Tensor
    steps: tuple[int, ...]
    ended: tuple[Ended, ...]
    until: Until | None = None
    held_out: HeldOutInputs | None = None
    noise: str = "exact"
    notes: tuple[str, ...] = ()

    def index(self, alpha: float, rho: float = 0.0, seed: int = 0) -> int:
        """The place of the case ``alpha``, ``rho``, ``seed``; raises ``UnknownNameError`` if it was not trained."""
        wanted = NetworkRun(alpha, rho, seed)
        if wanted not in self.cases:
            raise UnknownNameError(_not_trained(wanted, self.cases))
        return self.cases.index(wanted)

    def predicted(self) -> Tensor:
        """The predicted class of each sample by each network, (K, n)."""
        return self.scores.argmax(-1)

    def module(self, k: int) -> ScoresModule:
        """Network ``k`` as a module of its own, which returns its scores Z; Z/alpha is had by its ``scale``.

        At alpha = 0, where Z is 0, it returns Z' instead.  Raises ``TrainingError`` where there is no network ``k``.
        """
        if k not in range(len(self.cases)):
            raise TrainingError(
                f"k: got {shown(k)}; accepted are the networks 0 to {len(self.cases) - 1}, in the order of .cases; "
                ".index(alpha, rho, seed) says which is which"
            )
        alpha, scale = self.cases[k].alpha, float(self.problem.scaled.scale[k])
        is_scaled = alpha > 0 and self.problem.scaling is Scaling.OUTPUTS
        return ScoresModule(
            self.problem.stack.loaded(self.problem.theta(self.weights), k),
            alpha=alpha, scale=scale if alpha else 1.0, factor=scale if is_scaled else 1.0,
        ).eval()  # fmt: skip


def _not_trained(wanted: NetworkRun, cases: Sequence[NetworkRun]) -> str:
    """What is said of a case that is none of ``cases``: the first of its numbers that no case has."""
    # Cases are all combinations, so that one of the three is in none of them.
    there = {name: list(dict.fromkeys(getattr(case, name) for case in cases)) for name in ("alpha", "rho", "seed")}
    name = next(name for name in there if getattr(wanted, name) not in there[name])
    return (
        f"{name}: got {shown(getattr(wanted, name))}, with which no network was trained; there are "
        f"{', '.join(map(str, there[name]))}; pass one of them, or train again with {name}s=[...]"
    )


@public
@torch.enable_grad()
def trained(
    objective: Objective | PredictedNumbers,
    model: AnyModel,
    data: AnyData,
    *,
    alphas: Sequence[float],
    label: str | None = None,
    without: Sequence[str] = (),
    test: float | AnyData | None = None,
    rhos: Sequence[float | Fraction] = (0.0,),
    seeds: Sequence[int] = (0,),
    noise: Noise = "exact",
    start: str | Start = Start.ZERO_LAST_LAYER,
    training: Training | None = None,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float64,
    checkpoint: str | os.PathLike[str] | Checkpoint | None = None,
    until: Callable[[NetworkProblem, Tensor], Until] | None = None,
    progress: Progress = silent,
) -> Trained:
    """Networks trained on ``data``, all at once: one for every alpha, rho and seed.

    Parameters: ``objective`` a claim or an objective; ``model`` a name of ``numerics.models``, a model, a torch module
    or a function that makes modules; ``data``, ``label`` and ``without`` as in ``confirm``, or images (X, y), or a
    torch Dataset or DataLoader, whose samples come as they are, and of which those of torch need not fit into memory;
    ``test`` a share of each class that is held out, or data of their own; ``alphas`` of 1/lambda, >= 0, where 0 is the
    limit problem l_lin + g_sq itself, the reference of Theorems 2 and 2'; ``rhos`` rates of noise, 0 for clean labels;
    ``seeds`` of the weights (where they decide nothing, as of a module that is handed over with its weights, only the
    first is trained), the order of the samples and, with sampled noise, the labels; ``noise`` "exact" (each label is
    replaced by its law), "sampled" (by one draw), a function to a law, a matrix T (C, C), a law (n, C), or noisy labels
    (n,); ``start`` how Z(theta_0) = 0 is arranged, which is checked; ``training`` the settings, by default
    ``Training()``; ``device`` "cpu" or a CUDA device; ``dtype`` torch.float64 or torch.float32; ``checkpoint`` a file
    to go on from after an interruption; ``until`` gives what is asked of the networks of a problem and its clean
    labels, and each stops once it is met; ``progress`` is called as training goes on.

    Returns a ``Trained``.  Raises ``UnknownNameError``, ``DataError``, ``NoiseError``, ``DeviceError``, ``ModelError``,
    ``TrainingError`` and ``CheckpointError`` for names, data, noise, devices, models, settings and files that cannot be
    used.

    >>> import symcheck as sc
    >>> from numerics import Training, trained
    >>> from numerics.formulas.predicted_numbers import predicted_numbers
    >>> claim = predicted_numbers(sc.certify("cross_entropy", "l2"), 3, "iris")
    >>> trained(claim, "mlp", "iris", alphas=[0.1], rhos=[0, 0.4], training=Training(steps=5)).scores.shape
    torch.Size([2, 150, 3])

    Source: docs/theory.md, sections 4 and 19.
    """
    if training is not None and not isinstance(training, Training):
        raise TrainingError(f"training: got {shown(training)}; accepted is numerics.Training(steps=...)")
    settings = training or Training()
    file = None if checkpoint is None else checked_checkpoint(checkpoint)
    where, begin = checked_device(device), checked_start(start)
    if dtype not in DTYPES:
        raise TrainingError(f"dtype: got {dtype}; accepted: {', '.join(map(str, DTYPES))}")
    pair = objective.objective if isinstance(objective, PredictedNumbers) else objective
    samples = samples_of(data, label, without, progress)
    parts, kind = parted(samples, test, label, without, progress), model_of(model)
    if kind.needs_table:
        check_table(kind, samples)
        parts = parts.as_tables()
    dataset, law = parts.train, GivenNoise.of(noise, samples.labels, samples.classes)
    cases = network_runs(alphas, rhos, seeds, dataset.classes, settings)
    if kind.has_one_start and settings.batch is None and isinstance(noise, str) and noise == "exact":
        # The seeds decide nothing: they would all train the same network.
        cases = tuple(case for case in cases if case.seed == cases[0].seed)
    stack, inputs = stack_of(model, dataset, [case.seed for case in cases], begin, where, dtype, is_trained=True)
    kept = law if isinstance(law, str) else law.part(parts.rows)
    laws, which = laws_of(cases, dataset, kept, where, dtype)
    alpha = torch.tensor([case.alpha for case in cases], dtype=dtype, device=where)
    degree = 1 + 1 / objective.noise_power if isinstance(objective, PredictedNumbers) else 2.0
    scaled = ScaledObjective.of(pair, alpha, dataset.classes, degree)
    problem = NetworkProblem(stack, inputs, laws, which, scaled, settings.scaling)
    if begin is not Start.AS_IS or settings.scaling is Scaling.WEIGHTS:
        checked_zero(problem)
    labels = torch.from_numpy(dataset.labels).to(where)
    rule = None if until is None else until(problem, labels)
    found = run(problem, cases, labels, settings, file, progress, rule)
    held = held_out_inputs(kind, parts, where, dtype)
    notes = (*module_notes(kind, stack.module), *stack.notes, *notes_of_inputs(dataset, inputs))
    return replace(found, held_out=held, noise=told_of_noise(law), notes=notes)


def stack_of(
    model: AnyModel,
    dataset: Samples,
    seeds: Sequence[int],
    start: Start,
    device: torch.device,
    dtype: torch.dtype,
    *,
    is_trained: bool = False,
) -> tuple[Stack, Inputs]:
    """One network for each of the ``seeds``, and what they read of ``dataset``.

    Raises ``ModelError`` for a model that is no function of weights and of one sample at a time; if it ``is_trained``,
    also for one that gives no scores, or whose weights would not move.
    """
    kind = model_of(model)
    inputs = inputs_of(kind, dataset, device, dtype)
    # Networks of one seed begin with the same weights, so that between clean and noisy ones only the labels differ.
    fresh = {seed: _fresh(kind, inputs, dataset, seed, device, dtype) for seed in dict.fromkeys(seeds)}
    few = few_inputs(inputs)
    check_readable(fresh, few)
    if is_trained:
        check_trainable(fresh[seeds[0]], few, lambda: _parts(inputs))
    made = {seed: started(module, start, few) for seed, module in fresh.items()}
    if is_trained:
        check_begun(made[seeds[0]], few, lambda: _parts(inputs))
    return Stack.of([made[seed] for seed in seeds], device, dtype, few), inputs


def few_inputs(inputs: Inputs) -> Tensor:
    """Some of the ``inputs``, evenly from the first to the last."""
    found: Tensor = inputs[spread(len(inputs)).to(inputs.device)]
    return found


def _parts(inputs: Inputs) -> Iterator[Tensor]:
    return (inputs[i : i + AT_ONCE] for i in range(0, len(inputs), AT_ONCE))


def _fresh(
    kind: Model, inputs: Inputs, dataset: Samples, seed: int, device: torch.device, dtype: torch.dtype
) -> nn.Module:
    """The module of ``seed`` as it comes, if it gives scores."""
    found = kind.seeded(tuple(inputs.shape[1:]), dataset.classes, seed).to(device, dtype)
    few = inputs[:FEW]
    with own_draws(few):
        checked_outputs(found, few, dataset.classes, kind.name)
    return found


def checked_zero(problem: NetworkProblem) -> None:
    """Raises ``ModelError`` unless all the networks start with the scores 0."""
    start, inputs = problem.stack.start, problem.inputs
    found = [problem.stack.all_outputs(start, inputs[part]).abs().max() for part in problem.chunks(inputs)]
    largest = float(torch.stack(found).max())
    if not isfinite(largest):
        raise ModelError(NOT_FINITE)
    if not largest <= ZERO:
        raise ModelError(
            f"start: at the initial weights the largest score is {largest:.2e}, and 0 was asked for: after its last "
            "linear layer the model still does something; take start='subtracted', which subtracts the initial function"
        )


def run(
    problem: NetworkProblem,
    cases: tuple[NetworkRun, ...],
    labels: Tensor,
    training: Training,
    checkpoint: Checkpoint | None = None,
    progress: Progress = silent,
    until: Until | None = None,
) -> Trained:
    """Train ``problem``; with a ``checkpoint``, from where it was left."""
    told = Description.of(problem, cases, training, until)
    weights, done, optimiser = problem.start, 0, training.optimiser
    state, stopping = optimiser.state(weights), Stopping.begin(training, weights, until)
    kept = None if checkpoint is None else checkpoint.load(told, training.steps, weights.device)
    if kept is not None:
        done, tensors = kept
        weights = tensors["weights"]
        state = {key: tensors[f"optimiser.{key}"] for key in state}
        stopping.restore({key: tensors[f"stopping.{key}"] for key in stopping.tensors()})
    parts = parts_of(len(problem.inputs), training, weights.device)
    batches = Batches(problem, cases, training, parts[0])
    search = problem.evaluated(weights, parts[0]) if isinstance(optimiser, LBFGS) else None
    noise = problem.scaled.value_noise()
    clock, first = time.monotonic(), done
    is_open = bool(stopping.open.any())
    while is_open and done < training.steps:
        if search is not None and isinstance(optimiser, LBFGS):
            moved, there = optimiser.searched(
                weights, search, state, done, lambda w: problem.evaluated(w, parts[0]), noise
            )
            # A network that has stopped keeps its value and gradient, as it keeps its weights.
            search = stopping.kept(there[0], search[0]), stopping.kept(there[1], search[1])
        else:
            moved = optimiser.step(weights, batches.gradient(weights, done), state, done)
        weights = stopping.kept(moved, weights)
        done += 1
        if stopping.is_look(done):
            check_finite_weights(weights, problem, cases, done, training)
            is_open = stopping.look(problem, weights, done, parts)
            progress(done, training.steps, _told(clock, done - first, training.steps - done, stopping))
        if checkpoint is not None and (done % checkpoint.every == 0 or done == training.steps or not is_open):
            held = {f"optimiser.{k}": v for k, v in state.items()}
            held |= {f"stopping.{k}": v for k, v in stopping.tensors().items()}
            checkpoint.save(told, done, {"weights": weights, **held})
    if is_open and not stopping.is_look(done):
        # After the checkpoint: a training of more steps goes on from it, and does not look here.
        check_finite_weights(weights, problem, cases, done, training)
        progress(done, training.steps, _told(clock, 1, 0, stopping))
    if is_open:
        stopping.look_at_last(problem, weights, done, parts)
    # Evaluated again, at the weights that are kept: with a validation part these are older ones.
    final = stopping.final(weights)
    values, gradient = problem.evaluated(final, parts[0])
    check_finite_values((values, gradient), problem, cases, done, training)
    steps = torch.where(stopping.open, done, stopping.steps)
    return Trained(
        told.name, cases, labels, problem, training, final, problem.all_scores(final), values, gradient.norm(dim=1),
        tuple(int(s) for s in steps), tuple(Ended(int(r)) for r in stopping.reason), until,
    )  # fmt: skip


def _told(clock: float, done: int, left: int, stopping: Stopping) -> str:
    """How many networks are still trained, and about how long it takes."""
    seconds = (time.monotonic() - clock) / done * left
    return f"{int(stopping.open.sum())} networks, about {seconds:.0f} s left"
