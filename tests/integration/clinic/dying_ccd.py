"""The real ccd with one part exchanged: a directory that kills its own process as soon as it is asked.

``python -m tests.integration.clinic.dying_ccd run --config FILE``
"""

import os
import signal

from ccd import cli
from ccd.daemon import storage
from ccd.directory.model import Patient


class DeadlyDirectory(storage.LateSource):
    """Whoever asks is in the middle of a question of Asterisk's."""

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)
        return await super().patients(e164)


if __name__ == "__main__":
    storage.LateSource = DeadlyDirectory  # type: ignore[misc]
    cli.main()
