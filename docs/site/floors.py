"""The picture of a house with floors, which a code host draws from Mermaid, as HTML that needs no script."""

from __future__ import annotations

import re
from html import escape

_PICTURE = re.compile(r"^```mermaid\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
_PART = re.compile(r"^    subgraph (\w+) .*?^    end$", flags=re.MULTILINE | re.DOTALL)
_BOX = re.compile(r'^\s*\w+\["<b>(\w+)</b><br/>([^"]+)"\]$', flags=re.MULTILINE)
_ARROWS = re.compile(r"^    \w+(?: --> \w+)+$", flags=re.MULTILINE)


def with_pictures(text: str) -> str:
    """``text`` with each picture in Mermaid as boxes on floors.

    Raises ``ValueError`` for a picture of another kind, which would need a script to be drawn.
    """
    return _PICTURE.sub(lambda m: _drawn(m[1]), text)


def _drawn(source: str) -> str:
    parts = [part[0] for part in _PART.finditer(source)]
    rest = _ARROWS.sub("", _PART.sub("", source)).replace("flowchart TB", "")
    alone = [_BOX.findall(line) for line in rest.splitlines() if line.strip()]
    floors = [*alone, *(_BOX.findall(part) for part in parts)]
    if not all(floors):
        raise ValueError(
            'a picture in Mermaid: got one that is not a flowchart of subgraphs with boxes name["<b>name</b><br/>'
            'text"]; only these are drawn without a script'
        )
    rows = "\n".join(
        '<div class="floor">'
        + "".join(f"<div><b>{escape(n)}</b><br>{escape(said)}</div>" for n, said in floor)
        + "</div>"
        for floor in floors
    )
    return f'```{{raw}} html\n<div class="floors" role="img" aria-label="floors, from above">\n{rows}\n</div>\n```'
