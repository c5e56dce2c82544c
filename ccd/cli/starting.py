"""``ccd init``: a configuration to start from, and what to add to Asterisk."""

import os
import secrets
from importlib import resources
from pathlib import Path

import typer

from ccd.cli.failing import fail, plainly

NAMES = ("ccd.yaml", "routing.yaml")
_NEXT = """
Asterisk: copy the files of ccd's dialplan folder to /etc/asterisk, then add

  to manager.conf     #include ccd-manager.conf        set its secret to:
                      secret = {secret}
  to extensions.conf  #include ccd-extensions.conf     and send the trunk's calls there:
                      Goto(ccd,s,1), or context=ccd-inbound on the trunk
  to queues.conf      #include ccd-queues.conf         the queues operators and duty-doctor

  asterisk -rx "manager reload"; asterisk -rx "dialplan reload"; asterisk -rx "queue reload all"

FreePBX writes those files itself: include from manager_custom.conf and extensions_custom.conf
instead, make the two queues in its own pages, put their numbers into routing.yaml, and make a
Custom Destination ccd,s,1 for the inbound routes.

Then:  ccd check --config {config}
       ccd user add NAME --role operator --config {config}
       ccd run --config {config}
"""


def init(folder: Path, *, force: bool) -> None:
    """Write ccd.yaml, with a manager secret of its own, and routing.yaml; print what comes next."""
    there = [str(folder / name) for name in NAMES if (folder / name).exists()]
    if there and not force:
        fail(f"{', '.join(there)} is there already; --force overwrites it")
    secret = secrets.token_urlsafe(24)
    with plainly(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            _write(folder / name, _template(name, folder, secret))
    typer.echo(f"written: {', '.join(str(folder / name) for name in NAMES)}")
    typer.echo(_NEXT.format(secret=secret, config=folder / NAMES[0]))


def _template(name: str, folder: Path, secret: str) -> str:
    """A packaged file with this installation's secret, and a database folder that services may write."""
    text = resources.files("ccd.cli").joinpath("templates", name).read_text(encoding="utf-8")
    if folder.resolve().is_relative_to("/etc"):
        text = text.replace("database: ccd.db", "database: /var/lib/ccd/ccd.db")
    return text.replace('secret: ""', f'secret: "{secret}"')


def _write(file: Path, text: str) -> None:
    """Only the owner may read it: it holds the secret."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
