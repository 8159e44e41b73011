"""Whether a formula has derivatives at z = 0: kinks, their sides, and parts that do not count."""
