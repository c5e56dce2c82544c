"""What the shapes left behind: which records, disputes and frames are whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.catalogue.laws import Record
from tests.catalogue.recorder import Headers, about, ids_of, parsed
from tests.catalogue.shape import Shape


@dataclass(frozen=True, kw_only=True)
class Played:
    """``failure`` is why the script itself could not be played to its end."""

    records: Sequence[Record]
    disagreements: Sequence[Record]
    """What ``ccd verify`` says of them."""
    heard: Sequence[bytes]
    """The frames of all shapes; ``channels`` are this one's."""
    channels: frozenset[bytes]
    failure: str = ""

    @property
    def frames(self) -> Sequence[bytes]:
        """The capture; cut out only for whoever asks, because that takes a while."""
        return about(self.heard, set(self.channels))


@dataclass(frozen=True)
class Left:
    """What all shapes together left behind."""

    records: Sequence[Record]
    disagreements: Sequence[Record]
    frames: Sequence[bytes]

    def by(self, shape: Shape, failure: str) -> Played:
        """One shape's part of it."""
        ours = self._channels(shape)
        ids = {one.decode() for one in ours}
        return Played(
            records=[one for one in self.records if one["call_id"] in ids],
            disagreements=[one for one in self.disagreements if one["call_id"] in ids],
            heard=self.frames,
            channels=ours,
            failure=failure,
        )

    @cached_property
    def _births(self) -> list[tuple[Headers, set[bytes]]]:
        """Each new channel, and the ids that it came with."""
        births = (frame for frame in self.frames if frame.startswith(b"Event: Newchannel\r\n"))
        return [(parsed(frame), ids_of(frame)) for frame in births]

    def _channels(self, shape: Shape) -> frozenset[bytes]:
        """The channels of this shape's phones and of those who called its number."""
        phones = tuple(f"{shape.device(letter)}-" for letter in "abcdxy")
        outside = shape.outside().removeprefix("+7")[:6]
        ours = (
            ids
            for told, ids in self._births
            if told["Channel"].startswith(phones)
            or told["Exten"] == shape.did
            or outside in told["CallerIDNum"]
        )
        return frozenset().union(*ours)
