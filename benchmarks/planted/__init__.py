"""Small faults planted in a copy of the code, each of which some test has to catch."""
