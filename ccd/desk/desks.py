"""The desks of all phones, as many as are worth remembering.

Calls ring at trunks and mobile phones too, under names that never come again: a phone without a
call and without an open page is forgotten when many others were used since.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import count, islice

from ccd.calls.ids import LinkedId, Phone
from ccd.desk.phone import PhoneDesk

_PHONES = 500
_CALLS = 2000
_LOOKED_AT = 8
_NONE = frozenset[Phone]()


class Desks:
    """By phone, the least recently used first; ``in_use`` says whether a page is open there."""

    def __init__(self, in_use: Callable[[Phone], object]) -> None:
        self._in_use = in_use
        self._numbers = count(1)
        """One count for all phones: one that was forgotten and comes back never counts again."""
        self._desks: OrderedDict[Phone, PhoneDesk] = OrderedDict()
        self._phones: OrderedDict[LinkedId, frozenset[Phone]] = OrderedDict()

    def at(self, phone: Phone) -> PhoneDesk:
        """The phone's desk, which is now the most recently used."""
        if (desk := self._desks.get(phone)) is None:
            desk = self._desks[phone] = PhoneDesk(self._numbers)
        self._desks.move_to_end(phone)
        if len(self._desks) > _PHONES:
            self._forget_one(but=phone)
        return desk

    def get(self, phone: Phone) -> PhoneDesk | None:
        """The phone's desk, if it has one."""
        return self._desks.get(phone)

    def shown(self, call_id: LinkedId, phone: Phone) -> PhoneDesk:
        """The phone's desk, which the call is on now."""
        phones = self._phones.get(call_id, _NONE)
        if phone not in phones:
            self._phones[call_id] = phones | {phone}
            if len(self._phones) > _CALLS:
                self._phones.popitem(last=False)
        self._phones.move_to_end(call_id)
        return self.at(phone)

    def with_call(self, call_id: LinkedId) -> frozenset[Phone]:
        """The phones on whose desks the call is."""
        return self._phones.get(call_id, _NONE)

    def __iter__(self) -> Iterator[PhoneDesk]:
        return iter(self._desks.values())

    def _forget_one(self, *, but: Phone) -> None:
        """Of the oldest few: this happens at every card.  Whoever is needed counts as used now."""
        for phone in list(islice(self._desks, _LOOKED_AT)):
            if phone != but and not self._desks[phone].live() and not self._in_use(phone):
                del self._desks[phone]
                return
            self._desks.move_to_end(phone)
