"""The API's document: complete, offline, and the same as the committed one."""

import json
import re
from pathlib import Path

import httpx
import pytest
from fastapi import Depends

from api.app import create_api
from api.deps import GuardedRouter, permit
from contracts.commands import FORMS

SNAPSHOT = Path(__file__).parent / "openapi.json"


def test_document_is_the_committed_one(pytestconfig: pytest.Config) -> None:
    """`WHISTLE_WRITE_OPENAPI=1` renews it: read the difference as a client of the API would."""
    made = json.dumps(create_api().openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    made = re.sub(r'("version": )"[^"]+"', r'\1"-"', made)
    import os

    if os.environ.get("WHISTLE_WRITE_OPENAPI"):
        SNAPSHOT.write_text(made, "utf-8")
    assert made == SNAPSHOT.read_text("utf-8"), "the contract changed: renew the snapshot if that is meant"


def test_every_command_has_its_route_and_describes_its_refusals() -> None:
    paths = create_api().openapi()["paths"]
    for name in FORMS:
        route = paths[f"/api/v1/cases/{{case_id}}/{name.replace('_', '-')}"]["post"]
        assert {"200", "400", "401", "403", "404", "409", "412", "422", "503"} <= route["responses"].keys()
        assert "Idempotency-Key" in {p["name"] for p in route["parameters"]}


def test_a_route_without_a_permission_stops_the_program() -> None:
    router = GuardedRouter()
    with pytest.raises(RuntimeError, match="exactly one permission"):
        router.add_api_route("/open", lambda: None)
    with pytest.raises(RuntimeError, match="exactly one permission"):
        router.add_api_route("/open", lambda: None, dependencies=[Depends(lambda: None), *permit(), *permit()])


async def test_docs_need_nothing_from_outside() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_api()), base_url="http://test") as client:
        page = await client.get("/api/docs")
    assert page.status_code == 200
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page.text)
