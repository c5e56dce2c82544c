"""Who may sign in at the desk."""

from typing import Annotated

import typer

from ccd.cli.failing import config_path
from ccd.cli.options import Config

app = typer.Typer(help="Who may sign in at the desk.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What the user signs in with.")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from a pipe.")]


@app.command("add")
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


@app.command("list")
def user_list(config: Config = None) -> None:
    """List who may sign in, and who is locked out."""
    from ccd.cli import users

    users.show_all(config_path(config))


@app.command("password")
def user_password(name: Name, password_stdin: PasswordStdin = False, config: Config = None) -> None:
    """Give a user a new password; asks for it.  Ends the user's sessions."""
    from ccd.cli import users

    users.set_password(config_path(config), name, password_stdin=password_stdin)


@app.command("lock")
def user_lock(name: Name, config: Config = None) -> None:
    """Lock a user out.  Ends the user's sessions."""
    from ccd.cli import users

    users.set_active(config_path(config), name, active=False)


@app.command("unlock")
def user_unlock(name: Name, config: Config = None) -> None:
    """Let a user who was locked out sign in again."""
    from ccd.cli import users

    users.set_active(config_path(config), name, active=True)
