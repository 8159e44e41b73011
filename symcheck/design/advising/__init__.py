"""Which certified pairs there are for a number of classes and a rate of noise: what ``advise`` is made of."""
