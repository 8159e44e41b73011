"""Minimisers of a regularized risk on finitely many points, and what they predict: exact, or in rigorous balls."""
