"""Signing in: cookies, guessing, origins."""

import pytest

from ccd.desk.limits import Failures
from tests.unit.desk import fakes
from tests.unit.desk.conftest import make_house


async def test_signing_in_and_out(house):
    assert (await house.call("GET", "/api/me"))[0] == 401
    await house.sign_in()
    status, me = await house.call("GET", "/api/me")
    assert (status, me["name"], me["full_name"], me["phone"]) == (200, "anna", "Анна Петрова", "PJSIP/101")
    assert (me["zone"], me["topics"][0]["en"], me["oversees"]) == ("Europe/Moscow", "Booking", False)
    assert (await house.call("DELETE", "/api/session"))[0] == 200
    assert (await house.call("GET", "/api/me"))[0] == 401
    await house.trail.flush()
    assert house.audit.actions("anna") == ["sign-in", "phone", "sign-out"]


async def test_the_cookie_is_for_the_browser_alone():
    for secure in (False, True):
        house = make_house(secure_cookie=secure)
        async with house.client:
            origin = house.origin.replace("http:", "https:") if secure else house.origin
            answer = await house.client.post(
                "/api/session",
                json={"name": "anna", "password": fakes.PASSWORD},
                headers={"Origin": origin},
            )
            cookie = answer.headers["Set-Cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=Strict" in cookie
            assert "Max-Age=43200" in cookie
            assert ("Secure" in cookie) is secure


@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "Неверное имя"), ("uk", "Неправильне ім’я"), ("en", "wrong"), ("fr", "Неверное")],
)
async def test_a_wrong_password_is_told_in_the_users_language(house, language, words):
    wrong = {"name": "anna", "password": "no"}
    status, answer = await house.call("POST", "/api/session", wrong, **{"Accept-Language": language})
    assert status == 401
    assert words in answer["error"]["message"]


async def test_guessing_one_user_is_slowed_down(house):
    for _ in range(8):
        assert (await house.call("POST", "/api/session", {"name": "Anna ", "password": "no"}))[0] == 401
    good = {"name": "anna", "password": fakes.PASSWORD}
    status, answer = await house.call("POST", "/api/session", good)
    assert status == 429
    assert "5 min" in answer["error"]["message"]
    assert house.users.tries == 8
    assert (await house.call("POST", "/api/session", {"name": "oleg", "password": fakes.PASSWORD}))[0] == 200


async def test_guessing_from_one_address_is_slowed_down(house):
    for number in range(40):
        await house.call("POST", "/api/session", {"name": f"user{number}", "password": "no"})
    answer = await house.client.post(
        "/api/session", json={"name": "anna", "password": fakes.PASSWORD}, headers={"Origin": house.origin}
    )
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300


def test_failures_are_forgotten_in_time():
    now = [0.0]
    failures = Failures(2, 10, lambda: now[0])
    failures.add("a")
    now[0] = 4
    failures.add("a")
    assert failures.wait("a") == 6
    now[0] = 10.5
    assert failures.wait("a") == 0
    failures.forget("a")
    assert failures._times == {}


def test_failures_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("ccd.desk.limits._KEYS", 2)
    failures = Failures(1, 10)
    for key in "abc":
        failures.add(key)
    assert [bool(failures.wait(key)) for key in "abc"] == [False, True, True]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", "http://127.0.0.1", "https://127.0.0.1:1"]
)
async def test_a_foreign_origin_changes_nothing(house, origin):
    good = {"name": "anna", "password": fakes.PASSWORD}
    status, answer = await house.call("POST", "/api/session", good, Origin=origin)
    assert (status, answer["error"]["code"]) == (403, "error.origin")
    assert house.users.tries == 0


async def test_an_origin_of_the_settings_is_welcome():
    house = make_house(origins=("https://desk.clinic.ru",))
    async with house.client:
        good = {"name": "anna", "password": fakes.PASSWORD}
        assert (await house.call("POST", "/api/session", good, Origin="https://desk.clinic.ru"))[0] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "anna"}, 422),
        ({"name": "", "password": "x"}, 422),
        ({"name": "anna", "password": ["x"]}, 422),
        ({"name": "anna", "password": "x", "role": "admin"}, 422),
        ({"name": "a" * 101, "password": "x"}, 422),
        ([], 422),
        ({"name": "anna", "password": "x" * 70_000}, 413),
    ],
)
async def test_strange_bodies_are_refused_in_words(house, body, status):
    got, answer = await house.call("POST", "/api/session", body)
    assert got == status
    assert answer["error"]["message"].endswith(".")
    assert house.users.tries == 0


@pytest.mark.parametrize("raw", [b"{", b'{"name": "\\ud800", "password": "x"}', b"\xff"])
async def test_what_is_no_json_is_refused(house, raw):
    headers = {"Origin": house.origin, "Content-Type": "application/json"}
    answer = await house.client.post("/api/session", data=raw, headers=headers)
    assert answer.status == 422


async def test_a_form_is_no_json(house):
    answer = await house.client.post("/api/session", data={"name": "anna"}, headers={"Origin": house.origin})
    assert answer.status == 415
