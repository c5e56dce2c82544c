"""``ccd run``."""

from pathlib import Path

from ccd import daemon
from ccd.cli import opening
from ccd.cli.failing import plainly
from ccd.settings.problems import SettingsError


def run(path: Path) -> int:
    """Run the daemon; returns its exit code."""
    settings = opening.settings(path)
    with plainly(SettingsError, OSError):
        return daemon.run(settings, path)
