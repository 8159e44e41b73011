"""Embeddings at scale: all that the limit of a linear model needs of many rows, from sums over blocks of them."""
