"""Settings: where they come from, and what production refuses."""

from pathlib import Path

import pytest
from pydantic import ValidationError

import settings
from settings import Environment, MissingSettingError, Settings


@pytest.fixture(autouse=True)
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without .env, an environment without our variables."""
    import os

    for key in [key for key in os.environ if key.startswith("WHISTLE_")]:
        monkeypatch.delenv(key)
    monkeypatch.setenv("WHISTLE_SECRETS_DIR", str(tmp_path / "secrets"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_demo_needs_nothing() -> None:
    found = settings.load()
    assert found.env is Environment.DEMO
    assert found.uses_demo_secret


def test_environment_beats_the_file_and_the_file_beats_secrets(
    empty_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_place / "secrets").mkdir()
    for name, value in {"whistle_policy": "c", "whistle_http_port": "3", "whistle_temporal_namespace": "n"}.items():
        (empty_place / "secrets" / name).write_text(value)
    (empty_place / ".env").write_text("WHISTLE_POLICY=b\nWHISTLE_HTTP_PORT=2\n")
    monkeypatch.setenv("WHISTLE_POLICY", "a")
    found = settings.load()
    assert (found.policy, found.http_port, found.temporal_namespace) == ("a", 2, "n")


def test_a_misspelt_key_in_the_file_is_an_error(empty_place: Path) -> None:
    (empty_place / ".env").write_text("WHISTLE_HTPP_PORT=1\n")
    with pytest.raises(ValidationError, match="htpp_port"):
        settings.load()


@pytest.mark.parametrize("secret", [None, "demo-secret-not-for-production", "too-short"])
def test_production_refuses_a_weak_secret(secret: str | None) -> None:
    values = {"env": "production"} | ({} if secret is None else {"secret_key": secret})
    with pytest.raises(ValidationError, match="WHISTLE_SECRET_KEY"):
        Settings.model_validate(values)


def test_production_takes_its_own_secret() -> None:
    assert not Settings.model_validate({"env": "production", "secret_key": "s" * 32}).uses_demo_secret


def test_a_missing_url_names_its_variable_and_a_set_one_hides_in_print() -> None:
    found = Settings.model_validate({"database_url": "postgresql+asyncpg://a:hidden@h/d"})
    assert found.dsn() == "postgresql+asyncpg://a:hidden@h/d"
    assert "hidden" not in repr(found)
    with pytest.raises(MissingSettingError, match="WHISTLE_DATABASE_OWNER_URL"):
        found.dsn("owner")
