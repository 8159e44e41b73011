"""Derivatives as an answer: the gradient and the Hessian of a loss at any z, for every number of classes at once.

A formula becomes a sum of products (``sums``, ``signs``, ``algebra``, ``pairs``, ``expanded``), the chain rule gives
its gradient (``gradient``) and Hessian (``hessian``), and both are written as terms of the language (``grouped``,
``factored``).  Canonical forms prove them and power series look at them (``proof``); they are read as formulas, SymPy
expressions, LaTeX, and code.
"""

from symcheck.differentiation.asked import derivatives
from symcheck.differentiation.value import Derivatives

__all__ = ["Derivatives", "derivatives"]
