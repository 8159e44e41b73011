"""The steps of one audit: the code runs, at points and on batches, canonical forms, and the name of a difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from numerics.audits.implementations.asked import Asked
from numerics.audits.implementations.batched import Batched, batched
from numerics.audits.implementations.code_runs import Code, code_runs, kept_state
from numerics.audits.implementations.constructor import Ignored, ignored_arguments
from numerics.audits.implementations.evidence import Evidence, Explanation
from numerics.audits.implementations.exact import equal_with_gradients
from numerics.audits.implementations.explanations.clamps import clamps_seen_by_balls, guards, undone_clamps
from numerics.audits.implementations.implementation_audit import Difference, ImplementationAudit, row_text
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.measured import Measured, measured
from numerics.audits.implementations.naming import explanation_of
from numerics.audits.implementations.points import NUMBERS, points
from numerics.audits.implementations.reductions import mixing_difference, reduction_difference
from numerics.audits.implementations.second_derivatives import second_note
from numerics.audits.implementations.witnesses import (
    exact_witness,
    gradient_witness,
    missing_witness,
    value_witness,
    where_they_differ,
)
from numerics.progress import Progress
from symcheck.budget import Budget
from symcheck.conditions.everywhere.everywhere import Equality
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes
from symcheck.problem import Subject
from symcheck.reason import Undecided

LARGEST_NUMBER = 1000
"""The larger end of the classes that are asked for is looked at up to this."""

NAMING = 0.6
"""Of the time so much is for the name of a difference, which may have none."""

STEPS = 4
"""What an audit does, for its progress, until differences are named."""

_NO_NUMBER = "the code has no finite value at points near 0 where the formula has one"


@dataclass(frozen=True)
class Auditing:
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
        before = kept_state(runs.code)
        numbers = [n for n in self._numbers() if runs.raised(n) is None]
        if not numbers:
            return self._undecided("the code runs at none of the numbers of classes that were tried", called)
        free, values = self.asked.free, self.asked.numbers
        found = tuple(measured(runs, points(n), free, values, self.budget) for n in numbers)
        label_free = all(runs.ignores_label(m.classes) for m in found) and any(map(_varies, found))
        evidence = Evidence(self.asked, found, runs, self._read, self.scope, self.budget, label_free)
        if len(evidence.compared) < len(found):
            return self._undecided("the formula was not read on tensors", called)
        if not any(c.value_known.any() for c in evidence.compared):
            return self._without_values(evidence, called)
        self.progress(2, STEPS, "running it on batches")
        batches = batched(runs, self.given, _for_batches(numbers), self.budget)
        ignored = ignored_arguments(self.given, evidence.measured[-1])
        self.progress(3, STEPS, "comparing canonical forms")
        exact = self._exact()
        notes = (*map(str, called), *self._notes(evidence, batches), *map(str, ignored))
        is_equal = exact is not None and exact.verdict is Verdict.PROVED
        difference = self._difference(evidence, batches, ignored, is_equal=is_equal)
        if difference is not None:
            return self._refuted(difference, notes)
        second = second_note(evidence)
        notes = notes if second is None else (*notes, second)
        changed = sorted(name for name, value in kept_state(runs.code).items() if before.get(name) != value)
        return self._agreeing(evidence, exact, self._open(evidence, batches, changed), notes)

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

    def _exact(self) -> Equality | None:
        """Whether the formula of the code is the one that was asked for; None where it was not read."""
        if self._read is None:
            return None
        return equal_with_gradients(self._read, self.asked.formula, self.scope, self.budget)

    # no difference was seen

    def _agreeing(
        self, evidence: Evidence, exact: Equality | None, open_: str, notes: Sequence[object]
    ) -> ImplementationAudit:
        count = sum(c.count for c in evidence.compared)
        numbers = ", ".join(str(m.classes) for m in evidence.measured)
        agrees = f"values and gradients agree at all {count} points that were compared, with C = {numbers}"
        is_apart = exact is not None and exact.verdict is Verdict.REFUTED
        if is_apart or (exact is not None and exact.verdict is not Verdict.PROVED and guards(evidence.read)):
            found = self._apart(evidence, agrees, notes)
            if is_apart or found.difference is not None:
                return found
        if exact is None or exact.verdict is not Verdict.PROVED:
            reason = self.subject.unread if exact is None else exact.reason
            why = "" if reason is None else f": {reason.why}"
            return self._made(Verdict.UNDECIDED, f"{agrees}, which is no proof{why}", notes)
        if open_:
            return self._made(Verdict.UNDECIDED, f"the values are equal by canonical forms, and {open_}", notes)
        why = f"the canonical forms of values and gradients are equal; {agrees}"
        return self._made(Verdict.PROVED, why, notes)

    def _open(self, evidence: Evidence, batches: Batched, changed: Sequence[str]) -> str:
        """What the canonical forms do not say, if it is open."""
        far = value_witness(evidence, is_equal=False) or gradient_witness(evidence, is_equal=False)
        if far is not None:
            return f"far from 0 the code rounds, or cuts what it computes: at {far}"
        if any(m.has_own_backward for m in evidence.measured):
            return "the code has a backward of its own, which agrees at the points and was not read"
        if any(evidence.runs.is_coarse(m.classes) for m in evidence.measured):
            return "the code rounds to fewer than 32 bits, and was read and run without that"
        if not all(c.agrees_at_kinks for c in evidence.compared):
            return "autograd returns another gradient where logits tie"
        if any(c.value_missing.any() for c in evidence.compared):
            return "the code has no value, or loses its digits, at points near 0"
        if batches.mixing or batches.backward:
            return batches.mixing or batches.backward
        if not batches.is_known:
            return "of batches nothing is known"
        if not changed:
            return ""
        return f"calling the code changes {', '.join(changed)}, and it was read as it was before"

    def _apart(self, evidence: Evidence, agrees: str, notes: Sequence[object]) -> ImplementationAudit:
        """What only exact numbers show: a clamp or an epsilon in the code, or else no more than rounding."""
        try:
            where = exact_witness(evidence)
            named = None if where is None else next(undone_clamps(evidence), None)
            seen = named or (None if where is None else next(clamps_seen_by_balls(evidence, exact_witness), None))
        except Undecided:  # the time is up
            where = named = seen = None
        if where is None or seen is None:
            why = f"{agrees}, up to rounding, but in exact arithmetic the code is another formula"
            return self._made(Verdict.UNDECIDED, why if where is None else f"{why}, at {where}", notes)
        count = sum(c.count for c in evidence.compared)
        said = ", for every z" if named is not None else f"; so it is at all {count} points that were compared"
        difference = Difference(kind=seen.kind, sentence=f"the code is {seen.sentence}{said}", witness=where)
        return self._refuted(difference, notes)

    # a difference was seen

    def _without_values(self, evidence: Evidence, notes: Sequence[object]) -> ImplementationAudit:
        where = missing_witness(evidence)
        if where is not None:
            return self._refuted(Difference(kind=Kind.OTHER, sentence=_NO_NUMBER, witness=where), notes)
        why = "at none of the points that were tried code and formula both have a value that can be trusted"
        return self._undecided(why, notes)

    def _difference(
        self, evidence: Evidence, batches: Batched, ignored: tuple[Ignored, ...], *, is_equal: bool
    ) -> Difference | None:
        where = value_witness(evidence, is_equal=is_equal) or gradient_witness(evidence, is_equal=is_equal)
        if where is not None and any(m.varies for m in evidence.measured):
            sentence = "the code returns other values when it is called again with the same logits and labels"
            return Difference(kind=Kind.OTHER, sentence=sentence, witness=where)
        # What is said of single samples says nothing of code that mixes them.
        if batches.mixing:
            return mixing_difference(batches, evidence, where)
        if where is None:
            missing = missing_witness(evidence)
            if missing is not None:
                return Difference(kind=Kind.OTHER, sentence=_NO_NUMBER, witness=missing)
            return reduction_difference(batches, evidence)
        try:
            found = explanation_of(replace(evidence, budget=Budget(NAMING * self.budget.seconds)), self.progress)
        except Undecided:  # the time is up
            found = None
        if found is not None:
            return Difference(kind=found.kind, sentence=self._sentence(found, evidence, batches), witness=where)
        if ignored:
            return Difference(kind=Kind.IGNORED_ARGUMENT, sentence=str(ignored[0]), witness=where)
        sentence = f"the code is another function: its {where.quantity} differs{where_they_differ(evidence)}"
        return Difference(kind=Kind.OTHER, sentence=sentence, witness=where)

    def _sentence(self, found: Explanation, evidence: Evidence, batches: Batched) -> str:
        of_sum = found.kind is Kind.REDUCTION and batches.ways == ("sum",)
        said = f"the code is {found.sentence}{', and of a batch the sum of that' if of_sum else ''}"
        if evidence.exactly(found) is Verdict.PROVED:
            fixed = self.scope.fixed
            every = "for every z, label and C" if fixed is None else f"for every z and label, with C = {fixed}"
            return f"{said}; so it is {every}, by canonical forms"
        return f"{said}; so it is at all {sum(c.count for c in evidence.compared)} points that were compared"

    # words

    def _notes(self, evidence: Evidence, batches: Batched) -> Iterator[str]:
        yield from self.subject.notes
        yield from batches.notes
        for name, value in sorted(self.asked.assumed.items()):
            yield f"{name} was not given: it takes its default {value}"
        if batches.says is None and batches.is_known and batches.ways and "mean" not in batches.ways:
            yield f"for a batch the code returns the {batches.ways[0]} of its values for the single samples"
        for m in evidence.measured:
            lost = [p for p, known in zip(m.points, m.value_known.tolist(), strict=True) if not known]
            if lost:
                yield (
                    f"at {len(lost)} of {len(m.points)} points with C = {m.classes} the code overflows or loses its "
                    f"digits, first at z = {row_text(lost[0].z)}, y = {lost[0].y}: nothing is said of these"
                )
                break

    def _undecided(self, why: str, notes: Sequence[object]) -> ImplementationAudit:
        unread = self.subject.unread
        return self._made(Verdict.UNDECIDED, why if unread is None else f"{why}; {unread.why}", notes)

    def _refuted(self, difference: Difference, notes: Sequence[object]) -> ImplementationAudit:
        return self._made(Verdict.REFUTED, difference.sentence, notes, difference)

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


def _for_batches(numbers: Sequence[int]) -> int:
    """The number of classes of batches: not too few, and not more than it takes."""
    return 5 if 5 in numbers else min(numbers) if min(numbers) > 5 else max(n for n in numbers if n <= 5)


def _varies(code: Measured) -> bool:
    """Whether the code has different values."""
    known = code.values[code.value_known]
    return len(known) > 0 and bool((known != known[0]).any())
