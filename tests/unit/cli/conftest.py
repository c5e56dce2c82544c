"""A clinic's folder and the command line on it."""

from pathlib import Path

import pytest
import structlog
from argon2 import PasswordHasher
from typer.testing import CliRunner

from ccd import logs
from ccd.cli.app import app
from ccd.store import users

CONFIG = """\
routing:
  timezone: Europe/Moscow
  calendars: { opening: { days: mon-fri, hours: "08:00-20:00" } }
  rules:
    - name: vip at any time
      when: { caller: known, tag: vip }
      steps:
        - queue: { name: operators, wait: 20s, priority: 10 }
        - queue: { name: duty-doctor, wait: 1m, answer: false }
    - name: night
      when: { called: "+7495*", outside: opening }
      steps: [{ play: ccd/closed }, { hangup: normal }]
    - name: day
      when: { during: opening }
      steps: [{ queue: operators }]
"""


@pytest.fixture
def clinic(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCD_CONFIG", raising=False)
    monkeypatch.delenv("CCD_AMI_SECRET", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    folder = Path(tmp_path)
    (folder / "ccd.yaml").write_text(CONFIG, encoding="utf-8")
    return folder


@pytest.fixture
def quiet(monkeypatch):
    """Logging goes nowhere, and no logger keeps the runner's stream beyond the test."""
    factory = structlog.ReturnLoggerFactory()
    monkeypatch.setattr(logs, "set_up", lambda **_style: structlog.configure(logger_factory=factory))
    yield
    structlog.reset_defaults()


@pytest.fixture
def cheap_passwords(monkeypatch):
    """Hashes as quick as argon2 can be."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(users, "PasswordHasher", lambda: quick)


@pytest.fixture
def ccd(clinic, quiet, cheap_passwords):
    """Run a command; gives (exit code, standard output, error stream)."""

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        result = CliRunner().invoke(app, arguments, input=stdin, catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    return run
