"""Decomposing a loss: l = sym(l) + ins(l), and what uniform label noise does to it (THEORY 2).

ins(l)(z) = (1/C) sum_k l(z, k) does not depend on the label, and the sum of sym(l) over the labels is 0.  There is
no other way to write a loss as a part that sums to 0 over the labels and a part without the label.  Noise shrinks
the first one: with a = 1 - rho C/(C - 1) the noisy risk is Lbar_l = a L_sym(l) + L_ins(l).
"""

from symcheck.decomposition.derived import decompose, symmetrize
from symcheck.decomposition.value import Decomposition

__all__ = ["Decomposition", "decompose", "symmetrize"]
