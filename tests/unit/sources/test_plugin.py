"""A plug-in: the one of docs/integrating.md really installed, and others that go wrong."""

import asyncio
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ccd.directory.booking import NotBookedError, NotReachedError, Order, SlotQuery, UnsureError
from ccd.directory.model import DirectoryError, Patient
from ccd.directory.source import Closing
from ccd.settings.loading import load
from ccd.settings.sources import SourceSettings
from ccd.sources.making import Given, Unmade, make, trouble
from ccd.sources.plugin import PluginBooking, PluginSource

PAGE = (Path(__file__).parents[3] / "docs/integrating.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## A plug-in")[2].partition("\n## ")[0]
TOML, CODE, YAML = (
    re.findall(rf"```{kind}\n(.*?)```", SECTION, re.DOTALL)[0] for kind in ("toml", "python", "yaml")
)
NUMBER = "+79161234567"
GIVEN = Given(builtin=Unmade("built-in", ""), region="RU", zone=ZoneInfo("Europe/Moscow"))


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a package of one module as pip would: the module, and what it says of itself."""
    folder = tmp_path / "site-packages"
    monkeypatch.syspath_prepend(str(folder))

    def one(name: str, code: str, entry_points: dict[str, str]) -> None:
        about = folder / f"{name}-1.0.dist-info"
        about.mkdir(parents=True)
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        lines = [f"{key} = {value}" for key, value in entry_points.items()]
        (about / "entry_points.txt").write_text("\n".join(["[ccd.sources]", *lines]) + "\n")

    return one


@pytest.fixture
def example(install):
    install("cards", CODE, tomllib.loads(TOML)["project"]["entry-points"]["ccd.sources"])


def written(name: str, **options: object) -> SourceSettings:
    return SourceSettings.model_validate({"name": "one", "plugin": {"name": name, "options": options}})


@pytest.mark.usefixtures("example")
async def test_the_plug_in_of_the_page_installed_and_asked(tmp_path):
    file = tmp_path / "ccd.yaml"
    file.write_text(YAML.replace("/srv/cards", str(tmp_path)), encoding="utf-8")
    source = make(load(file).directory.sources[0], GIVEN)
    assert (source.name, type(source)) == ("cards", PluginSource)
    assert await source.patients(NUMBER) == ()
    card = tmp_path / f"{NUMBER}.json"
    card.write_text('[{"id": "17", "name": "Иванов"}]', encoding="utf-8")
    assert await source.patients(NUMBER) == (Patient(patient_id="17", full_name="Иванов"),)
    card.write_text("[{}]")
    with pytest.raises(DirectoryError, match=r"^a file cannot be used: KeyError$"):
        await source.patients(NUMBER)


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("cards", 'the plug-in "cards" refuses its options: folder: there is no such folder'),
        ("card", 'no plug-in "card" is installed; did you mean "cards"?'),
    ],
)
def test_a_plug_in_that_cannot_be_used_is_told(name, sentence):
    assert trouble(written(name, folder="/nowhere"), GIVEN) == sentence


def test_no_plug_in_at_all():
    assert trouble(written("cards"), GIVEN) == 'no plug-in "cards" is installed; none is installed beside ccd'


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "import nothing_of_that_name",
            "cannot be imported: ModuleNotFoundError: No module named 'nothing_of",
        ),
        ("def source(options: return", "cannot be imported: SyntaxError: "),
        ("x = 1", "cannot be imported: AttributeError: "),
        ("source = 1", "names broken:source, which cannot be called"),
        ("source = dict", 'has no "async def patients(self, e164)"'),
        ("def source(options): return options['dsn']", "refuses its options: KeyError: 'dsn'"),
        ("def source(): pass", "refuses its options: TypeError: source() takes 0"),
    ],
)
def test_a_plug_in_that_is_broken_is_told(install, monkeypatch, code, sentence):
    monkeypatch.delitem(__import__("sys").modules, "broken", raising=False)
    install("broken", code, {"broken": "broken:source"})
    assert trouble(written("broken"), GIVEN).startswith(f'the plug-in "broken" {sentence}')


class Schedule:
    """A plug-in with a schedule, that fails as it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.closed = False

    async def patients(self, e164):
        return ()

    async def slots(self, query):
        self._fail()
        return ()

    async def book(self, order):
        self._fail()
        return "visit"

    async def move(self, visit_id, order):
        self._fail()

    async def cancel(self, visit_id, key):
        self._fail()

    async def booked(self, key):
        self._fail()

    def close(self):
        self.closed = True

    def _fail(self) -> None:
        if self.error:
            raise self.error


ORDER = Order(key="k", slot_id="s", patient_id="17")
DAY = SlotQuery(since=datetime(2026, 11, 21, tzinfo=UTC), until=datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("error", "of_writing", "of_reading"),
    [
        (RuntimeError("hunter2"), UnsureError, DirectoryError),
        (DirectoryError("down"), UnsureError, DirectoryError),
        (NotBookedError("no"), NotBookedError, DirectoryError),
        (NotReachedError("down"), NotReachedError, DirectoryError),
    ],
)
async def test_after_an_error_of_its_own_nobody_knows_what_a_plug_in_did(error, of_writing, of_reading):
    source = PluginBooking("one", Schedule(error))
    for asked in (source.book(ORDER), source.move("v", ORDER), source.cancel("v", "k")):
        with pytest.raises(of_writing) as caught:
            await asked
        assert "hunter2" not in str(caught.value)
    for reading in (source.slots(DAY), source.booked("k")):
        with pytest.raises(of_reading):
            await reading


async def test_a_plug_in_with_a_schedule_is_one_and_is_closed(install):
    install("planned", "from tests.unit.sources.test_plugin import planned", {"planned": "planned:planned"})
    source = make(written("planned"), GIVEN)
    assert isinstance(source, PluginBooking)
    assert isinstance(source, Closing)
    assert await source.slots(DAY) == ()
    await source.close()
    assert source._plugin.closed


def planned(options):
    return Schedule()


def secretive(options):
    made = Schedule()
    vars(made).update(options)
    return made


def test_secrets_in_options(install, monkeypatch):
    install("kept", "from tests.unit.sources.test_plugin import secretive", {"kept": "kept:secretive"})
    options: dict[str, Any] = {"dsn": ["x://u:{secret:KEPT_PASSWORD}@h/{db}"], "most": 5}
    why = "KEPT_PASSWORD: this secret is nowhere: set a variable, or a systemd credential, of that name"
    assert trouble(written("kept", **options), GIVEN) == why
    monkeypatch.setenv("KEPT_PASSWORD", "hunter2")
    made = make(written("kept", **options), GIVEN)
    assert isinstance(made, PluginBooking)
    assert (made._plugin.dsn, made._plugin.most) == (["x://u:hunter2@h/{db}"], 5)


class Talkative(Schedule):
    """Says its options with every error."""

    def __init__(self, options: object) -> None:
        super().__init__(NotReachedError(f"options: {options}"))

    async def patients(self, e164):
        raise OSError(f"GET https://h/?token=hunter%2F2 failed: {self.error}")


def talkative(options):
    if options["token"] == "hunter/2":
        return Talkative(options)
    raise ValueError(f"no {options}")


async def test_no_error_of_a_plug_in_shows_its_secrets(install, monkeypatch):
    install("loud", "from tests.unit.sources.test_plugin import talkative", {"loud": "loud:talkative"})
    monkeypatch.setenv("LOUD_TOKEN", "hunter/2")
    refused = trouble(written("loud", token="x{secret:LOUD_TOKEN}"), GIVEN)
    made = make(written("loud", token="{secret:LOUD_TOKEN}"), GIVEN)
    assert isinstance(made, PluginBooking)
    said = [refused]
    for asked in (made.patients(NUMBER), made.book(ORDER), made.cancel("v", "k"), made.slots(DAY)):
        with pytest.raises((DirectoryError, NotReachedError)) as caught:
            await asked
        said.append(str(caught.value))
    assert "hunter" not in str(said)
    assert "•••" in said[0] + said[1]


async def test_a_loop_is_free_while_a_plug_in_blocks():
    from threading import Event

    from ccd.sources.threads import MOST, in_thread

    go = Event()

    @in_thread
    def slow(value):
        go.wait(30)
        return value

    waiting = [asyncio.ensure_future(slow(n)) for n in range(MOST)]
    await asyncio.sleep(0)
    with pytest.raises(DirectoryError, match=f"^{MOST} questions still wait for their answers$"):
        await slow(-1)
    waiting[0].cancel()
    go.set()
    assert await asyncio.gather(*waiting[1:]) == [*range(1, MOST)]
    assert await slow(7) == 7
