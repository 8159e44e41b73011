"""Linear families, solved exactly: coordinates, solvers for one pair or ten thousand fits, limits and expansions."""
