"""An operator sends the caller to the duty doctor from the desk."""

from collections.abc import Callable
from typing import Protocol

import structlog

from ccd.calls.ids import LinkedId, Phone
from ccd.ports.switchboard import NoCallError, NotBegunError, NotHeardError
from ccd.routing.escalation import Handover

log = structlog.get_logger()


class Redirecting(Protocol):
    """What Asterisk does for it (``ccd.ami.redirect.Redirector``)."""

    async def redirect(self, channel: str, token: str) -> None:
        """Take the channel out of its talk, to ask ccd with this token.

        Raises NotBegunError when it surely did not happen, NotHeardError when it may have.
        """
        ...


class Escalating:
    """``channel`` gives the name of a call's own channel, empty when it is not alive."""

    def __init__(self, asterisk: Redirecting, channel: Callable[[LinkedId], str]) -> None:
        self._asterisk = asterisk
        self._channel = channel

    async def escalate(self, call_id: LinkedId, operator: Phone) -> None:
        """Send the caller to the doctors, and back to this phone when none answers.

        Raises NoCallError, NotBegunError, NotHeardError.
        """
        channel = self._channel(call_id)
        if not channel:
            raise NoCallError(call_id)
        try:
            await self._asterisk.redirect(channel, Handover.token(operator))
        except (NotBegunError, NotHeardError) as error:
            log.warning("call not escalated", call=call_id, reason=str(error))
            raise
        log.info("call escalated", call=call_id, phone=operator)
