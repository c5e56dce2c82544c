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


def test_who_withholds_his_number_is_not_called():
    assert to_call_back("+79161234567", "RU", "prohib_not_screened") == ""
