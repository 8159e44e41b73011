"""Label noise whose rate depends on the class: which T keep the predictions of MUH + quadratic, or a corrected loss."""
