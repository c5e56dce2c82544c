"""What systemd is told."""

import os
import socket

import pytest

from ccd.notify import READY, WATCHDOG, notify, watchdog_interval


@pytest.fixture
def systemd(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(1)
        yield sock


def test_a_state_reaches_systemd(systemd):
    assert notify(READY, {"NOTIFY_SOCKET": systemd.getsockname()})
    assert systemd.recv(64) == b"READY=1"


def test_an_abstract_socket():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        name = f"ccd-test-{os.getpid()}"
        sock.bind("\0" + name)
        sock.settimeout(1)
        assert notify(WATCHDOG, {"NOTIFY_SOCKET": "@" + name})
        assert sock.recv(64) == b"WATCHDOG=1"


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1", "/nowhere/notify"])
def test_without_systemd_nothing_happens(address):
    assert not notify(READY, {"NOTIFY_SOCKET": address})


def test_a_silent_systemd_does_not_block(systemd):
    environ = {"NOTIFY_SOCKET": systemd.getsockname()}
    assert not all(notify(WATCHDOG, environ) for _ in range(100_000))


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_wants_to_hear_twice_in_its_time(environ, seconds):
    assert watchdog_interval(environ) == seconds
