"""The record in PostgreSQL: tables, the one writer, and what reads and repairs it."""
