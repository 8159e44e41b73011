"""Proofs for the small checker, from the reports and the fields of the judge; nothing rests on what stands here."""
