"""Comparisons as an admin writes them: ``">=5"``, ``"<3"``, ``"0-17"``, ``"2"``."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

Number = int | Decimal
Read = Callable[[str], Number]
"""Reads one number, or raises ValueError with a sentence for the admin."""

_OPERATORS: dict[str, Callable[[Number, Number], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "": operator.eq,
}
_BOUND = re.compile(r"(>=|<=|>|<|)\s*([^<>=\s-][^<>=-]*)")
_RANGE = re.compile(r"([^<>=\s-][^<>=-]*)-([^<>=-]+)")


@dataclass(frozen=True, slots=True)
class Bound:
    """Limits that must all hold, each an operator (empty is equal) and a number."""

    limits: tuple[tuple[str, Number], ...]

    @classmethod
    def parse(cls, text: str, read: Read) -> Self:
        """Read one comparison, or a range with both ends included.

        ValueError has a sentence for the admin.
        """
        if pair := _RANGE.fullmatch(text.strip()):
            low, high = read(pair[1].strip()), read(pair[2].strip())
            if high < low:
                raise ValueError(f'"{text}" ends before it begins')
            return cls(((">=", low), ("<=", high)))
        if not (match := _BOUND.fullmatch(text.strip())):
            raise ValueError(f'"{text}" is no comparison; write ">=5", "<3", "2-4" or "2"')
        limit = read(match[2].strip())
        if match[1] == "<" and limit == 0:
            raise ValueError(f'"{text}" never holds: nothing is less than none')
        return cls(((match[1], limit),))

    def holds(self, value: Number) -> bool:
        """True when the value is within every limit."""
        return all(_OPERATORS[sign](value, limit) for sign, limit in self.limits)

    def holds_at_least(self, least: Number) -> bool:
        """True when every value from ``least`` up is within the limits: for what is only partly known."""
        return self.holds(least) and all(sign in {">", ">="} for sign, _ in self.limits)


def whole(most: int, what: str) -> Read:
    """Reads whole numbers from 0 to ``most``; ``what`` they count is said in the message."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
            raise ValueError(f'"{text}" is no whole number')
        if int(text) > most:
            raise ValueError(f'"{text}" is more than there can be; at most {most} {what}'.rstrip())
        return int(text)

    return read


def money(text: str) -> Decimal:
    """An amount of the clinic's currency: ``5000``, ``99.50``; raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", text, re.ASCII):
        raise ValueError(f'"{text}" is no amount of money; write it like 5000 or 99.50')
    return Decimal(text)


AGE = whole(130, "years")
COUNT = whole(100_000, "")
EARLIER = whole(49, "earlier calls")
"""Fewer than the history holds: so a count of all that it holds is never mistaken for fewer or as many."""
