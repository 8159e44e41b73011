"""The mathematics of a line in LaTeX, whichever page it stands on."""

from __future__ import annotations

from symcheck.render.block import Function, Math, Tex, Value
from symcheck.render.expression import expression_text
from symcheck.render.formula import formula_tex
from symcheck.render.tex import tex_name, tex_of


def tex_of_piece(piece: Math | Function | Value | Tex) -> str:
    """LaTeX of ``piece``, without dollar signs; SymPy writes its own expressions."""
    if isinstance(piece, Math):
        return tex_of(piece.text)
    if isinstance(piece, Function):
        return formula_tex(piece.formula)
    if isinstance(piece, Tex):
        return piece.source
    from sympy import latex

    try:
        names = {symbol: tex_name("lambda_") for symbol in piece.expression.free_symbols if str(symbol) == "lambda_"}
        value = str(latex(piece.expression, symbol_names=names))
    except ValueError:  # Python shows no integer of more than 4300 digits
        value = rf"\text{{{expression_text(piece.expression)}}}"
    return f"{tex_of(piece.name)} = {value}" if piece.name else value
