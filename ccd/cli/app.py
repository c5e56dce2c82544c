"""The commands and their options.  Each imports its work when it runs, so ``ccd --help`` is quick."""

# ruff: noqa: PLC0415 - see above

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ccd import __version__
from ccd.cli.failing import config_path
from ccd.cli.times import DAY, SINCE

app = typer.Typer(
    help="ccd: knows who is calling, routes the call, shows the card, keeps the record.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
directory_app = typer.Typer(help="The clinic's patients.", no_args_is_help=True)
user_app = typer.Typer(help="Who may sign in at the desk.", no_args_is_help=True)
db_app = typer.Typer(help="ccd's own database.", no_args_is_help=True)
callbacks_app = typer.Typer(help="Patients who were promised a call.", invoke_without_command=True)
app.add_typer(directory_app, name="directory")
app.add_typer(user_app, name="user")
app.add_typer(db_app, name="db")
app.add_typer(callbacks_app, name="callbacks")

Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", envvar="CCD_CONFIG", help="Default: ./ccd.yaml, then /etc/ccd/ccd.yaml."),
]
Name = Annotated[str, typer.Argument(help="What the user signs in with.")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from a pipe.")]


class File(StrEnum):
    """What ``ccd schema`` knows (``ccd.settings.schema.File``, without its import)."""

    CCD = "ccd"
    ROUTING = "routing"
    TESTS = "routing.tests"


Since = Annotated[str, typer.Option(help=f"{SINCE}.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: one JSON document.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"ccd {__version__}")
        raise typer.Exit


@app.callback()
def top(
    _version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Hold the options that come before a command."""


@app.command()
def run(config: Config = None) -> None:
    """Run the daemon until it is stopped."""
    from ccd.cli import running

    raise typer.Exit(running.run(config_path(config)))


@app.command()
def check(
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.")] = False,
    asterisk: Annotated[bool, typer.Option("--asterisk", help="Ask Asterisk for its queues, too.")] = False,
    config: Config = None,
) -> None:
    """Read the configuration and say everything that is wrong with it, at once."""
    from ccd.cli import checking

    raise typer.Exit(checking.check(config_path(config), strict=strict, asterisk=asterisk))


@app.command("reload")
def reload_rules(config: Config = None) -> None:
    """Have the ccd that runs take the rules as they are written now; wrong ones change nothing."""
    from ccd.cli import reloading

    reloading.reload(config_path(config))


@app.command("test")
def prove(
    files: Annotated[list[Path] | None, typer.Argument(help="Default: routing.tests.yaml.")] = None,
    config: Config = None,
) -> None:
    """Try made-up calls against the rules, and say which go elsewhere than expected."""
    from ccd.cli import testing

    raise typer.Exit(testing.test(config_path(config), files or []))


@app.command()
def explain(  # noqa: PLR0917 - the options of a command
    number: Annotated[str, typer.Option("--from", help="The caller's number.")],
    called: Annotated[str, typer.Option("--to", help="The called number (DID).")],
    at: Annotated[str, typer.Option(help="03:15, 2026-11-22 or 2026-11-22T03:15; now when absent.")] = "",
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
    at: Annotated[str, typer.Option(help="03:15, 2026-11-22 or 2026-11-22T03:15; now when absent.")] = "",
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
    where: Annotated[str, typer.Option(help='Only of one, by times: "queue=operators".')] = "",
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


@app.command()
def audit(
    patient_id: Annotated[str, typer.Argument(help="As in the imported files, or SOURCE:ID.")] = "",
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
def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to write.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Write a configuration to start from, and say what to add to Asterisk."""
    from ccd.cli import starting

    starting.init(folder, force=force)


@app.command()
def schema(
    file: Annotated[File, typer.Argument(help="Of which file.")] = File.ROUTING,
    output: Annotated[Path | None, typer.Option(help="Write it here.")] = None,
    reference: Annotated[bool, typer.Option("--reference", help="Tables of every key, for people.")] = False,
) -> None:
    """Print the JSON Schema of ccd.yaml or routing.yaml, for editors; or every key, for people."""
    from ccd.cli import schemas

    schemas.write(file.value, output, tables=reference)


@callbacks_app.callback()
def callbacks(
    context: typer.Context,
    all_of_them: Annotated[bool, typer.Option("--all", help="Those that were kept, too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List who is to be called back, and whose deadline passed in the last seven days."""
    from ccd.cli import callbacks

    if context.invoked_subcommand is None:
        callbacks.show(config_path(config), all_of_them=all_of_them, as_json=as_json)


@callbacks_app.command("cancel")
def callbacks_cancel(
    promise_id: Annotated[int, typer.Argument(metavar="ID", help="As in the list.")], config: Config = None
) -> None:
    """Take a promise back: the patient was called by hand, or does not want it any more."""
    from ccd.cli import callbacks

    raise typer.Exit(callbacks.cancel(config_path(config), promise_id))


@app.command()
def voicemail(as_json: AsJson = False, config: Config = None) -> None:
    """List the messages that callers left, the newest first."""
    from ccd.cli import voicemail

    voicemail.show(config_path(config), as_json=as_json)


@directory_app.command("import")
def directory_import(
    files: Annotated[
        list[Path], typer.Argument(help="Patients, policies, visits, relatives, slots; in any order.")
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


@directory_app.command("try")
def directory_try(
    number: Annotated[str, typer.Argument(help="A telephone number, as a trunk would send it.")],
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Ask every source who has this number: what each says, how quickly, and whom the card would name.

    Exit code 1 when a source failed.
    """
    from ccd.cli import trying

    raise typer.Exit(trying.try_number(config_path(config), number, as_json=as_json))


@directory_app.command("sources")
def directory_sources(as_json: AsJson = False, config: Config = None) -> None:
    """Say how the sources of the ccd that runs do: which are left alone, and what failed last."""
    from ccd.cli import sources

    sources.show(config_path(config), as_json=as_json)


@user_app.command("add")
def user_add(
    name: Name,
    *,
    role: Annotated[str, typer.Option(help="operator, doctor, supervisor or admin.")] = "operator",
    display_name: Annotated[str, typer.Option(help="What the others see.")] = "",
    language: Annotated[str, typer.Option(help="ru, uk or en; chosen at the desk when absent.")] = "",
    password_stdin: PasswordStdin = False,
    config: Config = None,
) -> None:
    """Let someone sign in at the desk; asks for the password."""
    from ccd.cli import users

    users.add(
        config_path(config),
        name=name,
        role=role,
        display_name=display_name,
        language=language,
        password_stdin=password_stdin,
    )


@user_app.command("list")
def user_list(config: Config = None) -> None:
    """List who may sign in, and who is locked out."""
    from ccd.cli import users

    users.show_all(config_path(config))


@user_app.command("password")
def user_password(name: Name, password_stdin: PasswordStdin = False, config: Config = None) -> None:
    """Give a user a new password; asks for it.  Ends the user's sessions."""
    from ccd.cli import users

    users.set_password(config_path(config), name, password_stdin=password_stdin)


@user_app.command("lock")
def user_lock(name: Name, config: Config = None) -> None:
    """Lock a user out.  Ends the user's sessions."""
    from ccd.cli import users

    users.set_active(config_path(config), name, active=False)


@user_app.command("unlock")
def user_unlock(name: Name, config: Config = None) -> None:
    """Let a user who was locked out sign in again."""
    from ccd.cli import users

    users.set_active(config_path(config), name, active=True)


@db_app.command("copy")
def db_copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A file, or postgresql://USER@HOST/NAME.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same: empty, or a file to be made.")],
) -> None:
    """Copy everything into another, empty database, and compare every row; all or nothing.

    No ccd may run on either. A server's password: CCD_DATABASE_PASSWORD.
    """
    from ccd.cli import copying

    copying.copy_all(source, target)
