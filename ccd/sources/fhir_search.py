"""Searches of a FHIR server: every page within a bound, what is referred to, each resource checked."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import structlog
from pydantic import ValidationError

from ccd.directory.model import DirectoryError
from ccd.sources.fhir_client import FhirClient
from ccd.sources.fhir_model import Resource
from ccd.sources.fhir_values import is_id

_log = structlog.get_logger(__name__)

Raw = Mapping[str, Any]
Found = dict[str, Raw]
"""Resources as they came, by ``Type/id``."""
_R = TypeVar("_R", bound=Resource)
_TOGETHER = 50
"""Ids in one question: an address must not grow too long."""


class Searching:
    """Asks one server; ``page`` resources at once, ``pages`` pages at most."""

    def __init__(self, client: FhirClient, *, page: int, pages: int, include: bool) -> None:
        self._client = client
        self._page = page
        self._pages = pages
        self._include = include

    async def find(
        self, kind: str, params: Mapping[str, Any], include: Iterable[str] = (), most: int | None = None
    ) -> Found:
        """What a search finds, with what ``include`` names; raises DirectoryError.

        With ``most``, no further page is asked for once so many are there; otherwise more pages than the
        bound are an error: half an answer would be taken for a whole one.
        """
        asked = {**params, "_count": self._page}
        if self._include and include:
            asked["_include"] = [f"{kind}:{one}" for one in include]
        bundle = await self._client.search(kind, asked)
        found = _entries(bundle)
        seen: set[str] = set()
        while (link := _next(bundle)) and not (most is not None and len(of_kind(found, kind)) >= most):
            if link in seen or len(seen) + 1 >= self._pages:
                raise DirectoryError(f"the FHIR server's answer on {kind} has no end")
            seen.add(link)
            bundle = await self._client.follow(link)
            found |= _entries(bundle)
        return found

    async def find_of(
        self,
        kind: str,
        parameter: str,
        ids: Iterable[str],
        *,
        params: Mapping[str, Any] | None = None,
        include: Iterable[str] = (),
        most: int | None = None,
    ) -> Found:
        """The same for many ids at once, as many questions as that takes; ``most`` is of each question."""
        found: Found = {}
        wanted = list(dict.fromkeys(ids))
        for start in range(0, len(wanted), _TOGETHER):
            some = ",".join(wanted[start : start + _TOGETHER])
            found |= await self.find(kind, {parameter: some, **(params or {})}, include, most)
        return found

    async def complete(self, found: Found, references: Iterable[str], kinds: Iterable[str]) -> None:
        """Add what is referred to and did not come with the search; raises DirectoryError."""
        missing = [one for one in references if one and one not in found]
        for kind in kinds:
            ids = [one.partition("/")[2] for one in missing if one.startswith(f"{kind}/")]
            if ids:
                found |= await self.find_of(kind, "_id", ids)

    def read(self, model: type[_R], found: Found) -> list[_R]:
        """Those of one type, checked; what is invalid is left out, and told in one line."""
        tried = [(raw, self._tried(model, raw)) for raw in of_kind(found, kind_of(model))]
        wrong = [(raw, one) for raw, one in tried if isinstance(one, Exception)]
        if wrong:
            raw, error = wrong[0]
            name = f"{kind_of(model)}/{raw.get('id')!s:.64}"
            _log.warning("FHIR resource left out", resource=name, reason=_reason(error), left_out=len(wrong))
        return [one for _, one in tried if not isinstance(one, Exception)]

    def checked(self, model: type[_R], raw: Raw) -> _R | None:
        """One resource; None, and told, when it is invalid."""
        return next(iter(self.read(model, {f"{kind_of(model)}/": raw})), None)

    def _tried(self, model: type[_R], raw: Raw) -> _R | ValidationError | RecursionError:
        try:
            return model.model_validate(raw, context=self._client.url)
        except (ValidationError, RecursionError) as error:
            return error


def of_kind(found: Found, kind: str) -> list[Raw]:
    """Those of one type."""
    return [raw for key, raw in found.items() if key.startswith(f"{kind}/")]


def kind_of(model: type[Resource]) -> str:
    """The resource type that a model is of."""
    return model.__name__.removeprefix("Fhir")


def _reason(error: ValidationError | RecursionError) -> str:
    """Where it is wrong, without what stands there: that may be of a person."""
    if isinstance(error, RecursionError):
        return "too deep"
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])[:200]}: {first['msg'][:200]}"


def _entries(bundle: Raw) -> Found:
    """The resources in a Bundle; raises DirectoryError when it is none."""
    entries = bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or not isinstance(entries, list):
        raise DirectoryError("the FHIR server's answer is no Bundle")
    resources = [entry.get("resource") if isinstance(entry, dict) else None for entry in entries]
    good = [raw for raw in resources if isinstance(raw, dict) and _is_resource(raw)]
    if wrong := len(entries) - len(good):
        _log.warning("FHIR resource left out", reason="no resource with a type and an id", left_out=wrong)
    found: Found = {}
    for raw in good:
        found.setdefault(f"{raw['resourceType'][:64]}/{raw['id']}", raw)
    return found


def _is_resource(raw: Raw) -> bool:
    return isinstance(raw.get("resourceType"), str) and is_id(raw.get("id"))


def _next(bundle: Raw) -> str:
    """The link to the next page; empty when there is none."""
    links = bundle.get("link") or []
    if not isinstance(links, list):
        raise DirectoryError("the FHIR server's links are no list")
    found = (one.get("url") for one in links if isinstance(one, dict) and one.get("relation") == "next")
    link = next(found, "")
    if not isinstance(link, str):
        raise DirectoryError("the FHIR server's next link is no text")
    return link
