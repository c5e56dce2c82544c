"""Free ports, below the kernel's ephemeral range: no outgoing connection takes them."""

import random
import socket

_LOW, _HIGH = 10_000, 32_000
_random = random.SystemRandom()


def free_port() -> int:
    """Return a port that is free on loopback for TCP and UDP both."""
    return free_block(1)


def free_block(count: int) -> int:
    """Return the first of ``count`` free ports in a row; even, as RTP wants it."""
    for _ in range(1000):
        start = _random.randrange(_LOW, _HIGH - count) & ~1
        if all(_is_free(port) for port in range(start, start + count)):
            return start
    raise OSError(f"no {count} free ports in a row between {_LOW} and {_HIGH}")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
