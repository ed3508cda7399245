"""Processes behind the pages: Temporal workers, relay, watchdog."""
