"""Whom a caller ID can make the clinic call."""

import pytest

from ccd.callbacks.number import to_call_back


@pytest.mark.parametrize("raw", ["+79161234567", "8 (916) 123-45-67", "4951234567"])
def test_ordinary_numbers_at_home_are_called(raw):
    assert to_call_back(raw, "RU").startswith("+7")


@pytest.mark.parametrize(
    "raw", ["", "anonymous", "112", "101", "Ivan", "+78091234567", "+12025550123", "+882990000000", "x" * 99]
)
def test_others_are_not(raw):
    assert to_call_back(raw, "RU") == ""


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        ("+77012345678", "RU"),
        ("8 701 234 56 78", "RU"),
        ("+78402345678", "RU"),
        ("+79402345678", "RU"),
        ("+79161234567", "KZ"),
        ("+18762123456", "US"),
        ("+447012345678", "GB"),
        ("+15005550123", "US"),
    ],
    ids=[
        "Kazakhstan",
        "Kazakhstan, dialled as at home",
        "Abkhazia",
        "Abkhazia, mobile",
        "Russia from Kazakhstan",
        "Jamaica",
        "personal number",
        "personal number, North America",
    ],
)
def test_the_same_calling_code_is_not_yet_at_home(raw, region):
    assert to_call_back(raw, region) == ""


@pytest.mark.parametrize(
    ("number", "region"), [("+77012345678", "KZ"), ("+12025550123", "US"), ("+442079460018", "GB")]
)
def test_every_country_is_at_home_in_itself(number, region):
    assert to_call_back(number, region) == number


def test_who_withholds_his_number_is_not_called():
    assert to_call_back("+79161234567", "RU", "prohib_not_screened") == ""
