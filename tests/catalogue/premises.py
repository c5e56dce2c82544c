"""The clinic in which shapes are played: queues, phones and a rule for each, all on one Asterisk."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.catalogue.configuration import configuration, filled
from tests.catalogue.shape import Shape
from tests.testbed.bed import Testbed

_PHONE = """
[{number}](phone)
aors = {number}
callerid = "Agent {number}" <{number}>
named_call_group = {group}
named_pickup_group = {group}
[{number}]
type = aor
contact = sip:{number}@127.0.0.1:{port}
"""
_OUTSIDE = """
[outside]
type = endpoint
context = from-trunk
disallow = all
allow = alaw
dtmf_mode = info
direct_media = no
aors = outside
[outside]
type = aor
contact = sip:127.0.0.1:{port}
"""
_EXTENSIONS = """
[internal](+)
exten => _3XXX,1,Dial(PJSIP/${EXTEN},6,t)
exten => _6XXX,1,Queue(q${EXTEN:1},t)
exten => _7XXX,1,Queue(d${EXTEN:1},t)
exten => _8X.,1,Dial(PJSIP/${EXTEN}@outside,20,t)
"""
_FEATURES = """
[general]
transferdigittimeout = 15
featuredigittimeout = 8000
atxfernoanswertimeout = 8
atxfercallbackretries = 1
atxferloopdelay = 1
pickupexten = *8
[featuremap]
blindxfer = #1
atxfer = *2
"""
_RECORDER = """
[recorder]
secret = {secret}
read = call,agent,agi,dialplan
writetimeout = 5000
"""
_USUAL: dict[str, object] = {
    "strategy": "linear", "timeout": 6, "retry": 1, "timeoutpriority": "app", "ringinuse": "no",
    "joinempty": "yes", "leavewhenempty": "no", "autofill": "yes",
}  # fmt: skip
"""Quicker than real people.  No template: of a queue's strategies Asterisk takes the first."""


class Premises(Testbed):
    """One testbed for the whole catalogue; its agents' phones are all at ``port``."""

    def __init__(self, home: Path, shapes: Iterable[Shape], port: int) -> None:
        self.shapes, self.port = list(shapes), port
        self.config_text = configuration(self.shapes)
        config = home / "template.yaml"
        config.write_text(self.config_text)
        super().__init__(home, config=config, phone_ports=dict.fromkeys(("101", "102", "201"), port))

    async def open(self) -> None:
        """Start Asterisk; ccd waits for whoever connects it."""
        self.asterisk.configure()
        self.asterisk.wait_for_ccd()
        self._furnish(self.home / "asterisk" / "etc")
        await self.asterisk.start()

    async def start_ccd(self) -> None:
        """Start it, with time for its promises."""
        await self.ccd.start(module="tests.testbed.patient_ccd")

    def _furnish(self, etc: Path) -> None:
        numbers = {one.extension(letter): one.queue_name("q") for one in self.shapes for letter in "abcdxy"}
        phones = (_PHONE.format(number=n, group=g, port=self.port) for n, g in numbers.items())
        _append(etc / "pjsip.conf", _OUTSIDE.format(port=self.port), *phones)
        _append(etc / "queues.conf", *(_queues(one) for one in self.shapes))
        _append(etc / "extensions.conf", _EXTENSIONS)
        _append(etc / "manager.conf", _RECORDER.format(secret=self.asterisk.secret))
        (etc / "features.conf").write_text(_FEATURES)


def _append(path: Path, *texts: str) -> None:
    with path.open("a") as file:
        file.writelines(texts)


def _queues(one: Shape) -> str:
    members = [f"{one.device(letter)},0,Agent {one.extension(letter)}" for letter in one.members]
    options = {**_USUAL, "context": "ccd-keys", "member": members, **one.queue}
    doctors = {**_USUAL, "member": [f"{one.device('d')},0,Doctor {one.extension('d')}"]}
    return _section(one, one.queue_name("q"), options) + _section(one, one.queue_name("d"), doctors)


def _section(shape: Shape, name: str, options: dict[str, Any]) -> str:
    lines = [f"{key} => {filled(shape, str(one))}" for key, value in options.items() for one in _each(value)]
    return "\n".join(["", f"[{name}]", *lines, ""])


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else [value]
