"""Kinds of sources, one a file: each says what it takes, and reads it block by block."""
