"""A clinic's HTTP service as a source: who is calling, and all that it says of them."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ccd.directory.model import DirectoryError, Patient, Policy, Remark, Visit
from ccd.settings.http_requests import Reading
from ccd.settings.source_http import HttpSettings
from ccd.sources.http_answers import Reader
from ccd.sources.http_client import HttpClient
from ccd.sources.http_errors import StatusError
from ccd.sources.http_requests import Filling, of_number, secrets_of

_T = TypeVar("_T")


def _now() -> datetime:
    return datetime.now(UTC)


class HttpSource:
    """Asks as the settings say.  ``zone`` is that of moments without an offset, when they name none.

    Making it reads the secrets and the authority's file: raises SettingsError, ValueError.
    """

    def __init__(
        self,
        name: str,
        settings: HttpSettings,
        zone: tzinfo,
        *,
        clock: Callable[[], datetime] = _now,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.name = name
        self._settings = settings
        self._fill = Filling(settings, secrets_of(settings, environ))
        zone = ZoneInfo(settings.time_zone) if settings.time_zone else zone
        self._read = Reader(name, zone, clock)
        self._client = HttpClient(
            ca_file=settings.ca_file, connections=settings.connections, max_bytes=settings.max_bytes
        )

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """Whoever the service names, with what it says of each, asked at once; raises DirectoryError."""
        number, request = of_number(e164), self._settings.patients
        people = await self._ask(request, number, partial(self._read.patients, fields=request.answer))
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._with_details(one, number)) for one in people]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return tuple(task.result() for task in tasks)

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    async def _ask(
        self, request: Reading, values: Mapping[str, str], read: Callable[[Any], tuple[_T, ...]]
    ) -> tuple[_T, ...]:
        """What is read in the answer; nothing when its status means that there is none."""
        try:
            return await self._client.ask(self._fill(request, values), read)
        except StatusError as error:
            if error.status in request.nobody:
                return ()
            raise DirectoryError(f"{self._key(request)}: {error}{_or_nobody(error.status)}") from None

    def _key(self, request: Reading) -> str:
        """By which the settings have the request."""
        return next(key for key, one in self._settings if one is request)

    async def _with_details(self, patient: Patient, number: Mapping[str, str]) -> Patient:
        """The patient with the facts that are asked for apart, all at once."""
        values = {**number, "patient_id": patient.patient_id}
        try:
            async with asyncio.TaskGroup() as group:
                policies = group.create_task(self._policies(values))
                visits = group.create_task(self._visits(values))
                remarks = group.create_task(self._remarks(values))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return replace(
            patient,
            policies=patient.policies + policies.result(),
            visits=patient.visits + visits.result(),
            remarks=patient.remarks + remarks.result(),
        )

    async def _policies(self, values: Mapping[str, str]) -> tuple[Policy, ...]:
        request = self._settings.policies
        if request is None:
            return ()
        return await self._ask(request, values, partial(self._read.policies, fields=request.answer))

    async def _visits(self, values: Mapping[str, str]) -> tuple[Visit, ...]:
        request = self._settings.visits
        if request is None:
            return ()
        return await self._ask(request, values, partial(self._read.visits, fields=request.answer))

    async def _remarks(self, values: Mapping[str, str]) -> tuple[Remark, ...]:
        request = self._settings.remarks
        if request is None:
            return ()
        return await self._ask(request, values, partial(self._read.remarks, fields=request.answer))


def _or_nobody(status: int) -> str:
    """Many services say so that they know nobody; ccd has to be told."""
    return f' If it means "nobody", write nobody: {status}' if status == HTTPStatus.NOT_FOUND else ""
