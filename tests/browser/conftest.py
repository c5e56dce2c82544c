"""One Chromium for all tests, one desk for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import page as driving
from tests.browser.bed import Bed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs a browser, and may wait for one longer than the others."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    if driving.shell() is None:
        pytest.skip("Chromium is not installed")
    with driving.browser() as started:
        yield started


@pytest.fixture
def bed(chrome: Browser) -> Iterator[Bed]:
    built = Bed()
    built.start()
    yield built
    for context in chrome.contexts:
        context.close()
    built.stop()
