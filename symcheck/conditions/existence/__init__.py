"""Whether minimisers of l + lambda g exist and tend to 0: what (B') of THEORY 11 asks of l and g far from 0."""
