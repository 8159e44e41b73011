"""Confirmations with networks: what a claim says of weights that were trained, and what seeds do beside it."""
