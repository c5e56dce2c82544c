"""Public holidays by country, from the ``holidays`` library: no network, any year.

Years beyond those that a government has announced follow the law's own rules; days that a
government moves are known once the library is updated.
"""

from collections.abc import Container
from datetime import date
from functools import lru_cache

from holidays import country_holidays, list_supported_countries

from ccd.routing.words import did_you_mean


def holiday_country(code: str) -> str:
    """``RU``, or with a subdivision ``DE-BY``; ValueError has a sentence for the admin."""
    region, _, part = code.partition("-")
    known = list_supported_countries(include_aliases=False)
    if region not in known:
        near = did_you_mean(_two_capitals(region) or region, known) or '; write two capitals like "RU"'
        raise ValueError(f'the public holidays of "{region}" are not known{near}')
    if part and part not in known[region]:
        raise ValueError(f'"{region}" has no part "{part}"{did_you_mean(part, known[region])}')
    return code


@lru_cache(maxsize=64)
def public_holidays(code: str) -> Container[date]:
    """The country's public holidays, all years; KeyError or NotImplementedError for an unknown code."""
    region, _, part = code.partition("-")
    return country_holidays(region, subdiv=part or None)


def _two_capitals(name: str) -> str:
    """The code that the library has for ``RUS`` or ``Russia``; empty when it knows neither."""
    try:
        return str(country_holidays(name).country)
    except NotImplementedError:
        return ""
