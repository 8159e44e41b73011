"""LaTeX of the paper as text for a terminal."""

from __future__ import annotations

import pytest

from symcheck.render.block import Tex
from symcheck.render.plain import plain_tex, tex_line


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (r"\tfrac1C \sum_{i \in [C]} z_i", "1/C sum_(i in [C]) z_i"),
        (r"\tfrac{C-1}{2C}", "(C-1)/(2C)"),
        (r"\tfrac12\Vert z - o_y\Vert^2", "1/2 ||z - o_y||^2"),
        (r"\langle z, o_y\rangle", "<z, o_y>"),
        (r"\bar L_l \le \hat\theta_n", "Lbar_l <= thetahat_n"),
        (r"a^{1/(k-1)}\,x^{23}", "a^(1/(k-1)) x^23"),
        (r"Z^\star \in \arg\min_{Z \in \mathcal Z} L", "Z* in arg min_(Z in Z) L"),
        (r"2\lambda A", "2 lambda A"),
        (r"\sqrt2 B", "sqrt(2) B"),
        (r"\left(\tfrac{x+y}{2}\right)^4", "((x+y)/2)^4"),
        (r"E[J'HJ] \succ 0", "E[J'HJ] > 0"),
        (r"\{t\mathbf 1\}", "{t 1}"),
    ],
)
def test_formulas(source: str, plain: str) -> None:
    assert plain_tex(source) == plain


def test_a_command_without_a_plain_form() -> None:
    with pytest.raises(ValueError, match=r"source: \\aleph has no plain form; write it with commands that have one"):
        plain_tex(r"\aleph_0")


def test_sentences() -> None:
    assert tex_line(r"for $\lambda > 0$.") == ("for ", Tex(r"\lambda > 0", "lambda > 0"), ".")
    assert tex_line("no formula") == ("no formula",)
    with pytest.raises(ValueError, match="text: got an odd number of dollar signs in 'a \\$b'"):
        tex_line("a $b")
