"""The golden callers themselves: enough of them, and what is written of each agrees with the people."""

import re

import pytest

from ccd.desk.clinic import Clinic
from ccd.desk.patient import patient_json
from ccd.directory.phones import normalise
from tests.golden.reading import world
from tests.golden.world import REGION, ZONE, GoldenCaller

CALLERS = world().callers


def test_there_are_enough_and_no_two_are_alike():
    assert len(CALLERS) >= 60
    assert len({one.who for one in CALLERS}) == len(CALLERS)
    assert len({(one.dials, one.presentation) for one in CALLERS}) == len(CALLERS)


@pytest.mark.parametrize("caller", CALLERS, ids=str)
def test_the_number_is_of_the_kind_that_is_written_and_reaches_whom_is_written(caller: GoldenCaller):
    number = normalise(caller.dials, REGION, caller.presentation)
    assert number.kind is caller.kind
    reached = {one.person_id for one in world().people.values() if number.e164 and one.behind(number.e164)}
    assert reached == {one.person_id for one in caller.shows}


@pytest.mark.parametrize("caller", CALLERS, ids=str)
def test_the_card_says_what_is_written_by_hand(caller: GoldenCaller):
    clinic = Clinic(region=REGION, zone=ZONE, now=lambda: world().now)
    for wanted, patient in zip(caller.shows, world().expected(caller), strict=True):
        card = patient_json(patient, clinic)
        assert patient.reach == wanted.reach
        assert card["reason"]["kind"] == wanted.reason
        standings = tuple(policy["standing"] for policy in card["policies"])
        assert standings == world().people[wanted.person_id].standings


def test_numbers_are_written_in_many_ways():
    written = [number for one in world().people.values() for number in one.numbers]
    assert len({re.sub(r"\d+", "9", number) for number in written}) >= 12
