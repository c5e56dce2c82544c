"""How a moment is given to a database."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine


class Moment(TypeDecorator[datetime]):
    """PostgreSQL knows zones; the others get the clinic's own time, SQLite as the text that it keeps.

    The value is in the clinic's zone already.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As what it is declared to the server."""
        return String() if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """As what it is sent."""
        if value is None or dialect.name == "postgresql":
            return value
        local = value.replace(tzinfo=None)
        return local.isoformat(" ", "seconds") if dialect.name == "sqlite" else local
