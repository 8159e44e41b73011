"""What a run is, and how what it measured agrees with what was predicted."""
