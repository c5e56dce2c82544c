"""What the rules do with a call: made up, past, or drawn."""

from pathlib import Path
from typing import Annotated

import typer

from ccd.cli.failing import config_path
from ccd.cli.options import AsJson, At, Config, Since

app = typer.Typer()


@app.command("test")
def prove(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILES", help="Default: routing.tests.yaml.")
    ] = None,
    config: Config = None,
) -> None:
    """Try made-up calls against the rules, and say which go elsewhere than expected."""
    from ccd.cli import testing

    raise typer.Exit(testing.test(config_path(config), files or []))


@app.command()
def explain(  # noqa: PLR0917 - the options of a command
    number: Annotated[str, typer.Option("--from", help="The caller's number.")],
    called: Annotated[str, typer.Option("--to", help="The called number (DID).")],
    at: At = "",
    press: Annotated[str, typer.Option(help="Keys, one for each menu on the way: 2, 21.")] = "",
    patient: Annotated[
        list[str] | None, typer.Option(help='Made up; no source is asked: "{ age: 70, tags: vip }".')
    ] = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Show where a call would go, and why: every rule that was tried for it."""
    from ccd.cli import explaining

    call = explaining.Asked(number=number, called=called, at=at, press=press, patients=tuple(patient or ()))
    explaining.explain(config_path(config), call, as_json=as_json)


@app.command()
def replay(
    since: Since = "1w",
    rules: Annotated[
        Path | None, typer.Option(help="A changed routing file; without, what really happened is compared.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many.")] = 10_000,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Route past calls again, and show which would go elsewhere under changed rules."""
    from ccd.cli import replaying

    replaying.replay(config_path(config), since=since, rules=rules, limit=limit, as_json=as_json)


@app.command()
def duty(
    at: At = "",
    days: Annotated[int, typer.Option(min=1, max=366, help="So many days from then on.")] = 7,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Show who is on duty now, and in the coming days."""
    from ccd.cli import dutying

    dutying.duty(config_path(config), at=at, days=days, as_json=as_json)


@app.command()
def graph(
    since: Since = "yesterday",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; else it is printed.")] = None,
    counts: Annotated[bool, typer.Option("--counts/--no-counts", help="Count past calls on it.")] = True,
    config: Config = None,
) -> None:
    """Draw the routing as a picture (SVG): rules, steps, branches, and the calls that took them."""
    from ccd.cli import graphing

    graphing.graph(config_path(config), since=since, output=output, counted=counts)
