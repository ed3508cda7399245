"""The kinds of processes; importing this package makes all of them known."""

from __future__ import annotations

from domain.process import OPENINGS, PROCESSES
from domain.processes import campaign, evaluation, flag, publication  # noqa: F401 - each registers itself
from domain.processes import round as rounds  # noqa: F401 - registers itself

__all__ = ["OPENINGS", "PROCESSES"]
