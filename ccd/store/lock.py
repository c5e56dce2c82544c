"""One ccd a database: a second one would write over what the first one knows."""

from contextlib import AbstractAsyncContextManager

from ccd.settings.database import Place
from ccd.store.engines import keeper_of


def alone(database: Place, patience: float) -> AbstractAsyncContextManager[None]:
    """No other ccd runs on this database as long as the block lasts; the lock also ends with the process.

    Raises DatabaseInUseError when another one still does after ``patience`` seconds, and when one came while
    the server was away; OSError when the lock's file cannot be made, StoreError when the server is away.
    """
    return keeper_of(database).alone(patience)
