"""Embedded PostgreSQL and Temporal: the real servers of `whistle demo` and of the tests, never of production."""

from adapters.embedded.postgres import PostgresServer
from adapters.embedded.process import EmbeddedError
from adapters.embedded.stack import Stack
from adapters.embedded.temporal import TemporalServer

__all__ = ["EmbeddedError", "PostgresServer", "Stack", "TemporalServer"]
