"""``/metrics``: off at first; then for an allowed address or a token, whoever stands in between."""

import pytest

from tests.unit.desk.conftest import House, make_house

TOKEN = "a token that nobody guesses"
RIGHT = {"Authorization": f"Bearer {TOKEN}"}
PASSED_ON = {"X-Forwarded-For": "127.0.0.1"}


async def status(house: House, **headers: str) -> int:
    async with house.client:
        return (await house.client.get("/metrics", headers=headers)).status


async def test_it_is_off_until_somebody_may_read_it():
    assert await status(make_house()) == 404
    assert await status(make_house(), **RIGHT) == 404


async def test_with_the_token_from_anywhere():
    assert await status(make_house(metrics_token=TOKEN), **RIGHT) == 200


@pytest.mark.parametrize("said", ["", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN, "Bearer é"])
async def test_another_token_is_none(said):
    assert await status(make_house(metrics_token=TOKEN), Authorization=said) == 404


@pytest.mark.parametrize("said", ["Bearer", "Bearer "])
async def test_without_a_token_an_empty_one_opens_nothing(said):
    assert await status(make_house(), Authorization=said) == 404


async def test_from_an_allowed_address():
    assert await status(make_house(prometheus={"allow": ["127.0.0.0/8"]})) == 200
    assert await status(make_house(prometheus={"allow": ["10.0.0.1"]})) == 404


async def test_a_proxy_that_nobody_named_lets_nobody_in():
    assert await status(make_house(prometheus={"allow": ["127.0.0.1"]}), **PASSED_ON) == 404


@pytest.mark.parametrize(
    ("client", "answer"), [("10.1.2.3", 200), ("192.0.2.7", 404), ("nonsense", 404), ("", 404)]
)
async def test_through_a_trusted_proxy_the_client_counts(client, answer):
    house = make_house(prometheus={"allow": ["10.0.0.0/8"]}, trusted_proxies=["127.0.0.1"])
    assert await status(house, **{"X-Forwarded-For": client}) == answer


async def test_what_is_accepted_is_asked_for():
    house = make_house(metrics_token=TOKEN)
    async with house.client:
        answer = await house.client.get("/metrics", headers=RIGHT | {"Accept": "text/x"})
        assert await answer.text() == "text/x"
        assert answer.headers["Cache-Control"] == "no-store"
