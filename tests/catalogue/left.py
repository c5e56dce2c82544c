"""What the shapes left behind: which records, disputes and frames are whose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.catalogue.laws import Record
from tests.catalogue.recorder import about, ids_of, parsed
from tests.catalogue.shape import Shape


@dataclass(frozen=True, kw_only=True)
class Played:
    """``failure`` is why the script itself could not be played to its end; ``frames`` the capture."""

    records: Sequence[Record]
    disagreements: Sequence[Record]
    """What ``ccd verify`` says of them."""
    frames: Sequence[bytes]
    failure: str = ""


@dataclass(frozen=True)
class Left:
    """What all shapes together left behind."""

    records: Sequence[Record]
    disagreements: Sequence[Record]
    frames: Sequence[bytes]

    def by(self, shape: Shape, failure: str) -> Played:
        """One shape's part of it."""
        ours = _channels(shape, self.frames)
        ids = {one.decode() for one in ours}
        return Played(
            records=[one for one in self.records if one["call_id"] in ids],
            disagreements=[one for one in self.disagreements if one["call_id"] in ids],
            frames=about(self.frames, ours),
            failure=failure,
        )


def _channels(shape: Shape, frames: Iterable[bytes]) -> set[bytes]:
    """The channels of this shape's phones and of those who called its number."""
    phones = tuple(f"{shape.device(letter)}-" for letter in "abcdxy")
    outside = shape.outside().removeprefix("+7")[:6]
    found: set[bytes] = set()
    for frame in frames:
        if frame.startswith(b"Event: Newchannel\r\n"):
            told = parsed(frame)
            ours = (
                told["Channel"].startswith(phones)
                or told["Exten"] == shape.did
                or outside in told["CallerIDNum"]
            )
            found |= ids_of(frame) if ours else set()
    return found
