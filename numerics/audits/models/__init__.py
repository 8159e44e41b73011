"""What the theorems assume of a model and data, looked at; what is about the code of a loss is in ``implementations``."""
