"""Certificates of formulas with branches, largest entries, arc cosines and pairs go to JSON and hold again."""

from __future__ import annotations

import pytest

import symcheck as sc

# kappa = d_k l - d_y l at 0: for l = phi(p_y) it is -phi'(1/C)/C, here 2 arccos(x)/sqrt(1 - x^2)/C at x = 1/C; the
# pairwise logistic loss has C/2 (THEORY 3), the detached focal loss (1 - 1/C)^gamma (CATALOGUE)
CASES = [
    ("arccos(softmax(z)[y])**2", "2*acos(1/C)/(sqrt(C - 1)*sqrt(C + 1))"),
    ("1 - sin(pi/2*softmax(z)[y])", "pi*cos(pi/(2*C))/(2*C)"),  # -phi'(1/C)/C with phi = 1 - sin(pi x/2)
    ("total(erf(z - z[y]))", "2*C/sqrt(pi)"),
    ("total(arctan(1 + z - z[y]))", "C/2"),
    ("branch(2 - softmax(z)[y], -log(softmax(z)[y]), 7)", "1"),
    ("-amax(softmax(z) + onehot(y))", "1/C"),
    ("pair_total(first(onehot(y))*softplus(second(z) - first(z)))", "C/2"),
    ("-(1 - detach(softmax(z)[y]))**2*log_softmax(z)[y]", "(C - 1)**2/C**2"),
    ("total(relu(1 - z[y] + z), but=y)/C", "1"),
    ("-log(product(softmax(z)**onehot(y)))", "1"),
]


@pytest.mark.parametrize(("loss", "kappa"), CASES)
def test_a_certificate_holds_again(loss: str, kappa: str) -> None:
    cert = sc.certify(loss, "l2")
    assert cert.verdict is sc.Verdict.PROVED
    assert str(cert.kappa) == kappa
    text = cert.to_json()
    assert sc.recheck(text).to_json() == text
