"""Signing in: cookies, guessing, origins."""

from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import make_mocked_request
from pydantic import ValidationError
from structlog.testing import capture_logs

from ccd.desk.addresses import Addresses
from ccd.desk.browsers import COOKIE
from ccd.desk.limits import Failures, SignIns, Try
from ccd.desk.sparing import Sparing
from tests.unit.desk import fakes
from tests.unit.desk.conftest import make_house
from tests.unit.desk.samples import settings


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
            session, browser = answer.headers.getall("Set-Cookie")
            assert "Max-Age=43200; Path=/;" in session
            assert "Path=/api/session;" in browser
            for cookie in (session, browser):
                assert "HttpOnly" in cookie
                assert "SameSite=Strict" in cookie
                assert "Domain" not in cookie
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


def wrong(name: str) -> dict[str, str]:
    return {"name": name, "password": "no"}


def right(name: str) -> dict[str, str]:
    return {"name": name, "password": fakes.PASSWORD}


async def test_guessing_one_user_is_slowed_down(house):
    for _ in range(5):
        assert (await house.call("POST", "/api/session", wrong("Anna ")))[0] == 401
    status, answer = await house.call("POST", "/api/session", right("anna"))
    assert status == 429
    assert "5 min" in answer["error"]["message"]
    assert house.users.tries == 5
    assert (await house.call("POST", "/api/session", right("oleg")))[0] == 200


async def test_another_spelling_is_the_same_user(house):
    for name in ("й", "и\u0306", "Й", "И\u0306", "й"):
        await house.call("POST", "/api/session", wrong(name))
    assert (await house.call("POST", "/api/session", wrong("й")))[0] == 429


async def test_guessing_from_one_address_locks_nobody_else_out(house):
    for number in range(40):
        await house.call("POST", "/api/session", wrong(f"user{number}"))
    answer = await house.client.post("/api/session", json=wrong("user7"), headers={"Origin": house.origin})
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert (await house.call("POST", "/api/session", right("anna")))[0] == 200
    assert (await house.call("POST", "/api/session", wrong("oleg")))[0] == 401
    assert (await house.call("POST", "/api/session", right("oleg")))[0] == 429


async def test_who_signed_in_here_before_is_not_locked_out_by_a_guesser(house):
    await house.sign_in(phone="")
    await house.sign_in("oleg", phone="")
    async with ClientSession() as guesser:
        for _ in range(6):
            last = await guesser.post(
                house.client.make_url("/api/session"), json=wrong("anna"), headers={"Origin": house.origin}
            )
        assert last.status == 429
    assert (await house.call("POST", "/api/session", right("anna")))[0] == 200


async def test_a_known_browser_may_not_guess_either(house):
    await house.sign_in(phone="")
    for _ in range(5):
        assert (await house.call("POST", "/api/session", wrong("anna")))[0] == 401
    assert (await house.call("POST", "/api/session", right("anna")))[0] == 429


@pytest.mark.parametrize("value", ["x.y", "\u044f.\u044f", ".", "", "a" * 3000])
async def test_a_browser_is_not_known_by_its_own_word(house, value):
    await house.sign_in(phone="")
    mine = house.client.session.cookie_jar.filter_cookies(house.client.make_url("/api/session"))
    [name] = [one for one in mine if one.startswith(COOKIE)]
    async with ClientSession() as guesser:
        for number in range(6):
            headers = {"Origin": house.origin, "Cookie": f"{name}={number}{value}"}
            last = await guesser.post(
                house.client.make_url("/api/session"), json=wrong("anna"), headers=headers
            )
    assert last.status == 429


async def test_behind_a_trusted_proxy_addresses_are_told_apart():
    house = make_house(trusted_proxies=("127.0.0.1",))
    async with house.client:
        for _ in range(5):
            await house.call("POST", "/api/session", wrong("anna"), **{"X-Forwarded-For": "1.1.1.1, 5.6.7.8"})
        guesser = await house.call(
            "POST", "/api/session", right("anna"), **{"X-Forwarded-For": "2.2.2.2, 5.6.7.8"}
        )
        other = await house.call("POST", "/api/session", right("anna"), **{"X-Forwarded-For": "9.9.9.9"})
        assert (guesser[0], other[0]) == (429, 200)


@pytest.mark.parametrize(
    ("trusted", "peer", "told", "client"),
    [
        ((), "10.0.0.1", "1.2.3.4", "10.0.0.1"),
        (("10.0.0.1",), "10.0.0.1", "", "10.0.0.1"),
        (("10.0.0.1",), "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (("10.0.0.0/24",), "10.0.0.1", "1.2.3.4, 10.0.0.7", "1.2.3.4"),
        (("10.0.0.1",), "10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"),
        (("10.0.0.1",), "::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
        (("::1",), "::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (("10.0.0.1",), None, "1.2.3.4", ""),
    ],
)
def test_only_a_trusted_proxy_is_believed(trusted, peer, told, client):
    headers = {"X-Forwarded-For": told} if told else {}
    request = make_mocked_request("POST", "/api/session", headers).clone(remote=peer)
    assert Addresses(trusted).client(request) == client


def test_what_is_no_address_is_refused_in_words():
    with pytest.raises(ValidationError, match='"proxy" is no address; write it like'):
        settings(trusted_proxies=("proxy",))


def test_many_addresses_against_one_user_are_slowed_down():
    now = [0.0]
    sign_ins = SignIns(lambda: now[0])
    tried = [Try(user="anna", address=f"1.2.3.{number}") for number in range(20)]
    for one in tried:
        assert sign_ins.wait(one) == 0
        sign_ins.failed(one)
    assert sign_ins.wait(Try(user="anna", address="4.4.4.4")) == 300
    assert sign_ins.wait(Try(user="anna", address="4.4.4.4", browser="known")) == 0
    assert sign_ins.wait(Try(user="oleg", address="1.2.3.4")) == 0
    now[0] = 300.5
    assert sign_ins.wait(Try(user="anna", address="4.4.4.4")) == 0


def test_failures_are_forgotten_in_time():
    now = [0.0]
    failures = Failures(10, lambda: now[0])
    failures.add(("a",))
    now[0] = 4
    failures.add(("a",))
    assert failures.wait(("a",), 2) == 6
    now[0] = 10.5
    assert failures.wait(("a",), 2) == 0
    failures.forget(("a",))
    assert failures._times == {}


def test_failures_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("ccd.desk.limits._KEYS", 2)
    failures = Failures(10)
    for key in "abc":
        failures.add((key,))
    assert [bool(failures.wait((key,), 1)) for key in "abc"] == [False, True, True]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "", "http://127.0.0.1", "https://127.0.0.1:1"]
)
async def test_a_foreign_origin_changes_nothing(house, origin):
    good = {"name": "anna", "password": fakes.PASSWORD}
    status, answer = await house.call("POST", "/api/session", good, Origin=origin)
    assert (status, answer["error"]["code"]) == (403, "error.origin")
    assert house.users.tries == 0


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 403),
        ("evil.example:8080", 403),
        ("127.0.0.1.evil.example", 403),
        ("[::1", 403),
        ("192.168.0.5:8080", 200),
        ("[fd00::5]:8080", 200),
        ("localhost:8080", 200),
        ("reception", 200),
    ],
)
async def test_a_page_under_a_strangers_name_is_not_the_desks(house, host, status):
    origin = "http://127.0.0.1" if host == "[::1" else f"http://{host}"
    assert (await house.call("POST", "/api/session", right("anna"), Host=host, Origin=origin))[0] == status


async def test_refusals_do_not_fill_the_log(monkeypatch):
    monkeypatch.setattr("ccd.desk.guard.Sparing", lambda: Sparing(lambda: 0.0))
    house = make_house()
    async with house.client:
        with capture_logs() as lines:
            for _ in range(3):
                await house.call("POST", "/api/" + "x" * 5000, Origin="http://" + "y" * 5000)
    [line] = lines
    assert (line["log_level"], len(line["origin"]), len(line["path"])) == ("warning", 100, 100)


def test_what_was_left_out_of_the_log_is_counted():
    now, sparing, lines = [0.0], Sparing(lambda: now[0]), list[Any]()
    for moment in (0.0, 0.5, 0.9, 1.0, 3.0):
        now[0] = moment
        sparing(lambda kind, **facts: lines.append((kind, facts)), "refused", number=3)
    assert lines == [("refused", {"number": 3, "left_out": count}) for count in (0, 2, 0)]


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
        ({"name": "anna\x1c", "password": "x"}, 422),
        ({"name": "an\0na", "password": "x"}, 422),
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
