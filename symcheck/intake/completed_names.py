"""What a shell can complete: the kinds of names and files that arguments of commands take."""

from __future__ import annotations

import argparse
from enum import Enum

ATTRIBUTE = "completed"
"""The attribute of an action that holds the kinds of what it takes."""


class Named(Enum):
    """A kind of word on a command line; the value is the list of ``symcheck list`` that has the names, if one has."""

    LOSS = "losses"
    REGULARIZER = "regularizers"
    PREFERENCE = "preferences"
    THEOREM = "theorems"
    DATA = "datasets"
    MODEL = "models"
    CLAIM = "claims of the paper"
    FILE = "files"
    FOLDER = "folders"


def completes(action: argparse.Action, *kinds: Named) -> argparse.Action:
    """``action``, which takes words of these ``kinds``: a shell that completes them is told so."""
    setattr(action, ATTRIBUTE, kinds)
    return action
