"""What the pages of callers who wait for something share: who asks, whom it is about, the trail of both."""

from collections.abc import Iterable

from ccd.calls.ids import LinkedId
from ccd.desk.auth import Auth
from ccd.desk.clinic import Clinic
from ccd.desk.owed import Owed, note, patient_ids
from ccd.desk.trail import Trail
from ccd.directory.caller import Caller
from ccd.people import Session


class OwedApi:
    """Parts that each of these APIs is made of; all are for everybody who is signed in."""

    def __init__(self, *, auth: Auth, owed: Owed, clinic: Clinic, trail: Trail) -> None:
        self._auth = auth
        self._owed = owed
        self._clinic = clinic
        self._trail = trail

    async def _shown(
        self, session: Session, page: str, rows: Iterable[tuple[LinkedId, str]]
    ) -> dict[str, Caller]:
        """Who is behind each row's number; ``rows`` are calls and numbers.  Once a day in the trail."""
        calls = list(rows)
        callers = await self._owed.callers(number for _, number in calls)
        for call_id, number in calls:
            self._trail.once_a_day(session, page, call_id, patient_ids(callers[number]))
        return callers

    async def _did(self, session: Session, action: str, call_id: LinkedId, number: str) -> None:
        """This user did that, about this call and whoever is behind the number."""
        note(self._trail, session, action, call_id, await self._owed.find(number))
