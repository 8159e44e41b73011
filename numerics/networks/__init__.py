"""Networks, many at once: training, comparing, and what a certificate says of them."""
