"""What may be written for a condition: comparisons, countries, keys, the time of a visit."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BeforeValidator, Field

from ccd.routing.base import Many, Some
from ccd.routing.bounds import AGE, COUNT, EARLIER, Bound, Read, money
from ccd.routing.spans import span
from ccd.routing.words import did_you_mean, text

VISIT_DAYS = ("today", "tomorrow")


def _written(value: Any) -> Any:
    """``2`` is as good as ``"2"``: no sign or zero is lost in a count."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else text(value)


def _bound(read: Read) -> Callable[[str], str]:
    def check(value: str) -> str:
        Bound.parse(value, read)
        return value

    return check


def _country(value: str) -> str:
    if value not in SUPPORTED_REGIONS:
        raise ValueError(f'"{value}" is no country code; write two capitals like RU, UA (Ukraine), GB')
    return value


def _key(value: str) -> str:
    if not re.fullmatch(r"[0-9*#A-D]", value):
        raise ValueError(f'"{value}" is no key; write one of 0-9, * and #')
    return value


def _visit(value: str) -> str:
    if value in VISIT_DAYS:
        return value
    word, _, long = value.partition(" ")
    if word != "within":
        raise ValueError(f'"{value}" is no time of a visit{did_you_mean(value, (*VISIT_DAYS, "within 4h"))}')
    if not span(long):
        raise ValueError(f'"{value}" must be at least 1s')
    return value


Written = Annotated[str, BeforeValidator(_written, json_schema_input_type=int | str)]
AgeBounds = Annotated[
    tuple[
        Annotated[Written, AfterValidator(_bound(AGE)), Field(title='comparison (`">=65"`, `"0-17"`)')], ...
    ],
    Some,
    Many,
]
CountBounds = Annotated[
    tuple[
        Annotated[Written, AfterValidator(_bound(COUNT)), Field(title='comparison (`">=5"`, `"2-4"`, `0`)')],
        ...,
    ],
    Some,
    Many,
]
EarlierBounds = Annotated[
    tuple[
        Annotated[
            Written, AfterValidator(_bound(EARLIER)), Field(title='comparison (`">=3"`, `"1-2"`, up to 49)')
        ],
        ...,
    ],
    Some,
    Many,
]
MoneyBounds = Annotated[
    tuple[
        Annotated[Written, AfterValidator(_bound(money)), Field(title='comparison (`">=5000"`, `"0"`)')], ...
    ],
    Some,
    Many,
]
SpanBounds = Annotated[
    tuple[
        Annotated[Written, AfterValidator(_bound(span)), Field(title='comparison (`">=3m"`, `"<1h"`)')], ...
    ],
    Some,
    Many,
]
Country = Annotated[
    str, BeforeValidator(text), AfterValidator(_country), Field(title="country code (`RU`, `UA`)")
]
Keys = Annotated[
    tuple[Annotated[Written, AfterValidator(_key), Field(title='key (`"1"`, `"*"`)')], ...], Some, Many
]
VisitTime = Annotated[
    str, BeforeValidator(text), AfterValidator(_visit), Field(title="`today`, `tomorrow` or `within 4h`")
]
