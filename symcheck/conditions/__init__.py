"""The conditions of the theorems, one folder a question: what of a loss and a regularizer is proved or refuted."""
