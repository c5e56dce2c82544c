"""Cells that hold words: lists, one of several known ones, yes and no.

Each function takes cleaned text and returns a value, or raises ValueError with a message for the
person who has the file open in a spreadsheet.
"""

import difflib
from collections.abc import Sequence
from functools import lru_cache

from ccd.directory.model import LANGUAGES, STATUSES, Reach
from ccd.directory.status_words import STATUS_WORDS

_OTHER_WORDS = {
    "ua": "uk",
    "укр": "uk",
    "рус": "ru",
    "англ": "en",
    "gb": "en",
    "organization": "organisation",
}

_YES = frozenset({"yes", "y", "true", "1", "да", "так"})
_NO = frozenset({"no", "n", "false", "0", "нет", "ні"})
_KINDS = {"": Reach.OWN, "patient": Reach.OWN, "organisation": Reach.ORGANISATION, "staff": Reach.STAFF}


def nearest(word: str, known: Sequence[str], *, cutoff: float = 0.7) -> str:
    """The known word that was probably meant, or nothing."""
    if (meant := _OTHER_WORDS.get(word.lower(), "")) in known:
        return meant
    return next(iter(difflib.get_close_matches(word.lower(), known, n=1, cutoff=cutoff)), "")


def did_you_mean(word: str) -> str:
    """The end of a message, when there is something to suggest."""
    return f'; did you mean "{word}"?' if word else ""


def required(text: str) -> str:
    """Anything but nothing."""
    if not text:
        raise ValueError("is empty")
    return text


def words(text: str) -> tuple[str, ...]:
    """A list separated by semicolons, each once."""
    if ";" not in text:
        return (text,) if text else ()
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


@lru_cache(maxsize=1024)
def tags(text: str) -> frozenset[str]:
    """A list as a set; cached, for thousands have the same."""
    return frozenset(words(text))


@lru_cache(maxsize=1024)
def language(text: str) -> str:
    """One of LANGUAGES, or empty."""
    return _one_of(text, LANGUAGES) if text else ""


@lru_cache(maxsize=1024)
def status(text: str) -> str:
    """One of STATUSES, also in other usual words."""
    return STATUS_WORDS.get(text.lower()) or _one_of(text, STATUSES)


@lru_cache(maxsize=1024)
def reach(text: str) -> Reach:
    """Whose number it is: a ``patient``'s (so is nothing), an ``organisation``'s, one of the ``staff``'s."""
    return _KINDS[_one_of(text, tuple(_KINDS)[1:]) if text else ""]


@lru_cache(maxsize=1024)
def yes_unless_no(text: str) -> bool:
    """Yes or no, in one of the languages; nothing is yes."""
    return _yes(text) if text else True


def no_unless_yes(text: str) -> bool:
    """Yes or no, in one of the languages; nothing is no."""
    return _yes(text) if text else False


def _yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(f'"{text}" is neither yes nor no')
    return text.lower() in _YES


def _one_of(text: str, known: tuple[str, ...]) -> str:
    if text.lower() not in known:
        raise ValueError(f'"{text}" is unknown: {", ".join(known)}{did_you_mean(nearest(text, known))}')
    return text.lower()
