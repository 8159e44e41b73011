"""The entries of the ledger, one file for each group of claims: ``ORDER`` in the paper and ``CLAIMS``."""
