"""The real ``ccd run`` in a process of its own, over the database of a large clinic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from tests.bench import clinic
from tests.testbed.ccd_process import CcdProcess
from tests.testbed.ports import free_port
from tests.testbed.process import Process

CONFIG = Path(__file__).with_name("ccd.yaml")


async def prepared(home: Path, name: str, ami_port: int) -> CcdProcess:
    """A ccd that can be started, in the folder ``name`` of ``home``."""
    folder = home / name
    folder.mkdir()
    ccd = CcdProcess(folder, free_port(), free_port(), ami_port, CONFIG)
    ccd.configure()
    await clinic.prepare(home, ccd.database)
    return ccd


@asynccontextmanager
async def running(ccd: CcdProcess) -> AsyncIterator[Process]:
    """Started; stopped at the end."""
    await ccd.start()
    assert ccd.process is not None
    try:
        yield ccd.process
    finally:
        await ccd.stop()


def cpu(process: Process) -> float:
    """Seconds of CPU that it has used so far."""
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)
