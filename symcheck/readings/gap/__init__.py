"""Losses that depend on z through one number: the gap logsumexp_(k != y) z_k - z_y between the rest and the label."""
