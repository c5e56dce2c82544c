"""Each kind of source, filled with the golden people: the ``ccd.yaml`` of a clinic that asks it alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.golden import into_csv, into_fhir, into_json, into_sql
from tests.golden.asking import ccd
from tests.golden.reading import world
from tests.testbed.fhir_server import FhirServer
from tests.testbed.http_source import HttpSource
from tests.testbed.in_thread import InThread
from tests.testbed.postgres import Postgres

KINDS = ("built-in", "mis", "service", "fhir")
WRITTEN = Path(__file__).with_name("sources")
"""What an admin writes of each source under ``directory.sources``."""
PASSWORD_IN, PASSWORD = "MIS_PASSWORD", "let me read"
"""Of the role that reads the MIS: the environment variable, and what must be in it."""


@contextmanager
def filled(kind: str, server: Callable[[str], Any]) -> Iterator[str]:
    """What is written of this kind of source, filled; of ccd's own, nothing, and it is not filled.

    ``server`` gives a fixture by its name.
    """
    match kind:
        case "mis":
            yield mis(server("postgres"))
        case "fhir":
            yield fhir(server("fhir_server"))
        case "service":
            with service() as written:
                yield written
        case _:
            yield ""


def built_in(config: Path) -> None:
    """Fill the own directory of the ccd with this configuration, by ``ccd directory import``."""
    files = into_csv.write(world().people.values(), config.parent)
    said = ccd(config, "directory", "import", *map(str, files))
    assert said.startswith(f"{len(world().people)} added"), said


def mis(server: Postgres) -> str:
    """Tables of an example MIS in PostgreSQL, and a role that may only read them."""
    url = server.database(into_sql.script(world().people.values()))
    name = url.rpartition("/")[2]
    server.run(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    server.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}", name)
    return source("mis", url.replace("://", f"://{name}@"))


def fhir(server: FhirServer) -> str:
    """Resources in the FHIR server."""
    server.put(*into_fhir.resources(world().people.values()))
    return source("fhir", server.url)


@contextmanager
def service() -> Iterator[str]:
    """An HTTP service that has them, for as long as the ``with`` lasts."""
    with InThread(HttpSource(into_json.Service(world().people.values()))) as running:
        yield source("service", running.service.url)


def source(kind: str, url: str) -> str:
    """One entry of ``directory.sources``."""
    return (WRITTEN / f"{kind}.yaml").read_text(encoding="utf-8").replace("@URL@", url)
