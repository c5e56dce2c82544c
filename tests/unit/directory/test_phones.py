"""Caller IDs: every spelling seen on trunks, and any text at all."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.directory.caller import Number, NumberKind
from ccd.directory.common_numbers import plainly_valid
from ccd.directory.phones import _normalise, display, normalise

REGIONS = st.sampled_from(["RU", "UA", "KZ", "BY", "DE", "IT", "US", "FK", "ZZ"])
DIALLED = st.text(alphabet="+0123456789 ()-./", max_size=20)


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("84951234567", "+74951234567"),
        ("4951234567", "+74951234567"),
        ("74951234567", "+74951234567"),
        ("+7 (916) 123-45-67", "+79161234567"),
        (" 8.916.123.45.67 ", "+79161234567"),
        ("+77011234567", "+77011234567"),
        ("810375291234567", "+375291234567"),
        ("00375291234567", "+375291234567"),
        ("375291234567", "+375291234567"),
        ("380501234567", "+380501234567"),
    ],
)
def test_a_number_in_any_spelling_has_one_e164(raw, e164):
    assert normalise(raw, "RU") == Number(raw, NumberKind.E164, e164)


PLANS = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@given(
    st.one_of(
        st.builds("+{}{}".format, st.sampled_from(PLANS), st.from_regex(r"\A[0-9]{5,12}\Z")),
        st.builds("+7{}{}".format, st.sampled_from("3489"), st.from_regex(r"\A[0-9]{9}\Z")),
        st.builds("+49{}".format, st.from_regex(r"\A4[0-9]{6,10}\Z")),
    )
)
def test_a_number_that_needs_no_reading_is_read_as_it_stands(text):
    if plainly_valid(text):
        read = phonenumbers.parse(text, "RU")
        assert phonenumbers.is_valid_number(read)
        assert phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164) == text


@pytest.mark.parametrize(
    "text", ["+79161234567", "+74951234567", "+77011234567", "+380501234567", "+14155552671"]
)
def test_most_callers_need_no_reading(text):
    assert plainly_valid(text)


@pytest.mark.parametrize(
    "text", ["", "+", "79161234567", "+7916123456", "+7０161234567", "+99912345678", "+79161234567\n"]
)
def test_what_is_not_written_in_e164_is_read(text):
    assert not plainly_valid(text)


def test_a_local_number_belongs_to_the_region():
    assert normalise("0501234567", "UA").e164 == "+380501234567"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "  ",
        "anonymous",
        "Anonymous",
        "RESTRICTED",
        "unavailable",
        "unknown",
        "<unknown>",
        "private",
        "withheld",
    ],
)
def test_an_unnamed_caller_is_anonymous(raw):
    assert normalise(raw, "RU") == Number(raw, NumberKind.ANONYMOUS)


@pytest.mark.parametrize(
    "presentation",
    ["prohib_not_screened", "prohib_passed_screen", "prohib_failed_screen", "prohib", "unavailable"],
)
def test_a_number_whose_presentation_is_prohibited_is_anonymous(presentation):
    assert normalise("+79161234567", "RU", presentation).kind is NumberKind.ANONYMOUS


@pytest.mark.parametrize("presentation", ["", "allowed", "allowed_not_screened", "allowed_failed_screen"])
def test_an_allowed_presentation_changes_nothing(presentation):
    assert normalise("+79161234567", "RU", presentation).kind is NumberKind.E164


@pytest.mark.parametrize("raw", ["112", "103", "03", "101", "1001", "10001"])
def test_emergency_numbers_and_extensions_are_short(raw):
    """Found in libphonenumber: 112 would become +7112."""
    assert normalise(raw, "RU") == Number(raw, NumberKind.SHORT)


@pytest.mark.parametrize(
    "raw",
    [
        "1800FLOWERS",
        "ivan",
        "Клиника",
        "1234567",
        "+112",
        "+",
        "٣٣٣٣٣",
        "1²",
        "7916123456789012",
        "9" * 5000,
        "*97",
        "\x00",
    ],
)
def test_what_is_no_telephone_number_is_other(raw):
    assert normalise(raw, "RU") == Number(raw, NumberKind.OTHER)


def test_an_endless_caller_id_takes_no_place_in_the_cache():
    before = _normalise.cache_info()
    normalise("9" * 65, "RU")
    assert _normalise.cache_info() == before


@given(raw=st.text() | DIALLED, region=REGIONS, presentation=st.text(max_size=12))
def test_normalise_never_raises_and_keeps_what_was_sent(raw, region, presentation):
    number = normalise(raw, region, presentation)
    assert number.raw == raw
    assert bool(number.e164) is (number.kind is NumberKind.E164)


@given(raw=DIALLED, region=REGIONS)
def test_e164_is_valid_and_its_own_e164(raw, region):
    number = normalise(raw, region)
    if number.kind is NumberKind.E164:
        assert phonenumbers.is_valid_number(phonenumbers.parse(number.e164))
        assert normalise(number.e164, region).e164 == number.e164


@given(raw=st.text() | DIALLED, region=REGIONS, language=st.sampled_from(["ru", "uk", "en", ""]))
def test_display_never_raises_and_never_shows_control_characters(raw, region, language):
    shown = display(normalise(raw, region), region, language)
    assert not {"\n", "\r", "\x00", "\u202e"} & set(shown)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("79161234567", "8 (916) 123-45-67"),
        ("+375291234567", "+375 29 123-45-67"),
        ("+77011234567", "+7 701 123 4567"),
        ("112", "112"),
        ("ivan\n", "ivan"),
    ],
)
def test_display_is_national_at_home_and_international_abroad(raw, shown):
    assert display(normalise(raw, "RU"), "RU", "ru") == shown


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "номер скрыт"), ("uk", "номер приховано"), ("en", "number withheld")]
)
def test_a_withheld_number_is_never_shown(language, words):
    assert display(normalise("+79161234567", "RU", "prohib"), "RU", language) == words
