"""A request to a clinic's HTTP service as it is written: address, headers, body, each with its blanks."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, field_validator

from ccd.routing.base import Many, Model
from ccd.routing.words import Text
from ccd.settings import templates
from ccd.settings.expressions import Expression
from ccd.settings.walking_json import texts_of

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset({"accept-encoding", "connection", "content-length", "host", "transfer-encoding"})


def _header_name(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise ValueError("is no name of a header")
    if value.lower() in _OURS:
        raise ValueError("is a header that ccd writes itself")
    return value


def _header_value(value: str) -> str:
    if not value.isprintable() or not value.isascii():
        raise ValueError("may hold only Latin letters, digits and signs, in one line")
    return value


Status = Annotated[int, Field(ge=200, le=599)]
Statuses = Annotated[tuple[Status, ...], Many]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[Text, AfterValidator(_header_value)]
Headers = Annotated[Mapping[HeaderName, HeaderValue], Field(max_length=50)]


class Request(Model):
    """What is asked."""

    blanks: ClassVar[frozenset[str]] = frozenset()
    """The blanks that there are, beside `{secret:NAME}`."""

    url: Text
    """The address.  What fills a `{blank}` is percent-encoded; scheme and host hold none."""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    """How it is asked."""
    headers: Headers = Field(default={}, repr=False)
    """Headers of this request alone, as those of the source."""
    body: Any = Field(default=None, repr=False)
    """What is sent as JSON; blanks within its texts are filled."""

    @field_validator("url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        return templates.checked_url(value, cls.blanks)

    @field_validator("headers")
    @classmethod
    def _known_in_headers(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for one in value.values():
            templates.checked(one, ())
        return value

    @field_validator("body")
    @classmethod
    def _known_in_body(cls, value: Any) -> Any:
        for one in texts_of(value):
            templates.checked(one, cls.blanks)
        return value


class Reading(Request):
    """A question that changes nothing."""

    method: Literal["GET", "POST"] = "GET"
    """How it is asked."""
    nobody: Statuses = ()
    """HTTP statuses that mean "there is none", like `404`."""


class Writing(Request):
    """A request that changes the schedule."""

    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    """How it is asked."""
    key_header: HeaderName = "Idempotency-Key"
    """The header with the order's key, which is the same when an order is repeated."""
    refused_if: Expression | None = None
    """True in an answer that says no with a status of success: nothing was changed."""
