"""Which numbers may be called back.  Pure.

Whoever sends a false caller ID chooses whom the clinic calls and pays for, so only ordinary numbers
at home are called.
"""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from ccd.directory.phones import normalise

_ORDINARY = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    }
)
"""Not among them: premium rate, shared cost, and personal numbers, which some operators bill as dear."""
_ABROAD = ("+7840", "+7940")
"""Abkhazia: billed as abroad, though the library has it as Russia's."""


def to_call_back(raw: str, region: str, presentation: str = "") -> str:
    """The number to call, E.164; empty when it must not be called.

    Refused are what is no full number, the withheld, the dear (premium rate and the like) and those
    of another country than ``region`` (ISO 3166), also one with the same calling code.

    >>> to_call_back("8 (916) 123-45-67", "RU")
    '+79161234567'
    >>> to_call_back("8 809 123 45 67", "RU"), to_call_back("+77012345678", "RU")
    ('', '')
    """
    number = normalise(raw, region, presentation).e164
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return ""
    home = phonenumbers.region_code_for_number(parsed) == region and not number.startswith(_ABROAD)
    return number if home and phonenumbers.number_type(parsed) in _ORDINARY else ""
