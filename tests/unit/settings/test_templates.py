"""Texts with blanks: what stands outside of a blank is the settings', whatever fills it."""

import re
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.settings import templates

BLANKS = ("phone", "id")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("https://a.ru/x?y={phone}&z={secret:KEY}", "https://a.ru/x?y=%2B7%2F&z=a%26b"),
        ("http://10.0.0.5:8080/{id}/v", "http://10.0.0.5:8080/17/v"),
        ("https://[fd00::5]/{{{id}}}", None),
        ("https://a.ru?{phone}", "https://a.ru?%2B7%2F"),
    ],
)
def test_an_address(text, filled):
    values, secrets = {"phone": "+7/", "id": "17"}, {"KEY": "a&b"}
    if filled is None:
        with pytest.raises(ValueError, match="an address is sent with"):
            templates.checked_url(text, BLANKS)
    else:
        assert templates.filled_url(templates.checked_url(text, BLANKS), values, secrets) == filled


_pieces = st.lists(
    st.sampled_from(
        [
            "https://",
            "http://",
            "mis.ru",
            ":80",
            "/",
            "//",
            "?",
            "#",
            "@",
            "{phone}",
            "{id}",
            "\\",
            "..",
            "[",
            "]",
        ]
    )
    | st.text(max_size=3)
)


@given(_pieces.map("".join), st.text(), st.text())
def test_no_value_changes_what_the_address_of_the_settings_leads_to(text, phone, other):
    try:
        templates.checked_url(text, BLANKS)
        one = templates.filled_url(text, {"phone": phone, "id": "1"}, {})
        two = templates.filled_url(text, {"phone": other, "id": "1"}, {})
    except ValueError:
        return
    first, second = urlsplit(one), urlsplit(two)
    assert first[:2] == second[:2]
    assert first.path.count("/") == second.path.count("/")
    assert not first.fragment


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{fone}", 'there is no {fone} here; did you mean "phone"?'),
        ("{phone", "has a { without its }, or the reverse; {{ and }} stand for themselves"),
        ("{secret:a b}", "must name the secret's variable, like {secret:MIS_TOKEN}"),
    ],
)
def test_a_blank_that_is_none(text, why):
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        templates.checked(text, BLANKS)


@pytest.mark.parametrize(
    ("text", "known"), [("Bearer {TOKEN}", ()), ("Bearer {secrt:TOKEN}", ()), ("/{secrt:TOKEN}", BLANKS)]
)
def test_a_secret_written_as_a_blank(text, known):
    with pytest.raises(ValueError, match=r"a secret is written \{secret:TOKEN\}"):
        templates.checked(text, known)


@given(st.text())
def test_any_text_is_a_template_or_a_mistake(text):
    with suppress(ValueError):
        names = templates.secrets_of(templates.checked(text, BLANKS))
        templates.filled(text, dict.fromkeys(BLANKS, ""), dict.fromkeys(names, ""))
