"""``python -m tests.demo [--once]``: see ``make demo``."""

import argparse
import asyncio
import itertools
import shutil
import sys
import time

from rich.console import Console

from tests.demo.clinic import Clinic, clinic
from tests.demo.desks import PASSWORD
from tests.demo.scenes import SCENES, give_up, play
from tests.testbed.installation import REPOSITORY

HOME = REPOSITORY / ".cache" / "demo"
PAUSE = 20
"""Seconds between two patients when the demo stays up."""
PAGES = {
    "live": "who waits, who talks, right now",
    "wall": "the figures for the screen on the wall",
    "missed": "who reached nobody and is to be called back",
    "reports": "figures of any period, down to the calls",
    "routing": "the rules as a picture",
}
"""The supervisor's pages, and what they show."""

console = Console(highlight=False)
_started = time.monotonic()


def say(sentence: str) -> None:
    """One line, with the seconds since the start."""
    console.print(f"[dim]{time.monotonic() - _started:6.1f}[/]  {sentence}", soft_wrap=True)


async def once(demo: Clinic) -> bool:
    """Every patient calls, one after the other."""
    answered = [await play(demo, scene, say) for scene in SCENES]
    return all([*answered, await give_up(demo, say)])


def invite(demo: Clinic) -> None:
    """Where the desk is, and who may look."""
    console.rule("The desk")
    console.print(f"Open [bold]{demo.url}[/] and sign in, password [bold]{PASSWORD}[/]:")
    for person in demo.people.values():
        console.print(f"  [bold]{person.name}[/]  {person.full_name}, {person.role}, phone {person.phone}")
    console.print('  [bold]chief[/]  supervisor: sees every phone, and what the menu "Pages" has:')
    for page, shows in PAGES.items():
        console.print(f"         {demo.url}/static/{page}.html  {shows}", soft_wrap=True)
    console.print(f"ccd report, ccd calls, ccd verify: with --config {demo.bed.ccd.config}", soft_wrap=True)
    console.print(f"SIP: 127.0.0.1:{demo.bed.sip_port}.  A patient calls every {PAUSE} s.  Ctrl-C ends it.")
    console.rule()


async def stay(demo: Clinic) -> None:
    """Patients go on calling until somebody has seen enough."""
    for scene in itertools.cycle(SCENES):
        await asyncio.sleep(PAUSE)
        await play(demo, scene, say)


async def main(*, stays: bool) -> int:
    """Exit code 0 only if every call was popped and recorded as it was."""
    shutil.rmtree(HOME, ignore_errors=True)
    async with clinic(HOME, say) as demo:
        if stays:
            invite(demo)
        good = await once(demo)
        if stays:
            await stay(demo)
    say(
        "[green]Every call was routed, shown and recorded as it was.[/]"
        if good
        else "[red]Something is wrong, see above.[/]"
    )
    return 0 if good else 1


if __name__ == "__main__":
    try:
        parser = argparse.ArgumentParser(prog="python -m tests.demo", description="See make demo.")
        parser.add_argument("--once", action="store_true", help="play every patient once, and end")
        sys.exit(asyncio.run(main(stays=not parser.parse_args().once)))
    except KeyboardInterrupt:
        console.print("The demo is over.")
