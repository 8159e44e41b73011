"""Formulas in the place of torch's losses, to train networks of one's own with."""
