"""How large the first three derivatives of the parts of a formula are on a ball about z = 0, in operator norms."""
