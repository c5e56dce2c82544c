"""``ccd explain`` and ``ccd replay`` ask every configured source, as a call would."""

import asyncio
import json
from collections import Counter

import pytest

from ccd.directory.model import DirectoryError, Patient
from ccd.sources import making
from tests.unit.cli.past_calls import call, save

CALL = ("explain", "--from", "8 916 123-45-67", "--to", "84951234567", "--at", "2026-11-18T12:00")
SOURCES = """\
directory:
  deadline: 1
  sources:
    - {name: mis, timeout: 5, fhir: {url: "http://127.0.0.1:9/fhir"}}
    - {name: built-in, builtin: {}}
"""


class Mis:
    """A clinic's system, which knows one VIP by every number; ``asked`` counts the questions of each."""

    name = "mis"

    def __init__(self) -> None:
        self.asked = Counter[str]()
        self.error = ""
        self.hangs = False

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        self.asked[e164] += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.error:
            raise DirectoryError(self.error)
        return (Patient(patient_id="17", full_name="Иванова Мария", tags=frozenset({"vip"})),)


@pytest.fixture
def mis(clinic, monkeypatch) -> Mis:
    made, source = making._of_kind, Mis()
    monkeypatch.setattr(
        making,
        "_of_kind",
        lambda settings, given: source if settings.name == "mis" else made(settings, given),
    )
    with (clinic / "ccd.yaml").open("a", encoding="utf-8") as config:
        config.write(SOURCES)
    return source


def test_a_caller_of_the_clinics_own_system(ccd, mis):
    code, out, error = ccd(*CALL)
    assert (code, error) == (0, "")
    assert out.startswith("+79161234567: known, tags vip\n")
    assert "✓ vip at any time" in out
    assert mis.asked == {"+79161234567": 1}


def test_a_source_that_fails_leaves_the_caller_failed(ccd, mis):
    mis.error = "it is \x1b[31mon fire"
    code, out, error = ccd(*CALL, "--json")
    assert (code, error) == (0, "mis: no answer for 1 of 1: it is \\x1b[31mon fire\n")
    caller = json.loads(out)["caller"]
    assert (caller["kind"], caller["failed"]) == ("failed", ["mis"])


def test_a_source_that_is_later_than_the_deadline(ccd, mis):
    mis.hangs = True
    _, out, error = ccd(*CALL)
    assert out.startswith("+79161234567: failed")
    assert error == "mis: no answer for 1 of 1: nothing came within 0.95 s\n"


def test_for_a_made_up_patient_nobody_is_asked(ccd, mis):
    _, out, error = ccd(*CALL, "--patient", "tags: staff")
    assert (out.splitlines()[0], error, mis.asked) == ("+79161234567: known, tags staff", "", {})


def test_a_replay_asks_once_about_each_number(ccd, clinic, mis):
    others = (call(3, "day", caller_number="89160000000"), call(4, "day", withheld=True))
    asyncio.run(save(clinic, call(1, "day"), call(2, "day", caller_number="89161234567"), *others))
    code, out, error = ccd("replay", "--since", "2026-11-01", "--json")
    assert (code, error) == (0, "")
    assert json.loads(out)["elsewhere"] == 3  # to "vip at any time"; who withheld his number is nobody
    assert mis.asked == {"+79161234567": 1, "+79160000000": 1}


def test_a_replay_says_what_a_source_did_not_answer(ccd, clinic, mis):
    mis.error = "on fire"
    asyncio.run(save(clinic, call(1, "day"), call(2, "day", caller_number="+79160000000")))
    code, out, error = ccd("replay", "--since", "2026-11-01", "--json")
    assert (code, error) == (0, "mis: no answer for 2 of 2: on fire\n")
    assert json.loads(out)["elsewhere"] == 0
