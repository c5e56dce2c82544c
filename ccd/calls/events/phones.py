"""Phones that ``Dial()`` rings: no queue tells of them."""

from dataclasses import dataclass

from ccd.calls.events.channels import ChannelEvent
from ccd.calls.ids import Phone, UniqueId


@dataclass(frozen=True, kw_only=True)
class PhoneRinging(ChannelEvent):
    """A phone was dialled for this channel by ``Dial()`` (``DialBegin``), not by a queue.

    ``phone`` is what was dialled: ``PJSIP/101``, ``PJSIP/79161234567@trunk``.  ``member`` is the
    name of the queues' member who sits there; the book fills it in.
    """

    phone: Phone
    leg: UniqueId
    member: str = ""


@dataclass(frozen=True, kw_only=True)
class PhoneMissed(ChannelEvent):
    """A dialled phone stopped ringing (``DialEnd``): ``missed``, ``busy``, ``unreachable`` or ``forwarded``.

    ``to`` is the extension that it forwarded the call to.
    """

    leg: UniqueId
    result: str
    to: str = ""


@dataclass(frozen=True, kw_only=True)
class PhoneAnswered(ChannelEvent):
    """A dialled phone was answered (``DialEnd``); a queue's phone gives this too, and it says nothing.

    ``phone`` is where it was answered: another one than rang where the call was picked up.
    """

    leg: UniqueId
    phone: Phone = Phone("")
    member: str = ""
