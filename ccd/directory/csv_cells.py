"""Cells that hold days, moments, money and telephone numbers.

Each function takes cleaned text and returns a value, or raises ValueError with a message for the
person who has the file open in a spreadsheet.
"""

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from ccd.directory.caller import NumberKind
from ccd.directory.common_numbers import plainly_valid
from ccd.directory.csv_words import required, words
from ccd.directory.phones import normalise

_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eEеЕ]\+?\d+")
_WHOLE = re.compile(r"(\d+)[.,]0+")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_AMOUNT = re.compile(r"(?:\d{1,12}|\d{1,3}(?: \d{3}){1,3})(?:[.,]\d{1,2})?", re.ASCII)
_ONE_DIGIT_HOUR = re.compile(r"^(?=\d:)")


@lru_cache(maxsize=65_536)
def day(text: str) -> date | None:
    """``2026-11-21`` or ``21.11.2026``; nothing is None."""
    if not text:
        return None
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f'"{text}" is no date; write 2026-11-21 or 21.11.2026')
    year, month, number, number2, month2, year2 = found.groups()
    try:
        result = date(int(year or year2), int(month or month2), int(number or number2))
    except ValueError:
        raise ValueError(f'"{text}" is not in the calendar') from None
    if not 1880 <= result.year < 2200:
        raise ValueError(f'"{text}" is not of our time')
    return result


@lru_cache(maxsize=65_536)
def moment(text: str, zone: tzinfo) -> datetime:
    """``2026-11-21 16:30`` or ``21.11.2026 16:30``, the clinic's time unless an offset is given."""
    head, _, tail = required(text).replace("T", " ").partition(" ")
    begins = day(head)
    try:
        found = datetime.fromisoformat(f"{begins} {_ONE_DIGIT_HOUR.sub('0', tail.strip())}")
    except ValueError:
        raise ValueError(f'"{text}" is no time; write 2026-11-21 16:30 or 21.11.2026 16:30') from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def amount(text: str) -> Decimal | None:
    """Money of 0 or more: ``1200``, ``1 200,50``; nothing is None."""
    if not text:
        return None
    if text.startswith(("-", "−")):
        raise ValueError(f'"{text}" is less than nothing; who owes nothing has 0')
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f'"{text}" is no amount; write 1200 or 1200.50, without a currency')
    return Decimal(text.replace(" ", "").replace(",", "."))


def phones(text: str, region: str) -> tuple[str, ...]:
    """Telephone numbers separated by semicolons, as E.164."""
    if plainly_valid(text):
        return (text,)
    return tuple(dict.fromkeys(_phone(part, region) for part in words(text)))


def _phone(text: str, region: str) -> str:
    if _SCIENTIFIC.fullmatch(text):
        raise ValueError(
            f'"{text}" was rounded by the spreadsheet, its last digits are lost:'
            " format the column as text, fill it again, export again"
        )
    if whole := _WHOLE.fullmatch(text):
        text = whole[1]
    number = normalise(text, region)
    if number.kind is not NumberKind.E164:
        several = '; several are separated by ";"' if "," in text else ""
        raise ValueError(f'"{text}" is no telephone number (local ones are read as {region}){several}')
    return number.e164
