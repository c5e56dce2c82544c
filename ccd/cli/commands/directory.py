"""The clinic's patients."""

from pathlib import Path
from typing import Annotated

import typer

from ccd.cli.failing import config_path
from ccd.cli.options import AsJson, Config

app = typer.Typer(help="The clinic's patients.", no_args_is_help=True)


@app.command("import")
def directory_import(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES", help="Patients, policies, visits, relatives, slots; in any order."),
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would change; nothing is written.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="The files are complete: whoever is not in them is removed."),
    ] = False,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="HEADING=COLUMN", help="What a heading stands for; nothing: leave it out."
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help='A YAML file of lines like "ФИО: full_name", kept beside the data.')
    ] = None,
    config: Config = None,
) -> None:
    """Add and update patients from CSV files and workbooks (XLSX), all or nothing.

    The columns, those that may be left out after the semicolon; docs/configuration.md has their meaning:

    Patients: patient_id, full_name; birth_date, phones, language, tags, doctor, debt, kind, notes, medical.

    Policies: patient_id, insurer, number; programme, valid_from, valid_until, active, policy_kind, covered,
    copay, not_covered, unknown.

    Visits: patient_id, starts_at, status; doctor, specialty, place, preparation, visit_id.

    Relatives: patient_id, phone; name, relationship, guardian.

    Slots, the hours of ccd's own schedule: starts_at, doctor; slot_id, ends_at, specialty, place.
    """
    from ccd.cli import importing

    how = importing.How(dry=dry_run, replace=replace, options=tuple(map_ or ()), mapping=mapping)
    importing.import_files(config_path(config), files, how)


@app.command("try")
def directory_try(
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="A telephone number, as a trunk would send it.")
    ],
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Ask every source who has this number: what each says, how quickly, and whom the card would name.

    Exit code 1 when a source failed.
    """
    from ccd.cli import trying

    raise typer.Exit(trying.try_number(config_path(config), number, as_json=as_json))


@app.command("sources")
def directory_sources(as_json: AsJson = False, config: Config = None) -> None:
    """Say how the sources of the ccd that runs do: which are left alone, and what failed last."""
    from ccd.cli import sources

    sources.show(config_path(config), as_json=as_json)
