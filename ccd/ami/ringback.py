"""An operator calls a patient by one key, over AMI: the operator's phone first, then the patient's.

Rights needed in ``manager.conf``: ``write = originate``.  The operator's phone shows the patient's
number; the patient is shown the number that he had called (``[ccd-shown]`` of ccd's dialplan).
"""

from collections.abc import Callable

from ccd.ami.originate import RING, Ask, originate, outside
from ccd.calls.ids import LinkedId, Phone

PICK_UP = 25
"""Seconds that the operator's phone rings."""
_SHOWABLE = frozenset("+*#")


class RingBack:
    """``ask`` sends an action and gives its answer; ``trunk`` says how numbers outside are dialled."""

    def __init__(self, ask: Ask, trunk: Callable[[], str]) -> None:
        self._ask = ask
        self._trunk = trunk

    async def call(self, phone: Phone, number: str, shown: str, call_id: LinkedId) -> None:
        """Ring this phone; when it answers, dial the number (E.164).  The call has this id in Asterisk.

        ``shown`` is the number that the patient sees.  Raises NotBegunError, NotHeardError.
        """
        patient = outside(self._trunk(), number)
        seen = "".join(one for one in shown if one.isascii() and (one.isdigit() or one in _SHOWABLE))[:64]
        await originate(
            self._ask,
            {
                "Channel": phone,
                "ChannelId": call_id,
                "Application": "Dial",
                "Data": f"{patient},{RING},{'b(ccd-shown^s^1)' if seen else ''}",
                "Timeout": str(PICK_UP * 1000),
                "CallerID": number,
                "Variable": f"_CCD_SHOWN={seen}",
            },
        )
