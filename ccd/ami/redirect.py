"""Taking a caller out of a talk over AMI.

Rights needed in ``manager.conf``: ``write = call`` (``Setvar``, ``Redirect``).  The caller's channel
goes to ``[ccd] again`` and asks there with the token in ``CCD_REDIRECT``; whoever talked with it is
hung up on by Asterisk, as after a transfer.
"""

from collections.abc import Awaitable, Callable, Mapping

from ccd.ami.outcome import told_apart

Ask = Callable[[Mapping[str, str]], Awaitable[Mapping[str, str]]]
"""Sends an action and gives its answer's headers (``AmiLink.action``)."""


class Redirector:
    """``ask`` raises what ``AmiLink.action`` does."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def redirect(self, channel: str, token: str) -> None:
        """Send the channel to ccd's dialplan with this token.  Raises NotBegunError, NotHeardError."""
        await self._done({"Action": "Setvar", "Channel": channel, "Variable": "CCD_REDIRECT", "Value": token})
        await self._done(
            {"Action": "Redirect", "Channel": channel, "Context": "ccd", "Exten": "again", "Priority": "1"}
        )

    async def _done(self, action: Mapping[str, str]) -> None:
        with told_apart():
            await self._ask(action)
