"""Plays the catalogue and writes its captures: ``python -m tests.catalogue [--keep] [SHAPE ...]``."""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from tests.catalogue import SHAPES, Shape
from tests.catalogue.checking import wrong
from tests.catalogue.left import Played
from tests.catalogue.playing import play
from tests.catalogue.replay import write


def main() -> None:
    """Parse the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m tests.catalogue", description=__doc__)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE")
    parser.add_argument(
        "--keep", action="store_true", help="write what was captured to tests/captures/shapes"
    )
    options = parser.parse_args()
    shapes = [SHAPES[name] for name in options.shapes or SHAPES]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        played = asyncio.run(play(Path(home), shapes))
    for one in shapes:
        _told(one, played[one.name])
        if options.keep and not (one.alone or one.slow or played[one.name].failure):
            write(one, played[one.name].frames)
    print(f"{len(shapes)} shapes in {time.monotonic() - began:.0f} s")


def _told(shape: Shape, played: Played) -> None:
    found = [played.failure] if played.failure else wrong(shape, played.records)
    found += [f"ccd verify: {one}" for one in played.disagreements]
    print("WRONG" if found else "ok   ", "\n        ".join([shape.name, *found]))


if __name__ == "__main__":
    main()
