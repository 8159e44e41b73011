"""What is asked of a model before it is trained or audited, found from scores at random weights; one check a file."""
