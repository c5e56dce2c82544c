"""Caller IDs as trunks write them, turned into one spelling that can be compared.

The rule: any text is a caller ID.  Anonymous, cut, alphanumeric and misspelt ones are normal
input, so nothing here raises; what is no telephone number says so by its kind.  Two numbers are
the same when their E.164 is equal, never by ``is_number_match``, for which the last seven digits
are enough.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from ccd.directory.caller import Number, NumberKind
from ccd.directory.common_numbers import plainly_valid

_LONGEST = 64
"""Characters; E.164 has 15 digits.  Longer is no number, and is not worth a place in the cache."""

_ANONYMOUS = frozenset({"", "anonymous", "restricted", "unavailable", "unknown", "private", "withheld"})
"""What trunks write instead of a number, in lower case and without ``<>``."""

_SHORT = re.compile(r"[0-9]{1,5}", re.ASCII)
"""Emergency numbers (112, 03) and extensions: ``phonenumbers`` would make ``+7112`` of the first."""

_DIALLED = re.compile(r"\+?[0-9 ().\-/]+", re.ASCII)
"""How people and PBXs write a number.  Letters are no vanity number here, they are a name."""

_PUNCTUATION = str.maketrans("", "", " ().-/")

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

_WITHHELD = {"ru": "номер скрыт", "uk": "номер приховано", "en": "number withheld"}


def normalise(raw: str, region: str, presentation: str = "") -> Number:
    """What a caller ID is.  Never raises.

    ``region`` is the ISO 3166 code that local numbers belong to; ``presentation`` is Asterisk's
    ``CALLERID(num-pres)``: with ``prohib...`` or ``unavailable`` the caller does not want, or is
    not able, to be known, whatever digits came along.

    >>> normalise("8 (495) 123-45-67", "RU").e164
    '+74951234567'
    """
    if presentation.startswith("prohib") or presentation == "unavailable":
        return Number(raw, NumberKind.ANONYMOUS)
    if len(raw) > _LONGEST:
        return Number(raw, NumberKind.OTHER)
    return _normalise(raw, region)


@lru_cache(maxsize=16_384)
def _normalise(raw: str, region: str) -> Number:
    """The cached part: a parse costs some 30 us, a hit less than one."""
    text = raw.strip()
    if text.strip("<>").lower() in _ANONYMOUS:
        return Number(raw, NumberKind.ANONYMOUS)
    if _SHORT.fullmatch(text):
        return Number(raw, NumberKind.SHORT)
    e164 = _e164(text, region) if _DIALLED.fullmatch(text) else ""
    return Number(raw, NumberKind.E164 if e164 else NumberKind.OTHER, e164)


def _e164(text: str, region: str) -> str:
    """The number in E.164, or nothing when no reading of it is valid."""
    for reading in _readings(text.translate(_PUNCTUATION)):
        if plainly_valid(reading):
            return reading
        parsed = _parse(reading, region)
        if parsed is not None:
            return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return ""


def _readings(digits: str) -> tuple[str, ...]:
    """The ways to read the digits, the likeliest first.

    ``phonenumbers`` strips ``810`` (for RU) but ``00`` only where that is the region's own
    prefix; and many trunks send foreign numbers in full, without their plus.
    """
    if digits.startswith("+"):
        return (digits,)
    if digits.startswith("00"):
        return ("+" + digits[2:], digits)
    return (digits, "+" + digits)


def _parse(text: str, region: str) -> PhoneNumber | None:
    """A valid number, or None."""
    try:
        parsed = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None


@lru_cache(maxsize=4_096)
def display(number: Number, region: str, language: str) -> str:
    """The number as people read it: the national way at home, the international way otherwise.

    An anonymous caller gives the words for that in ``language`` (ru, uk or en), never the digits.

    >>> display(normalise("79161234567", "RU"), "RU", "ru")
    '8 (916) 123-45-67'
    """
    if number.kind is NumberKind.ANONYMOUS:
        return _WITHHELD.get(language, _WITHHELD["en"])
    parsed = _parse(number.e164, region) if number.e164 else None
    if parsed is None:
        return _UNPRINTABLE.sub("", number.raw).strip()
    home = phonenumbers.region_code_for_number(parsed) == region
    style = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
