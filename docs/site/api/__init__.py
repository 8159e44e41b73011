"""Pages of the API: every public name of both packages, what it returns, and what its docstring says."""
