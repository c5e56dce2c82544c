"""Names of things on an Asterisk, as types: one cannot be passed for another."""

import re
from typing import NewType

LinkedId = NewType("LinkedId", str)
"""Asterisk's ``Linkedid``: the one name of a whole call, shared by all of its channels."""

UniqueId = NewType("UniqueId", str)
"""Asterisk's ``Uniqueid``: the name of one channel (one leg)."""

Phone = NewType("Phone", str)
"""The interface an agent answers on, as ``app_queue`` names it: ``PJSIP/101``."""

QueueName = NewType("QueueName", str)
"""A queue's section name in ``queues.conf``: ``operators``."""


_CONTACT = re.compile(r"([^/]+)/sips?:([^@]*)@")
_OUTSIDE = re.compile(r"\+?[0-9]{7,}", re.ASCII)
_OUTSIDE_DIALLED = re.compile(r"(?:[/:])(\+?[0-9]{7,})(?:@|$)", re.ASCII)
PROMISED = "ccd-callback-"
"""How the id of a channel begins that ccd originates for a promise; ``PROMISE-ATTEMPT-SECONDS`` follows."""
MISSED = "ccd-missed-"
"""The same for an agent who calls back whoever was missed: ``SECONDS-CALL`` follows."""
_PROMISED = re.compile(rf"{PROMISED}([0-9]+)-[0-9]+-[0-9]+", re.ASCII)
_OF_ASTERISK = {"s", "i", "h", "t", "T", "o", "a", "e"}
_OF_CCD = {"did", "again", "transfer", "enter", "ask", "default"}
_OF_CCD |= {f"do-{step}" for step in ("queue", "dial", "play", "menu", "voicemail", "callback", "transfer")}
_OF_CCD |= {"do-hangup", "do-bye"}
NOBODY_DIALS = frozenset(_OF_ASTERISK | _OF_CCD)
"""Extensions of Asterisk's own (start, invalid, hangup...), and those of ``dialplan/ccd-extensions.conf``."""


def called_number(exten: str) -> str:
    """The number that was called; empty for an extension that is a place in a dialplan.

    >>> called_number("74951234567")
    '74951234567'
    >>> called_number("do-queue")
    ''
    """
    return "" if exten in NOBODY_DIALS else exten


def dialled_phone(channel: str, dialled: str) -> Phone:
    """The phone that ``Dial()`` rang: as it was dialled, without the address where it is registered.

    >>> dialled_phone("PJSIP/trunk-0000002a", "79161234567@trunk")
    'PJSIP/79161234567@trunk'
    >>> dialled_phone("PJSIP/101-0000002a", "101/sip:101@192.0.2.7:5060;ob")
    'PJSIP/101'
    >>> dialled_phone("PJSIP/trunk-0000002a", "trunk/sip:79161234567@192.0.2.7")
    'PJSIP/trunk/sip:79161234567@192.0.2.7'
    """
    device = phone_of(channel)
    technology, _, endpoint = device.partition("/")
    contact = _CONTACT.match(dialled)
    if contact and contact[1] == endpoint and not (contact[2] != endpoint and _OUTSIDE.fullmatch(contact[2])):
        return device
    return Phone(f"{technology}/{dialled}")


def phone_of(channel: str) -> Phone:
    """The phone that a channel belongs to.

    >>> phone_of("PJSIP/101-0000002a")
    'PJSIP/101'
    >>> phone_of("Local/101@agents-00000001;1")
    'Local/101@agents'
    """
    head, dash, _tail = channel.rpartition("-")
    return Phone(head if dash else channel)


def outside_number(dialled: Phone) -> str:
    """The number outside the house that was dialled; empty for a phone of the clinic's own.

    >>> outside_number(Phone("PJSIP/79161234567@trunk"))
    '79161234567'
    >>> outside_number(Phone("PJSIP/trunk/sip:79161234567@192.0.2.7"))
    '79161234567'
    >>> outside_number(Phone("PJSIP/101"))
    ''
    """
    found = _OUTSIDE_DIALLED.search(dialled)
    return found[1] if found else ""


def answered_by(call_id: LinkedId) -> str:
    """What ccd itself began this call for: a promise, a missed call; empty for any other call.

    >>> answered_by(LinkedId("ccd-callback-17-1-1795287137"))
    'callback:17'
    >>> answered_by(LinkedId("ccd-missed-1795287137-1795280000.7"))
    '1795280000.7'
    """
    if call_id.startswith(PROMISED):
        found = _PROMISED.fullmatch(call_id)
        return f"callback:{found[1]}" if found else ""
    return call_id.removeprefix(MISSED).partition("-")[2] if call_id.startswith(MISSED) else ""
