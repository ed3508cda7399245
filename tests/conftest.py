"""What every test run has: the servers' plugin, hypothesis profiles, one line at the end with counts per layer."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.servers", "tests.support.city", "tests.support.drive", "tests.support.story"]

LAYERS = (
    "domain", "simulator", "contracts", "architecture", "adapters", "workflows", "replay", "api", "web", "e2e", "storm",
)  # fmt: skip

settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("dev"), max_examples=200, derandomize=True)
settings.register_profile("nightly", parent=settings.get_profile("dev"), max_examples=5000)
settings.load_profile(os.environ.get("WHISTLE_HYPOTHESIS", "dev"))


def layer(nodeid: str) -> str:
    """Return the folder below tests/ that a test lies in."""
    parts = Path(nodeid.partition("::")[0]).parts
    return parts[1] if len(parts) > 2 else "other"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line with what passed per layer; with xdist it runs in the controller, which has all reports."""
    passed = Counter(layer(report.nodeid) for report in terminalreporter.stats.get("passed", []))
    failed = Counter(layer(r.nodeid) for kind in ("failed", "error") for r in terminalreporter.stats.get(kind, []))
    names = [*LAYERS, *sorted((passed.keys() | failed.keys()) - set(LAYERS))]
    cells = [f"{name} {passed[name]}" + (f" ({failed[name]} FAILED)" if failed[name] else "") for name in names]
    terminalreporter.write_line("layers: " + " · ".join(cells))
