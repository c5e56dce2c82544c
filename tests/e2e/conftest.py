"""Servers that the golden people are put into; how long a page may take."""

from playwright.async_api import expect

from tests.browser.page import PATIENCE
from tests.testbed.fhir_server import fhir_server

__all__ = ["fhir_server"]

expect.set_options(timeout=PATIENCE * 1000)
