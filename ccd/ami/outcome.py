"""What became of an action that was to change something: it was surely not done, or nobody knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from ccd.ami.errors import ActionRefused, AmiError, BadAction, LinkDown
from ccd.ports.switchboard import NotBegunError, NotHeardError


@contextmanager
def told_apart() -> Iterator[None]:
    """Raise NotBegunError for an action that surely was not done, NotHeardError where it may have been."""
    try:
        yield
    except (LinkDown, BadAction, ActionRefused) as error:
        raise NotBegunError(str(error)) from error
    except AmiError as error:
        raise NotHeardError(str(error)) from error
