"""The whole edge against a fake Asterisk: what the daemon sees of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.ami import intake
from ccd.ami import link as module
from ccd.ami.errors import ActionRefused, LinkDown
from ccd.ami.link import AmiLink
from ccd.ami.protocol import Protocol
from ccd.ami.snapshot import Ask, take_queues
from ccd.calls.events import (
    AsteriskEvent,
    ChannelEnded,
    LinkLost,
    MemberChanged,
    QueuesNow,
    Resynchronised,
)
from ccd.calls.snapshot import Snapshot
from ccd.settings.models import Ami
from tests.fakes.ami import BANNER, Connection, FakeAmi, Headers, Script, event, refuse, silence
from tests.unit.ami.samples import CAPTURES, CHANNEL

NOW = datetime.now(UTC)


def hangup(number: int) -> bytes:
    return event("Hangup", **{**CHANNEL, "Uniqueid": f"1.{number}"}, Cause=16)


class Pauses:
    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0)


class Daemon:
    """Whoever gets the events."""

    def __init__(self, server: FakeAmi, **settings: Any) -> None:
        self.got: list[AsteriskEvent] = []
        self.changed = asyncio.Condition()
        self.pauses = Pauses()
        self.link = AmiLink(
            Ami(port=server.port, **settings),
            "secret",
            self.got.append,
            sleep=self.pauses,
            chance=lambda: 0,
        )

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not true():
                await asyncio.sleep(0)

    @property
    def story(self) -> list[str]:
        return [type(found).__name__ for found in self.got]

    @property
    def ended(self) -> list[str]:
        return [found.unique_id for found in self.got if isinstance(found, ChannelEnded)]


@asynccontextmanager
async def running(server: FakeAmi, **settings: Any) -> AsyncIterator[Daemon]:
    daemon = Daemon(server, **settings)
    task = asyncio.create_task(daemon.link.run())
    try:
        yield daemon
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def server() -> AsyncIterator[FakeAmi]:
    async with FakeAmi() as fake:
        yield fake


async def test_the_snapshot_comes_first_and_live_events_after_it(server: FakeAmi):
    server.channels.append({**CHANNEL, "Duration": "00:00:09"})
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.got)
        server.latest.send(hangup(1) + hangup(2))
        await daemon.until(lambda: len(daemon.got) == 3)
        first = daemon.got[0]
        assert isinstance(first, Resynchronised)
        assert [channel.age for channel in first.snapshot.channels] == [9]
        assert daemon.ended == ["1.1", "1.2"]
        assert daemon.link.connected


async def test_what_happens_while_the_snapshot_is_taken_is_delivered_after_it(server: FakeAmi):
    def login(connection: Connection, action: Headers) -> None:
        connection.answer(action)
        connection.send(hangup(1))

    def channels(connection: Connection, action: Headers) -> None:
        connection.send(hangup(2))
        connection.list(action, "CoreShowChannelsComplete", ())
        connection.send(hangup(3))

    server.scripts |= {"login": login, "coreshowchannels": channels}
    async with running(server) as daemon:
        await daemon.until(lambda: len(daemon.got) == 4)
        assert daemon.story[0] == "Resynchronised"
        assert daemon.ended == ["1.1", "1.2", "1.3"]


async def test_a_lost_link_is_told_and_a_new_one_begins_with_a_snapshot(server: FakeAmi):
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.got)
        server.latest.send(hangup(1))
        await daemon.until(lambda: daemon.ended)
        server.latest.close()
        await daemon.until(lambda: len(daemon.got) == 4)
        assert daemon.story == ["Resynchronised", "ChannelEnded", "LinkLost", "Resynchronised"]
        assert daemon.link.connected


async def test_a_link_lost_before_its_snapshot_was_never_there(server: FakeAmi):
    def channels(connection: Connection, action: Headers) -> None:
        if len(server.connections) < 3:
            connection.send(hangup(1))
            connection.close()
        else:
            connection.list(action, "CoreShowChannelsComplete", ())

    server.scripts["coreshowchannels"] = channels
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.got)
        assert daemon.story == ["Resynchronised"]
        assert len(server.connections) == 3


async def test_the_lag_of_the_last_event_is_known(server: FakeAmi):
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.got)
        server.latest.event("Hold", Privilege="call,all", Timestamp="1000000000.0", **CHANNEL)
        await daemon.until(lambda: len(daemon.got) == 2)
        assert daemon.link.intake.lag > 3_600


async def test_the_end_of_the_link_is_the_end(server: FakeAmi):
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.got)
    assert isinstance(daemon.got[-1], LinkLost)
    assert not daemon.link.connected
    assert server.count("Login") == 1


async def test_p10_twenty_thousand_events_arrive_in_order(server: FakeAmi):
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.got)
        for start in range(0, 20_000, 1_000):
            server.latest.send(b"".join(map(hangup, range(start, start + 1_000))))
            await server.latest.drained()
        await daemon.until(lambda: len(daemon.ended) == 20_000)
        assert daemon.ended == [f"1.{number}" for number in range(20_000)]


async def test_overflow_is_a_gap_and_a_new_snapshot_on_the_same_link(server: FakeAmi):
    async with running(server, buffer=100) as daemon:
        await daemon.until(lambda: daemon.got)
        with capture_logs() as logs:
            server.latest.send(b"".join(map(hangup, range(150))))
            await daemon.until(lambda: daemon.story.count("Resynchronised") == 2)
        server.latest.send(hangup(999))
        await daemon.until(lambda: "1.999" in daemon.ended)
        assert [log["event"] for log in logs if log["log_level"] == "error"] == ["ami_gap"]
        assert "LinkLost" not in daemon.story
        assert daemon.link.intake.dropped == 150 - (len(daemon.ended) - 1)
        assert len(server.connections) == 1


async def test_a_raising_daemon_keeps_hearing(server: FakeAmi):
    daemon = Daemon(server)
    heard: list[AsteriskEvent] = []

    def deliver(found: AsteriskEvent) -> None:
        heard.append(found)
        raise ValueError("a bug")

    link = AmiLink(Ami(port=server.port), "secret", deliver)
    task = asyncio.create_task(link.run())
    await daemon.until(lambda: heard)
    server.latest.send(hangup(1))
    await daemon.until(lambda: len(heard) == 2)
    assert link.connected
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_missing_rights_are_an_alarm_and_a_long_pause(server: FakeAmi):
    server.scripts["coreshowchannels"] = refuse("Permission denied")
    with capture_logs() as logs:
        async with running(server) as daemon:
            await daemon.until(lambda: daemon.pauses.asked)
    assert daemon.pauses.asked[0] == 60
    alarm = next(log for log in logs if log["log_level"] == "error")
    assert alarm["reason"] == "not enough rights: CoreShowChannels: Permission denied"


async def test_an_asterisk_that_still_starts_is_asked_again_soon(server: FakeAmi):
    """Found on a real Asterisk: killed and started again, it takes logins before app_queue is loaded."""
    server.scripts["queuestatus"] = refuse("Invalid/unknown command: QueueStatus.")
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.pauses.asked)
        del server.scripts["queuestatus"]
        await daemon.until(lambda: daemon.story)
    assert max(daemon.pauses.asked) < 60
    assert daemon.story[0] == "Resynchronised"


async def test_a_snapshot_that_is_never_answered_ends_the_link(server: FakeAmi):
    server.scripts["queuestatus"] = silence
    daemon = Daemon(server)
    daemon.link.manager.config["action_timeout"] = 0.01
    task = asyncio.create_task(daemon.link.run())
    await server.asked("Login", times=2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert daemon.got == []


async def test_a_snapshot_of_a_link_that_is_gone_is_not_delivered(
    server: FakeAmi,
    monkeypatch: pytest.MonkeyPatch,
):
    daemon = Daemon(server)

    async def late(_ask: object) -> Snapshot:
        daemon.link.manager.protocol = Protocol()
        return Snapshot(at=NOW, channels=(), waiting=(), members=())

    monkeypatch.setattr(module, "take_snapshot", late)
    await daemon.link._resynchronise()
    assert daemon.got == []


async def test_a_resynchronisation_asked_for_while_down_waits_for_the_login(server: FakeAmi):
    daemon = Daemon(server)
    daemon.link._out_of_step.set()
    task = asyncio.create_task(daemon.link.run())
    await daemon.until(lambda: daemon.got or task.done())
    assert daemon.story == ["Resynchronised"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_was_heard_is_delivered_before_the_end(server: FakeAmi, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "SLICE", -1)
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.got)
        server.latest.send(b"".join(map(hangup, range(100))))
        await daemon.until(lambda: daemon.ended)
        assert len(daemon.ended) < 100
    assert len(daemon.ended) == 100
    assert daemon.story[-1] == "LinkLost"


async def test_members_are_told_of(server: FakeAmi):
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.got)
        server.latest.event("QueueMemberPause", Queue="q", MemberName="Op", Interface="PJSIP/101", Paused=1)
        await daemon.until(lambda: len(daemon.got) == 2)
        member = daemon.got[1]
        assert isinstance(member, MemberChanged)
        assert (member.member.phone, member.member.paused, member.present) == ("PJSIP/101", True, True)


@pytest.fixture
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUES_EVERY", 0.01)


def asked_in_step(server: FakeAmi) -> int:
    """How often queues were asked for, the snapshot's question being the first.

    So often as here, one may be asked while the login is on its way; it tells nothing.
    """
    asked = [action["action"].lower() for action in server.actions]
    begun = asked.index("coreshowchannels") if "coreshowchannels" in asked else len(asked)
    return asked[begun:].count("queuestatus")


@pytest.mark.usefixtures("_often")
async def test_queues_are_told_again_and_calls_are_left_alone(server: FakeAmi):
    def queues(connection: Connection, action: Headers) -> None:
        member = {"Queue": "q", "Name": "Op", "Location": "PJSIP/101"}
        rows = (("QueueParams", {"Queue": "q"}), ("QueueMember", member))
        connection.list(action, "QueueStatusComplete", rows if asked_in_step(server) < 3 else rows[:1])

    server.scripts["queuestatus"] = queues
    async with running(server) as daemon:
        await daemon.until(lambda: len(daemon.got) >= 3)
    first, second = daemon.got[1:3]
    assert isinstance(first, QueuesNow)
    assert isinstance(second, QueuesNow)
    assert (first.queues, [one.phone for one in first.members]) == (("q",), ["PJSIP/101"])
    assert (second.queues, second.members) == (("q",), ())
    assert daemon.story.count("Resynchronised") == server.count("CoreShowChannels") == 1


@pytest.mark.usefixtures("_often")
async def test_what_a_member_did_while_queues_were_asked_for_stays(server: FakeAmi):
    def queues(connection: Connection, action: Headers) -> None:
        if asked_in_step(server) == 2:
            connection.event("QueueMemberPause", Queue="q", Interface="PJSIP/101", Paused=1)
        connection.list(action, "QueueStatusComplete", ())

    server.scripts["queuestatus"] = queues
    async with running(server) as daemon:
        await daemon.until(lambda: len(daemon.got) >= 4)
    assert daemon.story[1:4] == ["MemberChanged", "QueuesNow", "MemberChanged"]


@pytest.mark.usefixtures("_often")
@pytest.mark.parametrize("answer", [refuse("Invalid/unknown command: QueueStatus."), silence])
async def test_queues_that_are_not_told_cost_nothing(server: FakeAmi, answer: Script):
    daemon = Daemon(server)
    task = asyncio.create_task(daemon.link.run())
    await daemon.until(lambda: daemon.got)
    daemon.link.manager.config["action_timeout"] = 0.01
    server.scripts["queuestatus"] = answer
    await server.asked("QueueStatus", times=4)
    del server.scripts["queuestatus"]
    daemon.got.clear()
    await daemon.until(lambda: daemon.got)
    assert daemon.story[0] == "QueuesNow"
    assert len(server.connections) == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("_often")
async def test_queues_are_not_told_of_a_link_that_is_lost(server: FakeAmi, monkeypatch: pytest.MonkeyPatch):
    asked = 0

    async def counted(ask: Ask) -> QueuesNow:
        nonlocal asked
        asked += 1
        return await take_queues(ask)

    monkeypatch.setattr(module, "take_queues", counted)
    async with running(server) as daemon:
        await daemon.until(lambda: daemon.got)
        daemon.link.manager.config["sleep"] = lambda _seconds: asyncio.Event().wait()
        server.latest.close()
        await daemon.until(lambda: "LinkLost" in daemon.story)
        before = asked
        await daemon.until(lambda: asked >= before + 3)
        assert daemon.story[-1] == "LinkLost"


async def test_an_action_is_answered_or_refused_or_not_sent(server: FakeAmi):
    server.scripts["hangup"] = refuse("No such channel")
    async with running(server) as daemon:
        with pytest.raises(LinkDown):
            await daemon.link.action({"Action": "Ping"})
        await daemon.until(lambda: daemon.got)
        assert (await daemon.link.action({"Action": "Ping"}))["Ping"] == "Pong"
        with pytest.raises(ActionRefused, match="No such channel"):
            await daemon.link.action({"Action": "Hangup", "Channel": "PJSIP/1"})


async def test_the_secret_and_the_events_wanted_are_sent(server: FakeAmi):
    async with running(server, username="clinic") as daemon:
        await daemon.until(lambda: daemon.got)
    login = server.actions[0]
    assert (login["username"], login["secret"], login["events"]) == ("clinic", "secret", "call,agent")


async def test_no_one_s_number_or_name_is_logged(server: FakeAmi):
    stream = (CAPTURES / "queue-call.ami").read_bytes().removeprefix(BANNER)
    with capture_logs() as logs:
        async with running(server) as daemon:
            await daemon.until(lambda: daemon.got)
            server.latest.send(stream + b"Event: Newchannel\r\nCallerIDNum: +79161234567\r\n\r\n")
            server.latest.send(b"x" * 100_000)
            await daemon.until(lambda: "LinkLost" in daemon.story)
    assert "79161234567" not in str(logs)
    assert "Ivanov" not in str(logs)
