"""``ccd check``: everything that is wrong, at once; the files first, then the machine around them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import typer

from ccd.cli import asterisk_side, database_side, source_side
from ccd.cli.seeing import is_there
from ccd.settings.loading import read
from ccd.settings.models import Settings
from ccd.settings.places import in_order
from ccd.settings.problems import Problem, SettingsError, Severity
from ccd.settings.secrets import ami_secret, opening_word
from ccd.terminal import visible_lines

_COLOURS = {Severity.ERROR: typer.colors.RED, Severity.WARNING: typer.colors.YELLOW, Severity.HINT: None}


def check(path: Path, *, strict: bool = False, asterisk: bool = False) -> int:
    """Print every problem and a summary; 1 when there is an error, or ``strict`` and a warning, else 0.

    ``asterisk``: ask it for its queues, too; that it cannot be asked is an error then.
    """
    reading = read(path)
    problems = [*reading.problems]
    if reading.settings:
        problems += around(path, reading.settings)
        missing = [*database_side.database(reading, reading.settings)]
        missing += asterisk_side.sounds(path, reading, reading.settings)
        missing += asterisk_side.queues(path, reading, reading.settings) if asterisk else ()
        missing += source_side.sources(reading, reading.settings)
        problems += in_order(missing, reading.files)
    for problem in problems:
        typer.secho(visible_lines(str(problem)), fg=_COLOURS[problem.severity])
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = sum(problem.severity is Severity.WARNING for problem in problems)
    typer.echo(_summary(path, reading.settings, errors, warnings))
    return 1 if errors or (strict and warnings) else 0


def around(path: Path, settings: Settings) -> Iterator[Problem]:
    """What the files cannot show: folders, secrets, ports."""
    yield from _database(path, settings)
    yield from _files(path, settings)
    yield from _asterisk_logs(path, settings)
    yield from _recordings(path, settings)
    yield from _secret(path, settings)
    yield from _words(path, settings)
    for where, port in (("agi.port", settings.agi.port), ("desk.port", settings.desk.port)):
        if port == 0:
            yield _warning(path, where, "0 takes any free port; whoever connects needs a fixed one")
        elif port < 1024:
            yield _warning(path, where, f"{port} is below 1024: only root may listen there")


def _database(path: Path, settings: Settings) -> Iterator[Problem]:
    file, where = settings.beside, "database" if isinstance(settings.database, Path) else "state_folder"
    if not file.parent.is_dir():
        yield _error(path, where, f"there is no folder {file.parent}")
    elif not os.access(file.parent, os.W_OK | os.X_OK):
        yield _error(path, where, f"this user may not write into {file.parent}")
    elif file.is_dir():
        yield _error(path, where, f"{file} is a folder, not a file")
    elif file.exists() and not os.access(file, os.R_OK | os.W_OK):
        yield _error(path, where, f"this user may not write {file}")


def _files(path: Path, settings: Settings) -> Iterator[Problem]:
    tls, log = settings.ami.tls, settings.log.file
    if tls and tls.ca_file and not os.access(tls.ca_file, os.R_OK):
        yield _error(path, "ami.tls.ca_file", f"{tls.ca_file} cannot be read")
    if log and not os.access(log if is_there(log) else log.parent, os.W_OK):
        yield _error(path, "log.file", f"this user may not write {log}")


def _asterisk_logs(path: Path, settings: Settings) -> Iterator[Problem]:
    """Without them nothing that ccd did not hear is ever recovered."""
    logs = settings.asterisk_logs
    if logs.cel is None:
        return
    for name, file in (("cel", logs.cel), ("queue_log", logs.queue_log)):
        if not os.access(file, os.R_OK):
            why = "cannot be read by this user" if is_there(file) else _not_there(file)
            yield _warning(path, f"asterisk_logs.{name}", f"{file} {why}: calls that ccd misses stay unknown")


def _not_there(file: Path) -> str:
    folder = is_there(file.parent)
    return "is not there" if folder else "is not there, nor its folder, which Asterisk does not make"


def _recordings(path: Path, settings: Settings) -> Iterator[Problem]:
    folder = settings.recordings.folder
    if folder and not (os.access(folder, os.R_OK | os.X_OK) and folder.is_dir()):
        hidden = is_there(folder) and not os.access(folder, os.R_OK | os.X_OK)
        why = "cannot be read by this user" if hidden else "is no folder here"
        yield _warning(path, "recordings.folder", f"{folder} {why}: no recorded call can be played")


def _secret(path: Path, settings: Settings) -> Iterator[Problem]:
    try:
        ami_secret(settings)
    except SettingsError as error:
        yield from (_warning(path, problem.where, problem.message) for problem in error.problems)
    if settings.ami.secret and path.stat().st_mode & stat.S_IROTH:
        yield _warning(path, "ami.secret", f"everyone on this machine may read it: chmod 640 {path}")


def _words(path: Path, settings: Settings) -> Iterator[Problem]:
    """The words that open the wall and the metrics: ccd does not start without one that is named."""
    desk = settings.desk
    for part, name in (("wallboard", desk.wallboard.token_env), ("prometheus", desk.prometheus.token_env)):
        try:
            opening_word(name)
        except SettingsError as error:
            where = f"desk.{part}.token_env"
            yield from (_warning(path, where, f"{name}: {one.message}") for one in error.problems)


def _summary(path: Path, settings: Settings | None, errors: int, warnings: int) -> str:
    counts = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
    if errors or not settings:
        return f"{path}: {counts}"
    rules = _count(len(settings.routing.rules), "rule")
    return f"{path}: fine ({rules}{', ' + _count(warnings, 'warning') if warnings else ''})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _error(path: Path, where: str, message: str) -> Problem:
    return Problem(message=message, file=path, where=where)


def _warning(path: Path, where: str, message: str) -> Problem:
    return Problem(message=message, file=path, where=where, severity=Severity.WARNING)
