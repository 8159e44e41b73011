"""What a counterexample is: a loss, a penalty, a few points, and the predictions before and after noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.exact import Number, exact
from symcheck.language.interval import Interval
from symcheck.losses.base import Loss
from symcheck.minimisers.family import Free, OutputFamily, Rows
from symcheck.minimisers.log_linear import LogLinear
from symcheck.minimisers.prediction_verdict import Shown, Winners
from symcheck.minimisers.predictions import predictions_shown
from symcheck.minimisers.threshold import threshold_shown
from symcheck.minimisers.training import Training
from symcheck.regularizers.base import Regularizer
from symcheck.render.block import Block, Function, Item, Items, Line, Paragraph, Section, Strong, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of


@dataclass(frozen=True)
class LambdaClaim:
    """For every lambda in ``lambdas`` the minimiser predicts ``clean`` without noise and ``noisy`` with it."""

    lambdas: Interval
    clean: Winners
    noisy: Winners

    @property
    def flips(self) -> bool:
        """Whether noise turns the prediction of some point."""
        return self.clean != self.noisy

    def __str__(self) -> str:
        return f"{self.clean} -> {self.noisy} for every lambda in {self.lambdas}"


@dataclass(frozen=True, kw_only=True)
class Control:
    """The same data with another ``loss``, ``regularizer`` or ``family``: there no prediction turns."""

    title: str
    claims: tuple[LambdaClaim, ...]
    loss: Loss | None = None
    regularizer: Regularizer | None = None
    family: OutputFamily | None = None

    def __post_init__(self) -> None:
        # A control shows that the flip is due to what was changed, so none may turn in it.
        if any(claim.flips for claim in self.claims):
            raise ValueError(f"claims: {self.title}: got a claim in which a prediction turns; a control has none")


@dataclass(frozen=True)
class CheckedLambdaClaim:
    """A ``claim`` with what is shown of its clean and of its noisy part."""

    claim: LambdaClaim
    clean: Shown
    noisy: Shown

    @property
    def verdict(self) -> Verdict:
        """The verdict on both parts together."""
        return conjunction((self.clean.verdict, self.noisy.verdict))


@dataclass(frozen=True)
class Checked:
    """What is shown of a counterexample: its claims, its controls by their titles, its threshold if it has one."""

    claims: tuple[CheckedLambdaClaim, ...]
    controls: tuple[tuple[str, tuple[CheckedLambdaClaim, ...]], ...]
    threshold: Shown | None

    @property
    def verdict(self) -> Verdict:
        """The verdict on all of it together."""
        found = [c.verdict for c in self.claims] + [c.verdict for _, claims in self.controls for c in claims]
        return conjunction(found if self.threshold is None else [*found, self.threshold.verdict])

    @property
    def steps(self) -> Derivation:
        """One step for each part, with the argument that decides it."""
        rows = [("claim", c) for c in self.claims]
        rows += [(f"control, {title}", c) for title, claims in self.controls for c in claims]
        found = [
            Step(f"{name}: {law} labels, lambda in {c.claim.lambdas}", f"{winners}: {shown.verdict}", shown.by)
            for name, c in rows
            for law, winners, shown in (("clean", c.claim.clean, c.clean), ("noisy", c.claim.noisy, c.noisy))
        ]
        if self.threshold is not None:
            found.append(Step("threshold of rho", str(self.threshold.verdict), self.threshold.by))
        return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Counterexample(Page):
    """Training on points under clean labels and under uniform noise of rate ``rho``, with the predictions.

    Minimise sum_i w_i (E l(z_i, Y_i) + lambda g(z_i)) over a linear ``family``, with exact noise: each label is
    replaced by its law.  ``features`` has a row for each point, ``labels`` the law of the clean label there (the
    classes count from 1), ``weights`` w_i; ``shows`` says what follows, ``source`` where it is used; ``erratum`` the
    number of the claim of the paper that it refutes, if it does.  ``flips_above``: the predictions of the first
    claim turn at this rate, the clean ones below it and the noisy ones above.
    """

    name: str
    title: str
    shows: str
    source: str
    erratum: str = ""
    loss: Loss
    regularizer: Regularizer
    classes: int
    family: OutputFamily
    features: Rows
    labels: Rows
    weights: tuple[Fraction, ...]
    rho: Fraction
    claims: tuple[LambdaClaim, ...]
    controls: tuple[Control, ...] = ()
    flips_above: Fraction | None = None

    def __post_init__(self) -> None:
        counts = {len(self.features), len(self.labels), len(self.weights)}
        if len(counts) != 1:
            raise ValueError(f"features, labels, weights: got {sorted(counts)} rows; give one of each for every point")
        if any(len(row) != self.classes or sum(row) != 1 or min(row) < 0 for row in self.labels):
            raise ValueError(f"labels: got {self.labels}; each row is a law on the {self.classes} classes")
        if any(w <= 0 for w in self.weights) or sum(self.weights) != 1:
            raise ValueError(f"weights: got {self.weights}; accepted are positive weights with the sum 1")
        if not 0 <= self.rho < Fraction(self.classes - 1, self.classes):
            raise ValueError(f"rho: got {self.rho}; accepted is 0 <= rho < {Fraction(self.classes - 1, self.classes)}")
        # The other claims may say where clean and noisy agree, at large lambda for instance.
        if not any(claim.flips for claim in self.claims):
            raise ValueError("claims: no prediction turns in any of them; a counterexample needs one that does")

    def law(self, rho: Fraction) -> Rows:
        """The laws of the labels after uniform noise of rate ``rho``: (1 - rho) q + rho (1 - q)/(C - 1)."""
        return tuple(tuple((1 - rho) * q + rho * (1 - q) / (self.classes - 1) for q in row) for row in self.labels)

    def training(self, rho: Fraction) -> Training:
        """The training under noise of rate ``rho`` (0: clean), read from the formulas of the loss and the penalty."""
        formula = self.loss.recorded
        forms = [LogLinear.of(formula, self.classes, y) for y in range(1, self.classes + 1)]
        family = self.family
        return Training(
            risks=tuple(LogLinear.combination(list(zip(row, forms, strict=True))) for row in self.law(rho)),
            weights=self.weights,
            penalty=LogLinear.of(self.regularizer.recorded, self.classes),
            basis=family.basis(self.features, self.classes),
            # Only this family contains Z + m 1 with each of its Z.
            centred_basis=family.centred_basis(self.features, self.classes) if isinstance(family, Free) else None,
        )

    def check(self) -> Checked:
        """Everything that it states, decided without training."""
        controls = tuple((c.title, self.under(c).checked(c.claims)) for c in self.controls)
        threshold = None
        if self.flips_above is not None:
            # The threshold is that of one rate for all lambda of a claim, and the first claim is the one that it is
            # about.
            first = self.claims[0]
            threshold = threshold_shown(
                self.training, self.flips_above, self.rho, first.clean, first.noisy, first.lambdas
            )
        return Checked(self.checked(self.claims), controls, threshold)

    def under(self, control: Control) -> Counterexample:
        """The same data with what the control puts in its place."""
        return replace(
            self,
            loss=control.loss or self.loss,
            regularizer=control.regularizer or self.regularizer,
            family=control.family or self.family,
        )

    def blocks(self) -> Iterator[Block]:
        """Its data, what it states and why; everything is decided now."""
        checked = self.check()
        yield Title((Strong(checked.verdict.name), ": ", *line_of(self.title)))
        yield Paragraph(line_of(f"{self.shows[0].upper()}{self.shows[1:]}."))
        yield Section("Data")
        yield Items(tuple(Item(label, line) for label, line in self._data()))
        yield Section("Predictions")
        yield _claims(checked.claims)
        for title, claims in checked.controls:
            yield Section(f"Control: {title}")
            yield _claims(claims)
        if checked.threshold is not None:
            yield Section("Threshold")
            told = f"at every lambda of the first claim, the prediction turns at rho = {self.flips_above}"
            yield Paragraph((Strong(checked.threshold.verdict.name), ": ", *line_of(f"{told}; {checked.threshold.by}")))

    def _data(self) -> Iterator[tuple[str, Line]]:
        yield "minimise", line_of("the mean over the points of l(z, Y) + lambda g(z), with exact noise")
        yield "loss", (f"{self.loss.name}: ", Function(self.loss.recorded))
        yield "penalty", (f"{self.regularizer.name}: ", Function(self.regularizer.recorded))
        yield "classes", line_of(f"C = {self.classes}")
        yield "model", line_of(str(self.family))
        yield "features", (", ".join(map(_vector, self.features)),)
        yield "labels", (", ".join(map(_label, self.labels)),)
        yield "weights", (", ".join(map(str, self.weights)),)
        yield "noise", line_of(f"uniform, rho = {self.rho}")
        yield "source", (f"{self.source}{f', {self.erratum}' if self.erratum else ''}",)

    def checked(self, claims: Sequence[LambdaClaim]) -> tuple[CheckedLambdaClaim, ...]:
        """These ``claims`` about its data, decided."""
        clean, noisy = self.training(Fraction(0)), self.training(self.rho)
        return tuple(
            CheckedLambdaClaim(
                claim,
                predictions_shown(clean, claim.clean, claim.lambdas),
                predictions_shown(noisy, claim.noisy, claim.lambdas),
            )
            for claim in claims
        )

    def __str__(self) -> str:
        return f"{self.title}: {'; '.join(map(str, self.claims))}"

    def __repr__(self) -> str:
        return f"<Counterexample {self.name}>"


def rows(*given: Sequence[Number]) -> Rows:
    """Rows of exact numbers."""
    return tuple(tuple(exact(x, "entry") for x in row) for row in given)


def one_label(*labels: int, classes: int) -> Rows:
    """The laws of labels without doubt, one a point."""
    return tuple(tuple(Fraction(int(c == y)) for c in range(1, classes + 1)) for y in labels)


def equal_weights(count: int) -> tuple[Fraction, ...]:
    """1/n for each of n points."""
    return (Fraction(1, count),) * count


def from_on(low: Number) -> Interval:
    """[low, oo)."""
    return Interval(exact(low, "low"), None, low_open=False, high_open=True)


def up_to(high: Number) -> Interval:
    """(0, high]."""
    return Interval(Fraction(0), exact(high, "high"), low_open=True, high_open=False)


def every_positive() -> Interval:
    """(0, oo)."""
    return Interval(Fraction(0), None, low_open=True, high_open=True)


def _claims(claims: Sequence[CheckedLambdaClaim]) -> Items:
    entries = []
    for c in claims:
        for law, winners, shown in (("clean", c.claim.clean, c.clean), ("noisy", c.claim.noisy, c.noisy)):
            classes = f"{'class' if len(winners) == 1 else 'classes'} {', '.join(map(str, winners))}"
            told = (f"{classes} for every ", *line_of(f"lambda in {c.claim.lambdas}"), ": ", Strong(shown.verdict.name))
            entries.append(Item(law, told, (line_of(shown.by),)))
    return Items(tuple(entries))


def _label(law: Sequence[Fraction]) -> str:
    """The class of a label without doubt, else its law."""
    return str(list(law).index(Fraction(1)) + 1) if 1 in law else _vector(law)


def _vector(entries: Sequence[Fraction]) -> str:
    return f"({', '.join(map(str, entries))})"
