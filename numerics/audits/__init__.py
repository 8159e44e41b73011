"""Audits: of the hypotheses that theorems have on a model and data, and of code that is to compute a formula."""
