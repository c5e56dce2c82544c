# ruff: noqa: N818 - they name what happened: LinkDown, OutcomeUnknown
"""What can go wrong at the AMI edge.

"We misused it" (:class:`BadAction`), "the peer misbehaved" (:class:`ProtocolError`) and "the
link is not there" are different things; whoever catches :class:`AmiError` catches them all.
"""


class AmiError(Exception):
    """Anything that this edge raises on purpose."""


class BadAction(AmiError, ValueError):
    """We asked for an action that must never be put on the wire."""


class ProtocolError(AmiError):
    """The peer does not speak AMI: no banner, or a frame beyond any sane size."""


class LinkDown(AmiError, ConnectionError):
    """There is no link; nothing was sent."""


class OutcomeUnknown(AmiError):
    """The action was sent and its answer will never be known: it may or may not have run.

    It is never sent again: an ``Originate`` that runs twice dials a patient twice.
    """


class ActionTimeout(OutcomeUnknown, TimeoutError):
    """No answer within the action's deadline."""


class ActionRefused(AmiError):
    """Asterisk answered ``Response: Error``; its own words are the message."""


class LoginRefused(ActionRefused):
    """Wrong user name, secret or address: trying again at once would not help."""
