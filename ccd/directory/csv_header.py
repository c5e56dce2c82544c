"""What the first line of a table means: which kind it is, and which column stands where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ccd.directory.csv_cleaning import clean
from ccd.directory.csv_formats import FORMATS, SEVERAL, Kind
from ccd.directory.csv_problems import Problems
from ccd.directory.csv_words import did_you_mean, nearest
from ccd.directory.headings import all_usual, everyday, plain, usual
from ccd.directory.mapping import Headings
from ccd.directory.table import Table

_OURS, _USUAL, _NEARLY = 4, 3, 2
"""How well a heading fits a kind; two of them make a header."""


@dataclass(frozen=True, slots=True)
class Header:
    """Which column stands where, what was ``guessed`` from usual words, which words mean nothing here.

    A column of ``SEVERAL`` may stand in several places.
    """

    kind: Kind
    places: dict[str, tuple[int, ...]]
    width: int
    guessed: tuple[str, ...]
    unused: tuple[str, ...]


def likeness(header: tuple[str, ...], mapping: Headings) -> int:
    """How well these words fit the kind they fit best."""
    return max(_fit(kind, header, mapping) for kind in Kind)


def read_header(table: Table, mapping: Headings, problems: Problems) -> Header | None:
    """Understand a header; None (and problems) when it is not clear what the table is."""
    kind = max(Kind, key=lambda kind: _rank(kind, table.header, mapping))
    if _fit(kind, table.header, mapping) < _OURS + _NEARLY:
        problems.add(table.name, table.first, "has no header of ours; " + _expected())
        return None
    words, found = _words(table.header), _columns(kind, table.header, mapping)
    objections = [*_misspelt(kind, found), *_rivals(kind, words, found, mapping)] or list(
        _missing(kind, found)
    )
    for name, message in objections:
        problems.add(table.name, table.first, message, column=name)
    if objections:
        return None
    places = {name: _places(name, found) for name in FORMATS[kind].columns if name in found}
    pairs = list(zip(words, found, strict=True))
    return Header(
        kind,
        places,
        len(found),
        tuple(f"{word} = {column}" for word, column in pairs if column in places and word != column),
        tuple(word for word, column in pairs if word and column not in places),
    )


def _places(name: str, found: list[str]) -> tuple[int, ...]:
    return tuple(place for place, one in enumerate(found) if one == name)


def _columns(kind: Kind, header: Iterable[str], mapping: Headings) -> list[str]:
    """Each heading as the column that it stands for, or as it is."""
    words, known = _words(header), FORMATS[kind].columns
    found = [mapping.get(word, word) for word in words]
    for place, word in enumerate(words):
        free = [column for column in known if column in SEVERAL or column not in found]
        if word not in mapping and word not in known:
            found[place] = usual(word, free) or word
    return found


def _words(header: Iterable[str]) -> list[str]:
    return [_word(cell) for cell in header]


def _word(cell: str) -> str:
    try:
        return plain(clean(cell))
    except ValueError:
        return ""


def _misspelt(kind: Kind, found: list[str]) -> Iterator[tuple[str, str]]:
    columns = FORMATS[kind].columns
    for place, name in enumerate(found):
        meant = nearest(name, columns)
        if name and name in found[:place] and name not in SEVERAL:
            yield name, "stands twice in the header"
        elif meant and meant not in found:
            yield name, f"is no column of {kind}{did_you_mean(meant)}"
        elif not meant and (meant := _nearly_usual(name, [one for one in columns if one not in found])):
            yield name, f'is no column of {kind}; did you mean "{meant}"? Say --map "{name}={meant}"'


def _rivals(kind: Kind, words: list[str], found: list[str], mapping: Headings) -> Iterator[tuple[str, str]]:
    """Two headings that usually mean the same: the wrong guess would make facts of another's number."""
    columns = FORMATS[kind].columns
    pairs = [pair for pair in zip(words, found, strict=True) if pair[0] not in {*mapping, *columns}]
    guessed = {column: word for word, column in pairs if column in columns}
    for word in (word for word, column in pairs if column not in columns):
        meant = usual(word, guessed)
        if meant and word == guessed[meant]:
            yield word, "stands twice in the header"
        elif meant:
            yield word, f'means {meant}, as "{guessed[meant]}" does; say which is it: --map "{word}={meant}"'


def _nearly_usual(name: str, free: list[str]) -> str:
    heading = nearest(name, all_usual(free), cutoff=0.85)
    return usual(heading, free) if heading else ""


def _missing(kind: Kind, found: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in FORMATS[kind].required:
        if name not in found:
            yield name, f'a file of {kind} needs this column; say which it is: --map "HEADING={name}"'


def _rank(kind: Kind, header: tuple[str, ...], mapping: Headings) -> tuple[int, bool]:
    """How well it fits; of two alike the one that lacks nothing."""
    return _fit(kind, header, mapping), not list(_missing(kind, _columns(kind, header, mapping)))


def _fit(kind: Kind, header: Iterable[str], mapping: Headings) -> int:
    columns, words = FORMATS[kind].columns, _words(header)
    pairs = dict(zip(_columns(kind, words, mapping), words, strict=True))
    guessed = any(word not in {column, *mapping} for column, word in pairs.items() if column in columns)
    return sum(_likely(column, word, columns, mapping, guessed=guessed) for column, word in pairs.items())


def _likely(column: str, word: str, columns: tuple[str, ...], mapping: Headings, *, guessed: bool) -> int:
    """Beside what is ``guessed``, a word like "name" tells no more than "фио" does."""
    if column in columns:
        ours = word in mapping or (column == word and not (guessed and everyday(word)))
        return _OURS if ours else _USUAL
    return _NEARLY if nearest(column, columns) else 0


def _expected() -> str:
    kinds = "; ".join(",".join(known.columns) for known in FORMATS.values())
    own = 'say --map "HEADING=COLUMN" for words of your own'
    return f"expected one of: {kinds}. Nothing may stand above it; {own}"
