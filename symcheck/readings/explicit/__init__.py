"""One C and rational points, every class written out, in rigorous balls: may veto and witness, never proves."""
