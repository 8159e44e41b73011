"""Which form grad l(0, y) has: the tier of a loss, the scale kappa and its sign, and the drift."""
