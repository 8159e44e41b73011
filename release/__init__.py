"""What a release has to pass besides its tests and its site, one kind of check a file: ``make release-check``."""
