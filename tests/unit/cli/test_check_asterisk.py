"""``ccd check --asterisk``: queues and sounds that the rules name and Asterisk does not have."""

import asyncio
from pathlib import Path

import pytest

from ccd.ami import asking
from tests.fakes.ami import Connection, FakeAmi, Headers, refuse, silence

RULES = """\
routing:
  default_queue: Operators
  people: { ivanova: { name: Ivanova, phone: PJSIP/301 } }
  rosters: { night: { queue: nigth, shifts: [{ who: ivanova, hours: "00:00-24:00" }] } }
  queues: { lab: { max_waiting: 5 } }
  escalation: { queue: chief }
  plans:
    late: [{ queue: { name: night, callback: { sound: ccd/promised, queue: back } } }, { play: ccd/closed }]
  rules:
    - name: crowd
      when: { queue: { name: crowd, waiting: ">= 2" } }
      steps:
        - menu: { sound: ccd/menu, options: { "1": { queue: billing }, "2": late } }
    - name: rest
      steps: [queue: { name: operators, full: { callback: { queue: operatos, sound: ru/ccd/promised } } }]
"""
UNKNOWN = {
    "nigth": ("nigth,", "night"),
    "lab": ("lab: {", ""),
    "chief": ("chief }", ""),
    "back": ("back }", ""),
    "crowd": ("crowd,", ""),
    "billing": ("billing }", ""),
    "operatos": ("operatos,", "operators"),
}
"""Queues that this Asterisk does not have: what stands at their place, what is like them."""
THERE = ("operators", "night")


def place(text: str) -> str:
    """Where this stands in the rules."""
    before = RULES[: RULES.index(text)].split("\n")
    return f"ccd.yaml:{len(before)}:{len(before[-1]) + 1}"


def queues(connection: Connection, action: Headers) -> None:
    rows = tuple(("QueueParams", {"Queue": name}) for name in THERE)
    connection.list(action, "QueueStatusComplete", rows)


@pytest.fixture
async def asterisk():
    async with FakeAmi() as server:
        server.scripts["queuestatus"] = queues
        yield server


@pytest.fixture
def check(ccd):
    """Run it with these settings against a manager port; the exit code and what was said."""

    async def run(port: int, text: str = RULES, *arguments: str) -> tuple[int, list[str]]:
        ami = f"ami: {{ host: 127.0.0.1, port: {port}, secret: hunter2 }}\n"
        Path("ccd.yaml").write_text(text + ami, encoding="utf-8")
        Path("ccd.yaml").chmod(0o600)
        code, out, _ = await asyncio.to_thread(ccd, "check", *arguments)
        return code, [line for line in out.splitlines() if "Asterisk" in line or "sound" in line]

    return run


async def test_every_place_of_a_queue_that_is_not_there(check, asterisk):
    code, said = await check(asterisk.port, RULES, "--asterisk")
    assert code == 0
    expected = [(place(text), name, near) for name, (text, near) in UNKNOWN.items()]
    for line, (at, name, near) in zip(said, expected, strict=True):
        like = f'did you mean "{near}"?' if near else "there are: operators, night"
        assert line.startswith(f"{at}: warning: routing.")
        assert line.endswith(f': Asterisk has no queue "{name}"; {like}')
    assert asterisk.count("login") == 1


async def test_fine_when_all_are_there_and_strict_when_not(check, asterisk):
    fine = "routing: { default_queue: NIGHT }\n"
    assert await check(asterisk.port, fine, "--asterisk", "--strict") == (0, [])
    assert (await check(asterisk.port, "watch_rules: true\n", "--asterisk"))[1] == []
    assert (await check(asterisk.port, RULES, "--asterisk", "--strict"))[0] == 1


async def test_asterisk_is_left_alone_unless_it_is_to_be_asked(check, asterisk):
    assert await check(asterisk.port) == (0, [])
    assert asterisk.actions == []


@pytest.mark.parametrize(
    ("action", "script", "reason"),
    [
        ("login", refuse("Authentication failed"), "Authentication failed"),
        ("queuestatus", refuse("Permission denied"), "QueueStatus: Permission denied"),
        ("queuestatus", silence, "no answer within 0.2 seconds"),
    ],
)
async def test_it_says_plainly_that_it_could_not_ask(check, asterisk, monkeypatch, action, script, reason):
    monkeypatch.setattr(asking, "PATIENCE", 0.2 if script is silence else 5)
    asterisk.scripts[action] = script
    code, said = await check(asterisk.port, RULES, "--asterisk")
    place = f"Asterisk at 127.0.0.1:{asterisk.port}"
    assert (code, said) == (1, [f"ccd.yaml: ami: {place} could not be asked for its queues: {reason}"])


async def test_nobody_listens(check, asterisk):
    await asterisk.__aexit__()
    code, (said,) = await check(asterisk.port, RULES, "--asterisk")
    assert code == 1
    assert said.startswith(f"ccd.yaml: ami: Asterisk at 127.0.0.1:{asterisk.port} could not be asked")
    assert said.endswith(": nothing listens there: is Asterisk up, and enabled = yes in manager.conf?")


async def test_sounds_are_looked_for_in_their_folder_in_any_language(check, tmp_path):
    for name in ("ccd/closed.ulaw", "ru/ccd/menu.alaw", "ru/ccd/promised.wav", "en/ccd/menus.gsm"):
        (tmp_path / "sounds" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sounds" / name).touch()
    code, said = await check(1, RULES + "sounds_folder: sounds\n")
    assert (code, said) == (0, [])
    (tmp_path / "sounds" / "ru/ccd/menu.alaw").unlink()
    code, said = await check(1, RULES + "sounds_folder: sounds\n")
    where = "ccd.yaml:13:26: warning: routing.rules[0].steps[0].menu.sound"
    assert said == [f'{where}: there is no sound "ccd/menu" in {tmp_path}/sounds; did you mean "ccd/menus"?']
    _, said = await check(1, RULES + "sounds_folder: nowhere\n")
    nothing = f"{tmp_path}/nowhere is no folder that this user may read: no sound was looked for"
    assert said == [f"ccd.yaml: sounds_folder: {nothing}"]
