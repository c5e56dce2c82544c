"""Who may hear which recorded call, by the settings."""

from datetime import timedelta

from ccd.calls.record import CallRecord, SegmentKind
from ccd.desk.clinic import Clinic
from ccd.people import Session
from ccd.settings.recordings import Recordings

_OWN = timedelta(days=1)
"""Phones change hands: one's own calls are today's and yesterday's."""


class Listening:
    """What the pages offer and what the API plays is decided here, once."""

    def __init__(self, settings: Recordings, clinic: Clinic) -> None:
        self._settings = settings
        self._clinic = clinic

    def offers(self, session: Session, call: CallRecord) -> bool:
        """True when there is a recording, as far as the record tells, and this user may hear it."""
        return bool(self._settings.folder and call.recording) and self.may_hear(session, call)

    def may_hear(self, session: Session, call: CallRecord) -> bool:
        """True for those who hear every call, and for whoever sits at a phone that talked in this one."""
        return self.hears_all(session) or (self._settings.own_calls and self._is_own(session, call))

    def hears_all(self, session: Session) -> bool:
        """True for the roles that may hear every call."""
        return session.user.role.value in self._settings.listeners

    def _is_own(self, session: Session, call: CallRecord) -> bool:
        began = call.arrived_at or call.answered_at
        late_enough = began is not None and began >= self._clinic.midnight - _OWN
        talks = {one.phone for one in call.segments if one.kind is SegmentKind.TALKING}
        return bool(session.phone) and late_enough and session.phone in talks | {call.phone}
