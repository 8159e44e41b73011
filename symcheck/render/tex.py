"""LaTeX of mathematics in the formula grammar, token by token, of names, and of prose."""

from __future__ import annotations

import re

GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
    "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
})  # fmt: skip
"""Names that stand for Greek letters."""

TOKEN = re.compile(
    r"\s+|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]*)*"
    r"|\*\*|\+/-|<=>|<=|>=|!=|->|=>|\|\|_inf|\|\||\.\.\.|.",
    re.DOTALL,
)
"""A piece of mathematics or of prose: white space, a number, a name, a sign."""

_NAMES = {
    "lambda_": r"\lambda_{l}",  # a parameter of the loss; lambda alone is the weight of the penalty
    "oo": r"\infty", "in": r"\in", "grad": r"\nabla", "log": r"\log", "exp": r"\exp", "tanh": r"\tanh",
    "sin": r"\sin", "cos": r"\cos", "arctan": r"\arctan", "erf": r"\mathrm{erf}",
    "cosh": r"\cosh", "min": r"\min", "max": r"\max",
}  # fmt: skip
_SIGNS = {
    ">=": r"\ge", "<=": r"\le", "!=": r"\ne", "+/-": r"\pm", "->": r"\to", "=>": r"\implies",
    "<=>": r"\iff", "...": r"\ldots", "||_inf": r"\Vert_{\infty}",
    "||": r"\Vert", "|": r"\vert", "{": r"\lbrace", "}": r"\rbrace",
    "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "~": r"\sim", "\\": r"\backslash", "_": r"\_", "**": r"\ast\ast",
}  # fmt: skip
_PROSE = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': "''", "`": r"\textasciigrave{}",
}  # fmt: skip
_CLOSING = {"(": ")", "[": "]"}


def tex_of(text: str) -> str:
    """LaTeX of ``text``, which is in the formula grammar or close to it; quotients stay on the line.

    Knows powers, roots, entries ``v[y]``, subscripts ``g_k`` and Greek names; other words stand upright.

    >>> tex_of("sqrt(C)*C**(-q)/2 >= kappa")
    '\\\\sqrt{C}\\\\, C^{-q}/2 \\\\ge \\\\kappa'
    """
    return _joined(TOKEN.findall(text))


def tex_name(name: str) -> str:
    """LaTeX of a name: a letter, a Greek letter or an upright word, with what follows ``_`` below it."""
    base, _, below = name.partition("_")
    if name in _NAMES:
        return _NAMES[name]
    if base in GREEK or (base == "sum" and below):
        base = rf"\{base}"
    elif re.fullmatch(r"[a-z][A-Z]", base):
        return f"{base[0]} {base[1]}"  # tZ, a product
    elif len(base) > 1:
        letter = re.fullmatch(r"([A-Za-z])(\d+)", base)
        base = f"{letter[1]}_{{{letter[2]}}}" if letter and not below else rf"\mathrm{{{base}}}"
    if not below:
        return base
    if below in GREEK:
        below = rf"\{below}"
    elif len(below) > 1:
        # z_ref_k: the entry at k of z_ref
        word, _, index = below.rpartition("_")
        below, index = (word, f",{index}") if word and len(index) == 1 else (below, "")
        below = r"\mathrm{" + below.replace("_", r"\_") + "}" + index
    return f"{base}_{{{below}}}"


def tex_prose(text: str) -> str:
    """``text`` with the characters that mean something to LaTeX written out."""
    return "".join(_PROSE.get(c, c) for c in text)


def _joined(tokens: list[str]) -> str:
    out = ""
    place = 0
    while place < len(tokens):
        piece, after = _piece(tokens, place)
        if tokens[place].isspace():
            side_by_side = 0 < place < len(tokens) - 1 and _ends(tokens[place - 1]) and _begins(tokens[place + 1])
            piece = r"\, " if side_by_side else " "
        if out and out[-1].isalpha() and piece[:1].isalpha() and re.search(r"\\[A-Za-z]+$", out):
            out += " "  # \log C and not \logC
        out += piece
        place = after
    return out.strip()


def _piece(tokens: list[str], place: int) -> tuple[str, int]:
    """LaTeX of what begins at ``place``, and the place after it."""
    token, ahead = tokens[place], tokens[place + 1 : place + 3]
    if token == "sqrt" and ahead[:1] == ["("]:
        end = _end_of_group(tokens, place + 1)
        return rf"\sqrt{{{_joined(tokens[place + 2 : end - 1])}}}", end
    if token in ("**", "^") and ahead:
        end = _end_of_group(tokens, place + 1)
        inner = tokens[place + 1 : end]
        if inner[0] == "(" and inner[-1] == ")" and _end_of_group(inner, 0) == len(inner):
            inner = inner[1:-1]
        return f"^{{{_joined(inner)}}}", end
    if token == "d" and (ahead[:1] == ["^"] or (ahead[:1] == [" "] and ahead[1:] and _begins(ahead[1]))):
        return r"\partial", place + 1 if ahead[0] == "^" else place + 2
    if token.startswith("d_"):
        return r"\partial" + tex_name(token)[1:], place + 1
    if _is_one_vector(tokens, place):
        return r"\mathbf{1}" * len(token), place + 1
    if token == "R" and ahead == ["^", "C"]:
        return r"\mathbb{R}", place + 1
    if token == "[" and ahead == ["y", "]"]:
        return "_{y}", place + 3
    if token == "*":
        return (r" \cdot " if ahead and ahead[0][0].isdigit() else r"\, "), place + 1
    if token[0].isalpha():
        # LaTeX refuses two subscripts in a row.
        if "_" in tex_name(token) and tokens[place + 1 : place + 4] == ["[", "y", "]"]:
            return f"({tex_name(token)})_{{y}}", place + 4
        is_product = place > 1 and tokens[place - 1] == "'" and re.fullmatch("[A-Z][a-z]", token)  # z'Az
        return f"{token[0]} {token[1]}" if is_product else tex_name(token), place + 1
    if token[0].isdigit():
        digits, _, exponent = token.partition("e")
        return (rf"{digits} \cdot 10^{{{exponent}}}" if exponent else digits), place + 1
    return _SIGNS.get(token, token if token.isprintable() else " "), place + 1


def _end_of_group(tokens: list[str], start: int) -> int:
    """The place after the sign, name, call or bracket at ``start``."""
    place = start
    if tokens[place] in "+-" and place + 1 < len(tokens):
        return _end_of_group(tokens, place + 1)
    if tokens[place][0].isalpha() and tokens[place + 1 : place + 2] == ["("]:
        place += 1
    if tokens[place] not in _CLOSING:
        return place + 1
    depth = 0
    for end in range(place, len(tokens)):
        depth += (tokens[end] in _CLOSING) - (tokens[end] in _CLOSING.values())
        if depth == 0:
            return end + 1
    return len(tokens)


def _is_one_vector(tokens: list[str], place: int) -> bool:
    """Whether the 1 at ``place`` is the vector (1, ..., 1): in ``c 1`` and ``11'``."""
    if tokens[place] == "11":
        return tokens[place + 1 : place + 2] == ["'"]
    return tokens[place] == "1" and place > 1 and tokens[place - 1].isspace() and tokens[place - 2][0].isalpha()


def _ends(token: str) -> bool:
    return token not in _NAMES and (token[-1].isalnum() or token[-1] in "_)]'")


def _begins(token: str) -> bool:
    return token not in _NAMES and (token[0].isalnum() or token[0] == "(")
