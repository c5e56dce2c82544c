"""The pages: one shell for all, filled with what each needs.  No list of modules is kept by hand.

A page names its first module; the browser is told at once of every module that this one's imports lead to,
so that it need not find them one after another.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SHELL = "/static/shell.html"
_IMPORTED = re.compile(r'^(?:import|export)\b.*\bfrom "\./(\w+\.js)";$', re.MULTILINE)
_PAGE = '<div id="page"></div>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``styles`` are names of style sheets, in their order; ``body`` is what its first module fills."""

    module: str
    styles: tuple[str, ...] = ("style",)
    body: str = _PAGE


PAGES = {
    "/": Page(
        module="main",
        body=f'{_PAGE}\n<p id="announce" class="unseen" role="status" aria-live="polite"></p>',
    ),
    "/static/live.html": Page(module="live", styles=("style", "live")),
    "/static/missed.html": Page(module="missed"),
    "/static/promises.html": Page(module="promises"),
    "/static/reports.html": Page(module="reports", styles=("style", "reports")),
    "/static/routing.html": Page(module="routing", body='<main id="routing" class="routing"></main>'),
    "/static/wall.html": Page(module="wall", styles=("wall",), body='<main id="wall"></main>'),
}
"""Every page, by its address."""


def filled(page: Page, files: Mapping[str, bytes], facts: Mapping[str, str]) -> bytes:
    """The page as HTML; ``files`` are the static ones by address, ``facts`` what else the shell names."""
    parts = {
        **facts,
        "styles": _lines('<link rel="stylesheet" href="/static/{}.css">', page.styles),
        "modules": _lines(
            '<link rel="modulepreload" href="/static/{}">', _led_to(f"{page.module}.js", files)
        ),
        "first": f"/static/{page.module}.js",
        "body": page.body,
    }
    return re.sub(r"\{(\w+)\}", lambda hole: parts[hole[1]], files[SHELL].decode()).encode()


def _lines(tag: str, names: Iterable[str]) -> str:
    return "\n".join(map(tag.format, names))


def _led_to(first: str, files: Mapping[str, bytes]) -> list[str]:
    """Every module that the first one's imports lead to."""
    found, new = {first}, {first}
    while new:
        new = {name for one in new for name in _IMPORTED.findall(files[f"/static/{one}"].decode())} - found
        found |= new
    return sorted(found - {first})
