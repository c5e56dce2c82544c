"""Options and arguments that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from ccd.cli.times import SINCE

Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", envvar="CCD_CONFIG", help="Default: ./ccd.yaml, then /etc/ccd/ccd.yaml."),
]


Since = Annotated[str, typer.Option(help=f"From then on: {SINCE}.")]
At = Annotated[str, typer.Option(help="03:15, 2026-11-22 or 2026-11-22T03:15; now when absent.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: one JSON document.")]
