"""The truth about a loss and a regularizer at one point of a scope, found without the engine that is tested."""
