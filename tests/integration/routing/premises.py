"""The clinic in which the routing language is tried, and calls placed in crowds."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.integration.clinic.support import Clinic, until
from tests.integration.routing import known
from tests.integration.routing.conditions import CROWD, STAFFED, WITHHELD, Placed
from tests.testbed.phones import Patient, Phone

LONG = "ccd/long"
"""A sound of a minute: whoever hears it has time to do something meanwhile."""
NOBODY, OWN, FREE, LINE, RUNGS = "nobody", "own", "free", "line", "rungs"
_QUEUES = {
    CROWD: (),
    STAFFED: ("member => PJSIP/118", "member => PJSIP/119"),
    NOBODY: ("joinempty = no",),
    OWN: ("member => PJSIP/136", "member => PJSIP/137", "member => PJSIP/138"),
    FREE: (
        "member => PJSIP/139",
    ),  # whom nobody else rings: a preferred agent is rung while somebody is free
    LINE: (),
    RUNGS: ("timeout = 1", "member => PJSIP/129,0", "member => PJSIP/119,10"),
}
"""Queues beside the clinic's own, and what is written of them."""
_AT_ONCE = 10
_LASTING = 300
"""Seconds: longer than any test."""


class Premises(Clinic):
    """Asterisk, phones, and a ccd that has patients and a past before it starts."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.ccd.given = Path(__file__).with_name("ccd.yaml")

    async def open(self) -> None:
        """Asterisk and phones, and what the clinic knows; ccd is not started."""
        await super().open()
        self.ccd.configure()
        self._write_rules({})
        await known.write(self.home, self.ccd.config, self.ccd.database)

    def furnish(self, etc: Path) -> None:
        """The clinic's phones and queues, and some more queues."""
        super().furnish(etc)
        self.asterisk.wait_for_ccd()
        with (etc / "queues.conf").open("a") as queues:
            for name, lines in _QUEUES.items():
                queues.write("\n".join((f"[{name}](ccd-queue)", *lines, "")))

    async def run(self, routing: Mapping[str, Any]) -> None:
        """Have ccd run under these rules."""
        self._few = asyncio.Semaphore(_AT_ONCE)  # of this test's loop
        await self.ccd.stop()
        self._write_rules(routing)
        await self.start_ccd("tests.integration.routing.late_ccd")

    def runs(self, routing: Mapping[str, Any]) -> bool:
        """Whether ccd runs under these rules already."""
        alive = self.ccd.process is not None and self.ccd.process.alive
        return alive and json.loads((self.home / "routing.yaml").read_text()) == routing

    def _write_rules(self, routing: Mapping[str, Any]) -> None:
        """JSON is YAML."""
        (self.home / "routing.yaml").write_text(json.dumps(routing, ensure_ascii=False, indent=1))

    @property
    def trunk(self) -> str:
        """How numbers outside are dialled: all of them are phones that answer."""
        return f"PJSIP/trunk/sip:{{number}}@127.0.0.1:{self.ports['answers']}"

    async def let_call(self, patient: Patient) -> Phone:
        """One call, begun when few others begin, and its end awaited.

        Again when nothing was sent: another process was quicker to take the phone's port.
        """
        for _ in range(3):
            async with self._few:
                phone = await self.call(patient)
            await phone.process.wait(120)
            if phone.traffic():
                return phone
        raise AssertionError(f"no phone could call {patient.did}")

    async def place(self, calls: Iterable[Placed], *, lasting: bool = False) -> None:
        """Let patients dial, a few at a time; without ``lasting``, wait for the end of each call."""
        await asyncio.gather(*(self._place(call, lasting=lasting) for call in calls))

    async def _place(self, call: Placed, *, lasting: bool) -> None:
        patient = Patient(number=call.caller, did=call.called, talk=_LASTING)
        if call.caller == WITHHELD:
            patient = replace(patient, headers=b"Privacy: id\n", name=b"Anonymous")
        await (self.call(patient) if lasting else self.let_call(patient))

    async def routed(self, calls: Iterable[Placed]) -> dict[tuple[str, str], str]:
        """The rule in the record of each of these calls, once all are over: by caller and called number."""
        wanted = {(call.caller, call.called) for call in calls}

        def rules() -> dict[tuple[str, str], str]:
            rows = self.rows("state = 'ended'")
            return {(row["caller_number"], row["called_number"]): row["rule"] for row in rows}

        await until(lambda: wanted <= rules().keys(), "every call's record is final")
        return rules()
