"""What a number's own digits say: its country, and whether it is a mobile one."""

from functools import lru_cache
from typing import Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

Line = Literal["mobile", "landline", ""]


@lru_cache(maxsize=16_384)
def country(e164: str) -> str:
    """The ISO 3166 code of the number's country; empty when it has none (satellites), or is no number.

    >>> country("+380441234567")
    'UA'
    """
    parsed = _parsed(e164)
    return (parsed and phonenumbers.region_code_for_number(parsed)) or ""


@lru_cache(maxsize=16_384)
def line(e164: str) -> Line:
    """Whether a number is a mobile one; empty where the digits do not tell (as in the USA).

    >>> line("+79161234567")
    'mobile'
    """
    parsed = _parsed(e164)
    kind = phonenumbers.number_type(parsed) if parsed else None
    if kind == PhoneNumberType.MOBILE:
        return "mobile"
    return "landline" if kind == PhoneNumberType.FIXED_LINE else ""


def _parsed(e164: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(e164) if e164 else None
    except NumberParseException:
        return None
