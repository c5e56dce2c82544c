"""``python -m tests.testbed up --dir DIR`` brings a testbed up and leaves it; ``down --dir DIR`` ends it."""

import argparse
import asyncio
import json
from pathlib import Path

from tests.testbed.bed import Testbed, down


def main() -> None:
    """Parse the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m tests.testbed", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start; prints one JSON line with every address and file")
    up.add_argument("--dir", type=Path, required=True)
    up.add_argument("--config", type=Path, help="ccd's configuration; @HOME@, @AMI_PORT@ ... are filled in")
    up.add_argument(
        "--phones", choices=("auto", "manual"), default="auto", help="manual: the caller plays the agents"
    )
    up.add_argument(
        "--answer-after", type=float, default=1, metavar="SECONDS", help="how long agents' phones ring"
    )
    up.add_argument(
        "--ring-seconds", type=int, default=20, help="after so long the queue tries another phone"
    )
    up.add_argument(
        "--agi", default="", metavar="AGI", help="whom the dialplan asks, in place of this testbed's ccd"
    )
    up.add_argument("--no-ccd", action="store_true", help="start no ccd")
    commands.add_parser("down", help="end exactly what up started").add_argument(
        "--dir", type=Path, required=True
    )
    options = parser.parse_args()
    print(json.dumps(asyncio.run(_up(options) if options.command == "up" else _down(options.dir))))


async def _up(options: argparse.Namespace) -> dict[str, object]:
    if (options.dir / "bed.json").exists():
        raise SystemExit(f"a testbed is up in {options.dir} already: end it first")
    bed = Testbed(options.dir, config=options.config, agi=options.agi, ring_seconds=options.ring_seconds)
    await bed.start(
        phones=options.phones == "auto", ccd=not options.no_ccd, answer_after=options.answer_after
    )
    return bed.addresses()


async def _down(home: Path) -> dict[str, object]:
    if not (home / "bed.json").exists():
        raise SystemExit(f"no testbed is up in {home}")
    return {"ended": await down(home)}


if __name__ == "__main__":
    main()
