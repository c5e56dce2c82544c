"""The requests that the settings describe, filled in for one question."""

import os
from collections.abc import Mapping

import phonenumbers

from ccd.directory.model import DirectoryError
from ccd.settings import templates
from ccd.settings.http_requests import Request
from ccd.settings.secrets import named_secret
from ccd.settings.source_http import HttpSettings
from ccd.settings.walking_json import texts_of, with_texts
from ccd.sources.http_client import Sending


def written_requests(settings: HttpSettings) -> tuple[Request, ...]:
    """Every request that these settings have."""
    named = (getattr(settings, key) for key in type(settings).model_fields)
    return tuple(one for one in named if isinstance(one, Request))


def blanks_of(request: Request) -> frozenset[str]:
    """What the service is told with this request."""
    return frozenset[str]().union(*map(templates.blanks_of, (request.url, *texts_of(request.body))))


def secrets_of(settings: HttpSettings, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Every secret that the settings name; raises SettingsError."""
    texts = [*settings.headers.values()]
    for one in written_requests(settings):
        texts += [one.url, *one.headers.values(), *texts_of(one.body)]
    names = sorted(frozenset[str]().union(*map(templates.secrets_of, texts)))
    return {name: named_secret(name, environ) for name in names}


class Filling:
    """Fills in the requests of one source.  Every value is data: it never leads elsewhere."""

    def __init__(self, settings: HttpSettings, secrets: Mapping[str, str]) -> None:
        self._headers = settings.headers
        self._secrets = secrets

    def __call__(self, request: Request, values: Mapping[str, str], key: str = "") -> Sending:
        """The request for these values, ``key`` in its header; DirectoryError when it cannot be sent."""
        headers = {
            name: templates.filled(one, {}, self._secrets)
            for name, one in (*self._headers.items(), *request.headers.items())
        }
        if key:
            headers[getattr(request, "key_header", "Idempotency-Key")] = key
        try:
            url = templates.filled_url(request.url, values, self._secrets)
        except ValueError as error:
            raise DirectoryError(f"was not asked: {error}") from None
        body = with_texts(request.body, lambda one: templates.filled(one, values, self._secrets))
        return Sending(method=request.method, url=url, headers=headers, body=body)


def of_number(e164: str) -> dict[str, str]:
    """A number in the ways in which requests may name it."""
    return {"e164": e164, "digits": e164.removeprefix("+"), "national": _national(e164)}


def _national(e164: str) -> str:
    """The digits after the country code, a leading zero of Italy's included."""
    try:
        return phonenumbers.national_significant_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return e164.removeprefix("+")
