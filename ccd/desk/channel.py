"""Pages that watch the same rows: each change is made into text once, for all of them."""

from collections.abc import Iterable

from ccd.desk.card import Json, dump
from ccd.desk.clinic import Clinic, millis
from ccd.desk.deltas import Tables, change, whole
from ccd.desk.outbox import Outbox


class Channel:
    """``kind`` is the type of its messages, ``facts`` what each page is told first.  Nothing here waits."""

    def __init__(self, kind: str, clinic: Clinic, facts: Json) -> None:
        self._kind = kind
        self._facts = facts
        self._clinic = clinic
        self._watchers: set[Outbox] = set()
        self._tables: Tables = {}
        self._stale = True

    def __len__(self) -> int:
        return len(self._watchers)

    def join(self, outbox: Outbox) -> None:
        """A page opened: it gets all that is now."""
        self._watchers.add(outbox)
        self._send([outbox], whole(self._tables) | {"facts": self._facts})

    def leave(self, outbox: Outbox) -> None:
        """The page is gone."""
        self._watchers.discard(outbox)

    def show(self, tables: Tables, *, stale: bool) -> None:
        """This is now; whoever watches hears what changed."""
        news = change(self._tables, tables)
        turned, self._stale = stale is not self._stale, stale
        self._tables = tables
        if news or turned:
            self._send(self._watchers, news or {})

    def live(self) -> None:
        """A sign of life."""
        self._send(self._watchers, {})

    def _send(self, watchers: Iterable[Outbox], news: Json) -> None:
        text = None
        for outbox in watchers:
            text = text or dump(self._head() | news)
            outbox.put(text)

    def _head(self) -> Json:
        return {"type": self._kind, "now": millis(self._clinic.now()), "stale": self._stale}
