"""The generic webhook: a signed JSON POST as the Standard Webhooks specification describes it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import httpx
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from adapters.notify.base import ChannelRefusedError, ChannelUnavailableError, Message

_TRY_AGAIN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class WebhookChannel:
    """Sends to addresses that an administrator entered; follows no redirect and reads no proxy from the environment."""

    def __init__(self, connect_timeout: float = 3.0, timeout: float = 10.0) -> None:
        """Prepare the pool; seconds to connect, and for the whole request."""
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=connect_timeout), follow_redirects=False, trust_env=False
        )

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the pool."""
        await self._client.aclose()

    async def send(self, message: Message) -> None:
        """Post the message.

        Headers: `webhook-id` (the same on every try), `webhook-timestamp` (of this try), `webhook-signature`.

        Raises:
            ChannelUnavailableError: no answer, or a status of the server or "try later".
            ChannelRefusedError: any other status outside 2xx, or a secret or address that cannot be used.
        """
        body = json.dumps(
            {"type": f"case.{message.code}", "timestamp": message.created_at.isoformat(), "data": dict(message.data)},
            ensure_ascii=False, separators=(",", ":"),
        )  # fmt: skip
        headers = self._headers(message, body)
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._client.post(message.url, content=body.encode(), headers=headers)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise ChannelRefusedError("bad_address") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ChannelUnavailableError("timed_out") from error
        except httpx.HTTPError as error:
            raise ChannelUnavailableError("no_connection") from error
        if answer.is_success:
            return
        code = f"http_{answer.status_code}"
        if answer.is_server_error or answer.status_code in _TRY_AGAIN:
            raise ChannelUnavailableError(code)
        raise ChannelRefusedError(code)

    @staticmethod
    def _headers(message: Message, body: str) -> dict[str, str]:
        now = datetime.now(UTC)
        try:
            signature = Webhook(message.secret).sign(message.id, now, body)
        except (ValueError, EmptyWebhookSecretError) as error:  # not base64, or empty
            raise ChannelRefusedError("bad_secret") from error
        return {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "whistle-webhook/1",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
