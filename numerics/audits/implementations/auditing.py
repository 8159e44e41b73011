"""audit_implementation: is this code that formula?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

import torch

from numerics.audits.implementations.asked import Asked, AskedFor, Given, asked_of
from numerics.audits.implementations.batched import Batched, batched
from numerics.audits.implementations.code_runs import Code, code_runs, numbers_that_run
from numerics.audits.implementations.constructor import Ignored, ignored_arguments
from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.exact import equal_with_gradients
from numerics.audits.implementations.explanations.clamps import undone_clamps
from numerics.audits.implementations.implementation_audit import Difference, ImplementationAudit, Witness
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.measured import ROUNDED_CONSTANTS, ROUNDING, SURE, Measured, measured
from numerics.audits.implementations.naming import explanation_of
from numerics.audits.implementations.points import NUMBERS, points
from numerics.audits.implementations.reductions import mixing_difference, reduction_difference
from numerics.audits.implementations.second_derivatives import second_note
from numerics.progress import Progress, silent
from symcheck.budget import READING, Budget, reading
from symcheck.conditions.everywhere.everywhere import Equality
from symcheck.errors import FormulaError, SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.intake.code_file import code_in_file, is_code
from symcheck.intake.given import subject_as_read
from symcheck.intake.torch.state import state_of
from symcheck.intake.torch_callables import plain_counts
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes
from symcheck.problem import Subject
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided

LARGEST_NUMBER = 1000
"""The larger end of the classes that are asked for is looked at up to this."""

STEPS = 4
"""What an audit does, for its progress, until differences are named."""


def audit_implementation(
    code: str | Code,
    formula: AskedFor,
    *,
    classes: int | Sequence[int] | Classes | None = None,
    budget: float = 10.0,
    progress: Progress = silent,
    **values: Given,
) -> ImplementationAudit:
    """Whether ``code`` is ``formula``: the same values and gradients for every z, label and number of classes.

    Parameters: ``code`` a torch module or a function of logits (N, C) and class numbers (N,), or a text such as
    "losses.py:MyLoss(q=0.7)"; ``formula`` a name of the catalogue, an entry, a formula string, a formula function or a
    certificate, whose loss is meant; ``classes`` one C or a pair of ends; ``budget`` in seconds; ``values`` those of
    the formula's parameters, without which they take their defaults.

    Raises ``UnknownNameError``, ``FormulaError``, ``ParameterError``, ``NumberError`` or ``ScopeError`` for input that
    has no meaning.
    """
    wanted = Classes.of(classes)
    asked = asked_of(formula, values, wanted)
    common = _common(asked, wanted)
    given, name = _code_of(code)
    whole = Budget(budget)
    progress(0, STEPS, "reading the code")
    with reading(budget):
        subject = subject_as_read(cast(Any, given), "loss", common)
    subject.check(common)
    scope = common.common(subject.classes) or common
    with reading(whole.left):
        found = _Auditing(given, subject, asked, scope, whole, progress, name).audit()
    kept = next((n for _, n in plain_counts(given) if n in common), None)
    if found.verdict is not Verdict.REFUTED or classes is not None or kept is None or kept == scope.fixed:
        return found
    # It says itself which C it is for.
    here = audit_implementation(
        code, formula, classes=kept, budget=max(whole.left, READING), progress=progress, **values
    )  # fmt: skip
    return replace(here, notes=(*here.notes, f"the code keeps the number of classes {kept}: it was compared for that"))


def _common(asked: Asked, wanted: Classes) -> Classes:
    Subject(asked.name, asked.free, classes=asked.classes).check(wanted)
    return wanted.common(asked.classes) or wanted


def _code_of(code: str | Code) -> tuple[Code, str]:
    """The code itself and, how it is called, or spelled in a file."""
    if not isinstance(code, str):
        if not callable(code):
            raise FormulaError(
                f"code: got an object of type {type(code).__name__}; accepted is a torch module, a function of "
                'logits and labels, or a text such as "losses.py:MyLoss(gamma=2)"'
            )
        return code, _called(code)
    if not is_code(code):
        raise FormulaError(
            f"code: got {code!r}; accepted is a torch module, a function of logits and labels, or a file and a name "
            'in it, as in "losses.py:MyLoss(gamma=2)"'
        )
    found = code_in_file(code, "loss")
    if not callable(found):
        raise FormulaError(f"code: {code} is a formula of symcheck; accepted is code that runs on tensors")
    return found, code.strip()


def _called(code: Code) -> str:
    """What code calls itself."""
    code = getattr(code, "_orig_mod", code)
    name = str(getattr(code, "__name__", type(code).__name__))
    return name if name.isidentifier() else "the code"


@dataclass(frozen=True)
class _Auditing:
    """One audit of the code ``given``, read as ``subject``."""

    given: Code
    subject: Subject
    asked: Asked
    scope: Classes
    budget: Budget
    progress: Progress
    name: str

    def audit(self) -> ImplementationAudit:
        """The audit; UNDECIDED where the time is up before a difference is seen."""
        try:
            return self._audit()
        except Undecided as stop:
            return self._undecided(stop.reason.why, ())

    def _audit(self) -> ImplementationAudit:
        self.progress(1, STEPS, "running the code")
        runs, called = code_runs(self.given, self.scope)
        numbers = numbers_that_run(runs, self._numbers())
        if not numbers:
            return self._undecided("the code runs at none of the numbers of classes that were tried", called)
        room = ROUNDED_CONSTANTS if _keeps_single(self.given) else ROUNDING
        found = tuple(measured(runs, n, points(n), room, self.budget) for n in numbers)
        found = tuple(m for m in found if m.value_known.any())
        label_free = all(runs.ignores_label(m.classes) for m in found) and any(_varies(m) for m in found)
        evidence = Evidence(self.asked, found, self._read, self.scope, self.budget, label_free)
        if not found or not all(c.value_known.any() for c in evidence.compared) or not evidence.compared:
            return self._undecided("at none of the points that were tried both have a value", called)
        self.progress(2, STEPS, "running it on batches")
        batches = batched(runs, self.given, _for_batches(numbers), self.budget)
        ignored = ignored_arguments(self.given, evidence.measured[0])
        notes = (*map(str, called), *self._notes(evidence, batches), *map(str, ignored))
        difference = self._difference(evidence, batches, ignored)
        if difference is not None:
            return self._made(Verdict.REFUTED, difference.sentence, notes, difference)
        second = second_note(runs, evidence)
        notes = notes if second is None else (*notes, second)
        self.progress(3, STEPS, "comparing canonical forms")
        return self._agreeing(evidence, batches, notes)

    @property
    def _read(self) -> Formula | None:
        return None if self.subject.unread is not None else self.subject.formula

    def _numbers(self) -> list[int]:
        """The numbers of classes at which code and formula are run."""
        found = [n for n in NUMBERS if n in self.scope]
        high = self.scope.high
        if high is not None and high not in found and high <= LARGEST_NUMBER:
            found.append(high)
        return found or [self.scope.low]

    # no difference was seen

    def _agreeing(self, evidence: Evidence, batches: Batched, notes: Sequence[object]) -> ImplementationAudit:
        count = sum(c.count for c in evidence.compared)
        numbers = ", ".join(str(m.classes) for m in evidence.measured)
        agrees = f"values and gradients agree at all {count} points that were compared, with C = {numbers}"
        if self._read is None:
            assert self.subject.unread is not None
            why = f"{agrees}, which is no proof: {self.subject.unread.why}"
            return self._made(Verdict.UNDECIDED, why, notes)
        exact = self._exact(self._read, self.asked.formula)
        if exact.verdict is Verdict.REFUTED:
            try:
                difference = self._exact_difference(evidence)
            except Undecided:  # the time is up
                difference = None
            if difference is not None:
                return self._made(Verdict.REFUTED, difference.sentence, notes, difference)
        if exact.verdict is not Verdict.PROVED:
            why = "" if exact.reason is None else f": {exact.reason.why}"
            return self._made(Verdict.UNDECIDED, f"{agrees}, which is no proof{why}", notes)
        open_ = self._open(evidence, batches)
        if open_:
            return self._made(Verdict.UNDECIDED, f"the values are equal by canonical forms, and {open_}", notes)
        why = f"the canonical forms of values and gradients are equal; {agrees}"
        return self._made(Verdict.PROVED, why, notes)

    def _exact(self, first: Formula, second: Formula) -> Equality:
        try:
            return equal_with_gradients(first, second, self.scope, self.budget)
        except SymcheckError:  # one name for two things in them
            return Equality(Verdict.UNDECIDED)

    def _open(self, evidence: Evidence, batches: Batched) -> str:
        """What the canonical forms do not say, if it is open."""
        if any(m.has_own_backward for m in evidence.measured):
            return "the code has a backward of its own, which agrees at the points and was not read"
        if not all(c.agrees_at_kinks for c in evidence.compared):
            return "autograd returns another gradient where logits tie"
        if any(c.value_missing.any() for c in evidence.compared):
            return "the code has no value, or loses its digits, at points near 0"
        if batches.mixing or batches.backward or not batches.is_known:
            return "of batches nothing is known"
        return ""

    def _exact_difference(self, evidence: Evidence) -> Difference | None:
        """A difference that only exact numbers show, with a point at which balls of the two do not meet."""
        assert self._read is not None
        where = _apart(self._read, self.asked.formula, evidence)
        if where is None:
            return None
        named = next(undone_clamps(evidence), None)
        if named is None:
            sentence = "the code is another formula, by less than its rounding"
            return Difference(kind=Kind.OTHER, sentence=sentence, witness=where)
        return Difference(kind=named.kind, sentence=f"the code is {named.sentence}, for every z", witness=where)

    # a difference was seen

    def _difference(self, evidence: Evidence, batches: Batched, ignored: tuple[Ignored, ...]) -> Difference | None:
        where = _witness(evidence)
        if where is not None and any(m.varies for m in evidence.measured):
            sentence = "the code returns other values when it is called again with the same logits and labels"
            return Difference(kind=Kind.OTHER, sentence=sentence, witness=where)
        # What is said of single samples says nothing of code that mixes them.
        if batches.mixing:
            return mixing_difference(batches, evidence)
        if where is None:
            return reduction_difference(batches, evidence)
        try:
            found = explanation_of(evidence, self.progress)
        except Undecided:  # the time is up
            found = None
        if found is not None:
            return Difference(kind=found.kind, sentence=self._sentence(found, evidence), witness=where)
        if ignored:
            return Difference(kind=Kind.IGNORED_ARGUMENT, sentence=str(ignored[0]), witness=where)
        sentence = f"the code is another function: its {where.quantity} differs"
        return Difference(kind=Kind.OTHER, sentence=sentence, witness=where)

    def _sentence(self, found: Explanation, evidence: Evidence) -> str:
        if self._read is not None and found.formula is not None:
            numbers = {n: Fraction(str(v)) for n, v in found.numbers.items()}
            exact = Equality(Verdict.UNDECIDED)
            with suppress(Undecided):  # the time is up
                other = found.formula.with_values({**self.asked.values, **numbers})
                exact = self._exact(self._read, other)
            if exact.verdict is Verdict.PROVED:
                return f"the code is {found.sentence}; so it is for every z, label and C, by canonical forms"
        count = sum(c.count for c in evidence.compared)
        return f"the code is {found.sentence}; so it is at all {count} points that were compared"

    # words

    def _notes(self, evidence: Evidence, batches: Batched) -> Iterator[str]:
        yield from self.subject.notes
        yield from batches.notes
        for name, value in sorted(self.asked.assumed.items()):
            yield f"{name} was not given: it takes its default {value}"
        if (
            batches.says is None
            and batches.ways
            and "mean" not in batches.ways
            and batches.is_known
            and not batches.mixing
        ):
            yield f"for a batch the code returns the {batches.ways[0]}"
        for m in evidence.measured:
            lost = [p for p, known in zip(m.points, m.value_known.tolist(), strict=True) if not known]
            if lost:
                z = ", ".join(f"{v:g}" for v in lost[0].z[:6])
                yield (
                    f"at {len(lost)} of {len(m.points)} points with C = {m.classes} the code overflows or loses its "
                    f"digits, first at z = ({z}), y = {lost[0].y}: nothing is said of these"
                )
                break

    def _undecided(self, why: str, notes: Sequence[object]) -> ImplementationAudit:
        unread = self.subject.unread
        return self._made(Verdict.UNDECIDED, why if unread is None else f"{why}; {unread.why}", notes)

    def _made(
        self, verdict: Verdict, reason: str, notes: Sequence[object], difference: Difference | None = None
    ) -> ImplementationAudit:
        return ImplementationAudit(
            title=f"{self.name} as {self.asked.title}",
            verdict=verdict,
            reason=reason,
            scope=str(self.scope),
            difference=difference,
            notes=tuple(dict.fromkeys(map(str, notes))),
        )


def _witness(evidence: Evidence) -> Witness | None:
    """The first point at which values, or else gradients, differ by more than rounding."""
    for c in evidence.compared:
        for place in (c.value_excess > SURE).nonzero().reshape(-1).tolist():
            point = c.code.points[place]
            code, formula = float(c.code.values[place]), float(c.values[place])
            if _is_by_balls(evidence.asked, point.z, point.y, code, formula):
                return Witness(
                    z=point.z, y=point.y, classes=c.code.classes, quantity="value", code=code, formula=formula
                )
    for c in evidence.compared:
        for place in ((c.gradient_excess > SURE) | c.gradient_missing).nonzero().reshape(-1).tolist():
            point = c.code.points[place]
            # Of what is not finite the first entry is told.
            entry = int((c.code.gradients[place] - c.gradients[place]).abs().nan_to_num(float("inf")).argmax())
            return Witness(
                z=point.z,
                y=point.y,
                classes=c.code.classes,
                quantity=f"gradient with respect to z[{entry}]",
                code=float(c.code.gradients[place, entry]),
                formula=float(c.gradients[place, entry]),
            )
    return None


def _is_by_balls(asked: Asked, z: Sequence[float], y: int, code: float, formula: float) -> bool:
    """Whether the formula is not what the code returns there, also in exact arithmetic, where that knows a value."""
    try:
        exact = asked.formula.with_arrays({a.name: a.at_default(len(z)) for a in asked.free.arrays})
        ball = value_at(exact, [Fraction(str(v)) for v in z], {}, y=y + 1)
    except (Undecided, SymcheckError):
        return True
    return abs(float(ball.mid()) - code) > abs(float(ball.mid()) - formula)


def _apart(read: Formula, asked: Formula, evidence: Evidence) -> Witness | None:
    """A point at which the balls of the two formulas do not meet."""
    for m in evidence.measured:
        for point in m.points:
            evidence.budget.check()
            z = [Fraction(str(v)) for v in point.z]
            arrays = {a.name: a.at_default(m.classes) for a in asked.arrays}
            try:
                one = value_at(read, z, {}, y=point.y + 1)
                two = value_at(asked.with_arrays(arrays), z, {}, y=point.y + 1)
            except (Undecided, SymcheckError):
                continue
            if not one.overlaps(two):
                return Witness(
                    z=point.z,
                    y=point.y,
                    classes=m.classes,
                    quantity="value",
                    code=float(one.mid()),
                    formula=float(two.mid()),
                )
    return None


def _for_batches(numbers: Sequence[int]) -> int:
    """The number of classes of batches: not too few, and not more than it takes."""
    return 5 if 5 in numbers else min(numbers) if min(numbers) > 5 else max(n for n in numbers if n <= 5)


def _varies(code: Measured) -> bool:
    """Whether the code has different values."""
    known = code.values[code.value_known]
    return len(known) > 0 and bool((known != known[0]).any())


def _keeps_single(code: Callable[..., object]) -> bool:
    """Whether the code keeps tensors of 32 bits, whose entries are rounded."""
    kept = [*code.parameters(), *code.buffers()] if isinstance(code, torch.nn.Module) else []
    own = [v for v in getattr(code, "__dict__", {}).values() if isinstance(v, torch.Tensor)]
    return any(t.dtype is torch.float32 for t in (*kept, *own)) or bool(state_of(code).tensors)
