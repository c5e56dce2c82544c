"""``python -m tests.demo [--once]``: see ``make demo``."""

import asyncio
import itertools
import shutil
import sys
import time

from rich.console import Console

from tests.demo.clinic import Clinic, clinic
from tests.demo.desks import PASSWORD
from tests.demo.scenes import SCENES, play
from tests.testbed.installation import REPOSITORY

HOME = REPOSITORY / ".cache" / "demo"
PAUSE = 20
"""Seconds between two patients when the demo stays up."""

console = Console(highlight=False)
_started = time.monotonic()


def say(sentence: str) -> None:
    """One line, with the seconds since the start."""
    console.print(f"[dim]{time.monotonic() - _started:6.1f}[/]  {sentence}", soft_wrap=True)


async def once(demo: Clinic) -> bool:
    """Every patient calls, one after the other."""
    return all([await play(demo, scene, say) for scene in SCENES])


def invite(demo: Clinic) -> None:
    """Where the desk is, and who may look."""
    console.rule("The desk")
    console.print(f"Open [bold]{demo.url}[/] and sign in, password [bold]{PASSWORD}[/]:")
    for person in demo.people.values():
        console.print(f"  [bold]{person.name}[/]  {person.full_name}, {person.role}, phone {person.phone}")
    console.print("  [bold]chief[/]  supervisor: sees every phone")
    console.print(f"SIP: 127.0.0.1:{demo.bed.sip_port}.  A patient calls every {PAUSE} s.  Ctrl-C ends it.")
    console.rule()


async def stay(demo: Clinic) -> None:
    """Patients go on calling until somebody has seen enough."""
    for scene in itertools.cycle(SCENES):
        await asyncio.sleep(PAUSE)
        await play(demo, scene, say)


async def main(arguments: list[str]) -> int:
    """Exit code 0 only if every call was answered, popped and recorded."""
    stays = "--once" not in arguments
    shutil.rmtree(HOME, ignore_errors=True)
    async with clinic(HOME, say) as demo:
        if stays:
            invite(demo)
        good = await once(demo)
        if stays:
            await stay(demo)
    say(
        "[green]Every call was answered, popped and recorded.[/]"
        if good
        else "[red]Something is wrong, see above.[/]"
    )
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main(sys.argv[1:])))
    except KeyboardInterrupt:
        console.print("The demo is over.")
