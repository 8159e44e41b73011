"""A campaign against the engine: generated formulas, their certificates, and the truth at points of their scopes."""
