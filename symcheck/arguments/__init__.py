"""What users hand over: calls that do not fit, arguments of other kinds, missing packages; each an error of ours."""
