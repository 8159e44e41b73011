"""How unequal noise may be from sample to sample before a prediction turns."""
