"""Arrays of features and columns of labels: what is missing, names as numbers, transforms, coordinates."""
