"""A FHIR server's answers without a server."""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from hypothesis import strategies as st

from tests.integration.fhir import clinic
from tests.testbed.http_messages import Asked

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
NUMBER = "+79161234567"


def bundle(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:{n}", "resource": one} for n, one in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries, **more}


def answers() -> dict[str, dict[str, Any]]:
    """By resource type, what a small clinic's server says."""
    return {
        "Patient": bundle(
            clinic.patient(
                "p1", NUMBER, birthDate="1980-05-17", generalPractitioner=[{"reference": "Practitioner/d1"}]
            )
        ),
        "RelatedPerson": bundle(
            clinic.related("r1", "p2", NUMBER, "MTH", "мать"), clinic.patient("p2", "+79160000000")
        ),
        "Practitioner": bundle(clinic.practitioner("d1", "Орлов", NUMBER)),
        "Coverage": bundle(
            clinic.coverage(
                "c1", "p1",
                period={"start": "2026", "end": "2026-12-31"},
                costToBeneficiary=[{"type": {"text": "КТ"}, "valueMoney": {"value": 500}}],
                extension=[clinic.part("МРТ", "copay", percent={"valueInteger": 20})],
            )
        ),
        "Appointment": bundle(clinic.appointment("a1", "p1", "2026-05-02T10:00:00+03:00")),
        "Flag": bundle(clinic.flag("f1", "p1", "Коляска", "admin")),
        "Location": bundle(),
        "Organization": bundle(),
    }  # fmt: skip


def answering(known: dict[str, Any]) -> Callable[[Asked], Any]:
    """What the server says to a search, by its resource type."""
    return lambda asked: known[urlsplit(asked.target).path.rsplit("/", 1)[-1]]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["2026", "9999-12-31T23:59:59+14:00", "Patient/p1", "\ud800", "", "0001-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
"""Anything that may stand in an answer."""
Place = tuple[Any, ...]


def places(value: Any, way: Place = ()) -> list[Place]:
    """The way to each value in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for key, one in inner for place in places(one, (*way, key)))]


def change(value: Any, changes: Iterable[tuple[Place, Any]]) -> Any:
    """A value with others in these places, as far as they are still there."""
    changed = deepcopy(value)
    for (*way, last), other in changes:
        holder = changed
        with suppress(KeyError, IndexError, TypeError):
            for key in way:
                holder = holder[key]
            holder[last] = other
    return changed


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
