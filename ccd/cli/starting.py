"""``ccd init``: a configuration to start from, Asterisk's files, and where to include them."""

import os
import secrets
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import typer

from ccd.cli.failing import fail, plainly
from ccd.settings.schema import File, schema

NAMES = ("ccd.yaml", "routing.yaml", "routing.tests.yaml")
SCHEMAS = "schema"
"""The folder, beside the configuration, that editors read (the first line of each file names it)."""
ASTERISK = "asterisk"
"""The folder, beside the configuration, with what Asterisk includes."""
_NO_SECRET = "secret = change-me"  # noqa: S105 - what the file says before it has one
_SERVICE_DATABASE = Path("/var/lib/ccd/ccd.db")
"""Where the database lies when the configuration is under /etc."""
_DATABASE = """
The database's folder must be there (add -o ccd when ccd is to run as the user ccd):

  install -d -m 700 {folder}
"""
_NEXT = """
The clinic: write your timezone and opening hours into routing.yaml, your country into ccd.yaml
(directory.region).  Outside the opening hours the rules ring the doctor on duty.

Asterisk: put your own phones into ccd-queues.conf (its queues ring 101, 102 and 201), copy the files,

  install -o asterisk -g asterisk -m 640 {asterisk}/ccd-*.conf /etc/asterisk/
  install -d -o asterisk -g asterisk -m 750 /var/log/asterisk/cel-custom

then add

  to manager.conf     #include ccd-manager.conf        the account ccd, with the secret of ccd.yaml;
                      manager.conf itself needs enabled = yes
  to extensions.conf  #include ccd-extensions.conf     and send the trunk's calls there:
                      Goto(ccd,s,1), or context=ccd-inbound on the trunk
  to queues.conf      #include ccd-queues.conf         the queues operators and duty-doctor; one that
                      you have already stays yours: delete its section in ccd-queues.conf
  to cel.conf         #include ccd-cel.conf            what ccd reads of calls that it did not hear
  to cel_custom.conf  #include ccd-cel-custom.conf     (then set asterisk_logs in ccd.yaml); it must
                      stand below a line [mappings], which Asterisk's own example has not

  asterisk -rx "manager reload"; asterisk -rx "dialplan reload"; asterisk -rx "queue reload all"
  asterisk -rx "module reload cel"; asterisk -rx "module load cel_custom.so"
  asterisk -rx "module reload cel_custom.so"; asterisk -rx "pjsip reload"

That Asterisk warns of "_!" and "_." in ccd-extensions.conf is expected; that cel_custom.so cannot be
loaded, too, when it was loaded before.

Queues of yours with other names: write them into routing.yaml (default_queue and the steps) and
ccd.yaml (desk.doctors_queue), and CCD_DEFAULT_QUEUE = yours into [globals] of extensions.conf.

FreePBX writes those files itself: include from manager_custom.conf and extensions_custom.conf
instead, make the two queues in its own pages, and a Custom Destination ccd,s,1 for the inbound
routes.  Its queues have numbers; with 600 for the operators' and 601 for the doctors' write

  into routing.yaml         default_queue: "600"  (routing.default_queue), "600" and "601" in the steps
  into ccd.yaml             doctors_queue: "601"  (desk.doctors_queue)
  into globals_custom.conf  CCD_DEFAULT_QUEUE = 600

Then:  ccd check --asterisk --config {config}
       ccd user add NAME --role operator --config {config}
       ccd run --config {config}
"""


def init(folder: Path, *, force: bool) -> None:
    """Write ccd.yaml, with a manager secret of its own, and routing.yaml; print what comes next."""
    files = _files(folder)
    there = [str(file) for file in files if file.exists()]
    if there and not force:
        several = len(there) > 1
        fail(
            f"{', '.join(there)} {'are' if several else 'is'} there already; "
            f"--force overwrites {'them' if several else 'it'}"
        )
    with plainly(OSError):
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            _write(file, text)
    names = ", ".join(str(file.relative_to(folder)) for file in files)
    typer.echo(f"written to {folder}: {names}")
    typer.echo(_next(folder))


def _next(folder: Path) -> str:
    """What is left to do by hand."""
    database = _DATABASE.format(folder=_SERVICE_DATABASE.parent) if _for_a_service(folder) else ""
    return database + _NEXT.format(asterisk=folder / ASTERISK, config=folder / NAMES[0])


def _for_a_service(folder: Path) -> bool:
    """No database belongs under /etc."""
    return folder.resolve().is_relative_to("/etc")


def _files(folder: Path) -> dict[Path, str]:
    """Everything to write; ccd.yaml and Asterisk's manager account share a secret made now."""
    secret = secrets.token_urlsafe(24)
    files = {folder / name: _template(name, folder, secret) for name in NAMES}
    files |= {folder / SCHEMAS / f"{file}.json": schema(file) for file in File}
    for source in sorted(_shipped("dialplan").iterdir(), key=lambda one: one.name):
        text = source.read_text(encoding="utf-8")
        files[folder / ASTERISK / source.name] = text.replace(_NO_SECRET, f"secret = {secret}")
    return files


def _shipped(folder: str) -> Traversable:
    """A folder of files to copy: inside an installed package, beside it in a checkout."""
    packaged = resources.files("ccd").joinpath(folder)
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / folder


def _template(name: str, folder: Path, secret: str) -> str:
    """A shipped file with this installation's secret, and a database folder that services may write."""
    text = _shipped("config").joinpath(name).read_text(encoding="utf-8")
    if _for_a_service(folder):
        text = text.replace("database: ccd.db", f"database: {_SERVICE_DATABASE}")
    return text.replace('secret: ""', f'secret: "{secret}"')


def _write(file: Path, text: str) -> None:
    """Only the owner may read it: it holds the secret."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
