"""The figures of a period."""

from pathlib import Path
from typing import Annotated

import typer

from ccd.cli.failing import config_path
from ccd.cli.options import AsJson, Config
from ccd.cli.times import DAY

app = typer.Typer()


@app.command()
def report(  # noqa: PLR0917 - the options of a command
    begin: Annotated[str, typer.Option("--from", help=f"{DAY}; six days ago when absent.")] = "",
    end: Annotated[str, typer.Option("--to", help="The last day, included; today when absent.")] = "",
    by: Annotated[
        str,
        typer.Option(
            help="all, queue, agent, doctor, topic, outcome, did, source, direction, disposition, hour,"
            " weekday, day, week or month."
        ),
    ] = "",
    where: Annotated[str, typer.Option(help='Only of one, when --by is a time: "queue=operators".')] = "",
    metric: Annotated[
        list[str] | None,
        typer.Option(help="Only these, by commas; all: every one. docs/metrics.md has them."),
    ] = None,
    service_level: Annotated[
        str,
        typer.Option(help="of_offered, of_answered, with_abandoned, without_early or short_as_served."),
    ] = "",
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(help="Write every figure to this file; - prints it.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="The same as a workbook.")] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="First make all figures again from the records.")
    ] = False,
    config: Config = None,
) -> None:
    """Show the figures of a period: calls, service level, waits, handling, bookings, losses."""
    from ccd.cli import report_asked, reporting

    asked = report_asked.Asked(
        begin=begin, end=end, by=by, where=where, metrics=tuple(metric or ()), service_level=service_level
    )
    output = reporting.Output(as_json=as_json, csv=csv, xlsx=xlsx)
    reporting.report(config_path(config), asked, output, rebuild=rebuild)
