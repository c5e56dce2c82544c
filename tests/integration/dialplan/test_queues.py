"""What no event of Asterisk's tells: which queues and members a reload has left."""

import asyncio
from pathlib import Path

import pytest

from ccd.ami import link as module
from ccd.ami.link import AmiLink
from ccd.calls.events import AsteriskEvent, QueuesNow
from ccd.settings.models import Ami
from tests.testbed.bed import Testbed

pytestmark = pytest.mark.asterisk

ADDED = "\n[insurance](ccd-queue)\nmember => PJSIP/102,0,Operator 102,PJSIP/102\n"


class Heard:
    """Asterisk's queues as ccd's link told of them last."""

    def __init__(self) -> None:
        self.queues: dict[str, set[str]] = {}
        self.others: list[AsteriskEvent] = []

    def deliver(self, event: AsteriskEvent) -> None:
        if isinstance(event, QueuesNow):
            self.queues = {queue: set() for queue in event.queues}
            for member in event.members:
                self.queues[member.queue].add(member.phone)
        else:
            self.others.append(event)

    async def until(self, queue: str, phones: set[str] | None) -> None:
        async with asyncio.timeout(30):
            while not self.queues or self.queues.get(queue) != phones:
                await asyncio.sleep(0.05)


async def test_what_a_reload_removed_is_told(bed: Testbed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUES_EVERY", 0.2)
    heard, config = Heard(), bed.home / "asterisk" / "etc" / "queues.conf"
    settings = Ami(port=bed.ami_port, username="ccd")
    before = config.read_text()
    task = asyncio.create_task(AmiLink(settings, bed.ccd.ami_secret, heard.deliver).run())
    try:
        await heard.until("insurance", None)
        await _reload(bed, config, before + ADDED)
        await heard.until("insurance", {"PJSIP/102"})
        await _reload(bed, config, (before + ADDED).replace("member => PJSIP/102", ";"))
        await heard.until("insurance", set())
        await _reload(bed, config, before)
        await heard.until("insurance", None)
        assert heard.queues["operators"] == {"PJSIP/101", "PJSIP/102"}
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await _reload(bed, config, before)
    assert [type(event).__name__ for event in heard.others].count("Resynchronised") == 1


async def _reload(bed: Testbed, config: Path, text: str) -> None:
    config.write_text(text)
    await bed.asterisk.cli("queue reload all")
