"""Links of notebooks as links of the site."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from docs.site.links import rewritten
from docs.site.page import SitePage


def rewritten_notebook(notebook: SitePage, known: Callable[[str], str | None]) -> str:
    """The JSON of ``notebook`` with the links of its prose mapped; raises ``LinkError`` as ``rewritten`` does."""
    content = json.loads(notebook.text)
    for cell in content["cells"]:
        if cell["cell_type"] == "markdown":
            prose = replace(notebook, text="".join(cell["source"]))
            cell["source"] = rewritten(prose, known).splitlines(keepends=True)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
