"""Predictions that clean labels would have given too, found from noisy labels alone, with a probability of error."""
