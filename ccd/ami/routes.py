"""Which frames anybody wants, known by their first line."""

from collections.abc import Callable

Handler = Callable[[bytes], None]

_MAX_KINDS = 1_000


class Routes(dict[bytes, Handler | None]):
    """First line (``Event: Hangup``) -> who wants the frame, or None; asked once per kind.

    Kinds come from the network: beyond a thousand they are asked again rather than kept.
    """

    def __init__(self, find: Callable[[bytes], Handler | None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, first_line: bytes) -> Handler | None:
        handler = self._find(first_line)
        if len(self) < _MAX_KINDS:
            self[first_line] = handler
        return handler


def event_name(first_line: bytes) -> str:
    """The event's name, or an empty string for an answer.

    >>> event_name(b"Event: Hangup")
    'Hangup'
    """
    key, _, name = first_line.partition(b": ")
    return name.decode("ascii", "replace") if key == b"Event" else ""
