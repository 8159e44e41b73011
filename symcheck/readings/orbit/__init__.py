"""The independent second derivation: SymPy's derivatives along a slice through z = 0."""
