"""For notebooks: cells that need what is not installed say so and let the others run, and sliders."""

from symcheck.notebook.left_out import begin, left_out
from symcheck.notebook.slider import slider

__all__ = ["begin", "left_out", "slider"]
