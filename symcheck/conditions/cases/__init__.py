"""Where it holds: a scope cut where a constant changes its sign or a formula takes another branch."""
