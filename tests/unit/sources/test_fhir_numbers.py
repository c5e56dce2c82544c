"""The written forms of a number."""

import doctest

import pytest

from ccd.sources import fhir_numbers, fhir_policies, fhir_values
from ccd.sources.fhir_numbers import written_forms


@pytest.mark.parametrize("module", [fhir_numbers, fhir_policies, fhir_values])
def test_its_examples_are_true(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "form",
    ["+79161234567", "79161234567", "89161234567", "8 (916) 123-45-67", "9161234567", "+7 (916) 123-45-67"],
)
def test_a_russian_number_is_asked_for_as_clinics_write_it(form: str):
    assert form in written_forms("+79161234567")


def test_the_clinics_own_form_is_filled_from_the_right():
    assert "8.916.1234567" in written_forms("+79161234567", ["8.###.#######"])


@pytest.mark.parametrize("e164", ["+442079460000", "+123", "+7000", "+999999999999999"])
def test_any_number_has_forms(e164: str):
    assert written_forms(e164)[0] == e164
