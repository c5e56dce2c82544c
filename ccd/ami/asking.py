"""One question to Asterisk from a command: log in, ask, leave; nothing is tried again."""

import asyncio

from ccd.ami import tls
from ccd.ami.errors import AmiError
from ccd.ami.manager import Manager
from ccd.ami.snapshot import take_queues
from ccd.calls.ids import QueueName
from ccd.ports.switchboard import NotHeardError
from ccd.settings.models import Ami

PATIENCE = 5.0
"""Seconds for all of it."""


async def queues(settings: Ami, secret: str) -> tuple[QueueName, ...]:
    """The queues that Asterisk has now.  Raises NotHeardError with the reason in words."""
    manager = Manager(
        host=settings.host,
        port=settings.port,
        username=settings.username,
        secret=secret,
        events="off",
        ssl=tls.client_context(settings),
        server_hostname=tls.server_name(settings),
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await manager.log_in()
            return (await take_queues(manager.send_action)).queues
    except TimeoutError:
        raise NotHeardError(f"no answer within {PATIENCE:g} seconds") from None
    except AmiError as error:
        raise NotHeardError(str(error)) from error
    except ConnectionRefusedError:
        raise NotHeardError(
            "nothing listens there: is Asterisk up, and enabled = yes in manager.conf?"
        ) from None
    except OSError as error:
        raise NotHeardError(error.strerror or str(error)) from error
    finally:
        manager.close()
