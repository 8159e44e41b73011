"""Proofs: what convinces one small file of what a certificate says, and that file, ``check.py``, which stands alone."""
