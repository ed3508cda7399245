"""The rules of the container files, which no engine here can run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from contracts.names import SEARCH_ATTRIBUTES
from settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ONE_SHOT = {"migrate", "temporal-schema", "temporal-namespace"}


def test_yaml_is_clean() -> None:
    files = ["docker-compose.yml", ".pre-commit-config.yaml"]
    lint = Path(sys.executable).with_name("yamllint")
    done = subprocess.run([lint, "--strict", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_parts_are_there() -> None:
    assert set(SERVICES) == {"postgres", "temporal", "temporal-ui", "app", "worker"} | ONE_SHOT
    assert SERVICES["postgres"]["image"].startswith("postgres:18")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_dependence_names_its_condition(name: str) -> None:
    depends = SERVICES[name].get("depends_on", {})
    assert isinstance(depends, dict), "the short form waits for nothing"
    for other, how in depends.items():
        expected = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
        assert how["condition"] == expected


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_runs_on_is_watched_and_restarted(name: str) -> None:
    service = SERVICES[name]
    if name in ONE_SHOT:
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]


def test_no_secret_has_a_value_or_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for variable in re.findall(r"\$\{([^}]*)\}", text):
        assert variable.endswith(":?"), f"{variable} has a default"
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if "PASSWORD" in key or "SECRET" in key or key.endswith("PWD"):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?\}", value), key
    example = (ROOT / "docker" / "env.example").read_text(encoding="utf-8")
    assert {line.partition("=")[0] for line in example.splitlines() if line and line[0] != "#"} == {
        variable.removesuffix(":?") for variable in re.findall(r"\$\{([^}]*)\}", text)
    }
    assert not re.search(r"^[A-Z_]+=.+$", example, re.MULTILINE)


def test_only_the_migration_holds_the_owners_password() -> None:
    holders = [name for name, service in SERVICES.items() if "OWNER_PASSWORD" in str(service)]
    assert holders == ["postgres", "migrate"]


def test_every_setting_of_the_containers_exists() -> None:
    known = {f"WHISTLE_{name.upper()}" for name in Settings.model_fields}
    used = {key for s in SERVICES.values() for key in s.get("environment", {}) if key.startswith("WHISTLE_")}
    used |= set(re.findall(r"(WHISTLE_[A-Z_]+)=", DOCKERFILE))
    assert used <= known


def test_nothing_but_the_host_itself_reaches_a_port() -> None:
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_the_image_is_small_and_not_root() -> None:
    build, final = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert "requirements/production.txt" in build
    assert "--require-hashes" in build
    assert "COPY . ." not in final
    assert re.search(r"^USER 10001$", final, re.MULTILINE)
    assert "no container engine" in DOCKERFILE


def test_the_namespace_script_registers_our_search_attributes() -> None:
    script = (ROOT / "docker" / "temporal-namespace.sh").read_text(encoding="utf-8")
    match = re.search(r"for name in ([\w ]+);", script)
    assert match
    assert set(match[1].split()) == set(SEARCH_ATTRIBUTES)
    assert set(SEARCH_ATTRIBUTES.values()) == {"Keyword"}


@pytest.mark.parametrize("script", sorted((ROOT / "docker").glob("*.sh")), ids=lambda path: path.name)
def test_the_scripts_parse(script: Path) -> None:
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_the_health_check_asks_a_path_that_exists() -> None:
    from api.app import create_api

    match = re.search(r":8000(/\w+)'", str(SERVICES["app"]["healthcheck"]["test"][-1]))
    assert match
    assert match[1] in create_api().openapi()["paths"]


def test_the_commands_of_the_containers_exist() -> None:
    from cli.main import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    used = {service["command"][0] for service in SERVICES.values() if service.get("image") == "whistle:local"}
    assert used == {"migrate", "serve", "worker"}
    assert used | {"doctor"} <= known
