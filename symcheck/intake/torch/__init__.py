"""Torch code read by running it once on symbolic tensors; torch is imported only when there is torch code."""
