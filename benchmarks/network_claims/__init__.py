"""Claims about networks, true ones and planted ones, against training: nothing false is to be said of any."""
