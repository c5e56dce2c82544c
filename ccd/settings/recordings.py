"""Settings of recorded calls: where Asterisk's files are, and who may hear them."""

from typing import Literal

from ccd.routing.base import Model
from ccd.settings.paths import ResolvedPath

RoleName = Literal["operator", "doctor", "supervisor", "admin"]


class Recordings(Model):
    """Whom the desk plays the recordings that Asterisk made of calls."""

    folder: ResolvedPath | None = None
    """The folder that Asterisk records calls to, named as Asterisk names it; without it none is played."""
    listeners: tuple[RoleName, ...] = ("supervisor", "admin")
    """The roles that may hear every call."""
    own_calls: bool = False
    """Everybody else may hear the calls that their phone talked in, today's and yesterday's."""
