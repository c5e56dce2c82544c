"""What is asked of Asterisk when an operator calls a patient by one key."""

import pytest

from ccd.ami.errors import ActionRefused, ActionTimeout, LinkDown
from ccd.ami.ringback import RingBack
from ccd.calls.ids import LinkedId, Phone
from ccd.ports.switchboard import NotBegunError, NotHeardError
from tests.unit.ami.test_dialler import Asterisk
from tests.unit.ami.test_snapshot import REFUSED, ok

WANTED = (Phone("PJSIP/101"), "+79161234567", "74950000001", LinkedId("ccd-missed-1-1.1"))


async def test_the_operators_phone_rings_first_and_the_patient_sees_the_number_he_knows():
    asterisk = Asterisk(ok())
    await RingBack(asterisk, lambda: "PJSIP/{number}@trunk").call(*WANTED)
    (action,) = asterisk.asked
    assert (action["Action"], action["Channel"], action["ChannelId"]) == ("Originate", "PJSIP/101", WANTED[3])
    assert (action["Application"], action["CallerID"]) == ("Dial", "+79161234567")
    assert action["Data"] == "PJSIP/79161234567@trunk,40,b(ccd-shown^s^1)"
    assert action["Variable"] == "_CCD_SHOWN=74950000001"


async def test_a_called_number_that_is_none_is_not_shown():
    asterisk = Asterisk(ok())
    await RingBack(asterisk, lambda: "PJSIP/{number}@trunk").call(*WANTED[:2], "s,1)System(x", WANTED[3])
    (action,) = asterisk.asked
    assert action["Variable"] == "_CCD_SHOWN=1"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (REFUSED, NotBegunError),
        (LinkDown("gone"), NotBegunError),
        (ActionRefused("no"), NotBegunError),
        (ActionTimeout("late"), NotHeardError),
    ],
)
async def test_what_became_of_it_is_told(answer, error):
    with pytest.raises(error):
        await RingBack(Asterisk(answer), lambda: "PJSIP/{number}@trunk").call(*WANTED)


async def test_without_a_trunk_nothing_is_begun():
    asterisk = Asterisk(ok())
    with pytest.raises(NotBegunError, match="trunk"):
        await RingBack(asterisk, lambda: "").call(*WANTED)
    assert not asterisk.asked
