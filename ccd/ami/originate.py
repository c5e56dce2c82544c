"""Beginning a call over AMI.  Rights needed in ``manager.conf``: ``write = originate``."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ccd.ami.outcome import told_apart
from ccd.ports.switchboard import NotBegunError

RING = 40
"""Seconds that the patient's phone rings."""

Ask = Callable[[Mapping[str, str]], Awaitable[Any]]
"""Sends an action and gives its answer (``Manager.send_action``)."""


def outside(trunk: str, number: str) -> str:
    """How this number (E.164) is dialled by the trunk: its dial string, ``{number}`` for the digits.

    Raises NotBegunError where there is no trunk.
    """
    if not trunk:
        raise NotBegunError("routing names no trunk to call patients by")
    return trunk.replace("{number}", number.removeprefix("+"))


async def originate(ask: Ask, fields: Mapping[str, str]) -> None:
    """Begin the call that these fields of ``Originate`` say.  Raises NotBegunError, NotHeardError."""
    with told_apart():
        answer = await ask({"Action": "Originate", "Async": "true", **fields})
    if answer.refusal is not None:
        raise NotBegunError(answer.refusal)
