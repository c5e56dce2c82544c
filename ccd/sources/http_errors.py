"""What can go wrong with a clinic's HTTP service, in sentences without a word of its answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import aiohttp

from ccd.directory.model import DirectoryError

_HINTS = {401: "; is the secret right?", 403: "; may this account do that?", 404: "; is the address right?"}

MAYBE_DONE = frozenset({301, 302, 303, 408})
"""Statuses below 500 after which nobody knows: redirects often follow what was done."""


class UnreachedError(DirectoryError):
    """The service was surely not asked: nothing has changed there."""


class StatusError(DirectoryError):
    """The service answered, with a status that is no success."""

    def __init__(self, status: int) -> None:
        super().__init__(told(status))
        self.status = status


@contextmanager
def in_words() -> Iterator[None]:
    """Make a DirectoryError, or UnreachedError, of whatever aiohttp raises within: its own tell the URL."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise UnreachedError(unreached(error)) from None
    except TimeoutError:
        raise DirectoryError("gave no answer in time") from None
    except (aiohttp.ClientResponseError, aiohttp.InvalidURL):
        raise DirectoryError("answers with something that is no HTTP") from None
    except (aiohttp.ClientError, OSError):
        raise DirectoryError("broke off before its answer was complete") from None


def unreached(error: aiohttp.ClientError) -> str:
    """What a service does that no connection was made to."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            why = getattr(error.certificate_error, "verify_message", "")
            return f"shows a certificate that cannot be trusted{f': {why}' if why else ''}"
        case aiohttp.ClientConnectorSSLError():
            return "cannot agree on TLS"
        case aiohttp.ClientConnectorDNSError():
            return "has a host name that cannot be found"
        case aiohttp.ClientConnectorError(os_error=ConnectionRefusedError()):
            return "cannot be reached: nothing listens at its address and port"
        case aiohttp.ClientConnectorError():
            return f"cannot be reached: {error.strerror or 'no connection'}"
        case _:
            return "cannot be reached: no connection in time"


def told(status: int) -> str:
    """A status in words of our own: the server's may be anything."""
    known = {one.value: f" {one.phrase}" for one in HTTPStatus}
    hint = _HINTS.get(status, "")
    return f"answers {status}{known.get(status, '')}{hint}"
