"""One socket is fed from its outbox until either side ends it; what the page says is not listened to."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import WSMsgType, web

from ccd.desk.outbox import Outbox

HEARTBEAT = 15.0
MAX_MESSAGE = 4096


def new_socket(*, compress: bool = True) -> web.WebSocketResponse:
    """A socket with the desk's bounds.

    ``compress=False`` for what many are sent alike: each socket would compress it anew.
    """
    return web.WebSocketResponse(
        heartbeat=HEARTBEAT, max_msg_size=MAX_MESSAGE, timeout=1.0, compress=compress
    )


async def feed(
    request: web.Request,
    socket: web.WebSocketResponse,
    outbox: Outbox,
    *,
    join: Callable[[], None],
    leave: Callable[[], None],
    until: Coroutine[Any, Any, None],
) -> None:
    """Join, send whatever comes, leave.

    That is when the page goes, the outbox closes, sending fails or ``until`` ends.
    """
    try:
        join()
        await _serve(socket, outbox, until)
    finally:
        until.close()
        leave()
        if not socket.closed and request.transport is not None:
            request.transport.abort()


async def _serve(socket: web.WebSocketResponse, outbox: Outbox, until: Coroutine[Any, Any, None]) -> None:
    ends = (_listen(socket), outbox.pump(socket.send_str), outbox.wait_closed(), until)
    tasks = [asyncio.create_task(one) for one in ends]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(1):
            await socket.close()


async def _listen(socket: web.WebSocketResponse) -> None:
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            return
