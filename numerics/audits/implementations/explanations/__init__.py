"""What code may be instead of the formula: one kind of difference a file, with the formulas that it comes down to."""
