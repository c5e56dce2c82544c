"""``ccd check``: sources of callers that ccd could not use as they are written."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from ccd.settings.loading import Reading
from ccd.settings.models import Settings
from ccd.settings.problems import Problem
from ccd.sources.making import Given, Unmade, trouble


def sources(reading: Reading, settings: Settings) -> Iterator[Problem]:
    """A warning for each: a secret is nowhere, a plug-in not installed.  Nobody is asked anything."""
    zone = ZoneInfo(settings.routing.timezone)
    given = Given(builtin=Unmade("built-in", ""), region=settings.directory.region, zone=zone)
    for place, one in enumerate(settings.directory.sources):
        if why := trouble(one, given):
            yield reading.warning(("directory", "sources", place, one.kind), f"cannot be used: {why}")
