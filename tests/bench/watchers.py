"""Supervisors who watch: sockets that note when each reason came, a page in Chromium when it stood there."""

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from playwright.async_api import Page, async_playwright

from tests.browser.page import FLAGS, chromium

REASON = re.compile(r"reason-\d+-")
NOTE = """() => { window.seen = {}; new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) {
    const found = /reason-\\d+-/.exec(node.textContent);
    if (found && !(found[0] in window.seen)) window.seen[found[0]] = Date.now();
  }
}).observe(document.body, {childList: true, subtree: true}); }"""


class Watchers:
    """What the sockets heard, by reason: a moment for each of them."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._heard: defaultdict[str, list[float]] = defaultdict(list)
        self._known: defaultdict[str, set[str]] = defaultdict(set)

    def take(self, text: str) -> None:
        """One message of one socket."""
        at = time.time()
        for reason in REASON.findall(text):
            self._heard[reason].append(at)
        if len(self._heard) < 2:
            for name, rows in json.loads(text).get("rows", {}).items():
                self._known[name] |= {row["id"] for row in rows}

    async def until_known(self, agents: int, waiting: int) -> None:
        """Until so many agents and callers were told of; at once when nobody watches."""
        async with asyncio.timeout(20):
            while self._count and (
                len(self._known["agents"]) < agents or len(self._known["waiting"]) < waiting
            ):
                await asyncio.sleep(0.05)

    async def heard(self, reason: str, seconds: float) -> list[float]:
        """When each socket heard of it."""
        async with asyncio.timeout(seconds):
            while len(self._heard[reason]) < self._count:
                await asyncio.sleep(0.05)
        return self._heard[reason]


class Screen:
    """A live page in Chromium."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def shown(self, reasons: Sequence[str], seconds: float) -> dict[str, float]:
        """When each reason stood in its row; all of them, or a TimeoutError."""
        script = "(count) => Object.keys(window.seen).length >= count"
        await self._page.wait_for_function(script, arg=len(reasons), timeout=seconds * 1000)
        seen: dict[str, Any] = await self._page.evaluate("window.seen")
        return {reason: at / 1000 for reason, at in seen.items()}


@asynccontextmanager
async def watching(http_port: int, tokens: Sequence[str]) -> AsyncIterator[Watchers]:
    """A socket for each token."""
    address, watchers = f"http://127.0.0.1:{http_port}", Watchers(len(tokens))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:

        async def listen(token: str) -> None:
            headers = {"Origin": address, "Cookie": f"ccd_session={token}"}
            async with client.ws_connect(f"{address}/ws/floor", headers=headers, max_msg_size=0) as socket:
                async for message in socket:
                    watchers.take(message.data)

        tasks = [asyncio.create_task(listen(token)) for token in tokens]
        try:
            yield watchers
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def screen(http_port: int, token: str) -> AsyncIterator[Screen | None]:
    """The page in a real browser; None where there is none, or nobody is to watch."""
    if not token or chromium() is None:
        yield None
        return
    address = f"http://127.0.0.1:{http_port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        context = await browser.new_context(viewport={"width": 1920, "height": 1080})
        await context.add_cookies([{"name": "ccd_session", "value": token, "url": address}])
        page = await context.new_page()
        await page.goto(f"{address}/static/live.html")
        await page.locator(".agents tbody tr").first.wait_for()
        await page.evaluate(NOTE)
        try:
            yield Screen(page)
        finally:
            await browser.close()
