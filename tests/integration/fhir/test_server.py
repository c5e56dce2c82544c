"""What the tests rely on of the FHIR server that others wrote."""

from urllib.error import HTTPError
from urllib.parse import quote

import pytest

from tests.testbed.fhir_server import FhirServer, Resource, running_fhir_server


def _patient(number: str, **more: str) -> Resource:
    return {"resourceType": "Patient", "telecom": [{"system": "phone", "value": number}], **more}


def test_a_number_is_found_as_it_is_written(fhir_server: FhirServer):
    fhir_server.put(_patient("8 (916) 000-00-01", id="server-1"))
    forms = quote("+79160000001,8 (916) 000-00-01", safe=",")
    assert fhir_server.get(f"Patient?phone={forms}")["total"] == 1
    assert fhir_server.get("Patient?phone=%2B79160000001")["total"] == 0


def test_a_search_has_pages(fhir_server: FhirServer):
    fhir_server.put(*(_patient("+79160000002", id=f"page-{n}") for n in range(5)))
    first = fhir_server.get("Patient?phone=%2B79160000002&_count=3")
    assert len(first["entry"]) == 3
    second = fhir_server.get(first["link"][0]["url"].removeprefix(f"{fhir_server.url}/"))
    assert len(second["entry"]) == 2
    assert "link" not in second


def test_an_old_version_is_not_written_over(fhir_server: FhirServer):
    fhir_server.put(_patient("+79160000003", id="version-1"))
    version = fhir_server.get("Patient/version-1")["meta"]["versionId"]
    fhir_server.put(_patient("+79160000004", id="version-1"))
    with pytest.raises(HTTPError, match="412"):
        fhir_server.ask(
            "PUT",
            "Patient/version-1",
            _patient("+79160000005", id="version-1"),
            **{"If-Match": f'W/"{version}"'},
        )


def test_without_the_token_nothing_is_said():
    with running_fhir_server(token="s3cret") as server:
        server.put(_patient("+79160000006", id="token-1"))
        with pytest.raises(HTTPError, match="401"):
            FhirServer(server.url).get("Patient/token-1")
