"""Implementations of the abstract activities: thin, one call of the record or of a channel each."""
