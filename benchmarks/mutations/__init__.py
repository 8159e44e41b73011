"""Mutants of statements and proofs: what the small checker accepts of them has to be true."""
