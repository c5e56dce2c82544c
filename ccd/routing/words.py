"""The small words of the rule language: names, durations, hangup causes, called numbers.

Each function turns what was written into a plain value, or raises ValueError with a sentence
that an admin understands.  They are the only gate: what passes is safe for the AGI contract.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

_NAME = re.compile(r"[A-Za-z0-9_./:@-]{1,64}")
_DURATION = re.compile(r"(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,5})s?)?")
_CALLED = re.compile(r"\+?[A-Za-z0-9#_.@-]{0,40}\*?")
_SEPARATORS = re.compile(r"[\s()-]")
_LONGEST = 86_400

CAUSES = {"normal": 16, "busy": 17, "congestion": 34}
"""Q.850 hangup causes that have a name here."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """``; did you mean "x"?`` when something known looks alike, else the whole (short) list."""
    names = list(known)
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(wrong.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f'; did you mean "{folded[near[0]]}"?'
    return f"; there are: {', '.join(names)}" if 0 < len(names) <= 12 else ""


def text(value: Any) -> str:
    """The value, which must be written as text: YAML drops a number's plus and leading zeros."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        raise ValueError("must be text: put it in quotes")  # noqa: TRY004 - pydantic collects ValueError
    raise ValueError("must be text")


def name(value: str) -> str:
    """A queue or sound name, from the alphabet that passes through AGI unharmed."""
    if _NAME.fullmatch(value):
        return value
    if not 1 <= len(value) <= 64:
        raise ValueError("must have 1 to 64 characters")
    raise ValueError(f'"{value}" may hold only Latin letters, digits and _ . / : @ -')


def duration(value: Any) -> int:
    """Whole seconds of ``40s``, ``2m``, ``1m30s``, ``1h`` or a plain number, up to a day."""
    written = re.sub(r"\s", "", str(value))
    match = _DURATION.fullmatch(written)
    if isinstance(value, bool) or not written or not match:
        raise ValueError(f'"{value}" is not a duration; write 40s, 2m or plain seconds')
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = hours * 3600 + minutes * 60 + seconds
    if not 1 <= total <= _LONGEST:
        raise ValueError(f'"{value}" must be between 1s and 24h; leave it out for no limit')
    return total


def cause(value: Any) -> int:
    """The Q.850 cause of ``normal``, ``busy``, ``congestion`` or a number from 1 to 127."""
    if value in CAUSES:
        return CAUSES[value]
    if not isinstance(value, bool) and re.fullmatch(r"[0-9]{1,3}", str(value)) and 1 <= int(value) <= 127:
        return int(value)
    raise ValueError(
        f'"{value}" is no hangup cause; write normal, busy, congestion or a Q.850 number from 1 to 127'
    )


def called(value: str) -> str:
    """A called number as E.164 or as dialled; a ``*`` at the end stands for any rest."""
    if value and value != "+" and _CALLED.fullmatch(value):
        return value
    bare = _SEPARATORS.sub("", value)
    if bare and bare != value and _CALLED.fullmatch(bare):
        raise ValueError(f'"{value}" must have no spaces or brackets; write "{bare}"')
    raise ValueError(f'"{value}" is no number; write "+74951234567", "4951234567" or "+7495*"')


def matching(pattern: str, sentence: str) -> AfterValidator:
    """A validator of text that the whole pattern must fit; the sentence says what is expected."""
    fits = re.compile(pattern).fullmatch

    def check(value: str) -> str:
        if not fits(value):
            raise ValueError(sentence)
        return value

    return AfterValidator(check)


def as_list(value: Any) -> Any:
    """One value where a list may stand is a list of one."""
    return value if isinstance(value, (list, tuple)) else (value,)


def some(value: Any) -> Any:
    """A list that is not empty: an empty one would match nothing, or everything; nobody means it."""
    if isinstance(value, (list, tuple)) and not value:
        raise ValueError("needs at least one")
    return value


Name = Annotated[
    str,
    BeforeValidator(text),
    AfterValidator(name),
    Field(title="name"),
]
Text = Annotated[str, BeforeValidator(text)]
Duration = Annotated[
    int,
    BeforeValidator(duration, json_schema_input_type=int | str),
    Field(title="time (`40s`, `1m30s`, `1h`)"),
]
Cause = Annotated[
    int,
    BeforeValidator(cause, json_schema_input_type=Literal["normal", "busy", "congestion"] | int),
    Field(title="`normal`, `busy`, `congestion` or a Q.850 number from 1 to 127"),
]
Called = Annotated[
    str,
    BeforeValidator(text),
    AfterValidator(called),
    Field(title='number (`"+74951234567"`, or a beginning: `"+7495*"`)'),
]
