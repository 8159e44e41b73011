"""Exact arithmetic of the constants that arise at z = 0: fractions over C, the parameters, logarithms and powers."""
