"""The `whistle` command: demo, serve, worker, migrate, doctor, imports and proofs."""
