"""Free ports, below the kernel's ephemeral range: no outgoing connection takes them.

Single ports and blocks come from ranges of their own: single ones, strewn over one
range and kept by TCP for a minute after their end, would leave no long row free.
Each process takes single ports from a slice of its own: a phone that is started again
finds its port as it left it.
"""

import atexit
import random
import socket
from collections import deque
from functools import cache

_SINGLE = range(10_000, 22_000)
_SLICE = 1_000
_BLOCKS = range(22_000, 32_000)
_random = random.SystemRandom()
_given: deque[int] = deque(maxlen=_SLICE // 2)
"""What was given away lately: nobody may listen there yet."""


def free_port() -> int:
    """Return a port that is free on loopback for TCP and UDP both."""
    for _ in range(1000):
        port = _random.choice(_own())
        if port in _given:
            continue
        if _is_free(port, socket.SOCK_STREAM) and _is_free(port, socket.SOCK_DGRAM):
            _given.append(port)
            return port
    raise OSError(f"no free port between {_SINGLE.start} and {_SINGLE.stop}")


def free_block(count: int) -> int:
    """Return the first of ``count`` ports in a row that are free for UDP; even, as RTP wants it."""
    for _ in range(1000):
        start = _random.randrange(_BLOCKS.start, _BLOCKS.stop - count) & ~1
        if all(_is_free(port, socket.SOCK_DGRAM) for port in range(start, start + count)):
            return start
    raise OSError(f"no {count} free ports in a row between {_BLOCKS.start} and {_BLOCKS.stop}")


@cache
def _own() -> range:
    """The slice whose last port this process keeps until its end; all of them when none is left."""
    starts = range(_SINGLE.start, _SINGLE.stop, _SLICE)
    for start in _random.sample(starts, len(starts)):
        guard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            guard.bind(("127.0.0.1", start + _SLICE - 1))
        except OSError:
            guard.close()
            continue
        atexit.register(guard.close)
        return range(start, start + _SLICE - 1)
    return _SINGLE


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
