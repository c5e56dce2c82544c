"""The entry point, as a process."""

import os
import subprocess
import sys


def ccd(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ccd", *arguments],
        env=os.environ | environ,
        capture_output=True,
        encoding="latin-1",
        check=False,
    )


def test_help_names_every_command():
    done = ccd("--help")
    assert done.returncode == 0
    for command in ("run", "check", "calls", "explain", "directory", "user", "init"):
        assert command in done.stdout


def test_help_waits_for_nothing_heavy():
    code = "import sys; import ccd.cli.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "sqlalchemy", "phonenumbers", "aiohttp"} & set(done.stdout.split())


def test_a_terminal_that_lacks_letters_shows_question_marks(clinic):
    arguments = ("explain", "--from", "1", "--to", "2", "--config", str(clinic / "ccd.yaml"))
    done = ccd(*arguments, PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "? vip at any time" in done.stdout
