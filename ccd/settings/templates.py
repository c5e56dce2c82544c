"""Texts with blanks like ``{e164}``, and the blanks ``{secret:NAME}``, filled when a source is asked."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from urllib.parse import quote, urlsplit

from ccd.routing.words import did_you_mean

SECRET = "secret"  # noqa: S105 - a word, not a secret
_SECRET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_ORIGIN = re.compile(r"https?://[^/?#\s]+", re.IGNORECASE)
_SENT_AS_IT_IS = re.compile(r"[!$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]*")


@dataclass(frozen=True, slots=True)
class Blank:
    """What is filled in; of a secret ``name`` is that of the variable."""

    name: str
    secret: bool = False


@lru_cache(maxsize=1_024)
def parts(template: str) -> tuple[str | Blank, ...]:
    """The texts and blanks of a template, in order; ValueError has a sentence for the admin."""
    try:
        found = list(Formatter().parse(template))
    except ValueError:
        raise ValueError("has a { without its }, or the reverse; {{ and }} stand for themselves") from None
    made: list[str | Blank] = []
    for literal, name, detail, _ in found:
        made += [literal] if literal else []
        made += [_blank(name, detail or "")] if name is not None else []
    return tuple(made)


def _blank(name: str, detail: str) -> Blank:
    if name != SECRET:
        return Blank(f"{name}:{detail}" if detail else name)
    if not _SECRET_NAME.fullmatch(detail):
        raise ValueError("must name the secret's variable, like {secret:MIS_TOKEN}")
    return Blank(detail, secret=True)


def secrets_of(template: str) -> frozenset[str]:
    """The names of the secrets that a template needs."""
    return frozenset(one.name for one in parts(template) if isinstance(one, Blank) and one.secret)


def blanks_of(template: str) -> frozenset[str]:
    """The names of the blanks that are no secrets."""
    return frozenset(one.name for one in parts(template) if isinstance(one, Blank) and not one.secret)


def checked(template: str, known: Collection[str]) -> str:
    """The template itself when all of its blanks are known; ValueError has a sentence for the admin."""
    for one in parts(template):
        if isinstance(one, Blank) and not one.secret and one.name not in known:
            raise ValueError(f"there is no {{{one.name}}} here{_meant(one.name, known)}")
    return template


def _meant(name: str, known: Collection[str]) -> str:
    word, colon, detail = name.partition(":")
    near = "" if colon else did_you_mean(word, sorted(known))
    return near or f"; a secret is written {{secret:{detail or word}}}"


def checked_url(template: str, known: Collection[str]) -> str:
    """The same for an address, whose scheme, host and port hold no blank; raises ValueError."""
    checked(template, known)
    first, *rest = parts(template) or ("",)
    origin = _ORIGIN.match(first) if isinstance(first, str) else None
    if isinstance(first, Blank) or origin is None:
        raise ValueError('must look like "https://mis.clinic.ru/patients?phone={e164}"')
    if rest and origin.end() == len(first):
        raise ValueError("must have its host written out: no { before the path")
    _origin(origin[0])
    for one in (first, *rest):
        if isinstance(one, str) and not _SENT_AS_IT_IS.fullmatch(one):
            raise ValueError("may hold only what an address is sent with; write other letters like %D0%B0")
    return template


def _origin(text: str) -> None:
    """A host, perhaps a port, and nothing else."""
    if "@" in text:
        raise ValueError("must not hold a password; write a header with {secret:NAME}")
    try:
        split = urlsplit(text)
        usable = bool(split.hostname) and split.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("has no host and port that can be connected to")


def filled(template: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> str:
    """The template with its blanks filled as they are."""
    return _filled(template, values, secrets, str)


def filled_url(template: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> str:
    """An address with its blanks percent-encoded: none of them is more than a value.

    Raises ValueError for what would still lead elsewhere (``..`` as a folder of the path), without
    the value.
    """
    url = _filled(template, values, secrets, _encoded)
    plain = _filled(template, values, secrets, lambda _: "x")
    for part, other in zip(_folders(url), _folders(plain), strict=True):
        if part != other and part in {"", ".", ".."}:
            raise ValueError("a value cannot stand in the path of an address")
    return url


def _encoded(value: str) -> str:
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise ValueError("a value holds half a letter") from None


def _folders(url: str) -> list[str]:
    return url.partition("?")[0].split("/")


def _filled(
    template: str, values: Mapping[str, str], secrets: Mapping[str, str], spell: Callable[[str], str]
) -> str:
    return "".join(
        one if isinstance(one, str) else spell((secrets if one.secret else values)[one.name])
        for one in parts(template)
    )
