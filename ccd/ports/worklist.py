"""Tasks of the worklist, and who is at them."""

from dataclasses import dataclass
from datetime import datetime

from ccd.missed.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A task of the worklist, and which user calls the patient now, if anybody: until when at most."""

    task: Task
    by: str = ""
    until: datetime | None = None

    def busy(self, now: datetime) -> bool:
        """Whether somebody calls him now."""
        return self.until is not None and now < self.until
