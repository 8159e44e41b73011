"""How fast predictions on linear families converge as lambda grows (THEORY 5)."""
