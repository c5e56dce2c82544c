"""Conditions on the called number and on the caller's: exact, prefix, list, country, line."""

from collections.abc import Callable, Iterable, Iterator

from ccd.directory.phone_facts import country, line
from ccd.routing.conditions.base import Actual, Condition, Key, Moment, Read, said
from ccd.routing.numbers import Book, Forms, keys, keys_among, parted
from ccd.routing.when import When


def conditions(when: When, sources: Book, lists: Book, forms: Forms) -> Iterator[Condition]:
    """The written ones among them.  KeyError for a name that does not exist; loading refuses that."""
    if when.called:
        yield _number("called", when.called, forms, _called, _dialled)
    if when.source:
        yield _one_of("source", sources.checked(when.source), _sources, _dialled)
    if when.number:
        yield _number("number", when.number, forms, _caller, _sent)
    if when.list_:
        yield _one_of("list", lists.checked(when.list_), _lists, _sent)
    if when.country:
        yield _one_of("country", when.country, _country, _where)
    if when.line:
        yield _one_of("line", when.line, _line, _kind_of_line)


def _one_of(
    name: str, values: tuple[str, ...], read: Callable[[Moment], Iterable[str]], actual: Actual
) -> Condition:
    wanted = frozenset(values)
    words = said(name, values)
    needs = ((Key(name, lambda _used: read), wanted),)
    return Condition(words, lambda m: not wanted.isdisjoint(read(m)), actual, needs, enough=True)


def _number(
    name: str,
    patterns: tuple[str, ...],
    forms: Forms,
    of: Callable[[Moment], tuple[str, ...]],
    actual: Actual,
) -> Condition:
    """Any form of the number equals any form of a pattern, or begins with one that ends in ``*``."""
    exact, prefixes = parted(patterns, forms)

    def test(moment: Moment) -> bool:
        numbers = of(moment)
        return not exact.isdisjoint(numbers) or any(form.startswith(prefixes) for form in numbers)

    key = Key(name, lambda used: _reader(used, of))
    needs = ((key, keys(exact, prefixes)),)
    return Condition(said(name, patterns), test, actual, needs, enough=not prefixes)


def _reader(used: frozenset[str], of: Callable[[Moment], tuple[str, ...]]) -> Read:
    keys_of = keys_among(used)
    return lambda moment: keys_of(of(moment))


def _called(moment: Moment) -> tuple[str, ...]:
    return moment.called


def _caller(moment: Moment) -> tuple[str, ...]:
    return moment.number


def _sources(moment: Moment) -> frozenset[str]:
    return moment.from_sources


def _lists(moment: Moment) -> frozenset[str]:
    return moment.in_lists


def _country(moment: Moment) -> tuple[str]:
    return (country(moment.caller.number.e164),)


def _line(moment: Moment) -> tuple[str]:
    return (line(moment.caller.number.e164),)


def _dialled(moment: Moment) -> str:
    return moment.facts.called_number or "nothing"


def _sent(moment: Moment) -> str:
    return moment.caller.number.e164 or min(moment.number, default="withheld")


def _where(moment: Moment) -> str:
    return _country(moment)[0] or "of no country that is known"


def _kind_of_line(moment: Moment) -> str:
    return _line(moment)[0] or "neither, or nobody can tell"
