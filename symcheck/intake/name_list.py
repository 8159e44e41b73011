"""Lists on a command line: names of the catalogue, formulas or code in files, with commas between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from symcheck.intake.code_file import code_in_file, is_code
from symcheck.language.recording import Kind

if TYPE_CHECKING:
    from symcheck.intake.given import Given


def names_between_commas(text: str | None, kind: Kind) -> list[Given] | None:
    """The names between commas, and what is in the files that some of them name; None for None.

    >>> names_between_commas("mae, gce(q=7/10)", "loss")
    ['mae', 'gce(q=7/10)']
    """
    if text is None:
        return None
    # A comma inside of brackets stands between the arguments of a formula, or of code in a file.
    names = [name.strip() for name in re.findall(r"(?:\([^()]*\)|[^,])+", text) if name.strip()]
    return [cast("Given", code_in_file(name, kind)) if is_code(name) else name for name in names]
