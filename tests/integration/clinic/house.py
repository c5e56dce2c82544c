"""Who works in the clinic: phones by behaviour, a queue for each, and the number that leads there."""

from collections.abc import Mapping
from pathlib import Path

from tests.testbed.phones import Agent

BEHAVIOURS = {
    "answers": Agent(answer_after=0.3),
    "rings": Agent(answer_after=None),
    "ends": Agent(answer_after=0.3, talk=2),
    "holds": Agent(answer_after=0.3, hold=(0.5, 1.5)),
    "passes": Agent(answer_after=0.3, refer="*7"),
}
PHONES = {name: [f"1{group}{number}" for number in range(10)] for group, name in enumerate(BEHAVIOURS, 1)}
"""Ten phones for each behaviour; the last four are in no queue of that name."""
RULES = (
    *("answers", "rings", "ends", "holds", "local", "empty", "turns", "escalates", "facts"),
    *("dials", "passes", "bounded", "recorded", "dialled"),
)
DIDS = {name: f"749500000{number:02}" for number, name in enumerate(RULES, 1)}
_QUEUE = "[{name}](ccd-queue)\nstrategy = {strategy}\ntimeout = {timeout}\nwrapuptime = 0\n{members}\n"
_PHONE = (
    '[{number}](phone)\naors = {number}\ncallerid = "Agent {number}" <{number}>\n'
    "[{number}]\ntype = aor\ncontact = sip:{number}@127.0.0.1:{port}\n"
)


def furnish(etc: Path, ports: Mapping[str, int]) -> None:
    """Add the phones and queues to Asterisk's configuration; ``ports``: where each behaviour is played."""
    with (etc / "pjsip.conf").open("a") as pjsip, (etc / "queues.conf").open("a") as queues:
        for name, numbers in PHONES.items():
            pjsip.writelines(_PHONE.format(number=number, port=ports[name]) for number in numbers)
            queues.write(_queue(name, numbers[:6]))
        queues.writelines(_queue(name, []) for name in ("empty", "bounded"))
        queues.write(_queue("local", []) + "member => Local/118@internal,0,Agent 118,PJSIP/118\n")
        queues.write(_queue("turns", [PHONES["rings"][9], PHONES["answers"][9]], "linear", timeout=3))
        queues.write(_queue("recorded", PHONES["answers"][7:8]) + "monitor-format = wav\n")
    manager = etc / "ccd-manager.conf"
    manager.write_text(manager.read_text().replace(";channelvars", "channelvars"))


def _queue(name: str, numbers: list[str], strategy: str = "rrmemory", *, timeout: int = 300) -> str:
    members = "\n".join(f"member => PJSIP/{number},0,Agent {number},PJSIP/{number}" for number in numbers)
    return _QUEUE.format(name=name, strategy=strategy, timeout=timeout, members=members)
