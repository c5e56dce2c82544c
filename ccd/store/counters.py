"""Where the numbers of new rows go on: ones that were given once are never given again."""

from sqlalchemy import Table, column, delete, func, insert, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from ccd.store.tables import metadata

_OF_SQLITE = table("sqlite_sequence", column("name"), column("seq"))


async def copy(source: AsyncConnection, target: AsyncConnection) -> None:
    """After the rows."""
    for one in metadata.sorted_tables:
        if one.autoincrement_column is not None and (last := await _last(one, source)):
            await _go_on(one, target, last)


async def _last(one: Table, connection: AsyncConnection) -> int | None:
    """The highest number that was ever given, as far as anybody knows."""
    key = one.autoincrement_column
    highest: int | None = await connection.scalar(select(func.max(key)))
    if connection.dialect.name == "postgresql":
        given = await connection.scalar(select(func.pg_sequence_last_value(_sequence(one))))
    elif one.dialect_options["sqlite"]["autoincrement"]:
        given = await connection.scalar(select(_OF_SQLITE.c.seq).where(_OF_SQLITE.c.name == one.name))
    else:
        given = None
    return max(filter(None, (highest, given)), default=None)


async def _go_on(one: Table, connection: AsyncConnection, last: int) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.setval(_sequence(one), last)))
    elif one.dialect_options["sqlite"]["autoincrement"]:
        await connection.execute(delete(_OF_SQLITE).where(_OF_SQLITE.c.name == one.name))
        await connection.execute(insert(_OF_SQLITE).values(name=one.name, seq=last))


def _sequence(one: Table) -> object:
    assert one.autoincrement_column is not None  # noqa: S101 - asked before
    return func.pg_get_serial_sequence(one.name, one.autoincrement_column.name)
