"""For each witness of the ledger numbers that violate nothing: what is printed holds there, or the example is none."""

from __future__ import annotations

from fractions import Fraction

HARMLESS: dict[str, dict[str, int | Fraction]] = {
    "def-pred": {"z1": 2},  # one largest score
    "E1": {"r": Fraction(1, 5)},  # twice the same point
    "E2": {"L": 0},  # at lambda = 0 both coefficients of Z'AZ are 0
    "E3": {"rho": 0},  # lambda = 1 without noise
    "E4": {"x2": 1},  # the same point twice: K may be the same
    "E5": {"rho": 0},  # without noise every factor that is tried is 1
    "E6": {"rho": Fraction(1, 3)},  # flips for rho > 1/3 only
    "E7": {"scale": 0},  # then g is its own approximation
    "E8": {"b2": 2},  # (1, 2) would be parallel to grad h
    "E9": {"alpha": Fraction(1, 10)},  # alpha > 0
    "E10": {"power": 2},  # D^2 g(0) = 2
    "E11": {"rho": 0},  # the noisy minimiser is the clean one
    "E12": {"p1": Fraction(1, 2), "p2": Fraction(1, 4), "p3": Fraction(1, 4)},  # Y is not uniform
    "E13": {"M": 10**9, "alpha": -1},  # alpha < 0 is not asked for
    "E14": {"w3": Fraction(1, 2)},  # one weight for all labels
    "E15": {"x": 1},  # the uniform point itself
    "E16": {"w1": 1},  # the last layer is not 0
    "E17": {"power": 2},  # then g is a quadratic form
    "E18": {"w3": Fraction(1, 2)},  # no tie in the limit is broken
    "E19": {"alpha": 100},  # the comparison is for small alpha
    "E20": {"phi2": 1},  # no sample with J v = 0
    "E21": {"s": 1},  # no large quotient there
    "E23": {"alpha": 1},  # not small
    "E24": {"x": 1},  # z = 0 against itself
    "E25": {"t": 0},  # g'' = 2 there
    "E26": {"d2": 1, "d3": 1},  # A does not alternate
    "E27": {"p1": Fraction(1, 3), "p2": Fraction(1, 3)},  # the uniform point twice
    "E28": {"w3": Fraction(1, 2)},
    "E29": {"s": 1},  # not lower than the branch
    "penalty-to-zero": {"t": 0},  # a family that holds 0
    "theorem-2": {"u": 1},  # nothing left to integrate
    "theorem-2-sign": {"b": 0},
    "no-unique-solution": {"t": 0},
    "single-minimiser": {"x": 0, "y": 0},
}
