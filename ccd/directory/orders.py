"""An order to a source that owns a schedule, and all that can become of it.

```
asked -> done | refused
asked -> unsure -> done | refused      the answer was lost; the source is asked what it did
```

What is done or refused stays so.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ccd.directory.booking import Order
from ccd.directory.model import Visit


class OrderKind(StrEnum):
    """What is wished."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


class OrderState(StrEnum):
    """How far it came."""

    ASKED = "asked"
    UNSURE = "unsure"
    DONE = "done"
    REFUSED = "refused"


class Why(StrEnum):
    """Why an order was refused."""

    TAKEN = "taken"
    """Somebody else has the slot."""
    REFUSED = "refused"
    """The source said no, or was not reached."""
    LOST = "lost"
    """The answer was lost, and the source says that it did nothing."""


OPEN = (OrderState.ASKED, OrderState.UNSURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An order as the journal keeps it.  ``key`` is of whoever placed it, and never used again."""

    key: str
    kind: OrderKind
    source: str
    slot_id: str = ""
    """Empty when a visit is cancelled."""
    visit_id: str = ""
    """What is moved or cancelled; empty when a visit is booked."""
    known_as: str
    """The patient's id in that source."""
    patient_id: str
    """The patient's id on the card."""
    number: str
    """By which the patient was found, in E.164."""
    user: str
    phone: str = ""
    call_id: str = ""
    asked_at: datetime
    state: OrderState = OrderState.ASKED
    why: str = ""
    """With REFUSED: one of ``Why``."""
    settled_at: datetime | None = None
    made: Visit | None = None
    """With DONE: the visit, but for a cancelled one."""

    @property
    def open(self) -> bool:
        """True while nobody knows what became of it."""
        return self.state in OPEN

    @property
    def order(self) -> Order:
        """What the source is asked."""
        return Order(key=self.key, slot_id=self.slot_id, patient_id=self.known_as)

    def same_wish(self, other: "Placed") -> bool:
        """True when both ask for the same, whenever and whatever became of it."""
        return _wish(self) == _wish(other)


def _wish(placed: Placed) -> tuple[str, ...]:
    return (
        placed.key,
        placed.kind,
        placed.source,
        placed.slot_id,
        placed.visit_id,
        placed.known_as,
        placed.user,
    )


def done(placed: Placed, made: Visit | None, now: datetime) -> Placed:
    """The source did it."""
    return replace(placed, state=OrderState.DONE, made=made, settled_at=now)


def refused(placed: Placed, why: Why, now: datetime) -> Placed:
    """Surely nothing has changed."""
    return replace(placed, state=OrderState.REFUSED, why=why, settled_at=now)


def unsure(placed: Placed) -> Placed:
    """The answer was lost."""
    return replace(placed, state=OrderState.UNSURE)
