"""Things of a JSON answer: what expressions find in each, or an error that names the field."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from ccd.directory.model import DirectoryError
from ccd.settings.answer_fields import Choice, Fields
from ccd.settings.expressions import finder
from ccd.sources.http_values import translated

_T = TypeVar("_T")
_NAME = re.compile(r"[^\W\d]\w*|(?<=\")[^\"]+(?=\")")
"""What an expression may call a key: a bare word, or anything in quotation marks."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing; ``where`` is what it is called in errors, like ``patients[2]``."""

    data: Any
    fields: Any
    where: str

    def take(self, name: str, convert: Callable[[Any], _T], default: _T) -> _T:
        """The field's value; the default when settings or answer say nothing.  Raises DirectoryError."""
        written = getattr(self.fields, name)
        if written is None:
            return default
        if isinstance(written, Choice):
            value = translated(self._found(name, written.value), written.words)
        else:
            value = self._found(name, written)
        return default if value is None else self._converted(name, convert, value)

    def need(self, name: str, convert: Callable[[Any], _T]) -> _T:
        """The field's value, which must be there; raises DirectoryError."""
        found = self.take(name, lambda value: (convert(value),), None)
        if found is None:
            raise DirectoryError(f"{self.where}.{name} is missing in the answer")
        return found[0]

    def several(self, name: str, most: int) -> "Iterator[Item]":
        """The things of a list within this one; none when the settings do not ask for them."""
        fields = getattr(self.fields, name)
        where = f"{self.where}.{name}"
        return items(self.data, fields, where, most, within=True) if fields else iter(())

    def _found(self, name: str, expression: str) -> Any:
        return search(expression, self.data, f"{self.where}.{name}")

    def _converted(self, name: str, convert: Callable[[Any], _T], value: Any) -> _T:
        try:
            return convert(value)
        except ValueError as error:
            raise DirectoryError(f"{self.where}.{name} {error}") from None


def items(data: Any, fields: Fields, where: str, most: int, *, within: bool = False) -> Iterator[Item]:
    """The things of a list, ``most`` at most; raises DirectoryError.

    ``within`` another thing a list may be left away; an answer that lacks what it was asked for says nothing.
    """
    found = search(fields.each, data, where)
    if found is None and not within and _misspelt(fields.each, data):
        raise DirectoryError(f"{where}: the answer has nothing called {fields.each}; see its key each")
    if found is None and not within and data and not isinstance(data, (dict, list)):
        raise DirectoryError(f"{where}: the answer is neither an object nor a list")
    things = [] if found is None else found if isinstance(found, list) else [found]
    if len(things) > most:
        raise DirectoryError(f"{where} are more than {most}")
    for place, thing in enumerate(things):
        if not isinstance(thing, (dict, list)):
            raise DirectoryError(f"{where}[{place}] is no object; see its key each")
        yield Item(thing, fields, f"{where}[{place}]")


def _misspelt(each: str, data: Any) -> bool:
    """Whether the answer says something, and nothing that is called so: then it does not say "nobody"."""
    return isinstance(data, dict) and bool(data) and data.keys().isdisjoint(_NAME.findall(each))


def search(expression: str, data: Any, where: str) -> Any:
    """What an expression finds; raises DirectoryError.

    Functions of JMESPath raise several kinds of errors for data that they were not written for.
    """
    try:
        return finder(expression)(data)
    except Exception as error:
        raise DirectoryError(f"{where}: the answer does not suit its expression") from error
