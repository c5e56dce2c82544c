"""The defects of panoramisk 1.4's AMI side, one regression test each, named after its script.

Found by running each script against the library; here the hardened classes are run.

==== =====================================================================================
p01  test_framing: a letter split between two chunks
p02  test_action, and here: nothing of an injected action reaches the server
p03  here
p04  here
p05  test_action, and here
p06  here
p07  here
p08  here
p09  here
p10  here (coroutine callbacks are refused) and test_link (20,000 events in order)
p11  here
p12  test_message, test_framing
p13  here (TLS); ``ssl`` is a context or nothing, never a string: settings are typed
p14  not used: ccd has its own CallBook; ``call_manager`` is never imported
p15  here
p16  test_framing (cap, linear), and here (sending while down)
p17  here
p18  not used: AsyncAGI polls (100 ms a command); ccd answers FastAGI
p19  test_framing, test_translate
==== =====================================================================================
"""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ccd.ami import tls
from ccd.ami.errors import ActionTimeout, BadAction, LinkDown, OutcomeUnknown
from ccd.ami.manager import Manager
from ccd.ami.message import Message
from ccd.ami.protocol import Protocol
from ccd.ami.tls import client_context
from ccd.settings.models import Ami, Tls
from tests.fakes.ami import Connection, FakeAmi, Headers, event, hang_up, refuse, silence


class Pauses:
    """Stands in for ``sleep``: remembers each pause, and ends it when told."""

    def __init__(self, *, at_once: bool = False) -> None:
        self.asked: list[float] = []
        self.begun = asyncio.Event()
        self.over = asyncio.Event()
        if at_once:
            self.over.set()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.begun.set()
        await self.over.wait()


class Client:
    """A manager and what was heard of it."""

    def __init__(self, server: FakeAmi, **options: Any) -> None:
        self.up = asyncio.Event()
        self.down = asyncio.Event()
        self.pauses = Pauses(at_once=True)
        settings = {
            "host": "127.0.0.1",
            "port": server.port,
            "username": "ccd",
            "secret": "s",
            "chance": lambda: 0,
        }
        hooks = {"on_login": lambda _: self.up.set(), "on_disconnect": lambda *_: self.down.set()}
        self.manager = Manager(**{**settings, **hooks, "sleep": self.pauses, **options})
        self.heard: list[Message] = []

    @property
    def protocol(self) -> Protocol:
        assert self.manager.protocol is not None
        return self.manager.protocol

    def listen(self, pattern: str) -> None:
        self.manager.register_event(pattern, lambda _, message: self.heard.append(message))

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not true():
                await asyncio.sleep(0)


@asynccontextmanager
async def connected(server: FakeAmi, **options: Any) -> AsyncIterator[Client]:
    client = Client(server, **options)
    task = client.manager.connect()
    try:
        async with asyncio.timeout(10):
            await client.up.wait()
        yield client
    finally:
        client.manager.close()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def server() -> AsyncIterator[FakeAmi]:
    async with FakeAmi() as fake:
        yield fake


async def test_p02_nothing_of_an_injected_action_reaches_the_server(server: FakeAmi):
    async with connected(server) as client:
        with pytest.raises(BadAction):
            client.manager.send_action({"Action": "DBPut", "Val": "Bob\n\nAction: Originate\n\n"})
        await client.manager.send_action({"Action": "Ping"})
        assert [action["action"] for action in server.actions] == ["Login", "Ping"]


@pytest.mark.parametrize("name", ["Originate", "Atxfer", "CancelAtxfer"])
async def test_p03_plain_originate_success_keeps_the_link(server: FakeAmi, name: str):
    def queued(connection: Connection, action: Headers) -> None:
        connection.answer(action, Message=f"{name} successfully queued")
        connection.event("Hangup", Uniqueid="1.1")

    server.scripts[name.lower()] = queued
    async with connected(server) as client:
        client.listen("Hangup")
        answer = await client.manager.send_action({"Action": name, "Channel": "PJSIP/1"})
        assert answer.success
        await client.until(lambda: client.heard)
        assert len(server.connections) == 1


async def test_p04_a_raising_callback_loses_no_event_and_no_link(server: FakeAmi):
    heard: list[str] = []

    def raising(_manager: Manager, message: Message) -> None:
        heard.append(message["N"])
        raise ValueError("a bug in one handler")

    def broken(*_: bytes) -> None:
        raise ValueError("another")

    async with connected(server, on_read=broken) as client:
        client.manager.register_event("E", raising)
        client.manager.register_frame("F", broken)
        with capture_logs() as logs:
            server.latest.send(b"".join(event("E", N=n) + event("F") for n in range(10)))
            await client.until(lambda: len(heard) == 10)
            await client.manager.send_action({"Action": "Ping"})
        assert heard == [str(n) for n in range(10)]
        assert len(server.connections) == 1
        assert {log["event"] for log in logs} == {"ami_callback_failed", "ami_handler_failed"}


async def test_p05_an_error_completes_a_list_and_queue_add_is_none(server: FakeAmi):
    server.scripts["queuestatus"] = refuse("Permission denied")
    server.scripts["queueadd"] = lambda connection, action: connection.answer(
        action,
        Message="Added interface to queue",
    )
    async with connected(server) as client:
        refused = await client.manager.send_action({"Action": "QueueStatus"}, as_list=True)
        assert refused.refusal == "Permission denied"
        assert (await client.manager.send_action({"Action": "QueueAdd", "Queue": "q"})).success
        assert not client.protocol.responses


async def test_p06_what_was_unanswered_fails_and_never_runs_twice(server: FakeAmi):
    server.scripts["originate"] = hang_up
    async with connected(server) as client:
        client.up.clear()
        future = client.manager.send_action({"Action": "Originate", "Channel": "PJSIP/patient"})
        with pytest.raises(OutcomeUnknown):
            await future
        await client.up.wait()
        await client.manager.send_action({"Action": "Ping"})
        assert server.count("Originate") == 1
        assert len(server.connections) == 2


async def test_p07_a_peer_that_does_not_answer_pings_is_left(server: FakeAmi):
    server.scripts["ping"] = silence
    async with connected(server, ping_interval=0.02) as client:
        async with asyncio.timeout(10):
            await client.down.wait()
        await server.asked("Login", times=2)


async def test_p07_a_peer_that_answers_pings_is_kept(server: FakeAmi):
    async with connected(server, ping_interval=0.01) as client:
        await server.asked("Ping", times=5)
        assert not client.down.is_set()
        assert len(server.connections) == 1


async def test_p08_closed_is_closed(server: FakeAmi):
    pauses = Pauses()
    async with connected(server, sleep=pauses) as client:
        server.latest.close()
        await pauses.begun.wait()
        client.manager.close()
        pauses.over.set()
        task = client.manager._task
        assert task is not None
        with pytest.raises(asyncio.CancelledError):
            await task
        assert server.count("Login") == 1
        assert not client.manager.connected


@pytest.mark.parametrize("host", ["pbx..clinic", "pbx\0clinic"])
async def test_a_host_that_cannot_be_looked_up_is_tried_again(server: FakeAmi, host: str):
    """Such a name fails with UnicodeError or ValueError, not with an OSError."""
    pauses = Pauses()
    client = Client(server, sleep=pauses, host=host)
    with capture_logs() as logs:
        task = client.manager.connect()
        await asyncio.wait({task, asyncio.ensure_future(pauses.begun.wait())}, return_when="FIRST_COMPLETED")
        assert not task.done()
        client.manager.config["host"] = "127.0.0.1"
        pauses.over.set()
        await server.asked("Login")
    assert [log["event"] for log in logs][:1] == ["ami_link_down"]
    client.manager.close()


async def test_p09_a_refused_login_waits_long_and_says_so(server: FakeAmi):
    server.scripts["login"] = refuse("Authentication failed")
    pauses = Pauses()
    client = Client(server, sleep=pauses, secret="WRONG")
    with capture_logs() as logs:
        task = client.manager.connect()
        await pauses.begun.wait()
    assert server.count("Login") == 1
    assert pauses.asked == [60]
    alarms = [log for log in logs if log["log_level"] == "error"]
    assert [(log["event"], log["reason"]) for log in alarms] == [
        ("ami_login_refused", "Authentication failed")
    ]
    assert "WRONG" not in str(logs)
    client.manager.close()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_link_that_never_lasts_is_tried_less_and_less_often(server: FakeAmi):
    server.scripts["login"] = hang_up
    client = Client(server)
    task = client.manager.connect()
    await client.until(lambda: len(client.pauses.asked) >= 8)
    client.manager.close()
    with suppress(asyncio.CancelledError):
        await task
    assert client.pauses.asked[:8] == [0.5, 1, 2, 4, 8, 16, 30, 30]


async def test_a_link_that_answered_a_ping_is_good_and_the_next_pause_is_short(server: FakeAmi):
    server.scripts["login"] = lambda connection, action: (
        connection.answer(action) if len(server.connections) > 2 else connection.close()
    )
    async with connected(server, ping_interval=0.01) as client:
        await server.asked("Ping", times=2)
        client.up.clear()
        server.latest.close()
        await client.up.wait()
        assert client.pauses.asked == [0.5, 1, 0.5]


async def test_p10_coroutine_callbacks_are_refused(server: FakeAmi):
    async def callback(_manager: Manager, _message: Message) -> None: ...

    client = Client(server)
    with pytest.raises(TypeError):
        client.manager.register_event("*", callback)
    with pytest.raises(TypeError):
        client.manager.register_event("*")(callback)


async def test_p10_a_callback_that_returns_a_coroutine_is_named_and_not_run(server: FakeAmi):
    async def later() -> None:
        raise AssertionError

    async with connected(server) as client:
        client.manager.register_event("E", lambda *_: later())
        client.listen("E")
        with capture_logs() as logs:
            server.latest.event("E")
            await client.until(lambda: client.heard)
        assert [log["event"] for log in logs] == ["ami_callback_is_coroutine"]


async def test_p11_actions_go_out_without_fully_booted(server: FakeAmi):
    async with connected(server, events="call,agent") as client:
        assert server.actions[0]["events"] == "call,agent"
        client.up.clear()
        server.latest.close()
        await client.up.wait()
        assert (await client.manager.send_action({"Action": "QueuePause"})).success


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        " -subj /CN=pbx.clinic.test -addext subjectAltName=DNS:pbx.clinic.test"
    )
    subprocess.run(
        ["openssl", *command.split(), "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
async def tls_server(certificate: Path) -> AsyncIterator[FakeAmi]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    async with FakeAmi(tls=context) as fake:
        yield fake


async def test_p13_tls_verifies_the_name_it_was_given(tls_server: FakeAmi, certificate: Path):
    trust = ssl.create_default_context(cafile=certificate / "cert.pem")
    async with connected(tls_server, ssl=trust, server_hostname="pbx.clinic.test") as client:
        assert (await client.manager.send_action({"Action": "Ping"})).success


@pytest.mark.parametrize("name", ["another.clinic.test", "127.0.0.1"])
async def test_p13_a_certificate_of_another_is_refused_and_tried_again_later(
    tls_server: FakeAmi,
    certificate: Path,
    name: str,
):
    trust = ssl.create_default_context(cafile=certificate / "cert.pem")
    client = Client(tls_server, ssl=trust, server_hostname=name)
    task = client.manager.connect()
    await client.until(lambda: len(client.pauses.asked) >= 2)
    client.manager.close()
    with suppress(asyncio.CancelledError):
        await task
    assert tls_server.count("Login") == 0


@pytest.mark.parametrize(
    ("trusted", "server_name"), [(True, "pbx.clinic.test"), (False, "pbx.clinic.test"), (True, "")]
)
async def test_p13_the_settings_decide_whom_to_trust(
    tls_server: FakeAmi,
    certificate: Path,
    trusted: bool,
    server_name: str,
):
    ca_file = certificate / "cert.pem" if trusted else None
    settings = Ami(port=tls_server.port, tls=Tls(ca_file=ca_file, server_name=server_name))
    options = {"ssl": client_context(settings), "server_hostname": tls.server_name(settings)}
    client = Client(tls_server, **options)
    task = client.manager.connect()
    await client.until(lambda: client.up.is_set() or client.pauses.asked)
    assert client.up.is_set() == (trusted and server_name != "")
    client.manager.close()
    with suppress(asyncio.CancelledError):
        await task


def test_p13_without_tls_in_the_settings_there_is_none():
    assert client_context(Ami()) is None
    assert tls.server_name(Ami()) is None


async def test_p13_a_peer_that_never_speaks_is_given_up(server: FakeAmi):
    server.scripts["login"] = silence
    client = Client(server, connect_timeout=0.02)
    task = client.manager.connect()
    await server.asked("Login", times=2)
    client.manager.close()
    with suppress(asyncio.CancelledError):
        await task


async def test_p15_an_action_that_timed_out_is_forgotten(server: FakeAmi):
    server.scripts["slow"] = silence
    async with connected(server) as client:
        with pytest.raises(ActionTimeout):
            await client.manager.send_action({"Action": "Slow"}, deadline=0.001)
        given_up = client.manager.send_action({"Action": "Slow"})
        given_up.cancel()
        await client.until(lambda: not client.protocol.responses)


async def test_p15_a_late_answer_does_no_harm(server: FakeAmi):
    late: list[tuple[Connection, Headers]] = []
    server.scripts["slow"] = lambda connection, action: late.append((connection, action))
    async with connected(server) as client:
        with pytest.raises(ActionTimeout):
            await client.manager.send_action({"Action": "Slow"}, deadline=0.001)
        await server.asked("Slow")
        connection, action = late[0]
        connection.answer(action, Message="too late")
        assert (await client.manager.send_action({"Action": "Ping"}))["Ping"] == "Pong"


async def test_p16_sending_while_down_raises_at_once(server: FakeAmi):
    client = Client(server)
    with pytest.raises(LinkDown):
        client.manager.send_action({"Action": "Ping"})
    pauses = Pauses()
    async with connected(server, sleep=pauses) as up:
        server.latest.close()
        await pauses.begun.wait()
        with pytest.raises(LinkDown):
            up.manager.send_action({"Action": "Ping"})


async def test_p16_a_peer_that_sends_no_end_is_left(server: FakeAmi):
    async with connected(server) as client:
        server.latest.send(b"x" * 200_000)
        await client.down.wait()
        await server.asked("Login", times=2)


async def test_p17_an_event_with_a_pending_action_id_still_reaches_callbacks(server: FakeAmi):
    def originate(connection: Connection, action: Headers) -> None:
        for _ in range(2):
            connection.event("OriginateResponse", ActionID=action["actionid"], Response="Failure", Reason=3)
        connection.answer(action, Message="Originate successfully queued")

    server.scripts["originate"] = originate
    async with connected(server) as client:
        client.listen("Originate*")
        answer = await client.manager.send_action({"Action": "Originate", "Async": "true"})
        assert answer["Message"] == "Originate successfully queued"
        assert [message["Reason"] for message in client.heard] == ["3", "3"]


async def test_answers_are_matched_by_action_id_in_any_order(server: FakeAmi):
    waiting: list[tuple[Connection, Headers]] = []
    server.scripts["get"] = lambda connection, action: waiting.append((connection, action))
    async with connected(server) as client:
        futures = [client.manager.send_action({"Action": "Get", "Key": str(key)}) for key in range(3)]
        await server.asked("Get", times=3)
        server.latest.send(b"Response: Error\r\nMessage: of nobody\r\n\r\n")
        for connection, action in reversed(waiting):
            connection.answer(action, Val=action["key"])
        assert [(await future)["Val"] for future in futures] == ["0", "1", "2"]


async def test_two_actions_under_one_id_are_refused(server: FakeAmi):
    server.scripts["slow"] = silence
    async with connected(server) as client:
        first = client.manager.send_action({"Action": "Slow", "ActionID": "same"})
        with pytest.raises(BadAction):
            client.manager.send_action({"Action": "Slow", "ActionID": "same"})
        first.cancel()


async def test_a_peer_that_does_not_read_is_not_fed_without_bound(server: FakeAmi):
    async with connected(server) as client:
        protocol = client.protocol
        protocol.pause_writing()
        with pytest.raises(LinkDown):
            client.manager.send_action({"Action": "Ping"})
        protocol.resume_writing()
        assert (await client.manager.send_action({"Action": "Ping"})).success


async def test_a_callback_and_a_frame_handler_both_hear_an_event(server: FakeAmi):
    frames: list[bytes] = []
    async with connected(server) as client:
        client.listen("*")
        client.manager.register_frame("Hangup", frames.append)
        server.latest.event("Hangup", N=1)
        await client.until(lambda: client.heard)
        assert frames == [b"Event: Hangup\r\nN: 1"]


def test_kinds_of_events_from_the_network_are_not_remembered_without_bound():
    manager = Manager(host="127.0.0.1", username="ccd", secret="s")
    for number in range(5_000):
        assert manager.routes[b"Event: Forged%d" % number] is None
    assert len(manager.routes) <= 1_000


async def test_a_callback_registered_late_hears_the_next_event(server: FakeAmi):
    async with connected(server) as client:
        server.latest.event("Hangup", N=1)
        await client.manager.send_action({"Action": "Ping"})
        client.listen("Hang*")
        server.latest.event("Hangup", N=2)
        await client.until(lambda: client.heard)
        assert [message["N"] for message in client.heard] == ["2"]


async def test_console_commands_give_their_output(server: FakeAmi):
    server.scripts["command"] = lambda connection, action: connection.send(
        f"Response: Success\r\nActionID: {action['actionid']}\r\nOutput: a: 1\r\nOutput:  b\r\n\r\n".encode(),
    )
    async with connected(server) as client:
        assert (await client.manager.send_command("core show version"))["Output"] == ["a: 1", " b"]
