"""One FHIR server for all tests here."""

from tests.testbed.fhir_server import fhir_server

__all__ = ["fhir_server"]
