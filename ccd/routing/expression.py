"""CEL expressions (``if:``): checked when loaded, compiled once.

An expression sees only the variables of ``SAMPLE``, which are read off the facts of a call in
``conditions.expression``.  It has no loops but CEL's own over lists, and its size is bounded, so
a decision stays short whatever is written.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ccd.routing.words import did_you_mean

if TYPE_CHECKING:
    import cel

LONGEST = 500
"""Characters of an expression."""
LOOPS = 3
"""Uses of all, exists, exists_one, map, filter: three over 50 calls each take some 50 ms."""

_AT = datetime(2026, 11, 18, 12, tzinfo=UTC)
_VISIT = {"starts_at": _AT, "doctor": "", "specialty": "", "place": "", "status": "booked"}
_POLICY = {
    "insurer": "", "programme": "", "kind": "", "active": True, "valid_from": _AT, "valid_until": _AT,
}  # fmt: skip
_PATIENT = {
    "age": 40, "language": "ru", "tags": [""], "doctor": "", "debt": 0.0,
    "policies": [_POLICY], "visits": [_VISIT],
}  # fmt: skip
_QUEUE = {"waiting": 1, "longest": 60, "free": 1, "on_duty": 1}
SAMPLE: dict[str, Any] = {
    "caller": {"kind": "known", "number": "+74951234567", "country": "RU", "line": "landline"},
    "patients": [_PATIENT],
    "called": "+74951234567",
    "now": _AT,
    "history": {
        "calls": [{"at": _AT, "disposition": "answered", "agent": "", "phone": ""}],
        "reminded_at": _AT,
    },
    "queues": {},
    "pressed": {},
}
"""Every variable and field, each of its type; a fact that is not known is left out of a call's own."""

_FUNCTIONS = (
    "size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes",
    "timestamp", "duration", "min", "max", "getFullYear", "getMonth", "getDate", "getDayOfMonth",
    "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds",
)  # fmt: skip
_MACROS = ("all", "exists", "exists_one", "map", "filter")
_LOOP = re.compile(rf"\b(?:{'|'.join(_MACROS)})\b")
_MATCHES = re.compile(r"\bmatches\b")
"""A pattern takes a hundred times as long as a comparison."""
_BOUND = re.compile(rf"\.\s*(?:{'|'.join(_MACROS)})\s*\(\s*(\w+)\s*,")
_FIELD = re.compile(r"(?<![\w.])(caller|history)\s*\.\s*(\w+)")
_BY_NAME = re.compile(r"(?<![\w.])(queues|pressed)\s*(?:\.\s*(\w+)|\[\s*(?:'([^']*)'|\"([^\"]*)\")\s*\])")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_WHERE = re.compile(r"<input>:(\d+):(\d+): (?:Syntax error: )?(.*)")


@lru_cache(maxsize=16_384)
def compiled(text: str) -> "cel.Program":
    """The program of an expression; ValueError has a sentence for the admin."""
    import cel  # noqa: PLC0415 - a quarter of a second, which only rules with an expression need

    if len(text) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    try:
        return cel.compile(text)
    except ValueError as error:
        raise ValueError(f"is no CEL expression: {_located(str(error))}") from None


def checked(text: str) -> str:
    """The expression itself when it can be used; ValueError has a sentence for the admin."""
    program = compiled(text)
    bare = _STRING.sub("''", text)
    if len(_LOOP.findall(bare)) > LOOPS:
        raise ValueError(f"goes through lists more than {LOOPS} times")
    if len(_LOOP.findall(bare)) > 1 and _MATCHES.search(bare):
        raise ValueError("uses matches and goes through lists more than once: that may take seconds")
    _known(program.variables(), {*SAMPLE, *_BOUND.findall(bare)}, "variable")
    named = [one for one in program.functions() if re.fullmatch(r"[A-Za-z]\w*", one)]
    _known(named, _FUNCTIONS, "function")
    for variable, field in _FIELD.findall(bare):
        _known([field], SAMPLE[variable], f"{variable} field")
    _tried(program, text)
    return text


def _known(names: list[str], known: Any, what: str) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f'there is no {what} "{name}"{did_you_mean(name, sorted(known))}')


def _tried(program: "cel.Program", text: str) -> None:
    """Run it once over facts of the right types; what depends on values is no mistake."""
    try:
        result = program.execute(_sample(text))
    except KeyError as error:
        raise ValueError(f'there is no field "{error.args[0]}"') from None
    except TypeError:
        raise ValueError("compares or computes with values of different types") from None
    except (RuntimeError, ValueError, ArithmeticError, LookupError):
        return
    if not isinstance(result, bool):
        raise ValueError("must be true or false: compare with something")  # noqa: TRY004 - for pydantic


def _sample(text: str) -> dict[str, Any]:
    """The sample with the queues and menus that the expression itself names."""
    named: dict[str, dict[str, Any]] = {"queues": {}, "pressed": {}}
    for variable, plain, quoted, double in _BY_NAME.findall(text):
        named[variable][plain or quoted or double] = _QUEUE if variable == "queues" else "1"
    return SAMPLE | named


def _located(message: str) -> str:
    """The first of CEL's complaints, with its place in the expression."""
    match = _WHERE.search(message)
    if not match:
        return "it cannot be parsed"
    line, column, complaint = match.groups()
    place = f"line {line}, character {column}" if line != "1" else f"character {column}"
    return f"{complaint.partition(' expecting ')[0]} (at {place})"
