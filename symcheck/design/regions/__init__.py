"""Regions: where a pair is proved, as ranges of parameters with exact ends, and how they are put together."""
