"""The picture of the routing: for whoever oversees, of the period that was asked for."""

import pytest

PICTURE = "/api/routing.svg"


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("", "11-11 00:00 to 11-12 00:00"),
        ("?since=yesterday", "11-11 00:00 to 11-12 00:00"),
        ("?since=today", "11-12 00:00 to None"),
        ("?since=week", "11-05 00:00 to None"),
    ],
)
async def test_a_supervisor_sees_the_period(house, query, period):
    await house.sign_in("vera", "")
    answer = await house.client.get(PICTURE + query)
    assert (answer.status, answer.content_type) == (200, "image/svg+xml")
    assert f"<title>{period}</title>" in await answer.text()


@pytest.mark.parametrize(
    ("query", "full"), [("?lang=en", "full"), ("?lang=uk", "повна"), ("?lang=x", "полна"), ("", "полна")]
)
async def test_it_speaks_the_language_of_the_page(house, query, full):
    await house.sign_in("vera", "")
    assert f"<desc>{full}</desc>" in await (await house.client.get(PICTURE + query)).text()


@pytest.mark.parametrize(("user", "query", "status"), [("anna", "", 403), ("vera", "?since=ever", 422)])
async def test_nobody_else_and_nothing_else(house, user, query, status):
    await house.sign_in(user)
    assert (await house.client.get(PICTURE + query)).status == status


async def test_nobody_who_is_not_signed_in(house):
    assert (await house.client.get(PICTURE)).status == 401
