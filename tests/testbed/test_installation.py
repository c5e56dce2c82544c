"""An Asterisk that the machine has, in place of the cached one."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.testbed import installation

PACKAGE = ("sbin/asterisk", "lib/x86_64-linux-gnu/asterisk/modules", "share/asterisk")
SOURCE = ("sbin/asterisk", "lib/asterisk/modules", "share/asterisk")


def install(prefix: Path, layout: tuple[str, str, str], command: str, modules: Path, data: Path) -> Path:
    """Lay one out under a prefix: a script stands for the program, links for what belongs to it."""
    program, *places = (prefix / part for part in layout)
    for place, target in zip(places, (modules, data), strict=True):
        place.parent.mkdir(parents=True)
        place.symlink_to(target, target_is_directory=True)
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    program.chmod(0o755)
    return program


@pytest.mark.asterisk
@pytest.mark.parametrize("layout", [PACKAGE, SOURCE], ids=["package", "source"])
def test_up_and_down_with_an_installed_asterisk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: tuple[str, str, str]
) -> None:
    monkeypatch.delenv("CCD_TESTBED_ASTERISK", raising=False)
    found = installation.find()
    program = install(tmp_path / "usr", layout, shlex.join(found.command), found.modules, found.data)
    monkeypatch.setenv("CCD_TESTBED_ASTERISK", str(program))
    home = tmp_path / "bed"
    up = _testbed("up", "--dir", str(home), "--phones", "manual", "--no-ccd")
    try:
        assert up["dir"] == str(home)
        assert str(tmp_path / "usr") in (home / "asterisk/etc/asterisk.conf").read_text()
    finally:
        assert _testbed("down", "--dir", str(home))["ended"] == ["asterisk"]


def test_a_program_without_its_modules_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = install(tmp_path, PACKAGE, "true", tmp_path / "nowhere", tmp_path)
    monkeypatch.setenv("CCD_TESTBED_ASTERISK", str(program))
    with pytest.raises(FileNotFoundError, match="no modules"):
        installation.find()


def _testbed(*words: str) -> dict[str, object]:
    """Run it as people do: a process of its own, which ends while Asterisk goes on."""
    command = [sys.executable, "-m", "tests.testbed", *words]
    ran = subprocess.run(
        command, cwd=installation.REPOSITORY, stdout=subprocess.PIPE, check=True, timeout=180
    )
    answer: dict[str, object] = json.loads(ran.stdout)
    return answer
