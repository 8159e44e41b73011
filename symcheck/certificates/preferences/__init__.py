"""Certificates of preference losses: what flipped pairs do to a loss on the scores of two answers (THEORY 17)."""
