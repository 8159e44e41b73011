"""What is known of noise T: the answer of ``noise_condition``, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symcheck.class_conditional.flips import Matrix
from symcheck.class_conditional.said import at_most_said
from symcheck.class_conditional.score_order import Flip
from symcheck.findings.step import Derivation
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Scope
from symcheck.reason import Reason
from symcheck.render.block import Block, Item, Items, Paragraph, Section, Strong, Tex, Title
from symcheck.render.page import Page
from symcheck.render.plain import tex_line
from symcheck.render.prose import line_of

_THEOREM = (
    (
        r"$(T' \eta)_i - (T' \eta)_j = \sum_m \eta_m (T_{mi} - T_{mj})$ is linear in $\eta$. Where $\eta_i$ is "
        r"largest, and 1, it is least at a corner of a cube: "
        r"$T_{ii} - T_{ij} + \sum_{m \ne i} \min(0, T_{mi} - T_{mj})$ has to be $\ge 0$."
    ),
    (
        r"With $i$ and $j$ in both places the two bounds add up to $-\sum_{m \ne i, j} |T_{mi} - T_{mj}|$, so "
        r"$T_{mi} = T_{mj}$ for $m \ne i, j$, and $T_{ii} - T_{ij} = T_{jj} - T_{ji}$."
    ),
    (
        r"The rows add up to 1, so $T = a I + \frac{1 - a}{C} \mathbf{1}\mathbf{1}'$, uniform noise, with $a > 0$: "
        r"with $a = 0$ all scores tie. Then $T' \eta - u = a (\eta - u)$, and every prediction stays."
    ),
    (
        r"For another $H$ the same: near $\eta = u$ the scores $H^{-1} (\eta - u)$ have every direction up to "
        r"multiples of $\mathbf{1}$."
    ),
)
"""Why it is uniform noise or a law turns, in sentences; the proof is in ``symcheck.class_conditional.score_order``."""

_FORWARD = (
    (
        r"$l(z, j) = -\log (T' p)_j$ has the gradient $b_j = u - t_j/s_j$ at $z = 0$, $t_j$ the column $j$ of $T$ and "
        r"$s_j$ its sum. "
        r"Where the clean label has the law $\eta$, the noisy one is $j$ with probability $(T' \eta)_j$."
    ),
    (
        r"So under a strong penalty with the Hessian $H$ the scores are those of "
        r"$-\sum_j (T' \eta)_j b_j = M \eta - u$, $M = T S^{-1} T'$, $S$ the diagonal of the $s_j$: those of MUH under "
        r"the noise $M$, symmetric, with rows that add up to 1."
    ),
)
"""How forward correction acts; the proof is in ``symcheck.class_conditional.forward``."""
_UNIFORM = (
    r"The classes that lead are those that lead $\eta$, for every $\eta$, if and only if "
    r"$M = b I + \frac{1 - b}{C} \mathbf{1}\mathbf{1}'$ with $b > 0$, uniform noise: as for MUH."
)


@dataclass(frozen=True)
class NoiseCondition(Page):
    """Whether noise T leaves the classes with the largest score of MUH + quadratic as they are, in a ``scope``.

    ``laws``: the laws eta of the clean label that were asked for, None for every law.  With REFUTED ``witness`` is a
    law at which a prediction turns, at ``classes`` = C and ``parameters``.  ``lead``, for a matrix of numbers and
    isotropic H: predictions keep wherever the leading clean class leads by more than this (None: not even at 1).
    ``forward``: asked of forward correction under a strong penalty, where M = T S^-1 T' is in the place of T;
    ``is_invertible``: then, whether T is, None if that was not looked at.

    What ``verdict`` rests on are the steps of ``derivation``, and where it is UNDECIDED the ``reason`` says why;
    ``isotropic``: asked of every H = s I + t 11', or of one of these.

    >>> import symcheck as sc
    >>> found = sc.noise_condition(((0.8, 0.2, 0), (0, 0.8, 0.2), (0.2, 0, 0.8)))
    >>> found, found.lead
    (<NoiseCondition REFUTED, C = 3>, Fraction(1, 7))

    Source: docs/theory.md, section 7.
    """

    verdict: Verdict
    scope: Scope
    isotropic: bool
    laws: Matrix | None
    derivation: Derivation
    witness: Flip | None = None
    classes: int | None = None
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    lead: Fraction | None = None
    reason: Reason | None = None
    forward: bool = False
    is_invertible: bool | None = None

    @property
    def statement(self) -> str:
        """The statement in LaTeX."""
        noisy = r"M \eta" if self.forward else r"T^\top \eta"
        where = r"\text{for every law } \eta" if self.laws is None else r"\text{for the given laws } \eta"
        if self.isotropic:
            return rf"\arg\max_k\, ({noisy})_k = \arg\max_k\, \eta_k \quad {where}"
        return rf"\arg\max_k\, [H^{{-1}} ({noisy} - u)]_k = \arg\max_k\, [H^{{-1}} (\eta - u)]_k \quad {where}"

    def __hash__(self) -> int:
        return hash((self.verdict, self.scope, self.laws, self.witness))  # a mapping of parameters has no hash

    def __repr__(self) -> str:
        return f"<NoiseCondition {self.verdict.name}, {self.scope}>"

    def blocks(self) -> Iterator[Block]:
        """The answer, with the law at which a prediction turns, and why."""
        moved = "M eta" if self.forward else "T'eta"
        scores = "eta" if self.isotropic else "H^-1 (eta - u)"
        noisy = moved if self.isotropic else f"H^-1 ({moved} - u)"
        laws = "every law eta of the clean label" if self.laws is None else "the given laws eta of the clean label"
        plain = f"argmax {noisy} = argmax {scores} for {laws}"
        yield Title((Strong(self.verdict.name), f" for {self.scope}: {self._claim}"))
        yield Paragraph((Tex(self.statement, plain + (", M = T S^-1 T'" if self.forward else "")),))
        if self.witness is not None:
            at = ", ".join([f"C = {self.classes}", *(f"{n} = {v}" for n, v in sorted(self.parameters.items()))])
            yield Paragraph(("A prediction turns, at ", at, ": ", str(self.witness)))
        if self.reason is not None:
            yield Paragraph((f"Open: {self.reason}",))
        # With PROVED the lead is 0, and goes without saying.
        if self.lead is not None and self.verdict is Verdict.REFUTED and self.laws is None:
            yield Paragraph(
                (f"Predictions keep wherever the leading clean class leads by more than {at_most_said(self.lead)}.",)
            )
        if self.is_invertible is not None:
            yield Paragraph(line_of(self._unpenalised))
        theorem = () if self.laws is not None else (_UNIFORM,) if self.forward else _THEOREM
        told = (*(_FORWARD if self.forward else ()), *theorem)
        lines = (*map(tex_line, told), *(line_of(str(step)) for step in self.derivation))
        if lines:
            yield Section("Why")
            yield Items(tuple(Item("", line) for line in lines))

    @property
    def _claim(self) -> str:
        if self.forward:
            return (
                "forward correction of noise T, with a strong quadratic penalty, predicts what MUH does without noise"
            )
        return "noise T keeps the predictions of MUH + quadratic"

    @property
    def _unpenalised(self) -> str:
        """What holds with no penalty at all."""
        if self.is_invertible:
            # Refuted at one point of the scope, T was looked at there and nowhere else.
            one = self.verdict is Verdict.REFUTED and (self.parameters or self.scope.classes.fixed is None)
            return (
                "Without a penalty, over all functions of x, forward correction has its minimum at p = eta, as T is "
                f"invertible{' there' if one else ''}: predictions keep."
            )
        return (
            "T has no inverse there: laws of the clean label with different leading classes have one noisy law, and no "
            "correction tells them apart."
        )
