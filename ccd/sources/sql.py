"""The clinic's own database, asked by the admin's queries."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import phonenumbers

from ccd.directory.model import DirectoryError, Origin, Patient, Reach
from ccd.settings.source_sql import SqlSettings
from ccd.sources import sql_rows as rows
from ccd.sources.sql_asking import Asking, reading_queries
from ccd.sources.sql_engine import Database, database
from ccd.sources.sql_errors import FAILURES, said
from ccd.sources.sql_people import People


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """What reading rows needs to know: ``region`` of local numbers, ``zone`` of moments without one."""

    region: str
    zone: tzinfo


class SqlSource:
    """A ``Source``; see docs/integrating.md for what its queries are."""

    def __init__(self, name: str, settings: SqlSettings, password: str, clinic: Clinic) -> None:
        self.name = name
        self._clinic, self._most = clinic, settings.most_rows
        self._queries = reading_queries(settings.queries)
        self._database = database(settings, password, str(clinic.zone))

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """Whom the number reaches, in the order of the queries; raises DirectoryError."""
        people = People(e164, self._clinic.region, self._origin())
        number = written_forms(e164)
        async with self._asking(self._database) as asking:
            people.add_patients(await asking.rows("patients", rows.PATIENTS, number))
            relatives = await asking.about("relatives", rows.PATIENTS, people.ids, number)
            people.add_patients(relatives, Reach.RELATIVE)
            await self._add_facts(asking, people)
        return tuple(people.patients())

    async def _add_facts(self, asking: Asking, people: People) -> None:
        ids = people.ids
        policies = await asking.owned("policies", rows.POLICIES, ids)
        people.add_policies(policies, await asking.owned("coverage", rows.COVERAGE, ids))
        people.add_visits(await asking.owned("visits", rows.visits(self._clinic.zone), ids))
        people.add_remarks(await asking.owned("remarks", rows.REMARKS, ids))

    @asynccontextmanager
    async def _asking(self, where: Database) -> AsyncIterator[Asking]:
        """A connection for a while; raises DirectoryError."""
        try:
            async with asyncio.timeout(where.limits.whole), where.engine.connect() as connection:
                yield Asking(connection, self._queries, self._most)
        except FAILURES as error:
            raise DirectoryError(f"the database: {said(error)}") from error

    def _origin(self) -> Origin:
        return Origin(self.name, datetime.now(UTC))

    def _databases(self) -> Iterable[Database]:
        return (self._database,)

    async def close(self) -> None:
        """Close every connection."""
        for one in self._databases():
            await one.engine.dispose()


def written_forms(e164: str) -> dict[str, str]:
    """How a database may have written the number: see ``sql_queries.NUMBER``."""
    number = phonenumbers.parse(e164)
    return {
        "e164": e164,
        "digits": e164.removeprefix("+")[-10:],
        "national": phonenumbers.national_significant_number(number),
    }
