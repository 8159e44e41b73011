"""Audits of a model and data: which of Theorems 2, 2' and 3 they meet the hypotheses of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import torch

from numerics.audits.models import hypotheses
from numerics.audits.models.audit import Answer, Audit, Hypothesis, TheoremAudit
from numerics.audits.models.inspection import Inspected
from numerics.audits.models.linearised import Linearised
from numerics.data.samples import AnyData, samples_of
from numerics.device import checked_device
from numerics.errors import ConfirmationError, TrainingError
from numerics.formulas.pair import Certified
from numerics.formulas.predicted_numbers import PredictedNumbers, predicted_numbers
from numerics.models import model_of
from numerics.models.start import Start, checked_start
from numerics.networks.inputs import notes_of_inputs
from numerics.networks.module_notes import module_notes
from numerics.networks.train import AnyModel, stack_of
from numerics.noise.laws import LARGEST_SEED, clean_law
from numerics.progress import Progress, silent
from symcheck.arguments.public import public
from symcheck.errors import shown

STEPS = 6
"""What an audit does, for its progress."""


class Named(Protocol):
    """A theorem, by its name."""

    @property
    def name(self) -> str:
        """As theorems call themselves."""
        ...


class Listing(Certified, Protocol):
    """What an audit reads of a certificate: the theorems that apply to its pair as well."""

    @property
    def theorems(self) -> tuple[Named, ...]:
        """Those whose conditions the pair meets."""
        ...


@public
def audit_model(
    cert: Listing,
    model: AnyModel = "mlp",
    data: AnyData = "digits",
    *,
    start: str | Start = Start.ZERO_LAST_LAYER,
    seed: int = 0,
    device: str | torch.device = "cpu",
    label: str | None = None,
    without: Sequence[str] = (),
    progress: Progress = silent,
) -> Audit:
    """What Theorems 2, 2' and 3 assume of ``model`` on ``data``, each assumption with a number and a sentence.

    Parameters: ``cert`` the certificate, whose pair gives b_y = grad l(0, y) and H = D^2 g(0); ``model`` a name, a
    model, a module or a function that makes one; ``data``, ``label`` and ``without`` as in ``confirm``; ``start`` how
    Z(theta_0) = 0 is arranged; ``seed`` of the initial weights; ``device`` "cpu" or a CUDA device; ``progress`` is
    called as data are read.  All of it in float64, for the clean labels: uniform noise multiplies grad L(theta_0) and v
    by a > 0 and changes no answer.

    Returns an ``Audit``.  Raises ``UnknownNameError`` for a name that no model or data set has, ``DataError``,
    ``ModelError`` and ``DeviceError`` for data, a model and a device that cannot be used, and ``ConfirmationError`` for
    a certificate that makes no prediction at this C.

    >>> import symcheck as sc
    >>> from numerics import audit_model
    >>> audit_model(sc.certify("cross_entropy", "l2"), "linear", "iris")
    <Audit: holds>

    Source: docs/theory.md, section 4.
    """
    where, begin = checked_device(device), checked_start(start)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise TrainingError(f"seed: got {shown(seed, 80)}; accepted is an integer from 0 to 2^63 - 1")
    dataset = samples_of(data, label, without, progress)
    claim = predicted_numbers(cert, dataset.classes, dataset.name)
    # Without a curvature at 0 there is no H, and so no Jv to look at.
    if claim.noise_power != 1:
        raise ConfirmationError(
            f"certificate: the penalty of {claim.name} has no curvature at 0, and Theorems 2, 2' and 3 ask for one; "
            "take a regularizer such as l2"
        )
    stack, read = stack_of(model, dataset, [seed], begin, where, torch.float64)
    # Samples that torch fetches are held all together: each is looked at many times.
    inputs = read[:]
    assert isinstance(inputs, torch.Tensor)  # those of a table
    law = clean_law(torch.from_numpy(dataset.labels), dataset.classes).to(where)
    counted = Counted(progress)
    seen = Inspected(claim, Linearised(stack, inputs, counted.within), law, begin)
    listed = {theorem.name for theorem in cert.theorems}
    found = tuple(_certified(theorem, theorem.theorem in listed) for theorem in _theorems(seen, counted.step))
    notes = _notes(claim, seen) + module_notes(model_of(model), stack.module) + notes_of_inputs(dataset, read)
    title = (
        f"{claim.name} with {_title(model)} on {dataset.name}: n = {len(inputs)} samples, C = {dataset.classes} "
        f"classes, m = {stack.weights_each} weights, start {begin}"
    )
    return Audit(title, found, notes)


def _title(model: AnyModel) -> str:
    return model if isinstance(model, str) else model_of(model).name


class Counted:
    """Tells ``progress`` the step, and what a long one is doing."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.done, self.what = progress, 0, ""

    def step(self, done: int, what: str) -> None:
        """A step begins."""
        self.done, self.what = done, what
        self.progress(done, STEPS, what)

    def within(self, told: str) -> None:
        """How far it is."""
        self.progress(self.done, STEPS, f"{self.what}: {told}")


def _theorems(seen: Inspected, step: Callable[[int, str], None]) -> tuple[TheoremAudit, ...]:
    step(0, "scores at the start")
    seen.network.check()
    zero, linear = hypotheses.zero(seen), hypotheses.linear(seen)
    smooth = hypotheses.smooth(seen)
    step(1, "rank of the Jacobian")
    rank = hypotheses.rank(seen)
    step(2, "gradient at the start")
    signal = hypotheses.signal(seen)
    step(3, "direction of the limit")
    direction = hypotheses.direction(seen)
    step(4, "output scale")
    cone = hypotheses.cone(seen)
    step(5, "ties")
    ties, features = hypotheses.ties(seen), hypotheses.features(seen)
    step(STEPS, "done")
    finite = Hypothesis(
        name="finite sample",
        answer=Answer.HOLDS,
        number=float(len(seen.network.inputs)),
        sentence=f"the data are a finite sample of {len(seen.network.inputs)}, so limits pass under the expectation",
    )
    return (
        TheoremAudit(
            theorem="Theorem 2",
            says="near theta_0 clean and noisy training have one limit direction",
            needs=(finite, zero, smooth, rank, signal, direction),
            besides=(ties,),
        ),
        TheoremAudit(
            theorem="Theorem 2'",
            says="minimisers over the family, clean and noisy, tend to minimisers of the problem of Theorem 1",
            needs=(finite, cone, hypotheses.nonzero(seen, signal)),
            # On a linear family the limit of Theorem 2' is Jv as well; on a network it is another point, which nobody
            # knows yet.
            besides=(hypotheses.unique(seen), ties if seen.is_linear else hypotheses.unknown_ties()),
        ),
        TheoremAudit(
            theorem="Theorem 3",
            says="the minimisers, clean and noisy, have one limit direction",
            needs=(finite, linear, features, signal),
            besides=(ties,),
        ),
    )


def _certified(theorem: TheoremAudit, is_listed: bool) -> TheoremAudit:
    """``theorem`` with the hypothesis that it is one of those of the certificate, if it is not."""
    if is_listed:
        return theorem
    missing = Hypothesis(
        name=f"the pair meets {theorem.theorem}",
        answer=Answer.FAILS,
        number=None,
        sentence=f"the certificate does not list {theorem.theorem}: a condition on (l, g) fails or is undecided",
    )
    return replace(theorem, needs=(missing, *theorem.needs))


def _notes(claim: PredictedNumbers, seen: Inspected) -> tuple[str, ...]:
    found = []
    if claim.assumed:
        values = ", ".join(f"{name} = {value}" for name, value in sorted(claim.assumed.items()))
        found.append(f"free parameters of the certificate are taken at their defaults: {values}")
    if claim.quotient:
        found.append("the pair lives on R^C/(1, ..., 1): scores are read up to a shift of all of them together")
    is_network = seen.linear is Answer.FAILS
    if not seen.network.is_batched:
        found.append(
            "torch cannot take derivatives of this model for many samples at once: they were taken in small parts"
        )
    if is_network and seen.start is Start.ZERO_LAST_LAYER and seen.decomposed.spectrum.zero_columns:
        found.append(
            "with a last layer of 0 the other layers do not move the scores to first order, so E[J'J] is singular and "
            "Theorem 2 says nothing"
        )
    if is_network and seen.scale.is_proved:
        found.append(
            "Theorem 2' needs no rank and covers this network; it speaks of minimisers over the whole family, not of "
            "the local minima in which training may end"
        )
    return tuple(found)
