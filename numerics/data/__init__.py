"""Data as a model meets it: what users hand over, transformed and split (numerics.datasets has data sets by name)."""
