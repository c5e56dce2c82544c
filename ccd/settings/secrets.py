"""Where secrets come from: the file, the environment, or a systemd credential."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from ccd.settings.models import Settings
from ccd.settings.problems import Problem, SettingsError

CREDENTIAL = "ami_secret"
"""The name of the systemd credential: ``LoadCredential=ami_secret:/etc/ccd/ami_secret``."""

PASSWORD_ENV = "CCD_DATABASE_PASSWORD"  # noqa: S105 - its name
PASSWORD_CREDENTIAL = "database_password"  # noqa: S105
"""The same for the password of ccd's own database, where it is on a server."""
SHORTEST_WORD = 20
"""Letters of a word that nobody guesses."""


def ami_secret(settings: Settings, environ: Mapping[str, str] = os.environ) -> str:
    """The manager secret: ``ami.secret``, else the variable ``ami.secret_env``, else the credential.

    Raises SettingsError when there is none, or it could not be sent to Asterisk.
    """
    ami = settings.ami
    secret = ami.secret or environ.get(ami.secret_env, "") or _credential(CREDENTIAL, environ, "ami.secret")
    if not secret:
        nowhere = f"is nowhere: set it here, in the variable {ami.secret_env}, or as a systemd credential"
        _refuse(nowhere, "ami.secret")
    return _sendable(secret, "ami.secret")


def database_password(environ: Mapping[str, str] = os.environ) -> str:
    """The password of ccd's own database on a server; empty when there is none.

    Then the driver looks for its own (``PGPASSFILE``).  Raises SettingsError when it could not be sent.
    """
    written = environ.get(PASSWORD_ENV, "") or _credential(PASSWORD_CREDENTIAL, environ, "database")
    return _sendable(written, "database") if written else ""


def named_secret(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """The secret of a source: the variable ``name``, else the systemd credential ``name``.

    Raises SettingsError when there is none, or it could not be sent.
    """
    secret = environ.get(name, "") or _credential(name, environ, name)
    if not secret:
        _refuse("this secret is nowhere: set a variable, or a systemd credential, of that name", name)
    return _sendable(secret, name)


def opening_word(name: str, environ: Mapping[str, str] = os.environ) -> str:
    """The word that opens something without signing in; empty when no variable is named.

    Raises SettingsError when it is nowhere, or short enough to be guessed.
    """
    if not name:
        return ""
    word = named_secret(name, environ)
    if len(word) < SHORTEST_WORD:
        _refuse(f"is too short: at least {SHORTEST_WORD} characters, as of `openssl rand -hex 24`", name)
    return word


def _sendable(secret: str, where: str) -> str:
    if not secret.isprintable():
        _refuse("holds a line break or another character that cannot be sent", where)
    return secret


def _credential(name: str, environ: Mapping[str, str], where: str) -> str:
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return ""
    try:
        return Path(folder, name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        _refuse(f"the systemd credential {name} cannot be read", where)


def _refuse(message: str, where: str) -> NoReturn:
    raise SettingsError((Problem(message=message, where=where),)) from None
