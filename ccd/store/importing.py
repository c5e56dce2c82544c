"""An import from its first row to its last: staged, compared, and written unless it is only tried."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ccd.settings.database import Place
from ccd.store.clock import Clock
from ccd.store.comparing import Scope, compare
from ccd.store.import_connections import import_connection
from ccd.store.import_result import ImportResult, Progress, ignore
from ccd.store.staging import Staging
from ccd.store.writing import begin, write

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """How imports are done; ``dry`` ones write nothing."""

    place: Place
    now: Clock
    patience: float
    progress: Progress = ignore
    dry: bool = False

    async def run(self, stage: Callable[[Staging], tuple[Scope, _T]]) -> tuple[ImportResult, _T]:
        """Stage, compare and write in a thread; raises StoreError, and what ``stage`` raises.

        First, beside everyone else, it is found out who differs; then only those are written, in one
        transaction.  Readers see the old directory until it is over, and never wait.  Cancelled, it
        ends soon and leaves no trace.
        """
        staging = await asyncio.to_thread(self._opened)
        try:
            working = asyncio.ensure_future(asyncio.to_thread(self._run, staging, stage))
            try:
                return await asyncio.shield(working)
            except asyncio.CancelledError:
                staging.stop()
                await asyncio.gather(working, return_exceptions=True)
                raise
        finally:
            await asyncio.to_thread(staging.close)

    def _opened(self) -> Staging:
        connection = import_connection(self.place)
        try:
            return connection.do(lambda: Staging(connection))
        except BaseException:
            connection.close()
            raise

    def _run(self, staging: Staging, stage: Callable[[Staging], tuple[Scope, _T]]) -> tuple[ImportResult, _T]:
        return staging.connection.do(lambda: self._done(staging, stage))

    def _done(
        self, staging: Staging, stage: Callable[[Staging], tuple[Scope, _T]]
    ) -> tuple[ImportResult, _T]:
        scope, more = stage(staging)
        result = compare(staging, scope, self.progress)
        if not self.dry:
            begin(staging, self.patience)
            write(staging, scope, result, self.now(), self.progress)
        return result, more
