"""``ccd report``: the figures of a period, for eyes, for programs, for a spreadsheet."""

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from ccd.cli import opening
from ccd.cli.failing import plainly
from ccd.cli.printing import console, print_json, table
from ccd.cli.report_asked import Asked, metrics, question, service_level
from ccd.cli.report_words import row_names, shown
from ccd.metrics.dimensions import Part, part_of
from ccd.metrics.document import Frame, cells, columns, document
from ccd.metrics.files import to_csv
from ccd.metrics.report import Question, Report
from ccd.settings.models import Settings
from ccd.store.report_keeper import ReportKeeper
from ccd.store.reports import Reports

_BATCH = 500
"""Calls at once: nobody waits for this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where the figures go; to the terminal when nothing is said."""

    as_json: bool = False
    csv: Path | None = None
    xlsx: Path | None = None


def report(path: Path, asked: Asked, output: Output, *, rebuild: bool) -> None:
    """Ask, then print or write."""
    settings = opening.settings(path)
    zone = ZoneInfo(settings.routing.timezone)
    wanted = question(asked, datetime.now(UTC).astimezone(zone).date())
    frame = _frame(settings, asked, part_of(wanted.kept_by), output)
    with plainly(*opening.TROUBLE):
        answer = asyncio.run(_fetch(settings, wanted, rebuild=rebuild))
        _write(answer, frame, output)
    if not answer.complete:
        typer.echo(
            "not complete: the figures are being made anew; `ccd report --rebuild` does it now", err=True
        )
    if answer.uncounted:
        typer.echo(
            "calls of these days that are in no figure, because ccd could not count them:"
            f" {answer.uncounted}; the log says why (call_set_aside)",
            err=True,
        )


def _frame(settings: Settings, asked: Asked, part: Part, output: Output) -> Frame:
    few = not (output.as_json or output.csv or output.xlsx)
    reports = settings.reports
    return Frame(
        how=service_level(asked, reports.how),
        seconds=reports.service_level_seconds,
        short=reports.short_abandon,
        zone=settings.routing.timezone,
        currency=settings.desk.currency,
        metrics=metrics(asked, part, few=few),
    )


async def _fetch(settings: Settings, wanted: Question, *, rebuild: bool) -> Report:
    """Figures that are made by the same rules are brought up to date first."""
    rules = settings.reports.rules(settings.desk.doctors_queue)
    zone = ZoneInfo(settings.routing.timezone)
    async with opening.database(settings.database) as database:
        keeper = ReportKeeper(database, rules, zone, batch=_BATCH)
        if rebuild:
            await keeper.progress.begin(again=True)
            await keeper.catch_up()
        elif await keeper.progress.complete():
            await keeper.catch_up()
        return await Reports(database, rules, zone).report(wanted)


def _write(answer: Report, frame: Frame, output: Output) -> None:
    if output.csv is not None:
        _put(output.csv, to_csv(answer, frame).encode())
    if output.xlsx is not None:
        from ccd.metrics.workbook import to_xlsx  # noqa: PLC0415 - a tenth of a second, for those who ask

        _put(output.xlsx, to_xlsx(answer, frame))
    if output.as_json:
        print_json(document(answer, frame))
    elif output.csv is None and output.xlsx is None:
        _print(answer, frame)


def _put(file: Path, content: bytes) -> None:
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    file.write_bytes(content)
    typer.echo(f"{file} is written", err=True)


def _print(answer: Report, frame: Frame) -> None:
    asked = answer.question
    picked = f", {asked.where[0]} {asked.where[1]}" if asked.where else ""
    typer.echo(f"{_day(asked.begin)} to {_day(asked.end)}{picked}, {frame.zone}")
    typer.echo(
        f"service level {frame.how.service_level} = {frame.formula}, within {frame.seconds:g} s;"
        f" short: abandoned before {frame.short:g} s"
    )
    headings = columns(answer, frame)
    rows = [
        [
            name,
            *(
                shown(cell, column.unit, frame.currency)
                for cell, column in zip(row[1:], headings[1:], strict=True)
            ),
        ]
        for name, row in zip(row_names(answer), cells(answer, frame), strict=True)
    ]
    if answer.rows or any(answer.in_all(frame.how).values()):
        console().print(table([one.heading.replace("_", " ") for one in headings], rows))
    else:
        typer.echo("no calls")


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"
