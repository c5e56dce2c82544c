"""What can go wrong with the database, in two kinds: not now, and never."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc


class StoreError(Exception):
    """The database did not do it: locked, full, unreadable, broken.  Trying again may help."""


class WrongDatabaseError(Exception):
    """The file is no database of this ccd: missing, foreign, older or newer.  Trying again is useless."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the engine raises in an outage into StoreError; a refused value passes unchanged."""
    try:
        yield
    except exc.DBAPIError as error:
        if isinstance(error, exc.OperationalError | exc.InternalError) or type(error) is exc.DatabaseError:
            raise StoreError(str(error.orig)) from error
        raise
