"""What users hand in, read into formulas: names of the catalogue, formula strings, functions, torch code."""
