"""A figure as a notebook shows it: it goes with a light and a dark page, and says in words what is to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from numerics.figure_style import picture
from symcheck.render.block import Block, Picture
from symcheck.render.page import Page

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Shown(Page):
    """A figure with the ``text`` that says what it shows, which is all that a terminal has of it."""

    picture: Picture = field(repr=False)

    def __repr__(self) -> str:
        return f"<Shown: {self.text}>"

    @property
    def text(self) -> str:
        """What is to be seen, in words."""
        return self.picture.text

    def blocks(self) -> Iterator[Block]:
        """The picture alone."""
        yield self.picture


def shown(figure: Figure, text: str) -> Shown:
    """The ``figure``, drawn, as the last line of a cell shows it; ``text`` says in words what is to be seen in it."""
    return Shown(picture(figure, text))
