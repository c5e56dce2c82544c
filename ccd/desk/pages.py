"""The page's own files, read once at start: nothing of a request ever names a path on the disk."""

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web

from ccd.desk.shells import PAGES, SHELL, filled
from ccd.settings.models import Desk

_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "json": "application/json",
}


class Pages:
    """``/`` and ``/static/...`` and ``/locales/...`` from memory, revalidated by ETag."""

    def __init__(self, settings: Desk) -> None:
        here = files("ccd.desk")
        static = _read(here / "static", "/static/")
        facts = {"language": settings.language, "languages": " ".join(settings.languages)}
        pages = {path: filled(page, static, facts) for path, page in PAGES.items()}
        del static[SHELL]
        self._files = static | pages | _read(here / "locales", "/locales/")
        self._etags = {path: hashlib.sha256(data).hexdigest()[:16] for path, data in self._files.items()}

    def routes(self) -> list[web.RouteDef]:
        """One route a file."""
        return [web.get(path, self.serve) for path in self._files]

    async def serve(self, request: web.Request) -> web.Response:
        """The file, or that it has not changed."""
        etag = self._etags[request.path]
        headers = {"ETag": f'"{etag}"', "Cache-Control": "no-cache"}
        if any(known.value == etag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        kind = _TYPES.get(request.path.rpartition(".")[2], "text/html")
        return web.Response(
            body=self._files[request.path], content_type=kind, charset="utf-8", headers=headers
        )


def _read(folder: Traversable, prefix: str) -> dict[str, bytes]:
    return {
        prefix + item.name: item.read_bytes()
        for item in folder.iterdir()
        if item.name.rpartition(".")[2] in _TYPES
    }
