"""One ccd as a process: its loop, its signals, its exit code."""

import asyncio
import errno
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog

from ccd import limits, logs
from ccd.daemon.running import Daemon
from ccd.logfile import LogFile
from ccd.settings.models import Agi, Settings
from ccd.settings.secrets import ami_secret
from ccd.store.errors import DatabaseInUseError, WrongDatabaseError
from ccd.terminal import visible_lines

log = structlog.get_logger()


def run(settings: Settings, path: Path) -> int:
    """Run ccd until SIGTERM or SIGINT; the exit code.  Raises SettingsError when a secret is missing.

    ``path`` is the file that the settings are from.
    """
    secret = ami_secret(settings)
    stream = logs.set_up(level=settings.log.level, style=settings.log.format, file=settings.log.file)
    limits.raise_descriptors()
    _switch_often()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(serve(settings, secret, path))
    finally:
        stream.close()


def collect_rarely() -> None:
    """Looking for cycles cost a tenth of the intake, and there are hardly any.  A look holds up every caller.

    So it is short and at what is new (a millisecond for 2,000 values); what has stayed is looked at when
    a million more have, and what is there now (programs, rules), never.
    """
    gc.freeze()
    gc.set_threshold(2_000, 500, 50)


def _switch_often() -> None:
    """The loop must not wait 5 ms (the default) for a thread that makes rows: callers wait for the loop.

    It may have to at every read and write of a socket: each lets a thread go first.
    """
    sys.setswitchinterval(0.0001)


async def serve(settings: Settings, secret: str, path: Path) -> int:
    """Run every part until a signal; the exit code, 1 after telling why ccd cannot run."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    failures: list[str] = []
    daemon = Daemon(settings, secret, path)
    collect_rarely()
    loop.add_signal_handler(signal.SIGHUP, daemon.reloader.ask)
    try:
        await daemon.run(stopping)
    except* (OSError, WrongDatabaseError, DatabaseInUseError) as group:
        failures += [_reason(error, settings.agi) for error in _flat(group)]
    for reason in failures:
        log.error("ccd cannot run", reason=reason)
        LogFile().write(f"ccd: {visible_lines(reason)}\n")
    return 1 if failures else 0


def _reason(error: BaseException, agi: Agi) -> str:
    """One sentence.  An OSError is about AGI's port."""
    if not isinstance(error, OSError):
        return str(error)
    port = f"the AGI port {agi.host}:{agi.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{port} is taken (address already in use): is another ccd running? Stop it or change agi.port"
    return f"{port} cannot be had: {error.strerror or error}"


def _flat(group: BaseExceptionGroup[Exception]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _flat(error)
        else:
            yield error


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The loop of uvloop where it is installed: AGI gains two to three times from it."""
    try:
        import uvloop  # noqa: PLC0415 - it may be missing
    except ImportError:
        return None
    return uvloop.new_event_loop
