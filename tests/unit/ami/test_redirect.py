"""What is asked of Asterisk to take a caller out of a talk, and what became of it."""

import pytest

from ccd.ami.errors import ActionRefused, ActionTimeout, BadAction, LinkDown
from ccd.ami.redirect import Redirector
from ccd.ports.switchboard import NotBegunError, NotHeardError
from tests.unit.ami.test_dialler import Asterisk


async def test_the_token_is_there_before_the_caller_asks_with_it():
    asterisk = Asterisk({})
    await Redirector(asterisk).redirect("PJSIP/trunk-1", "token")
    first, then = asterisk.asked
    assert (first["Action"], first["Channel"], first["Value"]) == ("Setvar", "PJSIP/trunk-1", "token")
    assert (then["Action"], then["Channel"], then["Exten"]) == ("Redirect", "PJSIP/trunk-1", "again")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (LinkDown("gone"), NotBegunError),
        (ActionRefused("no"), NotBegunError),
        (BadAction("a line break"), NotBegunError),
        (ActionTimeout("late"), NotHeardError),
    ],
)
async def test_what_became_of_it_is_told(answer, error):
    with pytest.raises(error):
        await Redirector(Asterisk(answer)).redirect("PJSIP/trunk-1", "token")
