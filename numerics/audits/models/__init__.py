"""What the theorems assume of a model and data; what is about the code of a loss is in ``implementations``."""
