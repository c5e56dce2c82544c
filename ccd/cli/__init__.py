"""The command line: parse, call one function, print."""

import io
import sys


def main() -> None:
    """The ``ccd`` command.  A terminal that lacks a letter shows ``?``, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    from ccd.cli.app import app  # noqa: PLC0415 - after the streams are set

    app(prog_name="ccd")
