"""FHIR's Coverage as a policy: who insures, from when until when, what it pays."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from ccd.directory.model import Answer, Coverage, Policy
from ccd.sources.fhir_people import Names, Terms, called
from ccd.sources.fhir_records import Cost, FhirCoverage
from ccd.sources.fhir_types import Extension, extension

_ANSWERS = {
    "covered": Answer.COVERED,
    "copay": Answer.COPAY,
    "not_covered": Answer.NOT_COVERED,
    "not-covered": Answer.NOT_COVERED,
    "excluded": Answer.NOT_COVERED,
}


def policy(one: FhirCoverage, terms: Terms, known: Names) -> Policy:
    """The policy, whether it is in force or not: the card says so."""
    payors = (called(reference, known) for reference in one.payor)
    numbers = (identifier.value for identifier in one.identifier)
    return Policy(
        insurer=next((name for name in payors if name), ""),
        programme=_programme(one),
        number=one.subscriber_id or next((value for value in numbers if value), ""),
        valid_from=first_day(one.period.start),
        valid_until=last_day(one.period.end),
        coverage=tuple(dict.fromkeys((*_said(one, terms), *_costs(one.cost_to_beneficiary, terms)))),
        kind=one.type.words(terms.words),
        active=one.status == "active",
        origin=terms.origin,
    )


def _programme(one: FhirCoverage) -> str:
    plans = [plan for plan in one.class_ if "plan" in plan.type.codes] or one.class_
    return next((text for plan in plans if (text := plan.name or plan.value)), "")


def first_day(day: str | None) -> date | None:
    """The first day of a date that may be cut.

    >>> first_day("2026-05")
    datetime.date(2026, 5, 1)
    """
    return date.fromisoformat(f"{day}-01-01"[:10] if len(day) == 4 else f"{day}-01"[:10]) if day else None


def last_day(day: str | None) -> date | None:
    """The last one: a period holds until the end of what was said.

    >>> last_day("2024-02")
    datetime.date(2024, 2, 29)
    """
    start = first_day(day)
    if day is None or start is None or len(day) == 10:
        return start
    if len(day) == 4:
        return date(start.year, 12, 31)
    return (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _said(one: FhirCoverage, terms: Terms) -> Iterator[Coverage]:
    """What the clinic's own extension says of services."""
    for said in one.extension:
        if terms.services_extension and said.url == terms.services_extension:
            service = _part(said.extension, "service", terms)
            if service:
                yield _service(service, said.extension, terms)


def _service(service: str, parts: Iterable[Extension], terms: Terms) -> Coverage:
    answer = _ANSWERS.get(_part(parts, "answer", terms).lower(), Answer.UNKNOWN)
    percent, amount = extension(parts, "percent"), extension(parts, "amount")
    paid = answer is Answer.COPAY
    return Coverage(
        service=service,
        answer=answer,
        copay_percent=_percent(percent.number) if paid and percent else None,
        copay_amount=_money(amount.number) if paid and amount else None,
        clause=_part(parts, "clause", terms),
        origin=terms.origin,
    )


def _part(parts: Iterable[Extension], name: str, terms: Terms) -> str:
    part = extension(parts, name)
    return part.words(terms.words) if part else ""


def _costs(costs: Iterable[Cost], terms: Terms) -> Iterator[Coverage]:
    """What the standard element says: the patient's part of a kind of service."""
    for cost in costs:
        if service := cost.type.words(terms.words):
            yield _cost(service, cost, terms)


def _cost(service: str, cost: Cost, terms: Terms) -> Coverage:
    """Nothing to pay is covered.  With an exception in force, how much is not known: it says no amount."""
    quantity, money = cost.value_quantity, cost.value_money
    excepted = [one for one in cost.exception if not one.period.ended(terms.today)]
    percent = quantity.value if quantity and "%" in (quantity.code, quantity.unit) else None
    amount = money.value if money else None
    part = percent if percent is not None else amount
    known = part is not None and part >= 0
    answer = Answer.COVERED if part == 0 and not excepted else Answer.COPAY if known else Answer.UNKNOWN
    shown = answer is Answer.COPAY and not excepted
    return Coverage(
        service=service,
        answer=answer,
        copay_percent=_percent(percent) if shown else None,
        copay_amount=_money(amount) if shown and percent is None else None,
        clause="; ".join(text for one in excepted if (text := one.type.words(terms.words))),
        origin=terms.origin,
    )


def _percent(value: Decimal | None) -> int | None:
    """A whole percentage; another one cannot be told, and is not rounded."""
    return int(value) if value is not None and 0 <= value <= 100 and value == int(value) else None


def _money(value: Decimal | None) -> Decimal | None:
    return value if value is not None and value >= 0 else None
