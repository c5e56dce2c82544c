"""The database: tables, migrations, queries.  SQLAlchemy Core, SQLite or PostgreSQL; one writes, many read.

What only one engine understands stands in ``sqlite*.py``, ``postgres*.py``, ``lookup.py`` and the migrations,
nowhere else.
"""
