"""One action of ours: checked, written, and complete when its answer is.

Limits of Asterisk's ``manager.c``: a line of 1,024 bytes, 128 headers; longer ones are cut or
dropped silently, so they are refused here.  A bare LF ends a line there: a value that holds one
is a second action in disguise.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from panoramisk.actions import Action as PanoramiskAction

from ccd.ami.errors import BadAction
from ccd.ami.message import Message

MAX_HEADER = 1_000
"""Bytes of one line, its name included."""
MAX_HEADERS = 127

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_()-]*", re.ASCII)
_FORBIDDEN = re.compile(r"[\r\n\0]")


def encode(headers: Mapping[str, Any]) -> bytes:
    """The bytes to send.  Raises BadAction; nothing of a bad action is ever sent."""
    if not headers.get("Action"):
        raise BadAction("an action needs a name")
    lines = [_line(key, value) for key, value in _pairs(headers)]
    if len(lines) > MAX_HEADERS:
        raise BadAction(f"more than {MAX_HEADERS} headers")
    return b"".join(lines) + b"\r\n"


def _pairs(headers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in headers.items():
        if isinstance(value, list | tuple):
            yield from ((key, item) for item in value)
        else:
            yield key, value


class Action(PanoramiskAction):  # type: ignore[misc]
    """Headers to send, and the future of what comes back.

    The future gives one :class:`Message`, or a list of them (the answer, the rows, the end) when
    Asterisk opens a list with ``EventList: start``.  ``as_list`` overrules that.
    """

    @property
    def multi(self) -> bool:
        """Whether the answer is a list.  Its head says so; Asterisk's prose is not asked."""
        if self.as_list is not None:
            return bool(self.as_list)
        return str(self.responses[0].get("EventList", "")).lower() == "start"

    @property
    def completed(self) -> bool:
        """Whether nothing more will come: an Error always completes, so does a list's end."""
        if self.responses[0].refusal is not None or not self.multi:
            return True
        return _ends_list(self.responses[-1])

    def add_message(self, message: Message) -> bool:
        """Take one message of the answer; true when it was the last."""
        if not self.responses and "Event" in message:
            return False
        self.responses.append(message)
        if not self.completed:
            return False
        if not self.future.done():
            listed = self.multi and self.responses[0].refusal is None
            self.future.set_result(self.responses if listed else self.responses[0])
        return True


def _ends_list(message: Message) -> bool:
    end = str(message.get("EventList", "")).lower()
    return end in {"complete", "cancelled"} or str(message.get("Event", "")).endswith("Complete")


def _line(key: object, value: object) -> bytes:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadAction(f"not a header's name: {key!r}")
    if not isinstance(value, str | int | float):
        raise BadAction(f"{key}: {type(value).__name__} cannot be sent")
    shown = str(value)
    if _FORBIDDEN.search(shown):
        raise BadAction(f"{key}: a line break or NUL cannot be sent")
    try:
        line = f"{key}: {shown}\r\n".encode()
    except UnicodeEncodeError as error:
        raise BadAction(f"{key}: not text") from error
    if len(line) - 2 > MAX_HEADER:
        raise BadAction(f"{key}: more than {MAX_HEADER} bytes")
    return line
