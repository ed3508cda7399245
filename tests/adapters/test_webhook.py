"""The webhook channel against a real receiver: signature, what is worth another try, nothing followed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from adapters.notify.base import ChannelError, ChannelRefusedError, ChannelUnavailableError, Message
from adapters.notify.webhook import WebhookChannel
from tests.support.receiver import Receiver, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def message(url: str, secret: str = SECRET) -> Message:
    data = {"case_id": "c", "number": "BJ-110105-20261123-0001", "seq": 3, "recipient": "110105-cgw"}
    return Message("m-1", url, secret, "called", datetime(2026, 11, 23, tzinfo=UTC), data)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


async def send(receiver: Receiver, *answers: int) -> None:
    receiver.answers = list(answers)
    async with WebhookChannel(1.0, 2.0) as channel:
        await channel.send(message(receiver.url))


async def test_the_receiver_can_verify_it_and_knows_a_repeat(receiver: Receiver) -> None:
    await send(receiver)
    await send(receiver)
    bodies = [Webhook(SECRET).verify(body, headers) for headers, body in receiver.requests]
    assert bodies[0] == bodies[1]
    assert bodies[0]["type"] == "case.called"
    assert bodies[0]["data"]["number"] == "BJ-110105-20261123-0001"
    assert [headers["webhook-id"] for headers, _ in receiver.requests] == ["m-1", "m-1"]


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408, 425])
async def test_worth_another_try(receiver: Receiver, status: int) -> None:
    with pytest.raises(ChannelUnavailableError, match=f"http_{status}"):
        await send(receiver, status)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 301, 307])
async def test_not_worth_one_and_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    with pytest.raises(ChannelRefusedError, match=f"http_{status}"):
        await send(receiver, status)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("url", "secret", "code", "again"),
    [
        ("http://127.0.0.1:1/", SECRET, "no_connection", True),
        ("ftp://example.invalid/", SECRET, "bad_address", False),
        ("no address", SECRET, "bad_address", False),
        ("http://127.0.0.1:1/", "whsec_", "bad_secret", False),
        ("http://127.0.0.1:1/", "a", "bad_secret", False),
    ],
)
async def test_failures_have_codes_without_the_address(url: str, secret: str, code: str, again: bool) -> None:
    async with WebhookChannel(1.0, 2.0) as channel:
        with pytest.raises(ChannelError) as caught:
            await channel.send(message(url, secret))
    assert str(caught.value) == caught.value.code == code
    assert isinstance(caught.value, ChannelUnavailableError) == again


async def test_an_answer_that_never_comes_ends_in_time(receiver: Receiver) -> None:
    with pytest.raises(ChannelUnavailableError):
        await send(receiver, 0)
