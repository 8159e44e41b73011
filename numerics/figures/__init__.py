"""Figures, drawn without a display: an object goes in, a matplotlib ``Figure`` comes out."""

from numerics.confirmations.convergence_figure import convergence
from numerics.figure_style import as_bytes
from numerics.figures.decision_regions import decision_regions
from numerics.figures.decomposition import decomposition
from numerics.figures.noise_curves import noise_curves
from numerics.figures.shown import Shown, shown

__all__ = ["Shown", "as_bytes", "convergence", "decision_regions", "decomposition", "noise_curves", "shown"]
