"""One point of a scope: formulas along rays in rational intervals, for witnesses and for what holds there."""
