"""How many files and connections the process may have open at once."""

import resource
import sys
from contextlib import suppress


def raise_descriptors() -> None:
    """As many as the system allows: the soft limit is often 1,024, less than a big clinic's desks need."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def descriptors() -> int:
    """The limit that is in force."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft
