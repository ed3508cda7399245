"""The clean end of every short-lived command that may have used a Temporal client.

The client's background threads can abort the interpreter at exit (`PyGILState_Release`, seen in 3 to 8 of 30 short
scripts on Python 3.11). Dropping the client and yielding to the loop before leaving it gave none.
"""

from __future__ import annotations

import asyncio
import gc
import traceback
from typing import TYPE_CHECKING, TypeVar

import uvloop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")

_SETTLE_S = 0.05
_GC_THRESHOLD = (20_000, 20, 20)


def run(main: Callable[[], Coroutine[None, None, T]], *, serving: bool = False) -> T:
    """Run an async program to its end and leave cleanly.

    Args:
        main: Called inside the loop. It must keep its clients in local variables, not in globals or in its result.
        serving: The program serves others for long: run it on uvloop, which takes less of the processor.

    Returns:
        What `main` returned; errors come through unchanged, their frames emptied (a frame would keep the client alive).
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if serving else None) as runner:
        return runner.run(_settled(main, serving=serving))


async def _settled(main: Callable[[], Coroutine[None, None, T]], *, serving: bool) -> T:
    if serving:
        gc.collect()
        gc.freeze()  # what was imported stays: the collector need not walk it again and again
        gc.set_threshold(*_GC_THRESHOLD)
    try:
        return await main()
    except BaseException as error:
        _empty_frames(error)
        raise
    finally:
        await settle()


async def settle() -> None:
    """Let dropped clients go: collect garbage, yield 50 ms to the loop. Call it last, with no client in a variable."""
    gc.collect()
    await asyncio.sleep(_SETTLE_S)


def _empty_frames(error: BaseException | None) -> None:
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
