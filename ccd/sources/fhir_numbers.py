"""In which ways a clinic may have written a number: FHIR servers compare letter by letter.

What is found is compared in E.164 afterwards, so a form too many costs nothing but its letters.
"""

from collections.abc import Iterable

import phonenumbers
from phonenumbers import PhoneNumberFormat

_PUNCTUATION = str.maketrans("", "", " ()-./")
_USUAL = {7: ("+7 (###) ###-##-##", "+7(###)###-##-##", "8(###)###-##-##", "8-###-###-##-##")}
"""By country code, how people write beside what ``phonenumbers`` knows."""


def written_forms(e164: str, forms: Iterable[str] = ()) -> tuple[str, ...]:
    """The number as it may stand in the clinic's system, each form once.

    >>> written_forms("+380501234567")[:4]
    ('+380501234567', '380501234567', '050 123 4567', '0501234567')
    """
    digits = e164.removeprefix("+")
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return (e164, digits)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    subscriber = phonenumbers.national_significant_number(number)
    patterns = (*_USUAL.get(number.country_code or 0, ()), *forms)
    return tuple(
        dict.fromkeys((
            *(e164, digits, national, national.translate(_PUNCTUATION), subscriber),
            international,
            *(_filled(pattern, digits) for pattern in patterns),
        ))
    )  # fmt: skip


def _filled(pattern: str, digits: str) -> str:
    """Each ``#`` is a digit, the last ones from the right.

    >>> _filled("8 (###) ###-##-##", "79161234567")
    '8 (916) 123-45-67'
    """
    count = pattern.count("#")
    rest = iter(digits[-count:].rjust(count, "0"))
    return "".join(next(rest) if letter == "#" else letter for letter in pattern)
