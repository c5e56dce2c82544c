"""What is known of past calls."""

from typing import Annotated

import typer

from ccd.cli.failing import config_path
from ccd.cli.options import AsJson, Config, Since

app = typer.Typer()


@app.command()
def calls(
    since: Since = "",
    number: Annotated[str, typer.Option(help="Only this caller's.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many.")] = 100,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List calls, the newest first."""
    from ccd.cli import listing

    listing.calls(config_path(config), since=since, number=number, limit=limit, as_json=as_json)


@app.command()
def verify(since: Since = "1w", as_json: AsJson = False, config: Config = None) -> None:
    """Compare every call's record with Asterisk's own logs, and list what disagrees.

    Exit code 1 when anything does.
    """
    from ccd.cli import verifying

    raise typer.Exit(verifying.verify(config_path(config), since=since, as_json=as_json))


@app.command()
def audit(
    patient_id: Annotated[
        str, typer.Argument(metavar="PATIENT_ID", help="As in the imported files, or SOURCE:ID.")
    ] = "",
    *,
    patient: Annotated[str, typer.Option(help="The same.")] = "",
    user: Annotated[str, typer.Option(help="Only what this user did.")] = "",
    since: Since = "",
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Say who saw this patient's data, or whose this user saw, the newest first."""
    from ccd.cli import auditing

    asked = auditing.Asked(patient_id=patient or patient_id, user=user, since=since)
    auditing.audit(config_path(config), asked, as_json=as_json)


@app.command()
def voicemail(as_json: AsJson = False, config: Config = None) -> None:
    """List the messages that callers left, the newest first."""
    from ccd.cli import voicemail

    voicemail.show(config_path(config), as_json=as_json)
