"""Paths in settings."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo


def _resolved(path: Path, info: ValidationInfo) -> Path:
    """Relative paths count from the folder of the file that holds them (the validation context)."""
    return Path(info.context or "", path.expanduser())


ResolvedPath = Annotated[Path, AfterValidator(_resolved)]
