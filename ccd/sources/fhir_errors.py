"""What can go wrong with a FHIR server.  Each is a DirectoryError; booking tells them apart."""

from ccd.directory.model import DirectoryError
from ccd.sources.http_errors import told


class LostError(DirectoryError):
    """The request was sent and no usable answer came: the server may have done it."""


class RefusedError(DirectoryError):
    """The server said no, with the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the FHIR server {told(status)}")
        self.status = status
