"""Formulas of the site as MathML, made when the site is built, so that a page needs no script to be read."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from symcheck.render.mathml import mathml

LONGEST = 60
"""A formula in a line with more characters of LaTeX has a place of its own to scroll in."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register ``mathml`` as a renderer of formulas."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    tex = node.astext()
    found = mathml(tex)
    writer.body.append(f'<span class="wide">{found}</span>' if len(tex) > LONGEST else found)
    raise nodes.SkipNode


def _display(writer: HTML5Translator, node: nodes.math_block) -> None:
    writer.body.append(writer.starttag(node, "div", CLASS="math-display"))
    writer.body.append(mathml(node.astext(), display=True) + "</div>")
    raise nodes.SkipNode
