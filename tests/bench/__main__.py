"""``python -m tests.bench [NAME ...]``: measure, print, write ``build/bench.*``."""

import argparse
import importlib
import os
import platform
import signal
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.quiet import Others
from tests.bench.report import Report

BENCHES = ("ami", "agi", "pop", "live", "calls", "routing", "directory", "sources", "reports", "ills")
_LIBRARIES = ("panoramisk", "aiohttp", "aiosqlite", "sqlalchemy", "uvloop")


def about() -> dict[str, str]:
    """The machine kind, the versions, and how busy it was."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cores": str(os.cpu_count()),
        "load before": f"{os.getloadavg()[0]:.2f}",
        "Python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def main() -> int:
    """Run the benches that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("bench", nargs="*", choices=[[], *BENCHES], default=[], metavar="|".join(BENCHES))
    names = parser.parse_args().bench or BENCHES
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what was started, ends too
    report = Report(about())
    with tempfile.TemporaryDirectory(prefix="ccd-bench-") as home:
        for name in names:
            others = Others()
            result = importlib.import_module(f"tests.bench.{name}").run(Path(home))
            report.add(result, others=others.cores)
            report.save()
    met = report.summary()
    report.save()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
