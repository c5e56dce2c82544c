"""All calls there are, in progress or just over, and the channels and other ids that lead to them.

A transfer can make a channel change its linkedid.  Whatever it joins, a patient's call keeps the id it was
first recorded under: the other id leads there from then on.
"""

from collections import OrderedDict

from ccd.calls.call import Call
from ccd.calls.ids import LinkedId, UniqueId
from ccd.calls.values import replace

KEEP_ENDED = 512
"""How many calls are kept after their end, for events that come late."""


class Shelf:
    """Calls by id."""

    def __init__(self) -> None:
        self.live: dict[LinkedId, Call] = {}
        self.ended: OrderedDict[LinkedId, Call] = OrderedDict()
        self.call_of: dict[UniqueId, LinkedId] = {}
        """The call that a channel is or was in."""
        self.host_of: dict[UniqueId, LinkedId] = {}
        """The call that a channel's own call is a consultation about."""
        self._channels_of: dict[LinkedId, list[UniqueId]] = {}
        self._keeper_of: dict[LinkedId, LinkedId] = {}
        self._absorbed_by: dict[LinkedId, list[LinkedId]] = {}

    def get(self, call_id: LinkedId) -> Call | None:
        """The call, in progress or just over."""
        return self.live.get(call_id) or self.ended.get(call_id)

    def put(self, call_id: LinkedId, call: Call) -> None:
        """The call is now so."""
        if call.over or (not call.legs and not call.tracked):
            self.live.pop(call_id, None)
            self.retire(call_id, call)
        else:
            self.live[call_id] = call

    def retire(self, call_id: LinkedId, call: Call) -> None:
        """The call is over; the oldest such one is forgotten."""
        self.ended[call_id] = call
        self.ended.move_to_end(call_id)
        if len(self.ended) > KEEP_ENDED:
            gone, _call = self.ended.popitem(last=False)
            self._forget(gone)

    def keeper(self, linked_id: LinkedId) -> LinkedId:
        """The call that this id leads to."""
        return self._keeper_of.get(linked_id, linked_id)

    def home(self, linked_id: LinkedId, leg: UniqueId) -> LinkedId | None:
        """The call of this channel, if it is the one that its linkedid leads to as well."""
        known = self.call_of.get(leg)
        return known if known == self._keeper_of.get(linked_id, linked_id) else None

    def resolve(self, linked_id: LinkedId, leg: UniqueId) -> LinkedId:
        """The call of this channel, merging calls when a known one changed its linkedid."""
        linked_id = self._keeper_of.get(linked_id, linked_id)
        known = self.call_of.get(leg)
        if known is None:
            self.own(leg, linked_id)
            return linked_id
        return known if known == linked_id else self._merge(known, linked_id, leg)

    def _merge(self, known: LinkedId, linked_id: LinkedId, leg: UniqueId) -> LinkedId:
        mine, other = self.live.get(known), self.live.get(linked_id)
        if mine is None:
            self.own(leg, linked_id)
            return linked_id
        if other is None or (mine.tracked and not other.tracked):
            self.absorb(known, linked_id)
            return known
        if not mine.tracked:
            self.absorb(linked_id, known)
            return linked_id
        if leg == mine.caller_leg:  # two patients' calls meet: each keeps its record, and his own channel
            return known
        self.live[known] = mine.without_leg(leg)
        self.own(leg, linked_id)
        return linked_id

    def absorb(self, keep: LinkedId, gone: LinkedId) -> None:
        """The channels of ``gone`` belong to ``keep`` from now on."""
        self._keeper_of[gone] = keep
        self._absorbed_by.setdefault(keep, []).append(gone)
        other = self.live.pop(gone, None)
        call = self.live.get(keep)
        if other is None or call is None:
            return
        for leg in other.legs:
            self.own(leg, keep)
        if not other.tracked:  # it is never retired: its channels go with the call that keeps them
            self._inherit(keep, gone)
        self.live[keep] = replace(call, legs={**other.legs, **call.legs})

    def _inherit(self, keep: LinkedId, gone: LinkedId) -> None:
        for leg in self._channels_of.pop(gone, ()):
            if self.call_of.get(leg) == gone:
                self.own(leg, keep)

    def own(self, leg: UniqueId, call_id: LinkedId) -> None:
        """This channel is in this call."""
        self.call_of[leg] = call_id
        self._channels_of.setdefault(call_id, []).append(leg)

    def disown(self, leg: UniqueId, call_id: LinkedId) -> None:
        """Nobody knows this channel, nor perhaps this call."""
        self.call_of.pop(leg, None)
        if call_id not in self.live and call_id not in self.ended:
            self._channels_of.pop(call_id, None)

    def _forget(self, call_id: LinkedId) -> None:
        for leg in self._channels_of.pop(call_id, ()):
            self.host_of.pop(leg, None)
            if self.call_of.get(leg) == call_id:
                del self.call_of[leg]
        for gone in self._absorbed_by.pop(call_id, ()):
            self._keeper_of.pop(gone, None)
