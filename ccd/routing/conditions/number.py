"""Conditions on the called number and on the caller's: exact, prefix, list, country, line."""

from collections.abc import Callable, Iterator, Mapping

from ccd.directory.phone_facts import country, line
from ccd.routing.conditions.base import Condition, Forms, Moment, Test, said
from ccd.routing.when import When

Numbers = Mapping[str, tuple[str, ...]]
"""Named numbers and prefixes: lists, and advertising sources."""


def conditions(when: When, sources: Numbers, lists: Numbers, forms: Forms) -> Iterator[Condition]:
    """The written ones among them.  KeyError for a name that does not exist; loading refuses that."""
    if when.called:
        yield Condition(said("called", when.called), _number(when.called, forms, _called), _dialled)
    if when.source:
        numbers = named(sources, when.source)
        yield Condition(said("source", when.source), _number(numbers, forms, _called), _dialled)
    if when.number:
        yield Condition(said("number", when.number), _number(when.number, forms, _caller), _sent)
    if when.list_:
        numbers = named(lists, when.list_)
        yield Condition(said("list", when.list_), _number(numbers, forms, _caller), _sent)
    if when.country:
        countries = frozenset(when.country)
        yield Condition(said("country", when.country), lambda m: _country(m) in countries, _where)
    if when.line:
        lines = frozenset(when.line)
        yield Condition(said("line", when.line), lambda m: _line(m) in lines, _kind_of_line)


def named(numbers: Numbers, names: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers of all the names."""
    return tuple(number for name in names for number in numbers[name])


def parted(patterns: tuple[str, ...], forms: Forms) -> tuple[frozenset[str], tuple[str, ...]]:
    """Every form of the exact numbers, and the prefixes."""
    prefixes = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))
    return frozenset().union(*(forms(one) for one in patterns if not one.endswith("*"))), prefixes


def _number(patterns: tuple[str, ...], forms: Forms, of: Callable[[Moment], frozenset[str]]) -> Test:
    """Any form of the number equals any form of a pattern, or begins with one that ends in ``*``."""
    exact, prefixes = parted(patterns, forms)

    def test(moment: Moment) -> bool:
        numbers = of(moment)
        return not exact.isdisjoint(numbers) or any(form.startswith(prefixes) for form in numbers)

    return test


def _called(moment: Moment) -> frozenset[str]:
    return moment.called


def _caller(moment: Moment) -> frozenset[str]:
    return moment.number


def _country(moment: Moment) -> str:
    return country(moment.caller.number.e164)


def _line(moment: Moment) -> str:
    return line(moment.caller.number.e164)


def _dialled(moment: Moment) -> str:
    return moment.facts.called_number or "nothing"


def _sent(moment: Moment) -> str:
    return moment.caller.number.e164 or min(moment.number, default="withheld")


def _where(moment: Moment) -> str:
    return _country(moment) or "of no country that is known"


def _kind_of_line(moment: Moment) -> str:
    return _line(moment) or "neither, or nobody can tell"
