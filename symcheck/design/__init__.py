"""What to change: repairs of what was refuted, formulas that are one, values that match, regions that are proved."""
