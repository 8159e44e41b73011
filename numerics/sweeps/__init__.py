"""Sweeps: many runs, each done once and stored as it is done, on one machine or many."""
