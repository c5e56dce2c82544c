"""``ccd check``: the PostgreSQL that the settings name, asked whether it will do."""

import asyncio
from collections.abc import Iterator

from ccd.cli import opening
from ccd.settings.database import Server
from ccd.settings.loading import Reading
from ccd.settings.models import Settings
from ccd.settings.problems import Problem, Severity
from ccd.store.postgres_fitness import findings


def database(reading: Reading, settings: Settings) -> Iterator[Problem]:
    """An error for whatever would keep ccd from using it; a hint when a ccd runs on it."""
    if isinstance(settings.database, Server):
        opening.quietly()
        for finding in asyncio.run(findings(settings.database)):
            severity = Severity.HINT if finding.hint else Severity.ERROR
            yield reading.problem(("database",), finding.message, severity)
