"""Names of things on an Asterisk, as types: one cannot be passed for another."""

from typing import NewType

LinkedId = NewType("LinkedId", str)
"""Asterisk's ``Linkedid``: the one name of a whole call, shared by all of its channels."""

UniqueId = NewType("UniqueId", str)
"""Asterisk's ``Uniqueid``: the name of one channel (one leg)."""

Phone = NewType("Phone", str)
"""The interface an agent answers on, as ``app_queue`` names it: ``PJSIP/101``."""

QueueName = NewType("QueueName", str)
"""A queue's section name in ``queues.conf``: ``operators``."""


def phone_of(channel: str) -> Phone:
    """The phone that a channel belongs to.

    >>> phone_of("PJSIP/101-0000002a")
    'PJSIP/101'
    >>> phone_of("Local/101@agents-00000001;1")
    'Local/101@agents'
    """
    head, dash, _tail = channel.rpartition("-")
    return Phone(head if dash else channel)
