"""What can be said of a query without its database: its parameters, and whether it only reads.

This is help for whoever writes it.  What keeps a source from changing the database is the read-only
session, and its role's rights.
"""

import re
from collections.abc import Iterator

from sqlalchemy import text

from ccd.routing.words import did_you_mean

_QUOTED = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*(?!!).*?\*/""", re.DOTALL
)
"""Strings, quoted names and comments; not ``/*! ... */``, which MySQL obeys."""
_WRITES = re.compile(r"\b(insert|update|delete|merge|into)\b", re.IGNORECASE)
_BEGINS = re.compile(r"[\s(]*(\w+)")
_IN_LIST = re.compile(r"\bin\s*(?:\(\s*:patient_ids\s*\)|:patient_ids\b)", re.IGNORECASE)
_LIST = re.compile(r"(?<![:\w\\]):patient_ids\b")


def parameters(query: str) -> frozenset[str]:
    """The names that stand as ``:name`` in it, where the database will see a value."""
    return frozenset(text(query).compile().params)


def with_lists(query: str) -> str:
    """The same with ``IN :patient_ids`` for ``IN (:patient_ids)``: the brackets come with the values."""
    return _IN_LIST.sub("IN :patient_ids", query)


def check_parameters(query: str, known: frozenset[str]) -> None:
    """ValueError for a parameter that this query is never given."""
    for name in sorted(parameters(query) - known):
        meant = did_you_mean(name, sorted(known))
        raise ValueError(rf'":{name}" is no parameter of this query{meant}; a plain colon is written \:')
    if len(_LIST.findall(query)) > len(_IN_LIST.findall(query)):
        raise ValueError('":patient_ids" is a list: write "IN :patient_ids"')


def check_read(query: str) -> None:
    """ValueError when it is not one SELECT."""
    bare = _one_statement(query)
    begins = _BEGINS.match(bare)
    if not begins or begins[1].lower() not in {"select", "with"}:
        raise ValueError("must be one SELECT (or WITH ... SELECT)")
    if found := _WRITES.search(bare):
        raise ValueError(f"only reads: {found[1].upper()} may not stand in it")


def check_write(query: str) -> None:
    """ValueError when it is not one statement that changes rows."""
    begins = _BEGINS.match(_one_statement(query))
    if not begins or begins[1].lower() not in {"insert", "update", "delete", "with", "select"}:
        raise ValueError("must be one INSERT, UPDATE, DELETE, WITH or SELECT")


def _one_statement(query: str) -> str:
    """The query without quoted text, comments, and the semicolon at its end."""
    bare = "".join(_outside(query)).strip().removesuffix(";")
    if ";" in bare:
        raise ValueError('must be one statement: a ";" stands within it')
    if "/*!" in bare:
        raise ValueError("must not hold /*! ... */: MySQL runs what stands there")
    return bare


def _outside(query: str) -> Iterator[str]:
    at = 0
    for found in _QUOTED.finditer(query):
        yield query[at : found.start()] + " "
        at = found.end()
    yield query[at:]
