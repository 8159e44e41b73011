"""Results of bounds and forecasts: pages about so many samples that no shell should show all of their numbers."""

from __future__ import annotations

from symcheck.render.page import Page
from symcheck.render.text import text_page


class Result(Page):
    """A page that a shell shows by its title: its arrays are as long as the data."""

    def __repr__(self) -> str:
        title = next(iter(self.blocks()))
        return f"<{' '.join(text_page([title]).split())}>"
