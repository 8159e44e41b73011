"""Pages for readers; ``docs.site`` puts them together and makes those that are generated."""
