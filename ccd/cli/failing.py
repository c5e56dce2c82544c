"""How a command ends badly: one sentence on the error stream, an exit code, no traceback.

Exit codes: 0 done, 1 something is wrong (the sentence says what), 2 the command was misused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from ccd.cli.seeing import is_there
from ccd.terminal import visible_lines

PLACES = (Path("ccd.yaml"), Path("/etc/ccd/ccd.yaml"))
"""Where the configuration is looked for, in this order."""


def fail(sentence: str) -> NoReturn:
    """End the command with exit code 1.  The sentence may quote a file: no terminal obeys it."""
    typer.secho(visible_lines(sentence), fg=typer.colors.RED, err=True)
    raise typer.Exit(1)


@contextmanager
def plainly(*kinds: type[Exception]) -> Iterator[None]:
    """Turn these exceptions into their sentence and exit code 1."""
    try:
        yield
    except OSError as error:
        if not isinstance(error, kinds):
            raise
        fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except kinds as error:
        fail(str(error))


def config_path(given: Path | None) -> Path:
    """The configuration file to use."""
    if given:
        return given
    for place in PLACES:
        if is_there(place):
            return place
    fail('no configuration found: write one with "ccd init", or name it with --config or CCD_CONFIG')
