"""One Chromium for all tests, one desk for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import page as driving
from tests.browser.bed import Bed, running

_AHEAD = (
    "ignore:Exception ignored in. <(function _SelectorTransport.__del__|socket.socket )"
    ":pytest.PytestUnraisableExceptionWarning"
)
"""Chromium opens connections ahead of need; one that comes as a test's desk ends is nobody's to close."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs a browser, and may wait for one longer than the others."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(400))
            item.add_marker(pytest.mark.filterwarnings(_AHEAD))


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    if driving.shell() is None:
        pytest.skip("Chromium is not installed")
    with driving.browser() as started:
        yield started


@pytest.fixture
def bed(chrome: Browser) -> Iterator[Bed]:
    with running(chrome, Bed()) as started:
        yield started
