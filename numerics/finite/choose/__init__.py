"""Choosing a lambda: what is certified, what is forecast and what noisy labels show, side by side, and a rule."""
