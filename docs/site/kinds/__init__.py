"""The kinds of pages, one a file: ``sources(checkout, workers)`` yields those of its kind."""
