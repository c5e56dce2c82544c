"""``python -m tests.soak``: see ``make soak``.  Exit code 1 when anything is wrong with any record,
or not every patient called."""

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

from tests.soak.plan import Plan, Trouble
from tests.soak.running import soak
from tests.soak.table import lines

_USUAL = {Trouble.KILL: 20, Trouble.CUT: 30, Trouble.LOCK: 10, Trouble.RESTART: 2}


def arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=10, help="calls begun in a second")
    for trouble, count in _USUAL.items():
        parser.add_argument(
            f"--{trouble.name.lower()}s", type=int, default=count, help=f"how often: {trouble}"
        )
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--home", type=Path, help="where everything is left to be looked at")
    return parser.parse_args()


def main() -> int:
    """Run it, print what was found."""
    given = arguments()
    troubles = {trouble: getattr(given, f"{trouble.name.lower()}s") for trouble in _USUAL}
    plan = Plan(calls=given.calls, rate=given.rate, troubles=troubles, seed=given.seed)
    home = given.home or Path(tempfile.mkdtemp(prefix="ccd-soak-"))
    began = time.monotonic()
    print(f"seed {plan.seed}: {plan.calls} calls, in {home}", flush=True)
    result = asyncio.run(soak(plan, home, lambda line: print(line, flush=True)))
    print(*lines(plan, result), f"{time.monotonic() - began:.0f} s", sep="\n")
    return 0 if result.played and not result.findings and not result.disagreements else 1


if __name__ == "__main__":
    raise SystemExit(main())
