"""Whether a phone rang at all, by the cause with which its channel ended (Q.850).  Pure."""

_NEVER_RANG = frozenset({3, 20, 27, 34, 38, 41, 42, 44, 58})
"""No route, phone switched off, destination or network out of order, no free line, no such service."""


def rang(cause: int) -> bool:
    """Whether the phone rang, or may have; 0 is a cause that nobody knows.

    >>> rang(19), rang(17), rang(0), rang(34)
    (True, True, True, False)
    """
    return cause not in _NEVER_RANG
