"""How Sphinx makes the site of the sources that ``python -m docs.site`` assembled."""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from symcheck.version import VERSION  # noqa: E402

project = "symcheck"
author = "the authors of symcheck"
release = version = VERSION
language = "en"

extensions = [
    "myst_nb", "sphinx_copybutton", "sphinx_design", "docs.site.mathml", "docs.site.descriptions",
    "docs.site.navigation",
]  # fmt: skip
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath", "html_image"]
myst_heading_anchors = 4
myst_dmath_double_inline = True
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
exclude_patterns = ["**/.ipynb_checkpoints"]
nitpicky = True
templates_path: list[str] = []

html_math_renderer = "mathml"
html_theme = "furo"
html_title = "symcheck"
html_static_path = [str(CHECKOUT / "docs" / "_static")]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
html_theme_options = {"source_view_link": "", "top_of_page_buttons": []}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"
