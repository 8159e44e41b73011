"""Whether two derivations at z = 0 agree: an expansion whose every entry was found twice, or why there is none."""
