"""SIP phones that a test plays by hand, all in one event loop: ring, answer, hold, transfer, hang up.

    async with Exchange(asterisk=("127.0.0.1", 5060)) as exchange:
        caller, operator = exchange.phone("patient"), exchange.phone("101")
        leg = caller.dial("74951234567", headers=("X-Phone: patient",))
        ringing = await operator.rings()
        await ringing.answer()
        await leg.answered()

What phones do is said as they do it; what they wait for has a deadline, so nothing sleeps and hopes.
"""

from tests.testbed.softphone.dialog import Refused
from tests.testbed.softphone.exchange import Exchange
from tests.testbed.softphone.leg import Leg
from tests.testbed.softphone.phone import Softphone

__all__ = ["Exchange", "Leg", "Refused", "Softphone"]
