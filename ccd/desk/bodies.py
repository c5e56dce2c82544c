"""What the page may send, checked strictly."""

import asyncio
import unicodedata
from typing import Annotated, Self, TypeVar

from aiohttp import web
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from ccd.desk.problems import Problem
from ccd.directory.orders import OrderKind

NOTE_LIMIT = 2000
MAX_BODY = 64 * 1024
_PATIENCE = 10.0
"""Seconds for a body to arrive."""


def _readable(text: str) -> str:
    """Control characters have no business in a note; line breaks and tabs do."""
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())


def _of_letters(name: str) -> str:
    """A name has no control characters: where one place strips them and another does not, they tell apart."""
    if any(unicodedata.category(sign) == "Cc" for sign in name):
        raise ValueError("a control character")
    return name


class Body(BaseModel):
    """Frozen; unknown keys and wrong types are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Credentials(Body):
    """``POST /api/session``."""

    name: Annotated[
        str,
        StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
        AfterValidator(_of_letters),
    ]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class ChosenPhone(Body):
    """``PUT /api/phone``."""

    phone: Annotated[str, StringConstraints(max_length=100)]


class ChosenLanguage(Body):
    """``PUT /api/language``."""

    language: Annotated[str, StringConstraints(max_length=10)]


class NoteText(Body):
    """``PUT /api/calls/{id}/note``."""

    topic: Annotated[str, StringConstraints(max_length=40)] = ""
    outcome: Annotated[str, StringConstraints(max_length=81)] | None = None
    """None: as it was."""
    note: Annotated[
        str, StringConstraints(max_length=NOTE_LIMIT, strip_whitespace=True), AfterValidator(_readable)
    ] = ""

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.topic or self.outcome or self.note)


_Id = Annotated[str, StringConstraints(max_length=300)]


class VisitWish(Body):
    """``POST /api/bookings``.  ``key`` is the page's own, new for each wish: the same again books once."""

    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    kind: OrderKind
    call: _Id
    patient: _Id
    source: _Id
    slot: _Id = ""
    visit: _Id = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.slot) != (self.kind is not OrderKind.CANCEL):
            raise ValueError("slot")
        if bool(self.visit) != (self.kind is not OrderKind.BOOK):
            raise ValueError("visit")
        return self


B = TypeVar("B", bound=Body)


async def body(request: web.Request, model: type[B]) -> B:
    """The request's JSON as ``model``; a Problem when it is not."""
    if request.content_type != "application/json":
        raise Problem(415, "error.request")
    try:
        async with asyncio.timeout(_PATIENCE):
            sent = await request.read()
        return model.model_validate_json(sent)
    except TimeoutError:
        raise Problem(408, "error.request") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        code = (
            "error.note_too_long"
            if first["type"] == "string_too_long" and "note" in first["loc"]
            else "error.field"
        )
        field = ".".join(str(part) for part in first["loc"]) or "JSON"
        raise Problem(422, code, field=field, limit=NOTE_LIMIT) from None
