"""The environment block: a genuine one is read, any other is hostile, and nothing else happens."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccd.agi.environment import Environment, HostileEnvironment, compose, decoded, parse, route
from ccd.agi.translate import asked
from tests.fakes.agi import Channel, uriencoded

GENUINE = Channel()
LINES = GENUINE.environment()

FORGED_REST = b"".join(Channel(unique_id="6.6", linked_id="6.6", token="vip:0").environment()[10:])
"""All that follows agi_calleridname: a name that ends in this completes a block of the caller's own."""

HOSTILE_TEXT = st.lists(
    st.binary(max_size=12).map(lambda value: value.replace(b"\0", b""))
    | st.sampled_from([b"\n", b"\n\n", b"\r\n", b": ", b"x", FORGED_REST, b"200 result=0\n", b"HANGUP\n"])
    | st.sampled_from(LINES).map(lambda line: b"\n" + line)
    | st.integers(8, len(LINES)).map(lambda start: b"\n" + b"".join(LINES[start:])),
    max_size=8,
).map(b"".join)


def test_a_genuine_block_is_believed():
    assert parse(b"".join(LINES)) == Environment("step", GENUINE.unique_id, GENUINE.arguments)


@pytest.mark.parametrize(
    ("script", "network", "path"), [(None, True, ""), ("step", False, ""), ("/step?x=1", True, "step")]
)
def test_what_asterisk_leaves_out_may_be_missing(script, network, path):
    assert parse(b"".join(GENUINE.environment(script, network=network))).script == path


@pytest.mark.parametrize("place", range(2, len(LINES)))
def test_a_missing_header_is_hostile(place):
    with pytest.raises(HostileEnvironment):
        parse(b"".join(LINES[:place] + LINES[place + 1 :]))


@pytest.mark.parametrize("place", range(len(LINES) - 1))
def test_a_repeated_header_is_hostile(place):
    with pytest.raises(HostileEnvironment):
        parse(b"".join([*LINES[: place + 1], LINES[place], *LINES[place + 1 :]]))


@pytest.mark.parametrize("place", range(len(LINES) - 2))
def test_two_headers_in_the_wrong_order_are_hostile(place):
    swapped = [*LINES[:place], LINES[place + 1], LINES[place], *LINES[place + 2 :]]
    with pytest.raises(HostileEnvironment):
        parse(b"".join(swapped))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"".join(LINES[:-1]),
        b"".join(LINES) + b"x",
        b"".join(LINES) + b"".join(LINES),
        b"".join(LINES).replace(b"agi_threadid", b"agi_unheard"),
        b"".join(LINES).replace(b"agi_arg_7: ", b"agi_arg_7:"),
        b"".join(LINES[:-1]) + b"agi_arg_8: more\n\n",
        b"".join(LINES).replace(b"\n", b"\r\n"),
    ],
)
def test_anything_else_is_hostile(data):
    with pytest.raises(HostileEnvironment):
        parse(data)


@pytest.mark.parametrize("value", [b"a b", b"\xff", b"a\tb", "Иван".encode()])
def test_an_argument_that_is_not_url_encoded_is_hostile(value):
    with pytest.raises(HostileEnvironment):
        parse(b"".join(LINES).replace(b"agi_arg_4: ", b"agi_arg_4: " + value))


@given(st.binary() | st.lists(st.sampled_from(LINES) | st.binary(max_size=9)).map(b"".join))
def test_the_parser_raises_nothing_of_its_own(data):
    with contextlib.suppress(HostileEnvironment):
        parse(data)


@given(name=HOSTILE_TEXT, number=HOSTILE_TEXT, rdnis=HOSTILE_TEXT)
@example(name=b"x\n" + FORGED_REST, number=b"1", rdnis=b"2")
@example(name=b"x\n" + FORGED_REST + b"200 result=0\n", number=b"1", rdnis=b"2")
@example(name=b"x\n", number=b"1", rdnis=b"2")
@example(name=b"x", number=b"1\nagi_calleridname: y\n" + FORGED_REST, rdnis=b"2")
def test_a_line_break_in_a_caller_field_is_never_believed(name, number, rdnis):
    """All bytes that Asterisk wrote are there; see test_server for their arriving in pieces."""
    channel = Channel(name=name, number=number, rdnis=rdnis)
    data = b"".join(channel.environment())
    if b"\n" in name + number + rdnis:
        with pytest.raises(HostileEnvironment):
            parse(data)
    else:
        assert parse(data).arguments == channel.arguments


@given(name=st.text().map(lambda text: text.replace("\0", "")))
def test_any_name_survives_the_dialplan_s_encoding(name):
    """The name of the question is the one on the channel, line breaks and all."""
    try:
        sent = name.encode()
    except UnicodeEncodeError:
        return
    block = compose("step", "1.1", ("1.1", "", "", "", "", uriencoded(sent), ""))
    assert asked(parse(block)).caller_name == name


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("", ""),
        ("Ivan", "Ivan"),
        ("%D0%98%D0%B2%D0%B0%D0%BD", "Иван"),
        ("M%FCller", "M\\xfcller"),
        ("%D0%98%D0", "И\\xd0"),
        ("a%00b", "ab"),
        ("50%", "50%"),
        ("%zz", "%zz"),
        ("a%0Ab", "a\nb"),
    ],
)
def test_decoding_keeps_what_is_not_utf8_readable(argument, text):
    assert decoded(argument) == text


@given(st.binary())
def test_decoding_never_raises_and_never_gives_a_nul(value):
    assert "\0" not in decoded(uriencoded(value))


@pytest.mark.parametrize("arguments", [(), ("1",) * 6, ("1",) * 8, ("a b", *("1",) * 6), ("\n", *("1",) * 6)])
def test_compose_refuses_what_parse_would_not_believe(arguments):
    with pytest.raises(HostileEnvironment):
        compose("step", "1.1", arguments)


@pytest.mark.parametrize("script", ["step", "/step", "step?x=1", "/step/?x=/y", "step/"])
def test_a_route_has_no_query_and_no_outer_slash(script):
    assert route(script) == "step"
