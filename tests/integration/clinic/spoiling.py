"""Outside sources of the clinic, and everything that can be wrong with them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.testbed.certificates import Certificate, certificate
from tests.testbed.http_manners import Manner
from tests.testbed.http_messages import Asked
from tests.testbed.http_source import HttpSource
from tests.testbed.in_thread import InThread
from tests.testbed.postgres import Postgres
from tests.testbed.proxy import Proxy

NOBODY = {"resourceType": "Bundle", "type": "searchset", "entry": []}
"""What the sources say when they are well."""
HTTP = ("service", "fhir")
ALL = (*HTTP, "mis")


@dataclass
class Sources:
    """``service`` and ``fhir`` over HTTP, ``secure`` over HTTPS, ``mis`` a PostgreSQL behind a proxy."""

    service: InThread[HttpSource]
    fhir: InThread[HttpSource]
    secure: InThread[HttpSource]
    mis: InThread[Proxy]
    trusted: Certificate
    other: Certificate
    """Of an authority that ccd was not told of."""

    @property
    def over_http(self) -> tuple[InThread[HttpSource], ...]:
        return self.service, self.fhir

    def manner(self, manner: Manner) -> None:
        """How both answer over HTTP from now on."""
        for one in self.over_http:
            one.service.manner = manner

    def refuse(self) -> None:
        """No connection to anybody, neither old ones nor new ones."""
        self.mis.run(self.mis.service.refuse)
        for one in self.over_http:
            one.run(one.service.refuse)

    def listen(self) -> None:
        self.mis.run(self.mis.service.listen)
        for one in self.over_http:
            one.run(one.service.listen)

    def silent(self, *, silent: bool) -> None:
        """Connected, and nothing comes."""
        self.manner(Manner.HUNG if silent else Manner.WELL)
        self.mis.service.faults.black_hole = silent
        if not silent:
            self.mis.run(self.mis.service.cut)

    def slow(self, *, slow: bool) -> None:
        """An answer comes, far too late."""
        self.manner(Manner.SLOW if slow else Manner.WELL)
        for one in self.over_http:
            one.service.delay = 5.0
        self.mis.service.faults.delay = 5.0 if slow else 0
        if not slow:
            self.mis.run(self.mis.service.cut)

    def certificate(self, shown: Certificate) -> None:
        """What ``secure`` shows from now on; nobody stays connected."""
        self.secure.run(self.secure.service.refuse)
        self.secure.service.tls = shown.context
        self.secure.run(self.secure.service.listen)

    def answer(self, answer: Callable[[Asked], Any]) -> None:
        """What both say over HTTP, in good form."""
        for one in self.over_http:
            one.service.answer = answer


@dataclass(frozen=True)
class Ill:
    """One thing that is wrong: whom it befalls, how it begins, how it is over."""

    name: str
    failed: tuple[str, ...]
    begin: Callable[[Sources], None]
    end: Callable[[Sources], None]

    def __str__(self) -> str:
        return self.name


def _manner(manner: Manner) -> Ill:
    return Ill(manner, HTTP, lambda all_: all_.manner(manner), lambda all_: all_.manner(Manner.WELL))


def _answer(name: str, failed: tuple[str, ...], answer: Callable[[Asked], Any]) -> Ill:
    return Ill(name, failed, lambda all_: all_.answer(answer), lambda all_: all_.answer(lambda _: NOBODY))


def _next_page_for_ever(asked: Asked) -> Any:
    """Each page is a good one, and has another behind it."""
    page = int(asked.target.rpartition("page=")[2]) if "page=" in asked.target else 0
    host = f"http://{asked.headers['host']}{asked.target.partition('&page=')[0]}"
    return NOBODY | {"link": [{"relation": "next", "url": f"{host}&page={page + 1}"}]}


ILLS = (
    Ill("hung", ALL, lambda all_: all_.silent(silent=True), lambda all_: all_.silent(silent=False)),
    Ill("refusing", ALL, Sources.refuse, Sources.listen),
    Ill("slow", ALL, lambda all_: all_.slow(slow=True), lambda all_: all_.slow(slow=False)),
    *map(_manner, (
        Manner.BROKEN, Manner.HTML, Manner.NONSENSE, Manner.CHARSET, Manner.HUGE, Manner.BOMB, Manner.DEEP,
        Manner.ENDLESS, Manner.CUT, Manner.GARBAGE, Manner.ELSEWHERE,
    )),
    Ill("TLS error", ("secure",), lambda all_: all_.certificate(all_.other),
        lambda all_: all_.certificate(all_.trusted)),
    _answer("invalid FHIR", ("fhir",), lambda _: {"resourceType": "Patient", "entry": "none"}),
    _answer("endless paging", ("fhir",), _next_page_for_ever),
)  # fmt: skip


@contextmanager
def sources(server: Postgres, home: Path) -> Iterator[Sources]:
    """All of them, well.  In ``home`` are the certificates."""
    trusted, other = (_certificate(home / name) for name in ("trusted", "other"))
    with ExitStack() as stack:
        service, fhir = (stack.enter_context(InThread(HttpSource(lambda _: NOBODY))) for _ in HTTP)
        secure = stack.enter_context(InThread(HttpSource(lambda _: NOBODY, tls=trusted.context)))
        mis = stack.enter_context(InThread(Proxy(server.host, server.port)))
        yield Sources(service, fhir, secure, mis, trusted, other)


def _certificate(folder: Path) -> Certificate:
    folder.mkdir()
    return certificate(folder)
