"""Which schedules of a FHIR server are asked for free hours."""

import pytest

from ccd.directory.booking import SlotQuery
from ccd.sources.fhir_slots import Hours
from tests.unit.sources.fhir_world import NOW


@pytest.mark.parametrize(
    ("specialty", "typed", "asked"),
    [
        ("Неврология", "невро", True),
        ("Неврология", "орл невро", True),
        ("Неврология", "лор", False),
        ("", "лор", True),
    ],
)
def test_hours_that_cannot_fit_leave_room_for_those_that_do(specialty, typed, asked):
    """A server gives only the soonest: those of other doctors would fill the whole answer."""
    hours = Hours(doctor="Орлова Н. П.", specialty=specialty, place="")
    assert hours.may_fit(SlotQuery(since=NOW, until=NOW, text=typed)) is asked
