"""The lambda, the labels and the features that people have: bounds at one lambda, forecasts of drawn labels."""
