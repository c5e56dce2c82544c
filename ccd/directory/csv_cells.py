"""What a cell means.

Each function takes cleaned text and returns a value, or raises ValueError with a message for the
person who has the file open in a spreadsheet.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Self

from ccd.directory.common_numbers import plainly_valid
from ccd.directory.model import LANGUAGES, STATUSES, NumberKind, Reach
from ccd.directory.phones import normalise

_OTHER_WORDS = {
    "ua": "uk",
    "укр": "uk",
    "рус": "ru",
    "англ": "en",
    "gb": "en",
    "no-show": "noshow",
    "organization": "organisation",
}

_YES = frozenset({"yes", "y", "true", "1", "да", "так"})
_NO = frozenset({"no", "n", "false", "0", "нет", "ні"})
_KINDS = {"": Reach.OWN, "patient": Reach.OWN, "organisation": Reach.ORGANISATION, "staff": Reach.STAFF}
DIRECTION = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Marks that turn the direction of writing, so that a name reads as another (for ``str.translate``)."""
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff")) | DIRECTION
_ODD = (" ", "=")
_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eEеЕ]\+?\d+")
_WHOLE = re.compile(r"(\d+)[.,]0+")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_AMOUNT = re.compile(r"(?:\d{1,12}|\d{1,3}(?: \d{3}){1,3})(?:[.,]\d{1,2})?", re.ASCII)
_ONE_DIGIT_HOUR = re.compile(r"^(?=\d:)")


class BadCell(str):
    """A cell that says nothing that could be taken; ``reason`` is for the admin."""

    __slots__ = ("reason",)
    reason: str

    def __new__(cls, reason: str) -> Self:
        """Reads as a formula wherever nobody asks."""
        made = super().__new__(cls, "=")
        made.reason = reason
        return made


def clean(cell: str) -> str:
    r"""A cell without what spreadsheets put around it: spaces of all kinds, ``="..."``.

    >>> clean('\xa0="0123" ')
    '0123'
    """
    if cell.isprintable() and "  " not in cell and not cell.startswith(_ODD) and not cell.endswith(" "):
        return cell
    if isinstance(cell, BadCell):
        raise ValueError(cell.reason)  # noqa: TRY004 - it is the cell's fault, not the caller's
    text = " ".join(cell.translate(_INVISIBLE).split())
    if found := _FORMULA_TEXT.fullmatch(text):
        text = found[1].strip()
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        raise ValueError("holds a control character")
    return text


def all_clean(cells: Iterable[str]) -> bool:
    r"""Whether ``clean`` would surely change none of these: most rows, seen at once in a fifth of its time.

    >>> all_clean(["Иванова Мария", "+79161234567"]), all_clean(["Иванова ", "+79161234567"])
    (True, False)
    """
    row = f"|{'|'.join(cells)}|"
    odd = "  " in row or "| " in row or " |" in row or "|=" in row
    return row.isprintable() and not odd


def nearest(word: str, known: Sequence[str], *, cutoff: float = 0.7) -> str:
    """The known word that was probably meant, or nothing."""
    if (meant := _OTHER_WORDS.get(word.lower(), "")) in known:
        return meant
    return next(iter(difflib.get_close_matches(word.lower(), known, n=1, cutoff=cutoff)), "")


def did_you_mean(word: str) -> str:
    """The end of a message, when there is something to suggest."""
    return f'; did you mean "{word}"?' if word else ""


def required(text: str) -> str:
    """Anything but nothing."""
    if not text:
        raise ValueError("is empty")
    return text


def words(text: str) -> tuple[str, ...]:
    """A list separated by semicolons, each once."""
    if ";" not in text:
        return (text,) if text else ()
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


@lru_cache(maxsize=1024)
def tags(text: str) -> frozenset[str]:
    """A list as a set; cached for the same reason."""
    return frozenset(words(text))


def language(text: str) -> str:
    """One of LANGUAGES, or empty."""
    return _one_of(text, LANGUAGES) if text else ""


def status(text: str) -> str:
    """One of STATUSES."""
    return _one_of(text, STATUSES)


def reach(text: str) -> Reach:
    """Whose number it is: a ``patient``'s (so is nothing), an ``organisation``'s, one of the ``staff``'s."""
    return _KINDS[_one_of(text, tuple(_KINDS)[1:]) if text else ""]


def yes_unless_no(text: str) -> bool:
    """Yes or no, in one of the languages; nothing is yes."""
    return _yes(text) if text else True


def no_unless_yes(text: str) -> bool:
    """Yes or no, in one of the languages; nothing is no."""
    return _yes(text) if text else False


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
        raise ValueError(f'"{text}" is no telephone number (local ones are read as {region})')
    return number.e164


def _yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(f'"{text}" is neither yes nor no')
    return text.lower() in _YES


def _one_of(text: str, known: tuple[str, ...]) -> str:
    if text.lower() not in known:
        raise ValueError(f'"{text}" is unknown: {", ".join(known)}{did_you_mean(nearest(text, known))}')
    return text.lower()
