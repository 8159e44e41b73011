"""What is decided of a loss and a regularizer: one folder a question, each of which may ask those above it.

``agreement``: whether two derivations at z = 0 agree; everything about z = 0 starts from an expansion that they share.
``cases``: how a scope is cut where a sign or a branch changes, and which point shows that something fails.
``smoothness``: whether a formula has derivatives at 0, and which kinks do not count.
``everywhere``: what holds of a formula at every z, as symmetry, bounds and the parts of a decomposition do.
``gradient``: which form grad l(0, y) has; it knows nothing of the regularizer.
``curvature``: how g curves at 0, and whether l and g are invariant under shifts; it knows nothing of the gradient of l.
``pair``: what l and g meet together: the space that they are judged on, their common cases, the drift against D^2 g(0).
``orders``: how fast predictions converge, by higher derivatives at 0.
``convexity``: whether l or g is convex on the whole space, by the form of the formula.
``existence``: whether minimisers exist and tend to 0, by what l and g do far away.

``detached`` says what is open for formulas with a detached part, ``remembered`` keeps reports that were derived once.
"""
