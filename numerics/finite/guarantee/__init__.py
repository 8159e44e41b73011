"""Guarantees at finite lambda: which predictions of clean and noisy minimisers are provably the same."""
