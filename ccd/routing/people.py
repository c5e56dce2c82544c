"""The clinic's people who answer calls, as an admin writes them: named once, meant by id anywhere else."""

from typing import Annotated

from pydantic import Field

from ccd.routing.base import Model
from ccd.routing.words import Text, matching

PersonId = Annotated[
    Text,
    matching(r"[a-z0-9][a-z0-9_-]{0,39}", "an id may hold only a-z, 0-9, _ and - (40 at most)"),
    Field(title="id of a person (`a-z 0-9 _ -`)"),
]
_NAME = matching(
    r"(?=.*\S)[^,;|\"\x00-\x1f\x7f]{1,60}", 'must have 1 to 60 visible characters, none of , ; | "'
)
_PHONE = matching(
    r"(?=.{3,64}$)[A-Za-z0-9]+/[A-Za-z0-9_.@:/-]+", 'must be a phone as Asterisk names it, like "PJSIP/201"'
)
_STATE = matching(r"[A-Za-z0-9_.@:/-]{0,64}", 'must be a device or hint, like "hint:201@ext-local"')
_NUMBER = matching(r"(?:\+?[0-9]{2,20})?", 'must be a number with digits only, like "+79161234567"')


class Person(Model, title="person"):
    """Someone who answers calls.

    >>> Person(name="Petrov", phone="PJSIP/201").phone
    'PJSIP/201'
    """

    name: Annotated[Text, _NAME]
    """Shown to others, and the member's name in Asterisk's queues (which splits at , ; and |)."""
    phone: Annotated[Text, _PHONE, Field(title="phone (`PJSIP/201`)")]
    """The interface that a queue rings: ``PJSIP/201``, ``Local/201@from-queue/n``."""
    state: Annotated[Text, _STATE, Field(title="device or hint (`hint:201@ext-local`)")] = ""
    """Whose state says whether the phone is busy (``StateInterface``); empty for the phone itself."""
    number: Annotated[Text, _NUMBER, Field(title='number (`"+79161234567"`)')] = ""
    """An outside number, such as a mobile, for plans that dial people; empty for none."""
