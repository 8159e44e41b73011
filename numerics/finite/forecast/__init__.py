"""What training on drawn labels will give, before any training: agreement with the clean model, and accuracy."""
