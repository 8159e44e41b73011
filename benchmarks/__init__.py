"""Measurements against named peers, one command each; never run as tests."""
