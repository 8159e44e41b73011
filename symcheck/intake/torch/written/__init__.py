"""Written out: torch code read for one number of classes, entry by entry and label by label.

Where no formula in class-vectors is left, as of code that takes ``z[:, 0]``, concatenates, sorts out samples by their
label or computes with its number, the code runs once for each label, a plain tensor then, and a tensor that depends on
z is an array of scalars, one for each entry.  Arrays are moved by torch itself, on the numbers of their entries.  What
the runs leave is joined to one formula of the label.
"""
