"""Mathematics in LaTeX: from the formula grammar token by token, from formulas, and prose."""

from __future__ import annotations

import pytest

from symcheck.certificates.certify import certify
from symcheck.intake.parser import parsed
from symcheck.language.parameter import Parameter
from symcheck.render.formula import formula_tex
from symcheck.render.tex import tex_name, tex_of, tex_prose


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("sqrt(C)*C**(-q)/2 >= kappa", r"\sqrt{C}\, C^{-q}/2 \ge \kappa"),
        ("(1 - 1/C)**gamma*log(C)", r"(1 - 1/C)^{\gamma}\, \log(C)"),
        ("C**log(2)*x", r"C^{\log(2)}\, x"),
        ("exp(-C)**(-1/2)", r"\exp(-C)^{-1/2}"),
        ("C**-1", r"C^{-1}"),
        ("2*3", r"2 \cdot 3"),
        ("log C", r"\log C"),
        ("softmax(z)[y]**q", r"\mathrm{softmax}(z)_{y}^{q}"),
        ("exp(z_ref[y])", r"\exp((z_{\mathrm{ref}})_{y})"),  # two subscripts in a row are an error
        ("a2[y]", r"(a_{2})_{y}"),
        ("D^2 g(0)", r"D^{2}\, g(0)"),
        ("R^C/(1, ..., 1)", r"\mathbb{R}^{C}/(1, \ldots, 1)"),
        ("E[J'J]", "E[J'J]"),
        ("d^2 g/d z_k d z_l", r"\partial^{2}\, g/\partial z_{k}\, \partial z_{l}"),
        ("g = z'Az", "g = z'A z"),
        ("d_k l - d_y l", r"\partial_{k}\, l - \partial_{y}\, l"),
        ("b_Y - d", r"b_{Y} - d"),
        ("b_y = -kappa o_y + c 1", r"b_{y} = -\kappa\, o_{y} + c\, \mathbf{1}"),
        ("H = s I + t 11'", r"H = s\, I + t\, \mathbf{1}\mathbf{1}'"),
        ("C = 1 or 11", r"C = 1\, \mathrm{or}\, 11"),
        ("q in (0, 1]", r"q \in (0, 1]"),
        ("Z in F <=> tZ in F", r"Z \in F \iff t Z \in F"),
        ("||z||^2 != 0", r"\Vert z\Vert^{2} \ne 0"),
        ("||z||_inf < m/2", r"\Vert z\Vert_{\infty} < m/2"),
        ("[0.5 +/- 1e-9]", r"[0.5 \pm 1 \cdot 10^{-9}]"),
        ("{a_b} & 50% #1 $", r"\lbrace a_{b}\rbrace \& 50\% \#1 \$"),
    ],
)
def test_the_grammar_and_what_is_close_to_it(text: str, tex: str) -> None:
    assert tex_of(text) == tex


@pytest.mark.parametrize("text", ["", "**", "C**", "((", "sqrt", "sqrt(", "[y", "^", "\x00", "*", "d", "d_", "1 1 1"])
def test_what_is_no_formula_still_has_some_form(text: str) -> None:
    assert isinstance(tex_of(text), str)


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("q", "q"), ("lambda_", r"\lambda_{l}"), ("lambda", r"\lambda"),
        ("theta_0", r"\theta_{0}"), ("Z_alpha", r"Z_{\alpha}"),
        ("l_lin", r"l_{\mathrm{lin}}"), ("smoothing", r"\mathrm{smoothing}"), ("tau2", r"\mathrm{tau2}"),
        ("a2", "a_{2}"), ("w_max_rate", r"w_{\mathrm{max\_rate}}"), ("sum_y", r"\sum_{y}"),
        ("z_ref_k", r"z_{\mathrm{ref},k}"),
    ],
)  # fmt: skip
def test_names(name: str, tex: str) -> None:
    assert tex_name(name) == tex


def test_prose_has_no_character_that_latex_takes_for_itself() -> None:
    assert tex_prose(r'50% of {a_b} & "x" < y \ ~^$#|`') == (
        r"50\% of \{a\_b\} \& ''x'' \textless{} y \textbackslash{} \textasciitilde{}\textasciicircum{}\$\#\textbar{}"
        r"\textasciigrave{}"
    )


Q = {"q": Parameter("q", above=0, at_most=1)}


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("logsumexp(z) - z[y]", r"\log \sum_{k} e^{z_{k}} - z_{y}"),
        ("(1 - softmax(z)[y]**q)/q", r"\frac{1 - \mathrm{softmax}(z)_{y}^{q}}{q}"),
        ("total(z**2)/2", r"\frac{\sum_{k} z_{k}^{2}}{2}"),
        ("mean(z) - z[y]", r"\tfrac{1}{C} \sum_{k} z_{k} - z_{y}"),
        ("total((z - onehot(y))**2)", r"\sum_{k} \left(z_{k} - [k = y]\right)^{2}"),
        ("total(total(z)*z)", r"\sum_{k} \left(\sum_{i} z_{i}\right) z_{k}"),
        ("softmax(z/total(z**2))[y]", r"\mathrm{softmax}(\frac{z}{\sum_{k} z_{k}^{2}})_{y}"),
        # a sum takes in the factors after it, so one that stands before a factor is in brackets
        ("total(z)*z[y]", r"\left(\sum_{k} z_{k}\right) z_{y}"),
        ("z[y]*total(z)", r"z_{y} \sum_{k} z_{k}"),
        ("-total(z)", r"-\sum_{k} z_{k}"),
        ("-total(z)*z[y]", r"\left(-\sum_{k} z_{k}\right) z_{y}"),
        # a minus sign is in brackets wherever it is not the first
        ("z[y] - (-C)", r"z_{y} - \left(-C\right)"),
        ("z[y]*(-3)", r"z_{y} \left(-3\right)"),
        ("-z[y]*3", r"-z_{y} \cdot 3"),
        ("-3*z[y] - C**(-3)", r"-3 z_{y} - C^{-3}"),
        ("(-z[y])**2", r"\left(-z_{y}\right)^{2}"),
        ("z[y] - (C - 1)", r"z_{y} - \left(C - 1\right)"),
        ("log_softmax(z)[y]**2", r"\left(\log \mathrm{softmax}(z)_{y}\right)^{2}"),
        ("sqrt(z[y])*abs(z[y])", r"\sqrt{z_{y}} \left\vert z_{y} \right\vert"),
        ("onehot(y)[y] + (1/2)**z[y]", r"1 + \left(\tfrac{1}{2}\right)^{z_{y}}"),
        ("sigmoid(z[y]) - tanh(z[y])", r"\sigma\left(z_{y}\right) - \tanh\left(z_{y}\right)"),
    ],
)
def test_formulas(text: str, tex: str) -> None:
    assert formula_tex(parsed(text, parameters=Q)) == tex


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("total(relu(1 - z[y] + z), but=y)", r"\sum_{k \ne y} \mathrm{relu}\left(1 - z_{y} + z_{k}\right)"),
        ("mean(z, but=y) - z[y]", r"\tfrac{1}{C - 1} \sum_{k \ne y} z_{k} - z_{y}"),
        ("amax(z, but=y) - z[y]", r"\max_{k \ne y} z_{k} - z_{y}"),
        ("maximum(softmax(z)[y], 1/2)", r"\max\left(\mathrm{softmax}(z)_{y}, \tfrac{1}{2}\right)"),
    ],
)
def test_all_classes_but_the_label_and_extremes(text: str, tex: str) -> None:
    assert formula_tex(parsed(text)) == tex


def test_a_long_formula_is_its_formula_string() -> None:
    text = " + ".join(f"z[y]**{n}" for n in range(2, 60))
    assert formula_tex(parsed(text)) == tex_of(text)


def test_sums_inside_sums_beyond_the_index_names_fall_back() -> None:
    text = "total(z*" * 6 + "mean(z)" + ")" * 6
    assert "sum" not in formula_tex(parsed(text))


def test_a_lambda_of_the_loss_is_not_the_weight_of_the_penalty() -> None:
    page = certify("sce", "l2").to_latex()
    assert r"every $\lambda_{l} \in [0, \infty)$" in page
    assert r"\kappa = \frac{C + \lambda_{l}}{C}" in page
    assert r"in the limit $\lambda \to \infty$" in page
