"""Imports run downward only, and each import contract really forbids something."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")

BREACHES = [
    ("layers", "adapters/_breach.py", "import api"),
    ("layers", "web/_breach.py", "import api"),
    ("pure-domain", "domain/_breach.py", "import pydantic"),
    ("deterministic", "workflows/_breach.py", "import adapters"),
    ("sql", "api/_breach.py", "import sqlalchemy"),
    ("engine", "web/_breach.py", "import temporalio"),
    ("settings", "adapters/_breach.py", "import settings"),
]


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_imports_run_downward_only() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's packages, empty, with its own contracts."""
    folder = tmp_path_factory.mktemp("skeleton")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path in ROOT.glob("*/__init__.py"):
        package = folder / path.parent.name
        package.mkdir()
        (package / "__init__.py").touch()
    (folder / "adapters" / "__init__.py").write_text("import sqlalchemy\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(("contract", "path", "source"), BREACHES)
def test_each_contract_forbids(skeleton: Path, contract: str, path: str, source: str) -> None:
    breach = skeleton / path
    breach.write_text(source + "\n", encoding="utf-8")
    try:
        done = lint(skeleton, "--contract", contract)
    finally:
        breach.unlink()
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout
