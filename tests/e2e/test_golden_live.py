"""Golden callers by real SIP calls: the page shows the same of them, whatever source ccd asks."""

from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.e2e import golden_desk
from tests.golden import filling
from tests.golden.reading import world
from tests.golden.world import ZONE
from tests.testbed.bed import Testbed

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.timeout(580)]

CALLERS = [one for one in world().callers if one.who in golden_desk.SHOWN]
Said = dict[str, str]


async def test_the_page_shows_the_same_whatever_the_source(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
):
    assert len(CALLERS) == len(golden_desk.SHOWN)
    monkeypatch.setenv(filling.PASSWORD_IN, filling.PASSWORD)
    said: dict[str, Said] = {}
    async with golden_desk.bed(tmp_path) as bed, golden_desk.browser() as browser:
        for attempt in ("first", "second"):
            began = so_far()
            for kind in filling.KINDS:
                with filling.filled(kind, request.getfixturevalue) as sources:
                    said[kind] = await cards(bed, browser, sources, f"{kind}-{attempt}")
            if so_far() == began:
                break
    for kind in filling.KINDS:
        assert said[kind] == said["built-in"], kind


def so_far() -> tuple[date, int]:
    """What cards say of visits changes at midnight and as each begins: the day, and how many began."""
    now = datetime.now(ZONE)
    visits = [visit for one in world().people.values() for visit in one.written.visits]
    return now.date(), sum(visit.starts_at <= now for visit in visits)


async def cards(bed: Testbed, browser: Browser, sources: str, database: str) -> Said:
    """What the page says of each caller while ccd asks these sources; without any, its own directory."""
    await golden_desk.ask_only(bed, sources, database)
    await golden_desk.hire(bed)
    if not sources:
        filling.built_in(bed.ccd.config)
    page = await golden_desk.sit_down(browser, bed)
    try:
        return {one.who: await golden_desk.read_card(bed, page, one) for one in CALLERS}
    finally:
        await page.context.close()
