"""An operator calls a patient by one key, over AMI: the operator's phone first, then the patient's.

Rights needed in ``manager.conf``: ``write = originate``.  The operator's phone shows the patient's
number; the patient is shown the number that he had called (``[ccd-shown]`` of ccd's dialplan).
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ccd.ami.dialler import RING
from ccd.ami.errors import ActionRefused, AmiError, BadAction, LinkDown
from ccd.calls.ids import LinkedId, Phone
from ccd.ports.switchboard import NotBegunError, NotHeardError

PICK_UP = 25
"""Seconds that the operator's phone rings."""
_SHOWABLE = frozenset("+*#")

Ask = Callable[[Mapping[str, str]], Awaitable[Any]]


class RingBack:
    """``ask`` sends an action and gives its answer; ``trunk`` says how numbers outside are dialled."""

    def __init__(self, ask: Ask, trunk: Callable[[], str]) -> None:
        self._ask = ask
        self._trunk = trunk

    async def call(self, phone: Phone, number: str, shown: str, call_id: LinkedId) -> None:
        """Ring this phone; when it answers, dial the number (E.164).  The call has this id in Asterisk.

        ``shown`` is the number that the patient sees.  Raises NotBegunError, NotHeardError.
        """
        trunk = self._trunk()
        if not trunk:
            raise NotBegunError("routing names no trunk to call patients by")
        patient = trunk.replace("{number}", number.removeprefix("+"))
        seen = "".join(one for one in shown if one.isascii() and (one.isdigit() or one in _SHOWABLE))[:64]
        await self._done(
            {
                "Action": "Originate",
                "Async": "true",
                "Channel": phone,
                "ChannelId": call_id,
                "Application": "Dial",
                "Data": f"{patient},{RING},{'b(ccd-shown^s^1)' if seen else ''}",
                "Timeout": str(PICK_UP * 1000),
                "CallerID": number,
                "Variable": f"_CCD_SHOWN={seen}",
            }
        )

    async def _done(self, action: Mapping[str, str]) -> None:
        try:
            answer = await self._ask(action)
        except (LinkDown, BadAction, ActionRefused) as error:
            raise NotBegunError(str(error)) from error
        except AmiError as error:
            raise NotHeardError(str(error)) from error
        if answer.refusal is not None:
            raise NotBegunError(answer.refusal)
