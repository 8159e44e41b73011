"""Questions beside that of a certificate, with the types that a checker has to find."""

from fractions import Fraction
from typing import assert_type

import symcheck as sc
from symcheck.class_conditional.backward import BackwardCondition
from symcheck.class_conditional.matrices import UniformNoise
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.design.advising.choice import Choice
from symcheck.design.matching.value import Solution
from symcheck.design.sameness.relation import Relation
from symcheck.language.formula import Formula
from symcheck.problem import Subject

assert_type(sc.same("mae", "gce", classes=10), sc.Sameness)
assert_type(sc.same("mae", "gce").relation, Relation | None)
assert_type(sc.match("gce", to="mae", C=100, parameter="q", weight="1/2"), sc.Match)
assert_type(sc.match("gce", to="mae").solutions, tuple[Solution, ...])
assert_type(sc.region("truncated_gce", "l2"), sc.Region)
assert_type(sc.region("truncated_gce", "l2").is_exact, bool)

advice = sc.advise(100, rho=0.3, wants=("bounded", "symmetric"), losses=["mae", sc.losses.GCE(q=Fraction(7, 10))])
assert_type(advice, sc.Advice)
assert_type(advice.best, tuple[Choice, ...])
assert_type(advice.best[0].loss, Subject)

parts = sc.decompose("cross_entropy")
assert_type(parts, sc.Decomposition)
assert_type(parts.symmetric, Formula | None)
assert_type(sc.symmetrize("gce"), Subject)

slopes = sc.derivatives("mae", classes=(2, 10))
assert_type(slopes, sc.Derivatives)
assert_type(slopes.gradient_formula, Formula)
assert_type(slopes.to_python(), str)

T = [["9/10", "1/10"], ["2/10", "8/10"]]
assert_type(sc.noise_condition(T), NoiseCondition)
assert_type(sc.noise_condition(T, correction="forward"), NoiseCondition)
assert_type(sc.noise_condition(T, correction="backward"), BackwardCondition)
assert_type(sc.noise_condition(UniformNoise(), classes=(3, 10)), NoiseCondition)

assert_type(sc.Tier.EXACT.meets_condition, bool)
assert_type(min(sc.Verdict.PROVED, sc.Verdict.UNDECIDED), sc.Verdict)
