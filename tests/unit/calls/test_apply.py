"""Every event of a call is handled, by what takes it."""

from typing import get_args, get_type_hints

from ccd.calls import events as ev
from ccd.calls.apply import HANDLERS


def test_each_event_of_a_call_has_its_handler():
    assert set(HANDLERS) == set(get_args(ev.CallEvent))


def test_a_handler_takes_the_event_that_it_is_for():
    taken = {kind: get_type_hints(handler)["event"] for kind, handler in HANDLERS.items()}
    assert taken == {kind: kind for kind in HANDLERS}
