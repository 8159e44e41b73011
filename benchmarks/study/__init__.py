"""A study: which losses and penalties keep small networks accurate under label noise, at which lambda."""
