"""Where ccd's own database is: a file of SQLite's, or a database on a PostgreSQL server."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from ccd.routing.words import did_you_mean

_OPTIONS = ("host", "port", "ssl", "passfile", "target_session_attrs")
"""What may stand behind the ``?``; the driver would stumble over anything else at each start."""
_SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SCHEME = "postgresql://"
"""What tells a server's database from a file."""


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a PostgreSQL server: ``postgresql://USER@HOST/DATABASE``, without the password."""

    url: str

    def __str__(self) -> str:
        return self.url


Place = Path | Server


def place_of(written: str, folder: Path | str = "") -> Place:
    """What somebody wrote; a relative path counts from ``folder``.  Raises ValueError."""
    if written.startswith(SCHEME):
        return _server(written)
    if "://" in written:
        raise ValueError(f"must be a file, or begin with {SCHEME}")
    return Path(folder, Path(written).expanduser())


def _server(written: str) -> Server:
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        raise ValueError(f"must look like {SCHEME}ccd@db.clinic.local/ccd") from None
    if url.password is not None or {"password", "passwd"} & set(url.query):
        raise ValueError("must not hold the password: see CCD_DATABASE_PASSWORD")
    if not url.database:
        raise ValueError("must name the database")
    for name in url.query:
        if name not in _OPTIONS:
            raise ValueError(f'has no option "{name}"{did_you_mean(name, _OPTIONS)}')
    if (ssl := url.query.get("ssl", "prefer")) not in _SSL:
        raise ValueError(f'ssl must not be "{ssl}"{did_you_mean(str(ssl), _SSL)}')
    return Server(url.render_as_string(hide_password=False))


def _place(value: Any, info: ValidationInfo) -> Place:
    if isinstance(value, Server):
        return value
    if not isinstance(value, str | Path):
        raise ValueError("must be a file, or a postgresql:// URL")  # noqa: TRY004 - pydantic's way
    return place_of(str(value), info.context or "")


DatabasePlace = Annotated[
    Place,
    PlainValidator(_place),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "format": "path"}),
]
