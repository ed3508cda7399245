"""Clients of a storm: every unknown outcome is asked again under the same key, and every definite answer is kept."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

_CLIENT_TIMEOUT_S: Final = 8.0
_LONGEST_DOUBT_S: Final = 180.0
_MOST_CRASHES: Final = 30
"""So many answers 500 end the storm: there is nothing to learn from asking on for half an hour."""
_OK: Final = frozenset({200, 201})


@dataclass(frozen=True, slots=True)
class Deed:
    """One command with its first definite answer.

    Attributes:
        mark: Words in the command's text that stand nowhere else; empty for commands without a text.
        tries: How often it was sent until the answer was definite.
        status: HTTP status of that answer.
    """

    actor: str
    key: str
    verb: str
    case_id: str
    mark: str
    tries: int
    status: int
    body: dict[str, Any]

    @property
    def done(self) -> bool:
        """It was acknowledged."""
        return self.status in _OK

    @property
    def code(self) -> str:
        """Reason of a refusal."""
        return str(self.body.get("code", ""))


@dataclass(slots=True)
class History:
    """What all clients saw; `faults` are promises broken before their eyes."""

    deeds: list[Deed] = field(default_factory=list)
    sent: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> list[Deed]:
        """Deeds that were answered 2xx."""
        return [deed for deed in self.deeds if deed.done]


class Desk:
    """The network side of all clients: where to send, what to do on silence."""

    def __init__(
        self, ports: list[int], tokens: dict[str, str], seed: int, history: History, ask_twice: float
    ) -> None:  # fmt: skip
        self._urls = [f"http://127.0.0.1:{port}/api/v1" for port in ports]
        self._tokens = tokens
        self._random = random.Random(seed)
        self._seed = seed
        self.history = history
        self.hang_up = 0.05
        self._ask_twice = ask_twice
        self._http = httpx.AsyncClient(timeout=_CLIENT_TIMEOUT_S, limits=httpx.Limits(max_keepalive_connections=40))
        self._number = 0

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def give(self, actor: str, verb: str, case_id: str = "", **body: Any) -> Deed:
        """Send one command until its outcome is known; keep it, and sometimes ask again for the same answer.

        A text in the body (`title`, `note` or `reason`) gets a mark that is found nowhere else.
        """
        self._number += 1
        key = f"storm-{self._seed}-{self._number}"
        mark = ""
        for field_name in ("title", "note", "reason"):
            if field_name in body:
                mark = f"[{key}]"
                body[field_name] = f"{body[field_name]}{mark}"
        path = f"/cases/{case_id}/{verb}" if case_id else "/cases"
        twice = self._random.random() < self._ask_twice
        if twice and self._random.random() < 0.5:  # a double click: both are on their way at once
            (status, answer, tries), other = await asyncio.gather(
                self._until_known(actor, key, path, body), self._until_known(actor, key, path, body)
            )
            self._compare(key, (status, answer), other)
        else:
            status, answer, tries = await self._until_known(actor, key, path, body)
            if twice:
                self._compare(key, (status, answer), await self._until_known(actor, key, path, body))
        deed = Deed(actor, key, verb, case_id or str(answer.get("id", "")), mark, tries, status, answer)
        self.history.deeds.append(deed)
        return deed

    async def _until_known(
        self, actor: str, key: str, path: str, body: dict[str, Any]
    ) -> tuple[int, dict[str, Any], int]:  # fmt: skip
        headers = {"Authorization": f"Bearer {self._tokens[actor]}", "Idempotency-Key": key}
        begun, tries = time.monotonic(), 0
        while True:
            tries += 1
            self.history.sent += 1
            url = self._random.choice(self._urls) + path
            patience = self._random.uniform(0.001, 0.03) if self._random.random() < self.hang_up else None
            try:
                async with asyncio.timeout(patience):
                    answer = await self._http.post(url, json=body, headers=headers)
            except (httpx.TransportError, TimeoutError) as error:
                self.history.unknown["hang-up" if patience else type(error).__name__] += 1
            else:
                if answer.status_code < 500:  # definite
                    return answer.status_code, answer.json(), tries
                self.history.unknown[str(answer.status_code)] += 1
                assert self.history.unknown["500"] < _MOST_CRASHES, f"the API crashes at every turn: {answer.text}"
            if time.monotonic() - begun > _LONGEST_DOUBT_S:
                self.history.faults.append(f"{key}: no definite answer within {_LONGEST_DOUBT_S:.0f} s")
                return 0, {}, tries
            await asyncio.sleep(min(0.05 * 1.5**tries, 0.5) * self._random.uniform(0.5, 1.5))

    def _compare(self, key: str, first: tuple[int, dict[str, Any]], again: tuple[int, dict[str, Any], int]) -> None:
        """A repeat of what was acknowledged must be answered as the first time."""
        self.history.repeats += 1
        known = (first[0], again[0])
        if not any(status in _OK for status in known):
            return
        said = [tuple(body.get(name) for name in ("id", "number", "version")) for body in (first[1], again[1])]
        if known[0] != known[1] or said[0] != said[1]:
            self.history.faults.append(f"{key}: answered {known[0]} {said[0]}, then {known[1]} {said[1]}")
