"""Exact elements in a canonical form: fractions over C, the parameters, logarithms and powers, functions of z."""
