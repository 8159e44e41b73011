"""Whether code is a formula, and what it is if not: points, runs, the exact comparison, and the audit itself.

Each kind of difference has one file in ``explanations``.
"""
