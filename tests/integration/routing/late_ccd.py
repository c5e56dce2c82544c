"""The real ccd, whose directory gives no answer in time for one number.

It looks for messages more often, and gives its database more time for a promise.

``python -m tests.integration.routing.late_ccd run --config FILE``
"""

import asyncio

from ccd import cli, mailroom, recordings
from ccd.daemon import storage
from ccd.directory.model import Patient
from tests.integration.routing.known import NOBODY_CAN_SAY
from tests.testbed.patient_ccd import wait_for_the_database


class LateDirectory(storage.LateSource):
    """Answers like the built-in directory; for this number far too late."""

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """Ask, sooner or later."""
        if e164 == NOBODY_CAN_SAY:
            await asyncio.sleep(60)
        return await super().patients(e164)


if __name__ == "__main__":
    storage.LateSource = LateDirectory  # type: ignore[misc]
    wait_for_the_database()
    mailroom.EVERY, recordings.STILL = 0.5, 1.0
    cli.main()
