"""What a loss and a regularizer meet together: the space on which they are judged, and the cases of both."""
