"""Data on which noise changes what is predicted: looked for, and the known ones trained."""
