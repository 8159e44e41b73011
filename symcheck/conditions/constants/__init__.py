"""Constants of losses and regularizers that bounds at one lambda need, as floats that are rounded outwards."""
