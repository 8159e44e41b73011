"""Label noise: its laws and its draws, by one rate, by a matrix, or as people make it."""
