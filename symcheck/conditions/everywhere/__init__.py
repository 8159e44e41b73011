"""What holds of a formula at every z: symmetry, bounds, shape, scaling, the parts of a decomposition."""
