"""What to do next: repairs of a refused pair, formulas that are one, matching weights, regions of parameters."""
