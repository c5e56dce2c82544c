"""Values that are made the fast way are like any others."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import pytest

from ccd.calls.ids import Phone, QueueName
from ccd.calls.snapshot import MemberNow
from ccd.calls.values import made, replace

WHERE: dict[str, Any] = {"queue": QueueName("operators"), "phone": Phone("PJSIP/101")}
AT = datetime(2026, 11, 21, tzinfo=UTC)


def test_a_value_is_the_same_however_it_is_made():
    told, quick = (
        MemberNow(**WHERE, name="Op", paused=True),
        made(MemberNow, {**WHERE, "name": "Op", "paused": True}),
    )
    assert quick == told
    assert hash(quick) == hash(told)
    assert repr(quick) == repr(told)
    assert replace(quick, wrap_up=5) == replace(told, wrap_up=5)


def test_it_is_frozen():
    with pytest.raises(FrozenInstanceError):
        made(MemberNow, {**WHERE}).paused = True  # type: ignore[misc]
