"""Data sets that are fetched from OpenML once and then kept by scikit-learn: a file is a data set."""
