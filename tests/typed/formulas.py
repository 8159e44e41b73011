"""The words of formulas, with the types that a checker has to find."""

from typing import assert_type

import symcheck as sc
from symcheck.language.term import Label, Pairs, Scalar, Term, Vec


def loss(z: Vec, y: Label) -> Term:
    assert_type(z[y], Scalar)
    assert_type(z.C, Scalar)
    assert_type(sc.total(z, but=y), Scalar)
    assert_type(sc.mean(z), Scalar)
    assert_type(sc.logsumexp(z), Scalar)
    assert_type(sc.product(z), Scalar)
    assert_type(sc.amax(z, but=y) - sc.amin(z), Term)
    assert_type(sc.softmax(z), Vec)
    assert_type(sc.log_softmax(z)[y], Scalar)
    assert_type(sc.entmax(z, 2), Vec)
    assert_type(sc.onehot(y), Vec)
    assert_type(sc.centred_onehot(y), Vec)
    assert_type(sc.onehot_argmax(z), Vec)
    assert_type(sc.first(z), Pairs)
    assert_type(sc.pair_total((sc.first(z) - sc.second(z)) ** 2), Scalar)
    w = sc.ClassParameter("w", above=0)
    A = sc.MatrixParameter("A", positive_definite=True)
    assert_type(w[y], Scalar)
    assert_type(A @ z, Vec)
    assert_type(sc.quadratic_form(A, z), Scalar)
    q = sc.Parameter("q", above=0, at_most=1)
    assert_type(sc.clamp(z[y], low=-1, high=1), Term)
    assert_type(sc.branch(z[y], z[y], 0), Term)
    return w[y] * (1 - sc.softmax(z)[y] ** q) / q + sc.norm(z) + 2 * sc.exp(-sc.detach(z[y])) - 1


sc.certify(loss, "l2")
