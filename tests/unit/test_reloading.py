"""New rules in place of the old ones: all of them, or none; and how a command hears of it."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ccd import reloading
from ccd.control import Control, NobodyThereError, ask
from ccd.reloading import Outcome, Reloader
from ccd.routing.ruleset import RuleSet
from ccd.settings import loading
from ccd.settings.loading import load

RULES = "default_queue: {queue}\nrules:\n  - {{ name: a, steps: [{{ queue: {queue} }}] }}\n"


class House:
    """A clinic's files, and the rules in force."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ccd.yaml"
        self.rules_file = folder / "routing.yaml"
        self.path.write_text("routing_file: routing.yaml\n", encoding="utf-8")
        self.write("first")
        settings = load(self.path)
        self.rules = RuleSet(settings.routing)
        self.reloader = Reloader(self.path, settings, self.rules, self.take)

    def take(self, _routing: object, rules: RuleSet) -> None:
        self.rules = rules

    def write(self, queue: str) -> None:
        self.rules_file.write_text(RULES.format(queue=queue), encoding="utf-8")

    def append(self, text: str) -> None:
        self.path.write_text(self.path.read_text(encoding="utf-8") + text, encoding="utf-8")

    async def becomes(self, queue: str) -> None:
        async with asyncio.timeout(10):
            while self.rules.default_queue != queue:
                await asyncio.sleep(0.01)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(reloading, "DEBOUNCE", 50)
    return House(tmp_path)


@asynccontextmanager
async def during(*parts: object) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(part) for part in parts]  # type: ignore[call-overload]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@pytest.mark.parametrize("name", ["ccd.yaml", "routing.yaml"])
async def test_a_file_that_an_editor_has_just_emptied_is_not_taken(house, name):
    """ccd can start without any rule; a reload that empties them all is a file being written."""
    before = house.rules
    (house.path.parent / name).write_text("\n", encoding="utf-8")
    outcome = await house.reloader.reload()
    assert not outcome.done
    assert outcome.lines[0].endswith(f"{name}: the file is empty: is it still being written?")
    assert house.rules is before


async def test_a_file_that_was_empty_when_read_and_written_right_after_is_not_taken_as_no_rules(
    house, monkeypatch
):
    whole, read = house.rules_file.read_text(encoding="utf-8"), loading.read

    def read_and_then_written(path: Path) -> loading.Reading:
        reading = read(path)
        house.rules_file.write_text(whole, encoding="utf-8")
        return reading

    monkeypatch.setattr(loading, "read", read_and_then_written)
    before = house.rules
    house.rules_file.write_text("", encoding="utf-8")
    outcome = await house.reloader.reload()
    assert (outcome.done, house.rules) == (False, before)


async def test_changed_rules_are_taken(house):
    house.write("second")
    outcome = await house.reloader.reload()
    assert outcome == Outcome(True, house.rules.version)
    assert house.rules.default_queue == "second"


async def test_a_mistake_leaves_all_as_it_was_and_is_told_with_its_place(house):
    before = house.rules
    house.rules_file.write_text("default_queue: second\nrules: [{ name: a, stebs: [] }]\n", encoding="utf-8")
    with capture_logs() as logged:
        outcome = await house.reloader.reload()
    assert house.rules is before
    assert (outcome.done, outcome.version) == (False, before.version)
    place = f"{house.rules_file}:2:20: rules[0].stebs: "
    assert outcome.lines[0].startswith(f"{house.rules_file}:2:")
    assert any(line.startswith(place) for line in outcome.lines)
    assert outcome.lines[-1] == "the rules stay as they were"
    assert [one["problem"] for one in logged] == list(outcome.lines[:-1])


async def test_an_error_of_our_own_leaves_all_as_it_was(house, monkeypatch):
    def broken(*_given: object) -> None:
        raise RuntimeError("a bug")

    before = house.rules
    monkeypatch.setattr(reloading, "RuleSet", broken)
    with capture_logs() as logged:
        outcome = await house.reloader.reload()
    assert not outcome.done
    assert house.rules is before
    assert logged[0]["event"] == "rules not reloaded"


async def test_rules_that_fail_their_expectations_are_not_taken(house):
    call = 'call: { from: "1", to: "2", at: "2026-11-23 10:00" }'
    tests = f"tests: [{{ name: it, {call}, expect: {{ first: queue first }} }}]\n"
    house.rules_file.with_name("routing.tests.yaml").write_text(tests, encoding="utf-8")
    assert (await house.reloader.reload()).done
    house.write("second")
    outcome = await house.reloader.reload()
    assert house.rules.default_queue == "first"
    assert outcome.lines[0].endswith('"it": expected first queue first, came queue second')


async def test_after_a_mistake_is_put_right_the_rules_are_taken(house):
    house.rules_file.write_text("rules: [", encoding="utf-8")
    assert not (await house.reloader.reload()).done
    house.write("second")
    assert (await house.reloader.reload()).done
    assert house.rules.default_queue == "second"


async def test_what_needs_a_restart_says_so(house):
    house.append("agi: { port: 4574 }\nlog: { level: debug }\n")
    house.write("second")
    outcome = await house.reloader.reload()
    assert outcome.lines == (
        "agi: changes when ccd starts again",
        "log: changes when ccd starts again",
    )
    assert house.rules.default_queue == "second"


async def test_warnings_are_told_and_do_not_hinder(house):
    house.rules_file.write_text(
        RULES.format(queue="second") + "  - { name: b, steps: [{ queue: x }] }\n", encoding="utf-8"
    )
    outcome = await house.reloader.reload()
    assert outcome.done
    assert "is never reached" in outcome.lines[0]


async def test_the_loop_goes_on_while_rules_are_read(house, monkeypatch):
    reading, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    real = loading.read

    def slow(path: Path) -> object:
        loop.call_soon_threadsafe(reading.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        return real(path)

    monkeypatch.setattr(loading, "read", slow)
    task = asyncio.create_task(house.reloader.reload())
    await reading.wait()
    go_on.set()
    assert (await task).done


async def test_it_is_told_to(house):
    async with during(house.reloader.run()):
        house.write("second")
        house.reloader.ask()
        await house.becomes("second")
        house.write("third")
        house.reloader.ask()
        await house.becomes("third")


async def test_a_changed_file_is_taken_and_one_put_in_its_place_too(house):
    async with during(house.reloader.watch()):
        house.write("second")
        async with asyncio.timeout(10):
            while house.rules.default_queue != "second":
                house.write("second")  # the watch may not have begun yet
                await asyncio.sleep(0.1)
        other = house.rules_file.with_name("new.yaml")
        async with asyncio.timeout(10):
            while house.rules.default_queue != "third":
                other.write_text(RULES.format(queue="third"), encoding="utf-8")
                other.rename(house.rules_file)
                await asyncio.sleep(0.1)


async def test_a_new_file_that_fits_a_pattern_is_taken(house):
    folder = house.path.parent / "routing.d"
    folder.mkdir()
    house.rules_file.write_text("default_queue: first\ninclude: routing.d/*.yaml\n", encoding="utf-8")
    await house.reloader.reload()
    async with during(house.reloader.watch()):
        text = "rules: [{ name: winter, steps: [{ queue: winter }] }]\n"
        (folder / ".#winter.yaml").write_text("rules: [", encoding="utf-8")
        async with asyncio.timeout(10):
            while "winter" not in house.rules.queues:
                (folder / "winter.yaml").write_text(text, encoding="utf-8")  # the watch may not have begun
                await asyncio.sleep(0.1)


def test_what_fits_a_pattern_does_as_glob_says():
    fits = reloading._fits
    pattern = Path("/etc/ccd/routing.d/*.yaml")
    assert fits(Path("/etc/ccd/routing.d/winter.yaml"), pattern)
    for other in (
        "routing.d/.#winter.yaml",
        "routing.d/winter.yaml~",
        "routing.d/sub/winter.yaml",
        "winter.yaml",
    ):
        assert not fits(Path("/etc/ccd", other), pattern)


async def test_a_command_hears_what_came_of_it(house, tmp_path):
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    database = folder / "ccd.db"
    socket = folder / "ccd.db.control"
    async with during(Control(database, house.reloader.reload).run()):
        async with asyncio.timeout(5):
            while not socket.exists():
                await asyncio.sleep(0.01)
        assert stat.S_IMODE(socket.stat().st_mode) == 0o600
        house.write("second")
        assert (await asyncio.to_thread(ask, database)).done
        assert house.rules.default_queue == "second"
        house.rules_file.write_text("rules: [", encoding="utf-8")
        outcome = await asyncio.to_thread(ask, database)
        assert not outcome.done
        assert outcome.lines[0].startswith(f"{house.rules_file}:1:9: ")
    assert not socket.exists()


async def test_a_socket_that_a_killed_ccd_left_is_replaced(house, tmp_path):
    database = tmp_path / "ccd.db"
    (tmp_path / "ccd.db.control").touch()
    async with during(Control(database, house.reloader.reload).run()):
        async with asyncio.timeout(5):
            while True:
                try:
                    outcome = await asyncio.to_thread(ask, database)
                    break
                except NobodyThereError:
                    await asyncio.sleep(0.01)
        assert outcome.done


@pytest.mark.parametrize("left", [False, True])
def test_where_no_ccd_runs_the_command_says_so(tmp_path, left):
    if left:
        import socket

        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(str(tmp_path / "x.db.control"))
    with pytest.raises(NobodyThereError, match=rf"no ccd runs on {tmp_path}/x.db"):
        ask(tmp_path / "x.db")
