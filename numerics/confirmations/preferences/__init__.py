"""Certificates of preference losses beside rewards that are trained on clean and on flipped pairs."""
