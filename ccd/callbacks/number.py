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
        PhoneNumberType.PERSONAL_NUMBER,
    }
)


def to_call_back(raw: str, region: str, presentation: str = "") -> str:
    """The number to call, E.164; empty when it must not be called.

    Refused are what is no full number, the withheld, the dear (premium rate and the like) and those
    of another country calling code than ``region``'s (ISO 3166).

    >>> to_call_back("8 (916) 123-45-67", "RU")
    '+79161234567'
    >>> to_call_back("8 809 123 45 67", "RU"), to_call_back("+441632960001", "RU")
    ('', '')
    """
    number = normalise(raw, region, presentation).e164
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return ""
    home = parsed.country_code == phonenumbers.country_code_for_region(region)
    return number if home and phonenumbers.number_type(parsed) in _ORDINARY else ""
