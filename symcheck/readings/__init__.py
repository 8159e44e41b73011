"""Readings of a formula: folds over its term that say what it is at z = 0, or at every z."""
