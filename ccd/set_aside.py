"""A call that ccd could make nothing of: set aside, told, counted, and what comes after it goes on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from traceback import extract_tb

_CCD = Path(__file__).parent


class Work(StrEnum):
    """What could not be done with a call."""

    FIGURES = "figures"
    """It is in no report."""
    RECOVERY = "recovery"
    """Nothing of it was taken from Asterisk's own logs."""
    CALLBACKS = "callbacks"
    """The promise to call back that was given in it fails; it is tried again and again, after all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One such call.  ``began_at`` is when the logs begin to tell of it; None where that is of no use."""

    work: Work
    call_id: str
    error: str
    began_at: datetime | None = None


def said(error: BaseException) -> str:
    """What went wrong and where in ccd, without the error's own words: these may hold a caller's.

    >>> said(ValueError("+7 916 123-45-67"))
    'ValueError'
    """
    ours = [one for one in extract_tb(error.__traceback__) if _CCD in Path(one.filename).parents]
    where = f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{where}"
