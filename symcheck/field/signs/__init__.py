"""Signs of exact elements on a whole scope: the ladder of rules, runs of classes, boxes and sample points."""
