"""Whom ``dial`` rings: devices as they are, numbers through the trunk, people by their id."""

import re
from collections.abc import Iterator

from ccd.routing.people import Person
from ccd.routing.rules import Routing
from ccd.routing.step_kinds import DialStep
from ccd.routing.steps import DialRule

_PERSON = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_NUMBER = re.compile(r"\+?[0-9*#]{2,20}")


class NoTrunkError(ValueError):
    """A number is to be dialled, and nobody said through which trunk; loading refuses that before."""


def is_number(target: str) -> bool:
    """True when it is dialled through the trunk."""
    return _NUMBER.fullmatch(target) is not None


def is_person(target: str) -> bool:
    """True when it is meant as an id of ``people``."""
    return _PERSON.fullmatch(target) is not None and not is_number(target)


def dial_step(written: DialRule, routing: Routing) -> DialStep:
    """The step; KeyError for a person that does not exist, NoTrunkError."""
    to = tuple(dict.fromkeys(device for target in written.to for device in _devices(target, routing)))
    shown = "" if written.caller_id == "keep" else written.caller_id
    return DialStep(to=to, wait=written.wait, caller_id=shown, music=written.music)


def _devices(target: str, routing: Routing) -> Iterator[str]:
    if is_number(target):
        yield _outside(target, routing)
    elif is_person(target):
        yield from _person(routing.people[target], routing)
    else:
        yield target


def _person(person: Person, routing: Routing) -> Iterator[str]:
    """The phone, and the outside number when there is one: whichever answers first."""
    yield person.phone
    if person.number:
        yield _outside(person.number, routing)


def _outside(number: str, routing: Routing) -> str:
    if not routing.dial:
        raise NoTrunkError(number)
    return routing.dial.trunk.replace("{number}", number.removeprefix("+"))
