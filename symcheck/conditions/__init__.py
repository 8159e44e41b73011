"""What is decided of a loss and a regularizer: one folder a question, from the ground up.

``detached`` says what is open for formulas with a detached part, ``rounding`` for floats of which an interval is known;
``remembered`` keeps reports that were derived once.

``agreement``: whether two derivations at z = 0 agree; everything about z = 0 starts from an expansion that they share.
``cases``: how a scope is cut where a sign or a branch changes, and which point shows that something fails.
``smoothness``: whether a formula has derivatives at 0, and which kinks do not count.

On these rest five questions that know nothing of each other:

``gradient``: which form grad l(0, y) has.
``curvature``: how g curves at 0.
``everywhere``: what holds of a formula at every z, as symmetry, bounds and the parts of a decomposition do.
``convexity``: whether l or g is convex on the whole space, by the form of the formula.
``orders``: how fast predictions converge, by higher derivatives at 0.

And on those rest three, two of them about both of l and g:

``pair``: the space that they are judged on, invariance under shifts, their common cases, the drift against D^2 g(0).
``existence``: whether minimisers exist and tend to 0, by what l and g do far away.
``constants``: how far l is from convex, and bounds of derivatives, as floats rounded outwards.
"""
