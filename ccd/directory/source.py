"""What knows patients by their number, as Protocols."""

from typing import Protocol, runtime_checkable

from ccd.directory.model import Patient


class Source(Protocol):
    """Something that knows patients by number.  More kinds come; the port stays.

    It is made without any I/O and connects with its first question, anew whenever it has to: one
    that is down at the start hinders nothing.  One that holds connections also is ``Closing``.
    """

    name: str

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """The patients reached by this number, most recently seen first; raises DirectoryError."""
        ...


@runtime_checkable
class Closing(Protocol):
    """A source with something to give back."""

    async def close(self) -> None:
        """Called once, when ccd stops, whether anything was asked or not; nothing is asked afterwards."""
        ...
