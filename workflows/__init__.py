"""Deterministic code of the engine: the life of a case, the way of a message."""
