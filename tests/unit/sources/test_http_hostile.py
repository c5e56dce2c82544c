"""HTTP services that are down, broken or hostile: a sentence, soon, without a word of their answer."""

import asyncio
import gzip
from contextlib import nullcontext

import pytest

from ccd.directory.model import DirectoryError
from ccd.sources.http_bodies import Body
from tests.testbed.http_manners import BIG, Manner
from tests.testbed.http_messages import Reply
from tests.testbed.http_source import HttpSource
from tests.unit.sources.http_world import BOY, NUMBER, asking, written

GOOD = {"people": [BOY]}
SENTENCES = {
    Manner.BROKEN: "patients: answers 500 Internal Server Error",
    Manner.HTML: "answers with text/html instead of JSON",
    Manner.CHARSET: "answers with text that is not UTF-8 (at byte ",
    Manner.NONSENSE: "answers with something that is no JSON (at line 1, character 2)",
    Manner.DEEP: "answers with JSON that is too deep or has a number that is none",
    Manner.HUGE: "answers with more than 1,000,000 bytes",
    Manner.BOMB: "answers with more than 1,000,000 bytes",
    Manner.ENDLESS: "answers with more than 1,000,000 bytes",
    Manner.CUT: "broke off before its answer was complete",
    Manner.GARBAGE: "answers with something that is no HTTP",
    Manner.TO_A_FILE: "redirects elsewhere, which ccd does not follow",
    Manner.ELSEWHERE: "redirects elsewhere, which ccd does not follow",
}


@pytest.mark.parametrize(("manner", "sentence"), SENTENCES.items())
async def test_a_service_that_answers_badly_is_told_and_asked_again(manner, sentence):
    async with HttpSource(lambda _: GOOD, manner) as service, asking(written(service.url)) as source:
        with pytest.raises(DirectoryError) as caught:
            await source.patients(NUMBER)
        assert str(caught.value).startswith(sentence)
        assert service.sent < BIG / 2
        service.manner = Manner.WELL
        assert len(await source.patients(NUMBER)) == 1


@pytest.mark.parametrize(
    ("length", "most", "refused"),
    [
        ("1001", 1000, True),
        ("1000", 1000, False),
        ("9" * 5000, 1000, True),
        ("-1", 1000, False),
        ("²", 1, False),
    ],
)
def test_an_answer_that_says_it_is_too_long_is_refused_before_it_comes(length, most, refused):
    headers = {"Content-Type": "application/json", "Content-Length": length}
    with pytest.raises(DirectoryError, match="more than") if refused else nullcontext():
        Body(headers, most)


def test_how_long_an_answer_is_packed_says_nothing_of_it():
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Content-Length": "30"}
    body = Body(headers, 20)
    body.add(gzip.compress(b"[1]"))
    assert body.json() == [1]


@pytest.mark.parametrize("manner", [Manner.HUNG, Manner.SLOW, Manner.DRIPPING])
async def test_whoever_waits_for_a_slow_service_may_stop(manner):
    async with (
        HttpSource(lambda _: GOOD, manner, delay=60) as service,
        asking(written(service.url)) as source,
    ):
        waiting = asyncio.ensure_future(source.patients(NUMBER))
        while not service.asked:
            await asyncio.sleep(0.001)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        service.manner = Manner.WELL
        assert len(await source.patients(NUMBER)) == 1


async def test_a_service_that_refuses_and_then_listens_again():
    async with HttpSource(lambda _: GOOD) as service, asking(written(service.url)) as source:
        await service.refuse()
        with pytest.raises(DirectoryError, match=r"^cannot be reached: "):
            await source.patients(NUMBER)
        await service.listen()
        assert len(await source.patients(NUMBER)) == 1


async def test_a_host_that_nobody_knows():
    async with asking(written("http://mis.invalid")) as source:
        with pytest.raises(DirectoryError, match=r"^has a host name that cannot be found$"):
            await source.patients(NUMBER)


async def test_a_redirect_within_the_service_is_followed_a_few_times():
    def answer(asked):
        if asked.target.startswith("/patients"):
            return Reply(status=307, headers=(("Location", "/v2/x%2Fy?z=1"),))
        return GOOD if asked.target == "/v2/x%2Fy?z=1" else Reply(status=404)

    async with HttpSource(answer) as service, asking(written(service.url)) as source:
        assert len(await source.patients(NUMBER)) == 1

    async with (
        HttpSource(lambda asked: Reply(status=302, headers=(("Location", asked.target),))) as service,
        asking(written(service.url)) as source,
    ):
        with pytest.raises(DirectoryError, match=r"^redirects again and again$"):
            await source.patients(NUMBER)
        assert len(service.asked) == 3


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:1/", "//127.0.0.2/", "https://127.0.0.1/", "http://[::1/", "", "gopher:x"]
)
async def test_a_redirect_to_anywhere_else_is_not_followed(place):
    service = HttpSource(lambda _: GOOD, Manner.ELSEWHERE, elsewhere=place)
    async with service, asking(written(service.url)) as source:
        with pytest.raises(DirectoryError, match=r"^redirects "):
            await source.patients(NUMBER)


async def test_a_cookie_is_not_kept():
    headers = (("Content-Type", "application/json"), ("Set-Cookie", "session=1; Path=/"))
    async with (
        HttpSource(lambda _: Reply(body=b'{"people": []}', headers=headers)) as service,
        asking(written(service.url)) as source,
    ):
        await source.patients(NUMBER)
        await source.patients(NUMBER)
    assert not any("cookie" in one.headers for one in service.asked)


async def test_a_hundred_questions_at_once_take_a_few_connections():
    async with HttpSource(lambda _: GOOD) as service, asking(written(service.url, connections=3)) as source:
        answers = await asyncio.gather(*(source.patients(NUMBER) for _ in range(100)))
        assert [len(one) for one in answers] == [1] * 100
        assert len(service._links) <= 3
