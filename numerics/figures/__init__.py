"""Figures, drawn without a display: an object goes in, a matplotlib ``Figure`` comes out."""

from numerics.figures.convergence import convergence
from numerics.figures.decision_regions import decision_regions
from numerics.figures.decomposition import decomposition
from numerics.figures.noise_curves import noise_curves
from numerics.figures.style import as_bytes

__all__ = ["as_bytes", "convergence", "decision_regions", "decomposition", "noise_curves"]
