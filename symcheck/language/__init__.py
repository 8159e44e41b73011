"""The language of formulas: recorded once as terms, read in several ways.  Imports neither SymPy nor torch."""
