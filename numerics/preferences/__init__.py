"""Preferences: pairs of answers, linear rewards that are trained on them, and how two rewards rank the same items."""
