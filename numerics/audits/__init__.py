"""What the theorems assume of a model and data, looked at."""
