"""Servers that the golden people are put into."""

from tests.testbed.fhir_server import fhir_server

__all__ = ["fhir_server"]
