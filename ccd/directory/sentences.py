"""What a source's own error says, as it may stand in a log."""

import re

from ccd.directory.model import DirectoryError
from ccd.logs import mask_number

_NUMBER = re.compile(r"\+?\d(?:[ ()-]{0,3}\d){6,}")
"""Whatever may be a telephone number, in any of the usual ways of writing."""
_LONGEST = 300
"""Characters that are kept."""


def sentence(error: BaseException, e164: str = "") -> str:
    """What a source's error says, short and without telephone numbers; never raises."""
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - a plug-in's error may be broken, too
        said = ""
    if not isinstance(error, DirectoryError):
        said = f"{type(error).__name__}: {said}" if said else type(error).__name__
    said = _NUMBER.sub(lambda found: mask_number(found[0]), said.replace(e164, mask_number(e164)))
    return said if len(said) <= _LONGEST else said[:_LONGEST] + " ..."
