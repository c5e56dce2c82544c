"""Where the manager secret comes from: the file, the environment, or a systemd credential."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from ccd.settings.models import Settings
from ccd.settings.problems import Problem, SettingsError

CREDENTIAL = "ami_secret"
"""The name of the systemd credential: ``LoadCredential=ami_secret:/etc/ccd/ami_secret``."""


def ami_secret(settings: Settings, environ: Mapping[str, str] = os.environ) -> str:
    """The manager secret: ``ami.secret``, else the variable ``ami.secret_env``, else the credential.

    Raises SettingsError when there is none, or it could not be sent to Asterisk.
    """
    ami = settings.ami
    secret = ami.secret or environ.get(ami.secret_env, "") or _credential(environ)
    if not secret:
        _refuse(f"is nowhere: set it here, in the variable {ami.secret_env}, or as a systemd credential")
    if not secret.isprintable():
        _refuse("holds a line break or another character that cannot be sent")
    return secret


def _credential(environ: Mapping[str, str]) -> str:
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return ""
    try:
        return Path(folder, CREDENTIAL).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        _refuse(f"the systemd credential {CREDENTIAL} cannot be read")


def _refuse(message: str) -> NoReturn:
    raise SettingsError((Problem(message=message, where="ami.secret"),)) from None
