"""The words of the desk, one JSON file a language, shared by page and server."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from aiohttp import web

from ccd.routing.labels import Say


@cache
def locale(language: str) -> dict[str, Any]:
    """Every word of a language."""
    text = (files("ccd.desk") / "locales" / f"{language}.json").read_text(encoding="utf-8")
    words: dict[str, Any] = json.loads(text)
    return words


def say(language: str, code: str, **facts: object) -> str:
    """The sentence for an error code.

    >>> say("en", "error.wrong_password")
    'The name or the password is wrong. Check them and try again.'
    """
    sentence: str = locale(language)[code]
    for key, value in facts.items():
        sentence = sentence.replace("{" + key + "}", str(value))
    return sentence


@cache
def of_picture(language: str) -> Say:
    """What the picture of the routing says in a language; see ``Say``."""

    def saying(code: str, /, **facts: object) -> str:
        return say(f"picture.{language}", f"picture.{code}", **facts)

    return saying


def language_of(request: web.Request, languages: tuple[str, ...], default: str) -> str:
    """The page says its language in ``Accept-Language``; anything else gets the clinic's."""
    asked = request.headers.get("Accept-Language", "")[:2].lower()
    return asked if asked in languages else default
