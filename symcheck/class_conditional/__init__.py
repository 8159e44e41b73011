"""Label noise whose rate depends on the class: which matrices T keep the predictions of MUH + quadratic."""
