"""Certificates of pairs: derived, applied, kept as JSON and read back, laid out as pages; properties, surveys."""
