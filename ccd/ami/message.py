"""A whole frame as panoramisk's ``Message``: for answers, and for callbacks that want any event.

Unlike panoramisk's it holds what was sent and nothing else: no invented ``content``, an empty
last header is kept, and a header that is not there is not there for ``hasattr`` either.
"""

from typing import Any, Self

from panoramisk.message import Message as PanoramiskMessage

from ccd.ami.framing import text

_FIRST_WINS = frozenset({"event", "response", "actionid", "eventlist"})
"""They stand before anything that a caller can write."""


class Message(PanoramiskMessage):  # type: ignore[misc]
    """Headers by name, in any case.  One that came more than once is a list, in order.

    Of headers that say what this is, the first wins.  Of a forged ``Uniqueid`` and a true one both
    are kept: where either stands depends on the event (``forgery.py``).
    """

    def __init__(self, headers: dict[str, Any] | None = None, frame: bytes = b"") -> None:
        super().__init__(headers or {})
        self._store.pop("content", None)
        self.frame = frame

    @classmethod
    def from_frame(cls, frame: bytes) -> Self:
        """Parse one frame.  A line without a colon is not a header and is skipped."""
        message = cls(frame=frame)
        for line in frame.split(b"\r\n"):
            key, colon, value = line.partition(b":")
            if colon and key:
                message.add(text(key), text(value.removeprefix(b" ")))
        return message

    def add(self, key: str, value: str) -> None:
        """One more header, after those that are there."""
        if key not in self:
            self[key] = value
        elif key.lower() not in _FIRST_WINS:
            held = self[key]
            self[key] = [*held, value] if isinstance(held, list) else [held, value]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def success(self) -> bool:
        """Whether Asterisk did what was asked.  An event has no answer in it: false."""
        return self.get("Response") in self.success_responses

    @property
    def refusal(self) -> str | None:
        """Asterisk's words when it answered ``Response: Error``; None when it did not."""
        if self.get("Response") != "Error":
            return None
        return str(self.get("Message", "no reason given"))
