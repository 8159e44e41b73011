"""Matching: the kappa of two losses, where they are equal, and what a reader is told."""
