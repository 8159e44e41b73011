"""Whether two formulas are one: links in canonical form, points that tell them apart, and what a reader is told."""
