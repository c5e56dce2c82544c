"""``ccd run``."""

from pathlib import Path

from ccd import daemon
from ccd.cli import opening


def run(path: Path) -> int:
    """Run the daemon; returns its exit code."""
    return daemon.run(opening.settings(path))
