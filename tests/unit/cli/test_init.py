"""``ccd init``, the packaged configuration, and ``ccd run``."""

import json
import re
import stat
import tomllib
from pathlib import Path

import ccd
from ccd import daemon
from ccd.cli import starting
from ccd.routing.people import Person
from ccd.routing.protection import QueueLimits
from ccd.routing.rules import Calendar, Rule
from ccd.routing.shifts import Roster, Shift, Swap
from ccd.routing.steps import (
    CallbackRule,
    DialRule,
    HangupRule,
    MenuRule,
    PlayRule,
    QueueRule,
    StepRule,
    VoicemailRule,
)
from ccd.routing.waiting import AnnounceRule, OfferRule, PreferRule, RingRule
from ccd.routing.when import When
from ccd.settings.loading import load
from ccd.settings.models import (
    Agi,
    Ami,
    Desk,
    DirectorySettings,
    Log,
    Model,
    Routing,
    Settings,
    Tls,
    Topic,
)
from ccd.settings.problems import Problem, SettingsError


def test_init_writes_a_configuration_that_checks(ccd, clinic):
    code, out, _ = ccd("init", "new")
    assert code == 0
    assert stat.S_IMODE((clinic / "new/ccd.yaml").stat().st_mode) == 0o600
    assert ccd("check", "--config", "new/ccd.yaml") == (0, "new/ccd.yaml: fine (5 rules)\n", "")
    secret = load(clinic / "new/ccd.yaml").ami.secret
    assert len(secret) >= 32
    manager = clinic / "new/asterisk/ccd-manager.conf"
    assert f"\nsecret = {secret}\n" in manager.read_text()
    assert stat.S_IMODE(manager.stat().st_mode) == 0o600
    assert secret not in out
    for word in ("ccd-extensions.conf", "ccd-manager.conf", "ccd-queues.conf", "FreePBX", "new/ccd.yaml"):
        assert word in out
    assert out.startswith("written to new: ccd.yaml, routing.yaml, ")
    for word in ("101, 102 and 201", "enabled = yes", "routing.default_queue", "desk.doctors_queue"):
        assert word in out
    for word in (
        "[mappings]",
        "/cel-custom",
        "timezone",
        "directory.region",
        "pjsip reload",
        "ccd check --asterisk",
    ):
        assert word in out
    assert "CCD_DEFAULT_QUEUE" in out
    assert "/var/lib" not in out


def test_editors_find_the_schema_of_what_init_wrote(ccd, clinic):
    ccd("init", "new")
    for name in starting.NAMES:
        first = (clinic / "new" / name).read_text().splitlines()[0]
        schema = clinic / "new" / first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(schema.read_text())["title"] == name


def test_init_never_overwrites_unasked(ccd, clinic):
    before = (clinic / "ccd.yaml").read_text()
    code, out, error = ccd("init")
    assert (code, out) == (1, "")
    assert error == "ccd.yaml is there already; --force overwrites it\n"
    assert (clinic / "ccd.yaml").read_text() == before
    assert not (clinic / "routing.yaml").exists()
    (clinic / "routing.yaml").touch()
    assert ccd("init")[2] == "ccd.yaml, routing.yaml are there already; --force overwrites them\n"
    assert ccd("init", "--force")[0] == 0
    assert (clinic / "ccd.yaml").read_text() != before


def test_init_where_nothing_can_be_written(ccd, clinic):
    (clinic / "file").touch()
    code, _, error = ccd("init", "file/folder")
    assert code == 1
    assert len(error.splitlines()) == 1


def test_a_service_keeps_its_database_where_services_do():
    assert "database: /var/lib/ccd/ccd.db" in starting._template("ccd.yaml", Path("/etc/ccd"), "x")
    assert "\n  install -d -m 700 /var/lib/ccd\n" in starting._next(Path("/etc/ccd"))


ROOT = Path(ccd.__file__).parent


def test_what_init_copies_is_packaged():
    project = tomllib.loads((ROOT / "../pyproject.toml").read_text())
    packaged = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for shipped in ("dialplan", "config/schema", *(f"config/{name}" for name in starting.NAMES)):
        assert (ROOT.parent / shipped).exists()
        assert packaged[shipped] == f"ccd/{shipped}"


STEPS = (
    *(QueueRule, AnnounceRule, RingRule, PreferRule, OfferRule),
    *(DialRule, PlayRule, MenuRule, VoicemailRule, CallbackRule, HangupRule),
)


def keys(*models: type[Model]) -> set[str]:
    return {field.alias or key for model in models for key, field in model.model_fields.items()}


def missing(wanted: set[str], *files: str) -> list[str]:
    text = "".join((ROOT / file).read_text() for file in files)
    return [key for key in sorted(wanted) if not re.search(rf"\b{key}\b`?:", text)]


def test_the_configuration_shows_every_key():
    wanted = keys(Settings, Ami, Tls, Agi, DirectorySettings, Desk, Topic, Log, Routing) - {"routing"}
    assert missing(wanted, "../config/ccd.yaml", "../config/routing.yaml") == []


def test_the_guides_name_every_key():
    rules = keys(Routing, Calendar, Rule, When, StepRule, *STEPS)
    rules |= keys(Person, Roster, Shift, Swap, QueueLimits) - {"from_"} | {"from"}
    assert missing(rules, "../docs/routing.md") == []
    wanted = keys(Settings, Ami, Tls, Agi, DirectorySettings, Desk, Topic, Log)
    text = (ROOT / "../docs/configuration.md").read_text()
    assert [key for key in sorted(wanted) if f"`{key}`" not in text] == []


def test_the_configuration_shows_the_defaults():
    shown = load(ROOT / "../config/ccd.yaml")
    for part in ("ami", "agi", "directory", "log"):
        assert getattr(shown, part) == getattr(Settings(), part)
    assert shown.desk.model_copy(update={"topics": ()}) == Settings().desk


def test_run_gives_the_daemon_the_settings(ccd, monkeypatch):
    given: list[Settings] = []

    def run(settings: Settings, path: Path) -> int:
        assert path == Path("ccd.yaml")
        given.append(settings)
        return 3

    monkeypatch.setattr(daemon, "run", run)
    assert ccd("run") == (3, "", "")
    assert given[0].routing.rules[0].name == "vip at any time"


def test_a_daemon_that_cannot_start_says_one_sentence(ccd, monkeypatch):
    def run(_settings: Settings, _path: Path) -> int:
        raise SettingsError((Problem(message="is nowhere", where="ami.secret"),))

    monkeypatch.setattr(daemon, "run", run)
    assert ccd("run") == (1, "", "ami.secret: is nowhere\n")
