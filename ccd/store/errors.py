"""What can go wrong with the database, in three kinds: not now, never, and somebody else's."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc


class StoreError(Exception):
    """The database did not do it: locked, full, unreadable, broken.  Trying again may help."""


class WrongDatabaseError(Exception):
    """The file is no database of this ccd: missing, foreign, older or newer.  Trying again is useless."""


class DatabaseInUseError(Exception):
    """Another ccd runs on this database, and does not end."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever the engine raises into StoreError; a refused value passes unchanged."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        if refuses_values(error):
            raise
        raise StoreError(str(getattr(error, "orig", None) or error)) from error


def refuses_values(error: Exception) -> bool:
    """True when the values are to blame, which no later try will store; false for every outage."""
    if isinstance(error, exc.DBAPIError):
        return isinstance(error, exc.IntegrityError | exc.DataError)
    return isinstance(error, exc.StatementError | ValueError | TypeError | OverflowError)
