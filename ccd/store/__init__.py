"""The database: tables, migrations, queries.  SQLAlchemy Core over aiosqlite; one writer, many readers.

What only SQLite understands stands in ``sqlite.py``, ``lookup.py`` and the migrations, nowhere else.
"""
