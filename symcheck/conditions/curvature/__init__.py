"""How a regularizer curves at 0: whether D^2 g(0) is a positive multiple of I, definite, or neither."""
