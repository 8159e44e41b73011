"""Pages of the catalogue: one for each loss, penalty and preference loss, all of it derived when the site is made."""
