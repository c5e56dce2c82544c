"""Settings of the worklist of missed calls."""

from typing import Annotated

from pydantic import Field

from ccd.routing.base import Model
from ccd.routing.spans import Span
from ccd.routing.words import Text


class Missed(Model):
    """Missed calls become tasks: call this patient back."""

    within: Span = 7200
    """How long after the first missed call the patient is to be called back."""
    calendar: Text = ""
    """The name of one of the routing's calendars: only its hours count; without, every hour does."""
    short: Annotated[int, Field(ge=0, le=300)] = 0
    """Who hangs up within so many seconds makes no task; 0: everybody does."""
    forget: Span = 604_800
    """A task that nobody saw to, and whose patient did not call again, leaves the list after so long."""
