"""The outside behind small classes: database, engine, files, channels."""
