"""Recorded calls: who may hear them, what is sent, and what stands in the audit trail before it is."""

from dataclasses import replace

import pytest

from ccd.calls.ids import LinkedId, Phone
from ccd.desk import recordings_api
from ccd.people import AuditEntry, Role
from ccd.settings.recordings import Recordings
from tests.unit.desk.conftest import House, make_house
from tests.unit.desk.samples import past

WAV = b"RIFF" + bytes(range(256)) * 40
PATH = "/api/calls/past.1/recording"


@pytest.fixture
async def make(tmp_path):
    """A house with one recorded call of PJSIP/101; settings as given."""
    built = []

    async def furnished(**settings):
        folder = tmp_path / "monitor"
        folder.mkdir()
        (folder / "1.wav").write_bytes(WAV)
        house = make_house(recordings=Recordings(folder=folder, **settings))
        call = past(1, recording=f"{folder}/1.wav", patient_ids=("p1",))
        house.archive.records = house.figures.records = [call, past(2)]
        await house.client.start_server()
        built.append(house)
        return house

    yield furnished
    for house in built:
        await house.client.close()


@pytest.fixture
async def vera(make):
    house = await make()
    await house.sign_in("vera", "")
    return house


def played(house: House) -> list[AuditEntry]:
    return [one for one in house.audit.entries if one.action == "recording-played"]


async def test_a_supervisor_hears_the_call_and_that_is_written_down_first(vera):
    answer = await vera.client.get(PATH)
    assert played(vera), "before the body is read"
    assert (answer.status, await answer.read()) == (200, WAV)
    headers = answer.headers
    assert (headers["Content-Type"], headers["Content-Disposition"]) == ("audio/wav", "inline")
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    (entry,) = played(vera)
    assert (entry.user, entry.call_id, entry.patient_ids) == ("vera", LinkedId("past.1"), ("p1",))


async def test_a_players_ranges_are_one_listening(vera, monkeypatch):
    whole = await vera.client.get(PATH, headers={"Range": "bytes=0-"})
    middle = await vera.client.get(PATH, headers={"Range": "bytes=1000-1999"})
    assert (whole.status, await whole.read()) == (206, WAV)
    assert (middle.status, await middle.read()) == (206, WAV[1000:2000])
    assert middle.headers["Content-Range"] == f"bytes 1000-1999/{len(WAV)}"
    beyond = await vera.client.get(PATH, headers={"Range": "bytes=999999-"})
    assert beyond.status == 416
    assert len(played(vera)) == 1
    monkeypatch.setattr(recordings_api, "ONE_LISTENING", 0.0)
    await vera.client.get(PATH)
    assert len(played(vera)) == 2


async def test_a_range_from_the_middle_is_a_listening_too(vera):
    await vera.client.get(PATH, headers={"Range": "bytes=44-"})
    assert len(played(vera)) == 1


async def test_what_cannot_be_written_down_is_not_played(vera):
    vera.audit.failing = True
    status, answer = await vera.call("GET", PATH)
    assert (status, answer["error"]["code"]) == (503, "error.not_audited")
    vera.audit.failing = False
    assert (await vera.client.get(PATH)).status == 200
    assert len(played(vera)) == 1


async def test_asking_for_the_head_is_no_listening(vera):
    assert (await vera.client.head(PATH)).status == 405
    assert played(vera) == []


@pytest.mark.parametrize(
    ("call_id", "code"),
    [("past.2", "error.not_recorded"), ("past.3", "error.no_call"), ("%2e%2e%2f1.wav", "error.no_call")],
)
async def test_what_there_is_none_of_is_said(vera, call_id, code):
    status, answer = await vera.call("GET", f"/api/calls/{call_id}/recording")
    assert (status, answer["error"]["code"]) == (404, code)
    assert played(vera) == []


async def test_a_recording_that_was_deleted_is_said(vera):
    vera.archive.records = [replace(past(1), recording="/elsewhere/1.wav")]
    status, answer = await vera.call("GET", PATH)
    assert (status, answer["error"]["code"]) == (404, "error.no_recording")
    assert played(vera) == []


async def test_a_locked_database_is_said(vera):
    vera.archive.locked = True
    assert (await vera.call("GET", PATH))[0] == 503


async def test_nobody_hears_without_signing_in(make):
    assert (await (await make()).call("GET", PATH))[0] == 401


@pytest.mark.parametrize("name", ["anna", "kim"])
async def test_others_hear_nothing_not_even_which_calls_there_are(make, name):
    house = await make()
    await house.sign_in(name)
    for path in (PATH, "/api/calls/none/recording"):
        status, answer = await house.call("GET", path)
        assert (status, answer["error"]["code"]) == (403, "error.not_for_you")
    rows = (await house.call("GET", "/api/today"))[1]["calls"]
    assert [one["recording"] for one in rows] == [False, False]
    assert played(house) == []


async def test_where_the_clinic_says_so_operators_hear_their_own_calls(make):
    house = await make(own_calls=True)
    house.archive.records += [past(3, phone=Phone("PJSIP/102")), past(4, days=2)]
    house.archive.records = [replace(one, recording="1.wav") for one in house.archive.records]
    await house.sign_in()
    heard = [(await house.client.get(f"/api/calls/past.{number}/recording")).status for number in (1, 3, 4)]
    assert heard == [200, 403, 403]
    assert [(one.user, one.phone) for one in played(house)] == [("anna", "PJSIP/101")]


async def test_listeners_are_who_the_clinic_names(make):
    house = await make(listeners=("doctor",))
    await house.sign_in("kim", "PJSIP/201")
    assert (await house.client.get(PATH)).status == 200
    await house.sign_in("vera", "")
    assert (await house.client.get(PATH)).status == 403


async def test_rows_say_that_there_is_one_and_never_where(vera):
    _status, told = await vera.call("GET", "/api/reports/calls?by=all&key=all&metric=answered")
    assert [one["recording"] for one in told["calls"]] == [True, False]
    assert "monitor" not in str(told)


async def test_without_a_folder_nothing_is_offered(house):
    house.archive.records = house.figures.records = [past(1, recording="/monitor/1.wav")]
    await house.sign_in("vera", "")
    _status, told = await house.call("GET", "/api/reports/calls?by=all&key=all&metric=answered")
    assert [one["recording"] for one in told["calls"]] == [False]
    assert (await house.call("GET", PATH))[1]["error"]["code"] == "error.not_recorded"


def test_the_settings_know_every_role():
    assert Recordings(listeners=tuple(role.value for role in Role)).listeners == tuple(Role)
