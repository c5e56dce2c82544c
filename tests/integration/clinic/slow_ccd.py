"""The real ccd with one part exchanged: a directory that takes ten seconds for every caller.

``python -m tests.integration.clinic.slow_ccd run --config FILE``
"""

import asyncio

from ccd import cli
from ccd.daemon import storage
from ccd.directory.model import Patient


class SlowDirectory(storage.LateSource):
    """Answers like the built-in directory, far too late."""

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """Wait, then ask."""
        await asyncio.sleep(10)
        return await super().patients(e164)


if __name__ == "__main__":
    storage.LateSource = SlowDirectory  # type: ignore[misc]
    cli.main()
