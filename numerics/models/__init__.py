"""Models: families of score functions that are trained."""
