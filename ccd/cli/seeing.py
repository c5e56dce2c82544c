"""What this user can see of the machine's files."""

from pathlib import Path


def is_there(file: Path) -> bool:
    """Whether there is such a file or folder; one below a folder that is closed to this user may be there."""
    try:
        file.stat()
    except PermissionError:
        return True
    except OSError:
        return False
    else:
        return True
