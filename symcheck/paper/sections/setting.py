"""Section 2: label noise, outputs, robust losses, regularizers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

from sympy import Integer, Symbol

from symcheck.certificates.certify import certify
from symcheck.findings.verdict import Verdict
from symcheck.paper.base import Claim, Fact, Point, Ruling, Values, proves, repairs, steps
from symcheck.paper.exact import ALGEBRA, RATIONAL, largest, muh, noisy, noisy_mean, risk, shrinking, vanishes

ORDER = 20

_C, _RHO = Symbol("C"), Symbol("rho")


def _noise(_: Values) -> Iterator[Fact]:
    # the probabilities are the means of the indicators of one class: of the true one, and of another one
    true, other = noisy_mean(Integer(1), Integer(1), _C, _RHO), noisy_mean(Integer(0), Integer(1), _C, _RHO)
    a = shrinking(_C, _RHO)
    yield proves(
        r"the probabilities sum to 1: $(C-1)\tfrac{\rho}{C-1} + (1-\rho) = 1$",
        vanishes((_C - 1) * other + true - 1) and vanishes(true - (1 - _RHO)),
        ALGEBRA,
    )
    yield proves(
        r"$a = 1 - \tfrac{\rho C}{C-1} = \tfrac{C}{C-1}\left(\tfrac{C-1}{C} - \rho\right)$, so $a > 0$ is the same as "
        r"$\rho < \tfrac{C-1}{C}$",
        vanishes(a - _C / (_C - 1) * ((_C - 1) / _C - _RHO)),
        ALGEBRA,
    )
    yield proves(
        r"$P(\bar Y = Y) - P(\bar Y = i) = a$ for $i \ne Y$: below this rate the true label stays the likeliest",
        vanishes(true - other - a),
        ALGEBRA,
    )


def _risk(_: Values) -> Iterator[Fact]:
    same = []
    for classes, rho in ((2, Fraction(2, 5)), (3, Fraction(1, 2)), (5, Fraction(3, 4))):
        # No symmetry in z or in the law: equal entries would hide a label that is mixed up.
        z = tuple(Fraction(k * k - 3, k + 1) for k in range(1, classes + 1))
        labels = {k: Fraction(2 * k, classes * (classes + 1)) for k in range(1, classes + 1)}
        joint = sum(p * risk(muh, z, noisy(k, classes, rho)) for k, p in labels.items())
        law = {j: sum(p * noisy(k, classes, rho)[j] for k, p in labels.items()) for j in labels}
        same.append(joint == risk(muh, z, {j: Fraction(p) for j, p in law.items()}))
    yield proves(
        r"$E\, l(Z, \bar Y)$ is the same by averaging $l$ over $\bar Y$ given $Y$, and by the law of $\bar Y$ "
        "(a consistency check of the definition: three examples, C = 2, 3, 5)",
        all(same),
        RATIONAL,
    )


def _outputs(_: Values) -> Iterator[Fact]:
    sets = [(c, s) for c in (2, 3, 4) for size in range(1, c + 1) for s in combinations(range(1, c + 1), size)]
    yield repairs(
        r"the printed families are never cones: of each set of labels $1, \ldots, C$ some multiple $(C + 1)\,k$ is no "
        r"label (every set for $C = 2, 3, 4$)",
        all(any((c + 1) * k not in s for k in s) for c, s in sets),
        f"enumeration in {RATIONAL}",
        f"{len(sets)} sets",
    )


def _pred(w: Values) -> Iterator[Fact]:
    grid = [tuple(map(Fraction, z)) for z in product((-2, 0, 1, 3), repeat=3)]
    scaled = all(largest(z) == largest([t * x for x in z]) for z in grid for t in (Fraction(1, 7), Fraction(5)))
    moved = all(largest(z) == largest([x + t for x in z]) for z in grid for t in (Fraction(-4), Fraction(1, 3)))
    yield proves(
        r"$z_i \ge z_j \iff t z_i \ge t z_j \iff t z_i + s \ge t z_j + s$ for $t > 0$, so the set of largest scores "
        r"is the same for $z$, $tz$ and $z + s \mathbf 1$ (64 points)",
        scaled and moved,
        RATIONAL,
    )
    z = (w["z1"], w["z2"])
    yield repairs(
        r"at the witness two scores are largest, so $\arg\max$ is a set and not a class",
        len(largest(z)) > 1,
        RATIONAL,
        f"{{{', '.join(map(str, largest(z)))}}}",
    )


_SQUARE = {1: (Fraction(1), Fraction(0)), 2: (Fraction(0), Fraction(1))}


def _square(z: tuple[Fraction, ...], label: int) -> Fraction:
    return sum(((x - e) ** 2 for x, e in zip(z, _SQUARE[label], strict=True)), Fraction(0))


def _minimisers(
    family: tuple[tuple[Fraction, ...], ...], values: dict[tuple[Fraction, ...], Fraction]
) -> list[tuple[Fraction, ...]]:
    low = min(values[z] for z in family)
    return [z for z in family if values[z] == low]


def _is_robust(noisy_ones: list[tuple[Fraction, ...]], clean_ones: list[tuple[Fraction, ...]]) -> bool:
    return all(any(largest(z)[0] == largest(s)[0] for s in clean_ones) for z in noisy_ones)


def _families() -> Iterator[tuple[tuple[tuple[Fraction, ...], ...], dict, dict]]:  # type: ignore[type-arg]
    """All families of one to four outputs among nine, C = 2, one point with y = 1, rho = 2/5: clean and noisy risks."""
    outputs = [tuple(map(Fraction, z)) for z in product((-1, 0, 2), repeat=2)]
    law = noisy(1, 2, Fraction(2, 5))
    for loss in (muh, _square):
        clean = {z: loss(z, 1) for z in outputs}
        blurred = {z: risk(loss, z, law) for z in outputs}
        for size in (1, 2, 3, 4):
            for family in combinations(outputs, size):
                yield family, clean, blurred


def _robust(_: Values) -> Iterator[Fact]:
    seen = {
        _is_robust(_minimisers(family, blurred), _minimisers(family, clean)) for family, clean, blurred in _families()
    }
    yield proves(
        "the definition separates: among 510 finite families (C = 2, one point, rho = 2/5, MUH and the square loss) "
        "there are robust pairs and pairs that are not",
        seen == {True, False},
        f"enumeration in {RATIONAL}",
    )


def _inclusion(_: Values) -> Iterator[Fact]:
    # Also counted: families without the inclusion that are not robust, as a condition that never fails says nothing.
    included = enough = others = 0
    for family, clean, blurred in _families():
        noisy_ones, clean_ones = _minimisers(family, blurred), _minimisers(family, clean)
        if set(noisy_ones) <= set(clean_ones):
            included += 1
            enough += _is_robust(noisy_ones, clean_ones)
        else:
            others += not _is_robust(noisy_ones, clean_ones)
    yield proves(
        "in every one of the finite families with the inclusion the loss is robust (the argument of the first line "
        "needs no example; this shows that the definitions are used as they are printed)",
        included > 0 and included == enough,
        f"enumeration in {RATIONAL}",
        f"{enough} of {included}",
    )
    yield proves(
        "without the inclusion it can fail, so the inclusion is a condition indeed",
        others > 0,
        f"enumeration in {RATIONAL}",
        f"{others} families",
    )


def _footnote(_: Values) -> Iterator[Fact]:
    for g, name in (("entropy", "entropy"), ("label_smoothing_penalty", "label smoothing")):
        found = certify("cross_entropy", g)
        whole = certify("mae", g)
        yield proves(
            rf"the {name} penalty does not change under $z + t\mathbf 1$, so its minimum is taken on a whole line",
            found.quotient and whole.quotient,
            "certify: the pair is certified on the quotient by (1, ..., 1)",
            f"{found.verdict.name} on the quotient",
        )
    l2 = certify("cross_entropy", "l2")
    yield proves(
        r"$\tfrac12\Vert z\Vert^2$ does comply: it is certified on $R^C$ itself",
        not l2.quotient and l2.verdict is Verdict.PROVED,
        "certify",
    )


CLAIMS = (
    Claim(
        id="def-noise",
        place="section 2",
        title=r"Uniform label noise of rate $\rho < (C-1)/C$",
        printed=r"... let $\bar Y$ be a noisy version of $Y$ such that for some $\rho < \tfrac{C-1}{C}$, $P(\bar Y = "
        r"i \mid Y, X) = \tfrac{\rho}{C-1} \,(i \ne Y), \, 1 - \rho \,(i = Y)$.",
        proved=r"The same, with $0 \le \rho$.  It is a law, and $a = 1 - \tfrac{\rho C}{C-1}$ is positive exactly for "
        r"$\rho < \tfrac{C-1}{C}$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $C - 1$ labels have probability $\tfrac{\rho}{C-1}$ each and one has $1 - \rho$; together this is 1.
            - $P(\bar Y = Y) - P(\bar Y = i) = 1 - \rho - \tfrac{\rho}{C-1} = 1 - \tfrac{\rho C}{C-1} = a$.
            - So $a > 0$ says that the true label is the likeliest one, and this is $\rho < \tfrac{C-1}{C}$.
        """),
        compute=_noise,
    ),
    Claim(
        id="def-risk",
        place="section 2",
        title=r"The risks $L_l(Z) = E\,l(Z,Y)$ and $\bar L_l(Z) = E\,l(Z,\bar Y)$",
        printed=r"For a loss function $l\colon R^C \times [C] \to R$ and $Z \in \mathcal Z$ we define $L_l(Z) = "
        r"E[l(Z, Y)]$, $\bar L_l(Z) = E[l(Z, \bar Y)]$.",
        proved=r"The same, where these expectations are finite; $\bar L_l(Z) = E\left[(1-\rho)\, l(Z,Y) + "
        r"\tfrac{\rho}{C-1} \sum_{i \ne Y} l(Z, i)\right]$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - Given $(X, Y)$, the output $Z = f(X)$ is fixed and $\bar Y$ has the law of def-noise.
            - Averaging over that law first gives the formula; the tower rule gives the expectation.
        """),
        compute=_risk,
        rests_on=("def-noise",),
    ),
    Claim(
        id="E22",
        place="section 2",
        title=r"The family of models: scores, not labels",
        printed=r"Let $\mathcal F \subseteq [C]^{\mathcal X}$ be a family of measurable functions and define a set "
        r"of random variable $\mathcal Z = \{f(X) \mid f \in \mathcal F\}$.",
        proved=r"$\mathcal F \subseteq (R^C)^{\mathcal X}$: every $Z = f(X)$ is a vector of $C$ scores.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - $l\colon R^C \times [C] \to R$ and $\mathrm{pred}(z) = \arg\max_i z_i$ take a vector of $C$ scores.
            - With $\mathcal F \subseteq [C]^{\mathcal X}$ the values of $f$ are labels, and $l(Z, Y)$ has no meaning.
            - Nor could Theorem 1 speak of any family: no set of labels is closed under $z \mapsto tz$, $t > 0$.
        """),
        compute=_outputs,
    ),
    Claim(
        id="def-pred",
        place="section 2",
        title=r"$\mathrm{pred}(z) = \arg\max_i z_i$ needs a rule for ties",
        printed=r"We say that a loss function $l$ is robust if $\ldots$, $\mathrm{pred}(\bar Z^\star) = "
        r"\mathrm{pred}(Z^\star)$, where $\mathrm{pred}(z) = \arg\max_{i \in [C]}(z_i)$.",
        proved=r"The same with ties broken by one fixed rule (here: the lowest class).  Then $\mathrm{pred}(tz) = "
        r"\mathrm{pred}(z)$ for $t > 0$ and $\mathrm{pred}(z + s\mathbf 1) = \mathrm{pred}(z)$.",
        verdict=Ruling.REPAIRED,
        derivation=steps(r"""
            - $z \mapsto tz$ with $t > 0$ and $z \mapsto z + s\mathbf 1$ keep the order of the scores, so they keep the
              set of largest ones.
            - A fixed rule picks the same class from the same set.
            - Without a rule $\mathrm{pred}(\bar Z) = \mathrm{pred}(Z)$ has no meaning where two scores are largest.
        """),
        compute=_pred,
        witness=Point(r"$z = (%(z1)s, %(z2)s)$", z1=1, z2=1),
    ),
    Claim(
        id="def-robust",
        place="section 2",
        title="A robust loss: noisy minimisers predict what clean ones predict",
        printed=r"We say that a loss function $l$ is robust if $\bar Z^\star \in \arg\min_{Z \in \mathcal Z} \bar "
        r"L_l(Z) \implies \exists Z^\star \in \arg\min_{Z \in \mathcal Z} L_l(Z)$, $\mathrm{pred}(\bar Z^\star) = "
        r"\mathrm{pred}(Z^\star)$ [almost surely].",
        proved=r"The same.  Where there is no noisy minimiser the definition is empty; it speaks of equal "
        r"predictions, not of better ones.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps("""
            - There is nothing to prove about a definition; what is computed is that it can hold and can fail.
        """),
        compute=_robust,
        rests_on=("def-pred", "def-risk"),
    ),
    Claim(
        id="inclusion-suffices",
        place="section 2",
        title=r"$\arg\min \bar L_l \subseteq \arg\min L_l$ suffices",
        printed=r"Note that $\arg\min_{Z \in \mathcal Z} \bar L_l(Z) \subseteq \arg\min_{Z \in \mathcal Z} L_l(Z)$ "
        r"is sufficient for $l$ to be robust.",
        proved=r"The same.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - Let $\bar Z^\star \in \arg\min \bar L_l$.  By the inclusion $\bar Z^\star \in \arg\min L_l$.
            - So $Z^\star = \bar Z^\star$ is a clean minimiser with the same prediction.
        """),
        compute=_inclusion,
        rests_on=("def-robust",),
    ),
    Claim(
        id="footnote-1",
        place="section 2, footnote 1",
        title="Confidence penalties are no regularizers in this sense",
        printed=r"A regularizer $g$ is any function from $R^C$ to $R$ that has a single minima at $0 \in R^C$ ... "
        r"confidence penalty regularizers, like label smoothing and entropy are not compiled with this definition.",
        proved=r"The same: entropy and label smoothing do not change under $z + t\mathbf 1$.",
        verdict=Ruling.AS_PRINTED,
        derivation=steps(r"""
            - $\mathrm{softmax}(z + t\mathbf 1) = \mathrm{softmax}(z)$, so $g(z) = h(\mathrm{softmax}(z))$ has the value
              $g(0)$ on the whole line $\{t\mathbf 1\}$.
        """),
        compute=_footnote,
        rests_on=("reference-class",),
    ),
)
